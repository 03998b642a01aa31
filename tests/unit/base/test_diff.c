#include "base/diff.h"

#include "harness.h"

static void diffs_are_as_diff_u_has_them(void **state)
{
    (void)state;
    static const struct {
        const char *name, *before, *after, *diff;
    } cases[] = {
        {"nothing", "", "", ""},
        {"the same", "a\nb\n", "a\nb\n", ""},
        {"line ends", "a\r\nb\r\n", "a\nb", ""},
        {"added to nothing", "", "a\n", "@@ -0,0 +1,1 @@\n+a\n"},
        {"all gone", "a\n", "", "@@ -1,1 +0,0 @@\n-a\n"},
        {"one of three", "a\nb\nc\n", "a\nB\nc\n", "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n"},
        {"context is cut", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nx\n6\n7\n8\n9\n",
         "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n"},
        {"two hunks", "x\n1\n2\n3\n4\n5\n6\n7\ny\n", "X\n1\n2\n3\n4\n5\n6\n7\nY\n",
         "@@ -1,4 +1,4 @@\n-x\n+X\n 1\n 2\n 3\n@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-y\n+Y\n"},
        {"near ones are one hunk", "x\n1\n2\n3\n4\n5\n6\ny\n", "X\n1\n2\n3\n4\n5\n6\nY\n",
         "@@ -1,8 +1,8 @@\n-x\n+X\n 1\n 2\n 3\n 4\n 5\n 6\n-y\n+Y\n"},
        {"moved", "a\nb\nc\n", "c\na\nb\n", "@@ -1,3 +1,3 @@\n+c\n a\n b\n-c\n"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        rv_str_auto struct rv_str out = {0};
        rv_diff_add(&out, rv_view_of(cases[i].before), rv_view_of(cases[i].after));
        check_text(cases[i].name, rv_str_text(&out), cases[i].diff);
    }
}

/* Ten thousand lines that differ throughout: still at once, as one hunk. */
static void large_differences_are_one_hunk(void **state)
{
    (void)state;
    rv_str_auto struct rv_str a = {0}, b = {0}, out = {0};
    for (int i = 0; i < 10000; i++) {
        rv_str_printf(&a, "a%d\n", i);
        rv_str_printf(&b, "b%d\n", i);
    }
    rv_diff_add(&out, rv_view_of(rv_str_text(&a)), rv_view_of(rv_str_text(&b)));
    assert_true(rv_text_starts_with(rv_str_text(&out), "@@ -1,10000 +1,10000 @@\n-a0\n"));
}

TESTS(TEST(diffs_are_as_diff_u_has_them), TEST(large_differences_are_one_hunk))
