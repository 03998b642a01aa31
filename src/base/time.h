/* Clocks. */
#ifndef RV_BASE_TIME_H
#define RV_BASE_TIME_H

#include <stdint.h>

/* Milliseconds of a clock that only goes forward, from an arbitrary start: for deadlines and durations. */
int64_t rv_time_now_ms(void);

/* A moment in UTC, split. */
struct rv_time {
    int year, month, day, hour, minute, second;
};
struct rv_time rv_time_utc(void);

/* "2025-10-24T17:40:00Z" */
enum { RV_TIME_ISO_SIZE = 32 };
void rv_time_iso(const struct rv_time *time, char out[RV_TIME_ISO_SIZE]);

#endif
