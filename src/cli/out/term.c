/* The one door through which text reaches a stream. */
#include "cli/out/term.h"

#include "base/env.h"
#include "base/str.h"
#include "base/utf8.h"

#include <sys/ioctl.h>
#include <unistd.h>

void term_init(struct term *term, FILE *stream, const char *color, bool always_escapes)
{
    const char *kind = rv_env_exported("TERM");
    term->stream = stream;
    term->is_terminal = isatty(fileno(stream));
    term->escapes = always_escapes || term->is_terminal;
    term->has_codes = term->is_terminal && kind && strcmp(kind, "dumb") != 0;
    bool wants_color = term->has_codes && !rv_env_exported("NO_COLOR");
    term->has_color = strcmp(color, "always") == 0 || (strcmp(color, "auto") == 0 && wants_color);
}

void term_plain(struct term *term, const char *text)
{
    fputs(text, term->stream);
}

void term_printf(struct term *term, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vfprintf(term->stream, format, args);
    va_end(args);
}

void term_text(struct term *term, const char *text)
{
    rv_str_auto struct rv_str escaped = {0};
    if (term->escapes) {
        rv_utf8_escape(&escaped, rv_view_of(text));
        text = rv_str_text(&escaped);
    }
    fputs(text, term->stream);
}

void term_line(struct term *term, const char *text)
{
    rv_str_auto struct rv_str escaped = {0};
    if (term->escapes) {
        rv_utf8_escape_line(&escaped, rv_view_of(text));
        text = rv_str_text(&escaped);
    }
    fputs(text, term->stream);
}

void term_color(struct term *term, enum color color, const char *text)
{
    static const char *const codes[] = {"", "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[36m", "\x1b[1m"};
    bool is_on = term->has_color && color != COLOR_NONE;
    fputs(is_on ? codes[color] : "", term->stream);
    term_line(term, text);
    fputs(is_on ? "\x1b[0m" : "", term->stream);
}

size_t term_width(const struct term *term)
{
    struct winsize size;
    if (!term->is_terminal || ioctl(fileno(term->stream), TIOCGWINSZ, &size) != 0) {
        return 0;
    }
    return size.ws_col;
}
