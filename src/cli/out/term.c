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

/* The length of the escape code at the beginning, such as a colour; 0 if there is none. */
static size_t code_length(struct rv_view text)
{
    if (text.len < 2 || text.ptr[0] != '\x1b') {
        return 0;
    }
    size_t n = 2;
    while (n < text.len && !rv_is_alpha(text.ptr[n - 1])) {
        n++;
    }
    return n;
}

/* The length of the code or character at the beginning, and the columns it takes. */
static size_t next_piece(struct rv_view text, size_t *out_width)
{
    uint32_t point;
    size_t n = code_length(text);
    *out_width = 0;
    if (!n) {
        n = rv_utf8_decode(text.ptr, text.len, &point);
        n = n ? n : 1;
        *out_width = rv_utf8_width(rv_view(text.ptr, n));
    }
    return n;
}

static size_t shown_width(struct rv_view line)
{
    size_t total = 0, width;
    for (size_t at = 0; at < line.len; total += width) {
        at += next_piece(rv_view(line.ptr + at, line.len - at), &width);
    }
    return total;
}

void term_cut(struct term *term, const char *line, size_t len, size_t width)
{
    bool fits = shown_width(rv_view(line, len)) <= width;
    size_t at = 0, used = 0, next = 0;
    while (at < len) {
        size_t n = next_piece(rv_view(line + at, len - at), &next);
        if (!fits && used + next + 1 > width) {
            break;
        }
        used += next;
        at += n;
    }
    fwrite(line, 1, at, term->stream);
    if (at < len) {
        fputs(memchr(line, '\x1b', len) ? "\x1b[0m…" : "…", term->stream);
    }
}

void term_fit_begin(struct term *term)
{
    FILE *memory = term_width(term) ? open_memstream(&term->kept, &term->kept_size) : NULL;
    if (memory) {
        term->beneath = term->stream;
        term->stream = memory;
    }
}

void term_fit_end(struct term *term)
{
    if (!term->beneath) {
        return;
    }
    fclose(term->stream);
    term->stream = term->beneath;
    term->beneath = NULL;
    size_t width = term_width(term);
    for (size_t at = 0; at < term->kept_size;) {
        size_t len = strcspn(term->kept + at, "\n");
        term_cut(term, term->kept + at, len, width);
        at += len;
        if (at < term->kept_size) {
            fputc('\n', term->stream);
            at++;
        }
    }
    free(term->kept);
}
