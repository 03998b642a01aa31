#include "plan/row_set.h"

#include "harness.h"

static bool is(const struct rv_row_set *set, size_t count, const char *const *ids)
{
    return rv_row_set_is(set, (rev_strings){count, ids});
}

static void rows_follow_the_steps(void **state)
{
    (void)state;
    struct rv_row_set set = {0};
    const char *const start[] = {"c", "a"};
    rv_row_set_assign(&set, (rev_strings){2, start});
    assert_true(is(&set, 2, (const char *const[]){"a", "c"}));
    const struct rv_row_change changes[] = {{.old_id = "a", .new_id = "b"}, {.old_id = "c"}, {.new_id = "d"}};
    rv_row_set_apply(&set, &(struct rv_step){.changes = changes, .change_count = 3});
    assert_true(is(&set, 2, (const char *const[]){"b", "d"}));
    /* Once more: what is gone is gone, what is there is there once. */
    rv_row_set_apply(&set, &(struct rv_step){.changes = changes, .change_count = 3});
    assert_true(is(&set, 2, (const char *const[]){"b", "d"}));
    assert_false(is(&set, 1, (const char *const[]){"b"}));
    assert_false(is(&set, 2, (const char *const[]){"b", "e"}));
    rv_row_set_assign(&set, (rev_strings){0, NULL});
    assert_true(is(&set, 0, NULL));
    rv_row_set_clear(&set);
}

TESTS(TEST(rows_follow_the_steps))
