/* Texts: read with views, built with rv_str. */
#ifndef RV_BASE_STR_H
#define RV_BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* A part of somebody else's text; no closing NUL is promised. */
struct rv_view {
    const char *ptr;
    size_t len;
};

static inline struct rv_view rv_view(const char *ptr, size_t len)
{
    return (struct rv_view){ptr, len};
}
struct rv_view rv_view_of(const char *text);
bool rv_view_equals(struct rv_view view, const char *text);
bool rv_view_equals_nocase(struct rv_view view, const char *text); /* ASCII letters only */
bool rv_view_starts_with(struct rv_view view, const char *prefix);
struct rv_view rv_view_trim(struct rv_view view); /* without ASCII white space at both ends */
bool rv_text_starts_with(const char *text, const char *prefix);

/* ASCII character classes, whatever the locale. */
static inline bool rv_is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}
static inline bool rv_is_digit(char c)
{
    return c >= '0' && c <= '9';
}
static inline bool rv_is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
static inline char rv_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* A growing text on the heap. All zero is the empty text; rv_str_clear() gives the memory back. */
struct rv_str {
    char *ptr; /* ends in NUL once anything was added; NULL before: use rv_str_text() */
    size_t len, capacity;
};

void rv_str_clear(struct rv_str *str);
/* Room for a text whose size comes from outside, its NUL included; false where there is not so much memory. */
bool rv_str_try_reserve(struct rv_str *str, size_t capacity);
void rv_str_add(struct rv_str *str, const char *ptr, size_t len);
void rv_str_add_view(struct rv_str *str, struct rv_view view);
void rv_str_add_text(struct rv_str *str, const char *text);
void rv_str_add_char(struct rv_str *str, char c);
void rv_str_printf(struct rv_str *str, const char *format, ...) __attribute__((format(printf, 2, 3)));
void rv_str_vprintf(struct rv_str *str, const char *format, va_list args) __attribute__((format(printf, 2, 0)));
const char *rv_str_text(const struct rv_str *str); /* never NULL; valid until the next change */
char *rv_str_take(struct rv_str *str);             /* the heap text; the str is empty again */

#define rv_str_auto __attribute__((cleanup(rv_str_clear)))

#endif
