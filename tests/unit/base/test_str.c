#include "base/str.h"

#include "harness.h"

static void a_text_grows(void **state)
{
    (void)state;
    struct rv_str str = {0};
    assert_string_equal(rv_str_text(&str), "");
    rv_str_add(&str, NULL, 0);
    assert_string_equal(rv_str_text(&str), "");
    for (size_t i = 0; i < 1000; i++) {
        rv_str_add_char(&str, 'a');
        rv_str_add_text(&str, "bc");
        rv_str_add_view(&str, rv_view("def", 2));
        rv_str_printf(&str, "%d", 7);
        assert_int_equal(str.len, (i + 1) * 6);
        assert_int_equal(str.ptr[str.len], '\0');
    }
    assert_memory_equal(str.ptr + 5994, "abcde7", 7);
    rv_str_clear(&str);
    assert_null(str.ptr);
    rv_str_clear(&str);
}

static void a_text_holds_any_bytes(void **state)
{
    (void)state;
    rv_str_auto struct rv_str str = {0};
    rv_str_add(&str, "a\0b", 3);
    rv_str_add_char(&str, '\0');
    assert_int_equal(str.len, 4);
    assert_memory_equal(str.ptr, "a\0b\0", 5);
}

static void printing_fits_exactly(void **state)
{
    (void)state;
    for (int width = 1; width < 300; width++) {
        rv_str_auto struct rv_str str = {0};
        rv_str_printf(&str, "%*d", width, 1);
        rv_str_printf(&str, "%s", "");
        assert_int_equal(str.len, width);
        assert_int_equal(strlen(str.ptr), width);
    }
}

static void taking_empties(void **state)
{
    (void)state;
    struct rv_str str = {0};
    char *text = rv_str_take(&str);
    assert_string_equal(text, "");
    free(text);
    rv_str_add_text(&str, "abc");
    text = rv_str_take(&str);
    assert_string_equal(text, "abc");
    assert_string_equal(rv_str_text(&str), "");
    assert_int_equal(str.len + str.capacity, 0);
    free(text);
}

static void views_compare(void **state)
{
    (void)state;
    assert_true(rv_view_equals(rv_view_of("abc"), "abc"));
    assert_true(rv_view_equals(rv_view(NULL, 0), ""));
    assert_false(rv_view_equals(rv_view_of("abc"), "ab"));
    assert_false(rv_view_equals(rv_view_of("ab"), "abc"));
    assert_false(rv_view_equals(rv_view("a\0c", 3), "a"));
    assert_true(rv_view_equals_nocase(rv_view_of("PassWord"), "password"));
    assert_true(rv_view_equals_nocase(rv_view(NULL, 0), ""));
    assert_false(rv_view_equals_nocase(rv_view_of("password1"), "password"));
    assert_false(rv_view_equals_nocase(rv_view_of("\xc3\x84"), "\xc3\xa4")); /* ASCII only */
    assert_false(rv_view_equals_nocase(rv_view_of("@"), "`"));
    assert_true(rv_view_starts_with(rv_view_of("abc"), "ab"));
    assert_true(rv_view_starts_with(rv_view_of("abc"), ""));
    assert_false(rv_view_starts_with(rv_view("abc", 1), "ab"));
    assert_true(rv_text_starts_with("abc", "abc"));
    assert_false(rv_text_starts_with("ab", "abc"));
}

static void trimming_takes_ascii_space(void **state)
{
    (void)state;
    static const struct {
        const char *name, *in, *out;
    } cases[] = {
        {"nothing", "", ""},
        {"only space", " \t\r\n\v\f ", ""},
        {"both ends", "\t a b \r\n", "a b"},
        {"none", "ab", "ab"},
        {"no-break space stays", "\xc2\xa0x\xc2\xa0", "\xc2\xa0x\xc2\xa0"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        CHECK(cases[i].name, rv_view_equals(rv_view_trim(rv_view_of(cases[i].in)), cases[i].out));
    }
    assert_int_equal(rv_view_trim(rv_view(" \0 ", 3)).len, 1);
}

TESTS(TEST(a_text_grows), TEST(a_text_holds_any_bytes), TEST(printing_fits_exactly), TEST(taking_empties),
      TEST(views_compare), TEST(trimming_takes_ascii_space))
