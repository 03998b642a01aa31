#include "base/time.h"

#include "harness.h"

#include <time.h>

static void dates_are_iso(void **state)
{
    (void)state;
    static const struct {
        struct rv_time time;
        const char *text;
    } cases[] = {
        {{2025, 10, 24, 17, 40, 0}, "2025-10-24T17:40:00Z"},
        {{1970, 1, 1, 0, 0, 0}, "1970-01-01T00:00:00Z"},
        {{9999, 12, 31, 23, 59, 60}, "9999-12-31T23:59:60Z"},
        {{987, 6, 5, 4, 3, 2}, "0987-06-05T04:03:02Z"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[RV_TIME_ISO_SIZE];
        rv_time_iso(&cases[i].time, text);
        assert_string_equal(text, cases[i].text);
    }
}

static void local_times_have_an_offset(void **state)
{
    (void)state;
    static const struct {
        const char *zone, *text, *local;
    } cases[] = {
        {"UTC0", "2025-10-24T17:40:00Z", "2025-10-24 17:40:00+00:00"},
        {"CEST-2", "2025-10-24T22:40:00.688Z", "2025-10-25 00:40:00+02:00"},
        {"NPT-5:45", "2025-10-24T17:40:00Z", "2025-10-24 23:25:00+05:45"},
        {"NST3:30", "2025-01-01T02:00:00Z", "2024-12-31 22:30:00-03:30"},
        {"UTC0", "2025-10-24", "2025-10-24"},
        {"UTC0", "2025-10-24T17:40:00", "2025-10-24T17:40:00"},
        {"UTC0", "2025-10-24T17:40:00Zulu", "2025-10-24T17:40:00Zulu"},
        {"UTC0", "2025-13-24T17:40:00Z", "2025-13-24T17:40:00Z"},
        {"UTC0", "2025-10-24T-7:40:00Z", "2025-10-24T-7:40:00Z"},
        {"UTC0", "yesterday", "yesterday"},
        {"UTC0", "", ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        rv_str_auto struct rv_str text = {0};
        setenv("TZ", cases[i].zone, 1);
        tzset();
        rv_time_add_local(&text, cases[i].text);
        assert_string_equal(rv_str_text(&text), cases[i].local);
    }
}

/* Whatever TZ says. */
static void now_is_utc(void **state)
{
    (void)state;
    setenv("TZ", "Pacific/Kiritimati", 1);
    tzset();
    time_t before = time(NULL);
    struct rv_time now = rv_time_utc();
    time_t after = time(NULL);
    struct tm parts = {.tm_year = now.year - 1900,
                       .tm_mon = now.month - 1,
                       .tm_mday = now.day,
                       .tm_hour = now.hour,
                       .tm_min = now.minute,
                       .tm_sec = now.second};
    time_t then = timegm(&parts);
    unsetenv("TZ");
    tzset();
    assert_true(before <= then && then <= after);
}

static void the_clock_only_goes_forward(void **state)
{
    (void)state;
    int64_t last = rv_time_now_ms();
    for (size_t i = 0; i < 10000; i++) {
        int64_t now = rv_time_now_ms();
        assert_true(now >= last);
        last = now;
    }
}

static void waiting_backs_off(void **state)
{
    (void)state;
    static const struct {
        size_t tries;
        int64_t about_ms;
    } cases[] = {{0, 50}, {1, 100}, {4, 800}, {5, 1000}, {6, 1000}, {1000000, 1000}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t ms = rv_time_backoff_ms(cases[i].tries, 50, 1000);
        assert_in_range(ms, cases[i].about_ms * 3 / 4, cases[i].about_ms * 5 / 4 + 1);
    }
    assert_int_equal(rv_time_backoff_ms(3, 1, 1), 1);
}

TESTS(TEST(waiting_backs_off), TEST(dates_are_iso), TEST(local_times_have_an_offset), TEST(now_is_utc),
      TEST(the_clock_only_goes_forward))
