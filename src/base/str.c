/* Views and the growing text. Knows bytes and ASCII only; UTF-8 is utf8.c's. */
#include "base/str.h"

#include "base/alloc.h"

struct rv_view rv_view_of(const char *text)
{
    return (struct rv_view){text, strlen(text)};
}

bool rv_view_equals(struct rv_view view, const char *text)
{
    return strlen(text) == view.len && (view.len == 0 || memcmp(view.ptr, text, view.len) == 0);
}

bool rv_view_equals_nocase(struct rv_view view, const char *text)
{
    if (strlen(text) != view.len) {
        return false;
    }
    for (size_t i = 0; i < view.len; i++) {
        if (rv_lower(view.ptr[i]) != rv_lower(text[i])) {
            return false;
        }
    }
    return true;
}

bool rv_view_starts_with(struct rv_view view, const char *prefix)
{
    size_t len = strlen(prefix);
    return view.len >= len && memcmp(view.ptr, prefix, len) == 0;
}

bool rv_text_starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

struct rv_view rv_view_trim(struct rv_view view)
{
    while (view.len && rv_is_space(view.ptr[0])) {
        view.ptr++;
        view.len--;
    }
    while (view.len && rv_is_space(view.ptr[view.len - 1])) {
        view.len--;
    }
    return view;
}

void rv_str_clear(struct rv_str *str)
{
    free(str->ptr);
    *str = (struct rv_str){0};
}

bool rv_str_try_reserve(struct rv_str *str, size_t capacity)
{
    char *grown = realloc(str->ptr, capacity);
    if (!grown) {
        return false;
    }
    str->ptr = grown;
    str->capacity = capacity;
    str->ptr[str->len] = '\0';
    return true;
}

static void reserve(struct rv_str *str, size_t more)
{
    if (more < str->capacity - str->len) {
        return;
    }
    size_t need = rv_size_add(rv_size_add(str->len, more), 1);
    size_t capacity = str->capacity ? str->capacity : 128;
    while (capacity < need) {
        capacity = rv_size_mul(capacity, 2);
    }
    str->ptr = rv_realloc(str->ptr, capacity);
    str->capacity = capacity;
}

void rv_str_add(struct rv_str *str, const char *ptr, size_t len)
{
    reserve(str, len);
    if (len) {
        memcpy(str->ptr + str->len, ptr, len);
    }
    str->len += len;
    str->ptr[str->len] = '\0';
}

void rv_str_add_view(struct rv_str *str, struct rv_view view)
{
    rv_str_add(str, view.ptr, view.len);
}

void rv_str_add_text(struct rv_str *str, const char *text)
{
    rv_str_add(str, text, strlen(text));
}

void rv_str_add_char(struct rv_str *str, char c)
{
    rv_str_add(str, &c, 1);
}

void rv_str_vprintf(struct rv_str *str, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    if (len > 0) {
        reserve(str, (size_t)len);
        vsnprintf(str->ptr + str->len, (size_t)len + 1, format, again);
        str->len += (size_t)len;
    }
    va_end(again);
}

void rv_str_printf(struct rv_str *str, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    rv_str_vprintf(str, format, args);
    va_end(args);
}

const char *rv_str_text(const struct rv_str *str)
{
    return str->ptr ? str->ptr : "";
}

char *rv_str_take(struct rv_str *str)
{
    char *text = str->ptr ? str->ptr : rv_strdup("");
    *str = (struct rv_str){0};
    return text;
}
