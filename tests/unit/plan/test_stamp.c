/* What a stamp writes (docs/specs.md, section 6). */
#include "plan/planned.h"

static struct rv_plan *plan_stamp(const struct plan_case *each, bool purge, rev_error **err)
{
    struct rv_graph *graph = drawn_graph(each->drawing);
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    struct rv_plan *plan =
        rv_plan_stamp(graph, drawn_strings(arena, each->rows), drawn_strings(arena, each->spec), purge, err);
    check_plan_case(each, plan, *err);
    rv_graph_free(graph);
    return plan;
}

static void stamps(void **state)
{
    static const char *const LINE = "a; b<a; c<b", *const DIAMOND = "a; b<a; c<a; d<b,c",
                             *const TWO = "a1; a2<a1; b1; b2<b1";
    static const char *const DEPENDENT = "a1; b1; b2<b1 !a1";
    static const struct plan_case cases[] = {
        {LINE, "", "head", "stamp | c"},
        {LINE, "a", "c", "stamp | c"},
        {LINE, "c", "a", "stamp | a"},
        {LINE, "c", "c", "| c"},
        {LINE, "c", "base", "stamp |"},
        {LINE, "", "base", "|"},
        {LINE, "c", "c c", "| c"}, /* named twice is named once */
        {"", "", "head", "|"},
        {TWO, "a1", "b1", "stamp | a1 b1"}, /* other branches keep their rows */
        {TWO, "", "heads", "stamp | a2 b2"},
        {TWO, "", "head", NULL, "multiple heads: 'a2', 'b2'"},
        {TWO, "a2 b2", "a1@base", "stamp | b2"},
        {TWO, "a2 b2", "a2@base", "stamp | b2"},
        {TWO, "b2", "a2@base", "| b2"},
        {TWO, "a2 b2", "base", "stamp |"},
        {TWO, "a2 b2", "base a1", NULL, "'base' cannot be stamped together with other revisions", "one `rev stamp`"},
        {TWO, "a2 b2", "a1 b1@base", NULL, "'b1@base' cannot be stamped together"},
        /* where Alembic loses rows or dies */
        {TWO, "a1 b1", "a2 b1", "stamp | a2 b1"},
        {"a1; a2<a1; b1; b2<b1; q", "a1 b1 q", "heads", "stamp | a2 b2 q"},
        {TWO, "a2 b2", "a1 b1", "stamp | a1 b1"},
        /* merges and dependencies */
        {DIAMOND, "d", "b", "stamp | b"},
        {DIAMOND, "d", "b c", "stamp | b c"},
        {DIAMOND, "b c", "d", "stamp | d"},
        {DEPENDENT, "b2", "b1", "stamp | b1"},
        {DEPENDENT, "b2", "a1@base", "stamp |"}, /* by full edges */
        {LINE, "", "a c", NULL, "stamp 'a', 'c' overlaps: another of the revisions to stamp needs 'a'",
         "Leave 'a' out"},
        {"r (L); a<r; b<r !a", "", "L@heads", NULL, "stamp 'L@heads' overlaps", "Leave 'a' out"},
        {"r (L); a<r; b<r !a", "", "heads", "stamp | b"},
        {LINE, "", "-1", NULL, "'-1' is relative"},
        {LINE, "", "head-1", NULL, "'head-1' is relative"},
        {LINE, "", "nosuch", NULL, "no such revision or branch 'nosuch'"},
        {LINE, "x", "head", NULL, "the database is at 'x', which no file here defines"},
        /* overlapping rows are mended on the way */
        {"a; b<a; c<a", "a b", "c", "stamp | b c"},
        {"a; b<a; c<a", "a b", "b", "stamp | b"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        rev_error *err = NULL;
        struct rv_plan *plan = plan_stamp(&cases[i], false, &err);
        CHECK(cases[i].spec, !plan || plan->step_count == 0 || plan->steps[0].direction == REV_STAMP);
        rev_error_free(err);
        rv_plan_free(plan);
    }
}

static void purges(void **state)
{
    static const struct plan_case cases[] = {
        {"a; b<a", "x y", "head", "stamp | b"},
        {"a; b<a", "x", "base", "stamp |"},
        {"a; b<a", "b", "head", "| b"},
        {"a; b<a; q", "q x", "b", "stamp | b"}, /* nothing of what was there stays */
        {"a; b<a", "x", "nosuch", NULL, "no such revision or branch 'nosuch'"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        rev_error *err = NULL;
        struct rv_plan *plan = plan_stamp(&cases[i], true, &err);
        rev_error_free(err);
        rv_plan_free(plan);
    }
}

static void nothing_to_stamp_is_an_error(void **state)
{
    (void)state;
    struct rv_graph *graph = drawn_graph("a");
    rev_error *err = NULL;
    struct rv_plan *plan = rv_plan_stamp(graph, (rev_strings){0}, (rev_strings){0}, false, &err);
    assert_fails(plan != NULL, &err, REV_ERROR_SPEC, "no revision to stamp");
    rv_graph_free(graph);
}

static void the_step_says_from_and_to(void **state)
{
    (void)state;
    struct rv_graph *graph = drawn_graph("a1; a2<a1; b1; b2<b1");
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    rv_str_auto struct rv_str changes = {0};
    rev_error *err = NULL;
    struct rv_plan *plan =
        rv_plan_stamp(graph, drawn_strings(arena, "b1 a1"), drawn_strings(arena, "b2 a2"), false, &err);
    assert_succeeds(plan != NULL, &err);
    assert_null(plan->steps[0].revision);
    assert_strings(plan->steps[0].from, "a1 b1");
    assert_strings(plan->steps[0].to, "a2 b2");
    describe_changes(&plan->steps[0], &changes);
    assert_string_equal(rv_str_text(&changes), "DELETE a1, INSERT a2, UPDATE b1 to b2");
    rv_plan_free(plan);
    rv_graph_free(graph);
}

TESTS(TEST(stamps), TEST(purges), TEST(nothing_to_stamp_is_an_error), TEST(the_step_says_from_and_to))
