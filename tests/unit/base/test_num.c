#include "base/num.h"

#include "harness.h"

static void numbers_are_whole_and_bounded(void **state)
{
    (void)state;
    static const struct {
        const char *name, *text;
        int64_t min, max;
        bool ok;
        int64_t number;
    } cases[] = {
        {"zero", "0", 0, 10, true, 0},
        {"leading zeros", "0007", 0, 10, true, 7},
        {"negative", "-3", -10, 10, true, -3},
        {"minus zero", "-0", -10, 10, true, 0},
        {"at the least", "-10", -10, 10, true, -10},
        {"at the most", "10", -10, 10, true, 10},
        {"below the least", "-11", -10, 10, false, 0},
        {"above the most", "11", -10, 10, false, 0},
        {"the largest", "9223372036854775807", INT64_MIN, INT64_MAX, true, INT64_MAX},
        {"the smallest", "-9223372036854775808", INT64_MIN, INT64_MAX, true, INT64_MIN},
        {"one too large", "9223372036854775808", INT64_MIN, INT64_MAX, false, 0},
        {"one too small", "-9223372036854775809", INT64_MIN, INT64_MAX, false, 0},
        {"far too large", "99999999999999999999999999999", INT64_MIN, INT64_MAX, false, 0},
        {"empty", "", 0, 10, false, 0},
        {"a minus alone", "-", -10, 10, false, 0},
        {"two minuses", "--1", -10, 10, false, 0},
        {"a plus", "+1", -10, 10, false, 0},
        {"a space before", " 1", -10, 10, false, 0},
        {"a space behind", "1 ", -10, 10, false, 0},
        {"a letter behind", "1s", -10, 10, false, 0},
        {"hexadecimal", "0x1", -10, 10, false, 0},
        {"a point", "1.0", -10, 10, false, 0},
        {"an exponent", "1e1", -10, 10, false, 0},
        {"Arabic digits", "\xd9\xa1", -10, 10, false, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t number = 42;
        CHECK(cases[i].name,
              rv_num_parse(rv_view_of(cases[i].text), cases[i].min, cases[i].max, &number) == cases[i].ok);
        CHECK(cases[i].name, number == (cases[i].ok ? cases[i].number : 42));
    }
    int64_t number;
    assert_true(rv_num_parse(rv_view("123", 2), 0, 100, &number));
    assert_int_equal(number, 12);
    assert_false(rv_num_parse(rv_view("1\0", 2), 0, 100, &number));
}

static void durations_have_units(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool ok;
        int64_t ms;
    } cases[] = {
        {"0", true, 0},        {"250", true, 250},    {"250ms", true, 250},
        {"5s", true, 5000},    {"5 s", true, 5000},   {"2min", true, 120000},
        {"1h", true, 3600000}, {"", false, 0},        {"s", false, 0},
        {"-1s", false, 0},     {"1.5s", false, 0},    {"5m", false, 0},
        {"2h", false, 0},      {"3600001", false, 0}, {"99999999999999999999h", false, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t ms = -1;
        bool ok = rv_num_parse_duration(rv_view_of(cases[i].text), 3600000, &ms);
        CHECK(cases[i].text, ok == cases[i].ok && ms == (ok ? cases[i].ms : -1));
    }
}

TESTS(TEST(durations_have_units), TEST(numbers_are_whole_and_bounded))
