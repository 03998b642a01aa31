/* A stream that may be a terminal: colours are written only where they are wanted, and foreign text never acts on a
 * terminal. */
#ifndef RV_CLI_OUT_TERM_H
#define RV_CLI_OUT_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct term {
    FILE *stream;
    bool is_terminal;
    bool escapes; /* foreign text is escaped */
    bool has_color;
    bool has_codes; /* a terminal that knows escape codes */
    FILE *beneath;  /* between term_fit_begin() and term_fit_end(): the terminal, and what is printed until then */
    char *kept;
    size_t kept_size;
};

enum color { COLOR_NONE, COLOR_RED, COLOR_GREEN, COLOR_YELLOW, COLOR_CYAN, COLOR_BOLD };

/* `color` is "auto", "always" or "never". stderr's text is always escaped, stdout's on a terminal only. */
void term_init(struct term *term, FILE *stream, const char *color, bool always_escapes);

void term_plain(struct term *term, const char *text);                                               /* our own words */
void term_printf(struct term *term, const char *format, ...) __attribute__((format(printf, 2, 3))); /* our own words */
void term_text(struct term *term, const char *text);                    /* foreign, may have several lines */
void term_line(struct term *term, const char *text);                    /* foreign, made to be one line */
void term_color(struct term *term, enum color color, const char *text); /* foreign, on one line, coloured */

/* The terminal's width; 0 if it is none. */
size_t term_width(const struct term *term);

/* One line, which may hold colours, cut to `width` columns. */
void term_cut(struct term *term, const char *line, size_t len, size_t width);

/* What is printed in between is cut, line by line, to the width of the terminal. Where there is none, nothing is. */
void term_fit_begin(struct term *term);
void term_fit_end(struct term *term);

#endif
