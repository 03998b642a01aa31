/* The one file that reads clocks. */
#include "base/time.h"

#include <time.h>
#include <unistd.h>

int64_t rv_time_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t rv_time_backoff_ms(size_t tries, int64_t first_ms, int64_t longest_ms)
{
    int64_t ms = first_ms;
    for (size_t i = 0; i < tries && ms < longest_ms; i++) {
        ms *= 2;
    }
    ms = ms < longest_ms ? ms : longest_ms;
    uint64_t noise = ((uint64_t)rv_time_now_ms() * 31 + (uint64_t)getpid()) * UINT64_C(6364136223846793005);
    return ms - ms / 4 + (int64_t)((noise >> 33) % (uint64_t)(ms / 2 + 1));
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
