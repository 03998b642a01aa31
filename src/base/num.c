/* Bounded integer parsing; the only place where text becomes a number. */
#include "base/num.h"

bool rv_num_parse(struct rv_view text, int64_t min, int64_t max, int64_t *out_number)
{
    bool negative = text.len && text.ptr[0] == '-';
    size_t i = negative ? 1 : 0;
    if (i == text.len) {
        return false;
    }
    int64_t number = 0;
    for (; i < text.len; i++) {
        if (!rv_is_digit(text.ptr[i])) {
            return false;
        }
        int64_t digit = text.ptr[i] - '0';
        if (__builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, negative ? -digit : digit, &number)) {
            return false;
        }
    }
    if (number < min || number > max) {
        return false;
    }
    *out_number = number;
    return true;
}

bool rv_num_parse_duration(struct rv_view text, int64_t max_ms, int64_t *out_ms)
{
    static const struct {
        const char *name;
        int64_t ms;
    } units[] = {{"", 1}, {"ms", 1}, {"s", 1000}, {"min", 60000}, {"h", 3600000}};
    size_t digits = 0;
    while (digits < text.len && rv_is_digit(text.ptr[digits])) {
        digits++;
    }
    struct rv_view unit = rv_view_trim(rv_view(text.ptr + digits, text.len - digits));
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        int64_t number;
        if (rv_view_equals(unit, units[i].name)) {
            bool ok = rv_num_parse(rv_view(text.ptr, digits), 0, max_ms / units[i].ms, &number);
            *out_ms = ok ? number * units[i].ms : *out_ms;
            return ok;
        }
    }
    return false;
}
