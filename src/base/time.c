/* The one file that reads clocks. */
#include "base/time.h"

#include <time.h>

int64_t rv_time_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct rv_time rv_time_utc(void)
{
    time_t now = time(NULL);
    struct tm parts;
    gmtime_r(&now, &parts);
    return (struct rv_time){parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                            parts.tm_hour,        parts.tm_min,     parts.tm_sec};
}

void rv_time_iso(const struct rv_time *time, char out[RV_TIME_ISO_SIZE])
{
    snprintf(out, RV_TIME_ISO_SIZE, "%04d-%02d-%02dT%02d:%02d:%02dZ", time->year, time->month, time->day, time->hour,
             time->minute, time->second);
}
