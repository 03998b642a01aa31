/* Clocks. */
#ifndef RV_BASE_TIME_H
#define RV_BASE_TIME_H

#include "base/str.h"

#include <stddef.h>
#include <stdint.h>

/* Milliseconds of a clock that only goes forward, from an arbitrary start: for deadlines and durations. */
int64_t rv_time_now_ms(void);

/* How long to sleep before try `tries` + 1: doubling from `first_ms` to `longest_ms`, a quarter more or less, so that
 * many who wait for the same thing do not come at once. */
int64_t rv_time_backoff_ms(size_t tries, int64_t first_ms, int64_t longest_ms);

/* A moment in UTC, split. */
struct rv_time {
    int year, month, day, hour, minute, second;
};
struct rv_time rv_time_utc(void);

/* "2025-10-24T17:40:00Z" */
enum { RV_TIME_ISO_SIZE = 32 };
void rv_time_iso(const struct rv_time *time, char out[RV_TIME_ISO_SIZE]);

/* Appends a moment that is written in UTC ("2025-10-24T17:40:00Z", parts of a second may follow the seconds) in the
 * zone of whoever reads, "2025-10-24 19:40:00+02:00"; any other text as it is. */
void rv_time_add_local(struct rv_str *out, const char *text);

#endif
