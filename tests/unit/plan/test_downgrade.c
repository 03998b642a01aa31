/* What a downgrade undoes (docs/specs.md, section 4). */
#include "plan/planned.h"

static void downgrades(void **state)
{
    static const char *const LINE = "a; b<a; c<b", *const FORK = "a; b<a; c<a", *const DIAMOND = "a; b<a; c<a; d<b,c";
    static const char *const DEPENDENT = "a1; b1 !a1; b2<b1";
    static const struct plan_case cases[] = {
        {LINE, "c", "-1", "c | b"},
        {LINE, "c", "a", "c b | a"},
        {LINE, "c", "base", "c b a |"},
        {LINE, "c", "head-1", "c | b"},
        {LINE, "c", "c", "| c"}, /* there already */
        {LINE, "", "base", "|"},
        {LINE, "b", "head", NULL, "destination 'head' is not a valid downgrade target from current heads",
         "'c' is not applied: the database is at 'b'. To go up, type `rev upgrade c`."},
        {LINE, "", "a", NULL, "not a valid downgrade target from current heads", "the database is at base"},
        {LINE, "c", "-4", NULL, "'-4'"},
        {"", "", "head", "|"},
        {"", "", "base", "|"},
        /* the page's first: a branch point */
        {FORK, "b c", "a", "c b | a"},
        {FORK, "b c", "b@a", "b | c"},
        {FORK, "b c", "b-1", "c b | a"},
        {FORK, "b c", "b@-1", "b | c"},
        {FORK, "b c", "-1", NULL, "'-1' is ambiguous"},
        {FORK, "b", "-1", "b | a"},
        {FORK, "b c", "a@a", NULL, "destination 'a@a' is not a valid downgrade target from current heads",
         "begin the branches 'b', 'c', and 'a' is on none of them"},
        {"a; b<a; c<b; x<a (X)", "c x", "X@a", "x | c"},
        {"a; b<a; c<b; x<a (X)", "c x", "c@a", "c b | x"},
        {"a (A); b<a", "b", "A@-1", "b | a"}, /* one root only: W need not lie above it */
        {"a (A); b<a; c<a", "b", "A@-1", NULL, "not a valid downgrade target", "Before the @"},
        /* the second: a merge point */
        {DIAMOND, "d", "b", "d | b c"},
        {DIAMOND, "d", "-1", "d | b c"},
        {DIAMOND, "d", "-2", NULL, "ambiguous walk"},
        {"a; b; x; d<a,b !x", "d", "-1", "d | a b x"},
        {DIAMOND, "d", "b@-1", NULL, "ambiguous walk"},
        {DIAMOND, "d", "a", "d c b | a"},
        {DIAMOND, "d", "b@a", "d b | c"},
        {DIAMOND, "b c", "d", NULL, "not a valid downgrade target", "'d' is not applied"},
        /* the third: dependencies */
        {DEPENDENT, "b2", "b1", "b2 | b1"},
        {DEPENDENT, "b2", "b2@base", "b2 b1 | a1"},
        {DEPENDENT, "b2", "-2", "b2 b1 | a1"},
        {DEPENDENT, "b2", "a1@base", "b2 b1 a1 |"},
        {DEPENDENT, "b2", "a1@-1", "b2 b1 a1 |"},
        {DEPENDENT, "b2", "a1", NULL, "not a valid downgrade target from current heads",
         "'a1' is applied because 'b2' needs it"},
        {DEPENDENT, "b2", "base", "b2 b1 a1 |"},
        /* dependents on other branches go too */
        {"a1; a2<a1; b1; b2<b1 !a2", "b2", "a1", "b2 a2 | a1 b1"},
        /* with an unrelated row, where Alembic leaves the table in a muddle */
        {"a; b<a; m<a,b; x", "m x", "b", "m | b x"},
        /* rows */
        {LINE, "x", "base", NULL, "the database is at 'x'"},
        {LINE, "a b", "-1", "b | a"},
        {LINE, "a c", "base", "c b a |"},
    };
    (void)state;
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct rv_graph *graph = drawn_graph(cases[i].drawing);
        rev_error *err = NULL;
        struct rv_plan *plan = rv_plan_downgrade(graph, drawn_strings(arena, cases[i].rows), cases[i].spec, &err);
        check_plan_case(&cases[i], plan, err);
        CHECK(cases[i].spec, !err || strstr(err->message, cases[i].spec) || err->code == REV_ERROR_UNKNOWN_ROW);
        rev_error_free(err);
        rv_plan_free(plan);
        rv_graph_free(graph);
    }
}

static void steps_say_from_and_to(void **state)
{
    (void)state;
    struct rv_graph *graph = drawn_graph("a; b<a; c<a; x; d<c,b !x");
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    rev_error *err = NULL;
    struct rv_plan *plan = rv_plan_downgrade(graph, drawn_strings(arena, "d"), "b", &err);
    assert_succeeds(plan != NULL, &err);
    assert_int_equal(plan->steps[0].direction, REV_DOWNGRADE);
    assert_strings(plan->steps[0].from, "d");
    assert_strings(plan->steps[0].to, "c b");
    assert_strings(plan->rows_after, "b c x");
    rv_plan_free(plan);
    rv_graph_free(graph);
}

TESTS(TEST(downgrades), TEST(steps_say_from_and_to))
