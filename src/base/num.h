/* Text to number, bounded. */
#ifndef RV_BASE_NUM_H
#define RV_BASE_NUM_H

#include "base/str.h"

#include <stdint.h>

/* The whole of `text` must be a decimal number (an optional '-' first) from min to max; otherwise false. */
bool rv_num_parse(struct rv_view text, int64_t min, int64_t max, int64_t *out_number);

/* A number that somebody may have said. */
struct rv_number {
    bool is_said;
    int64_t value;
};
static inline int64_t rv_number_or(struct rv_number number, int64_t fallback)
{
    return number.is_said ? number.value : fallback;
}

/* A duration: a whole number with ms, s, min or h behind it; a bare number is milliseconds, as PostgreSQL's settings
 * have it. From 0 to max_ms; otherwise false. */
bool rv_num_parse_duration(struct rv_view text, int64_t max_ms, int64_t *out_ms);

#endif
