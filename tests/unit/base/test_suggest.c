#include "base/suggest.h"

#include "harness.h"

static const char *const names[] = {"current", "downgrade", "heads", "history", "upgrade"};

static void near_names_are_found(void **state)
{
    (void)state;
    assert_string_equal(rv_suggest_among("upgarde", names, 5), "upgrade");
    assert_string_equal(rv_suggest_among("hitsory", names, 5), "history");
    assert_string_equal(rv_suggest_among("head", names, 5), "heads");
}

static void far_names_are_not(void **state)
{
    (void)state;
    assert_null(rv_suggest_among("xyzzy", names, 5));
    assert_null(rv_suggest_among("", names, 5));
}

TESTS(TEST(near_names_are_found), TEST(far_names_are_not))
