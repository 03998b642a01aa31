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
