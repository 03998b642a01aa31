/* What an upgrade runs, and where it ends (docs/specs.md, section 3). */
#include "plan/planned.h"

static void upgrades(void **state)
{
    static const char *const LINE = "a; b<a; c<b", *const FORK = "a; b<a; c<a", *const DIAMOND = "a; b<a; c<a; d<b,c";
    static const struct plan_case cases[] = {
        {LINE, "", "head", "a b c | c"},
        {LINE, "a", "head", "b c | c"},
        {LINE, "", "b", "a b | b"},
        {LINE, "c", "head", "| c"},
        {LINE, "c", "a", "| c"}, /* upgrade never goes down */
        {LINE, "c", "base", "| c"},
        {LINE, "", "base", "|"},
        {LINE, "a", "+1", "b | b"},
        {LINE, "a", "+3", NULL, "'+3'"},
        {"", "", "head", "|"},
        {"", "", "heads", "|"},
        {FORK, "b", "c", "c | b c"}, /* the page's second */
        {FORK, "", "heads", "a b c | b c"},
        {FORK, "", "head", NULL, "multiple heads"},
        {DIAMOND, "b c", "b@+1", "d | d"},
        {DIAMOND, "b", "+1", "c d | d"},
        /* dependencies */
        {"a1; b1 !a1; b2<b1", "", "heads", "a1 b1 b2 | b2"},
        {"a1; b1 !a1; b2<b1", "", "head", NULL, "multiple heads: 'a1', 'b2'"},
        {"a1; b1 !a1; b2<b1", "", "b1", "a1 b1 | b1"},
        {"a1 (A); a2<a1; b1 !A; b2<b1", "", "b2", "a1 b1 b2 | b2"},
        /* targets of which one needs the other */
        {"r (L); a<r; b<r !a", "", "L@heads", "r a b | b"},
        /* parents that lie above each other, where Alembic dies */
        {"a; b<a; c; m<a,b,c", "", "heads", "a b c m | m"},
        {"a; b<a; c; m<b,c !a", "", "heads", "a b c m | m"},
        /* rows */
        {LINE, "x", "head", NULL, "the database is at 'x', which no file here defines", "stamp --purge"},
        {"abcd; abcde<abcd", "abc", "head", NULL, "the database is at 'abc'"},
        {LINE, "b a", "head", "c | c"},
        {LINE, "b a", "b", "| a b"}, /* nothing runs, so nothing is mended */
    };
    (void)state;
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct rv_graph *graph = drawn_graph(cases[i].drawing);
        rev_error *err = NULL;
        struct rv_plan *plan = rv_plan_upgrade(graph, drawn_strings(arena, cases[i].rows), cases[i].spec, &err);
        check_plan_case(&cases[i], plan, err);
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
    struct rv_plan *plan = rv_plan_upgrade(graph, drawn_strings(arena, "x c b"), "d", &err);
    assert_succeeds(plan != NULL, &err);
    assert_int_equal(plan->step_count, 1);
    assert_int_equal(plan->steps[0].direction, REV_UPGRADE);
    assert_strings(plan->steps[0].from, "c b"); /* as written, without what it depends on */
    assert_strings(plan->steps[0].to, "d");
    assert_strings(plan->rows_before, "b c x");
    assert_strings(plan->rows_after, "d");
    assert_int_equal(plan->redundant_rows.count, 0);
    rv_plan_free(plan);
    rv_graph_free(graph);
}

static void overlapping_rows_are_named(void **state)
{
    (void)state;
    struct rv_graph *graph = drawn_graph("a; b<a; c<b; x");
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    rv_str_auto struct rv_str changes = {0};
    rev_error *err = NULL;
    struct rv_plan *plan = rv_plan_upgrade(graph, drawn_strings(arena, "b a"), "heads", &err);
    assert_succeeds(plan != NULL, &err);
    assert_strings(plan->redundant_rows, "a");
    describe_changes(&plan->steps[0], &changes);
    assert_string_equal(rv_str_text(&changes), "DELETE a, UPDATE b to c");
    rv_plan_free(plan);
    rv_graph_free(graph);
}

/* A chain, and branches side by side: as many as there may be. */
static void a_hundred_thousand(void **state)
{
    (void)state;
    const int steps[] = {1, 100, 50000};
    for (size_t i = 0; i < COUNT(steps); i++) {
        struct rv_arena *arena = rv_arena_new();
        struct rv_descriptor *items = RV_NEW_ARRAY(arena, struct rv_descriptor, RV_REVISION_LIMIT);
        for (int j = 0; j < RV_REVISION_LIMIT; j++) {
            struct rv_name *parent = RV_NEW(arena, struct rv_name);
            items[j] = (struct rv_descriptor){.file = "f", .path = "p", .message = ""};
            items[j].id.text = rv_arena_printf(arena, "r%d", j);
            if (j >= steps[i]) {
                parent->text = items[j - steps[i]].id.text;
                items[j].down_revision = (struct rv_names){parent, 1};
            }
        }
        rev_error *err = NULL;
        struct rv_graph *graph = rv_graph_new(items, RV_REVISION_LIMIT, &err);
        assert_succeeds(graph != NULL, &err);
        struct rv_plan *up = rv_plan_upgrade(graph, (rev_strings){0}, "heads", &err);
        assert_succeeds(up != NULL, &err);
        assert_int_equal(up->step_count, RV_REVISION_LIMIT);
        assert_int_equal(up->rows_after.count, steps[i]);
        struct rv_plan *down = rv_plan_downgrade(graph, up->rows_after, "base", &err);
        assert_succeeds(down != NULL, &err);
        assert_int_equal(down->step_count, RV_REVISION_LIMIT);
        assert_int_equal(down->rows_after.count, 0);
        rv_plan_free(down);
        rv_plan_free(up);
        rv_graph_free(graph);
        rv_arena_free(arena);
    }
}

TESTS(TEST(upgrades), TEST(steps_say_from_and_to), TEST(overlapping_rows_are_named), TEST(a_hundred_thousand))
