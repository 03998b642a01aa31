/* The one file that reads clocks. */
#include "base/time.h"

#include "base/num.h"

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

/* The number in `len` digits; false if there is anything else, or it is out of range. */
static bool digits(const char *text, size_t len, int min, int max, int *out)
{
    int64_t number;
    if (!rv_is_digit(text[0]) || !rv_num_parse(rv_view(text, len), min, max, &number)) {
        return false;
    }
    *out = (int)number;
    return true;
}

static bool read_utc(const char *text, struct tm *out)
{
    static const char form[] = "0000-00-00T00:00:00";
    size_t len = strlen(text), end = sizeof form - 1;
    if (len <= end) {
        return false;
    }
    for (size_t i = 0; i < end; i++) {
        if (form[i] != '0' && text[i] != form[i]) {
            return false;
        }
    }
    if (text[end] == '.') {
        end += 1 + strspn(text + end + 1, "0123456789");
    }
    return strcmp(text + end, "Z") == 0 && digits(text, 4, 0, 9999, &out->tm_year) &&
           digits(text + 5, 2, 1, 12, &out->tm_mon) && digits(text + 8, 2, 1, 31, &out->tm_mday) &&
           digits(text + 11, 2, 0, 23, &out->tm_hour) && digits(text + 14, 2, 0, 59, &out->tm_min) &&
           digits(text + 17, 2, 0, 60, &out->tm_sec);
}

void rv_time_add_local(struct rv_str *out, const char *text)
{
    struct tm utc = {0}, local;
    if (!read_utc(text, &utc)) {
        rv_str_add_text(out, text);
        return;
    }
    utc.tm_year -= 1900;
    utc.tm_mon -= 1;
    time_t moment = timegm(&utc);
    localtime_r(&moment, &local);
    long minutes = local.tm_gmtoff / 60;
    long east = minutes < 0 ? -minutes : minutes;
    rv_str_printf(out, "%04d-%02d-%02d %02d:%02d:%02d%c%02ld:%02ld", local.tm_year + 1900, local.tm_mon + 1,
                  local.tm_mday, local.tm_hour, local.tm_min, local.tm_sec, minutes < 0 ? '-' : '+', east / 60,
                  east % 60);
}
