#include "base/utf8.h"

#include "harness.h"

static void escaping_leaves_no_control_byte(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } cases[] = {
        {"plain", "plain"},
        {"a\x1b[31mb", "a\\x1B[31mb"},
        {"tab\tand\nline", "tab\tand\nline"},
        {"carriage\rreturn", "carriage\\x0Dreturn"},
        {"\xc2\x9b"
         "31m",
         "\\x9B31m"},
        {"bidi \xe2\x80\xae x", "bidi \\u202E x"},
        {"bad \xff\xfe", "bad \\xFF\\xFE"},
        {"no character \xef\xbf\xbe\xef\xbf\xbf", "no character \\uFFFE\\uFFFF"},
        {"caf\xc3\xa9", "caf\xc3\xa9"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rv_str out = {0};
        rv_utf8_escape(&out, rv_view_of(cases[i].in));
        assert_string_equal(rv_str_text(&out), cases[i].out);
        rv_str_clear(&out);
    }
}

static void invalid_bytes_are_placed(void **state)
{
    (void)state;
    assert_int_equal(rv_utf8_invalid_at(rv_view_of("abc")), 3);
    assert_int_equal(rv_utf8_invalid_at(rv_view_of("a\xc0\x80")), 1);    /* overlong */
    assert_int_equal(rv_utf8_invalid_at(rv_view_of("\xed\xa0\x80")), 0); /* surrogate */
    assert_int_equal(rv_utf8_invalid_at(rv_view("a\0b", 3)), 1);         /* NUL */
    assert_int_equal(rv_utf8_invalid_at(rv_view_of("\xf4\x90\x80\x80")), 0);
}

/* Eight bytes are looked at together where they are ASCII. */
static void invalid_bytes_are_placed_wherever_they_are(void **state)
{
    (void)state;
    static const char bad[] = {'\0', '\x80', '\xff', '\xc3'};
    char text[24];
    for (size_t len = 1; len <= sizeof text; len++) {
        for (size_t at = 0; at < len; at++) {
            for (size_t i = 0; i < sizeof bad; i++) {
                memset(text, '\x7f', sizeof text);
                assert_int_equal(rv_utf8_invalid_at(rv_view(text, len)), len);
                text[at] = bad[i];
                assert_int_equal(rv_utf8_invalid_at(rv_view(text, len)), at);
            }
        }
    }
    assert_int_equal(rv_utf8_invalid_at(rv_view_of("\x01 fa\xc3\xa7"
                                                   "ade 1234\xf0\x9f\x8c\x8d 12345678")),
                     27);
}

static void widths_know_wide_and_combining(void **state)
{
    (void)state;
    assert_int_equal(rv_utf8_width(rv_view_of("ab")), 2);
    assert_int_equal(rv_utf8_width(rv_view_of("\xe6\xbc\xa2")), 2);
    assert_int_equal(rv_utf8_width(rv_view_of("e\xcc\x81")), 1);
}

TESTS(TEST(escaping_leaves_no_control_byte), TEST(invalid_bytes_are_placed),
      TEST(invalid_bytes_are_placed_wherever_they_are), TEST(widths_know_wide_and_combining))
