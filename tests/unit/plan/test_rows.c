/* The arithmetic of alembic_version: the table of docs/specs.md, section 6, and its SQL. */
#include "plan/planned.h"
#include "plan/rows.h"

static void row_changes(void **state)
{
    static const struct {
        const char *name, *drawing, *rows;
        rev_direction direction;
        const char *spec, *changes, *after; /* of the plan's one step */
    } cases[] = {
        {"first revision", "a", "", REV_UPGRADE, "a", "INSERT a", "a"},
        {"a new base", "a; x", "x", REV_UPGRADE, "a", "INSERT a", "a x"},
        {"plain", "a; b<a", "a", REV_UPGRADE, "b", "UPDATE a to b", "b"},
        {"second branch", "a; b<a; c<a", "b", REV_UPGRADE, "c", "INSERT c", "b c"},
        {"merge", "a; b<a; c<a; d<b,c", "b c", REV_UPGRADE, "d", "DELETE b, UPDATE c to d", "d"},
        {"merge, parents as written", "a; b<a; c<a; d<c,b", "b c", REV_UPGRADE, "d", "DELETE c, UPDATE b to d", "d"},
        {"merge of four", "a; b; c; d; m<a,b,c,d", "a b c d", REV_UPGRADE, "m",
         "DELETE a, DELETE b, DELETE c, UPDATE d to m", "m"},
        {"dependency is a row", "a1; b1; b2<b1 !a1", "a1 b1", REV_UPGRADE, "b2", "DELETE b1, UPDATE a1 to b2", "b2"},
        {"dependency is covered", "a1; a2<a1; b1; b2<b1 !a1", "a2 b1", REV_UPGRADE, "b2", "UPDATE b1 to b2", "a2 b2"},
        {"parent above parent", "a; b<a; m<a,b", "b", REV_UPGRADE, "m", "UPDATE b to m", "m"},
        {"undo a merge", "a; b<a; c<a; d<b,c", "d", REV_DOWNGRADE, "b", "INSERT b, UPDATE d to c", "b c"},
        {"undo one branch", "a; b<a; c<a", "b c", REV_DOWNGRADE, "c@a", "DELETE c", "b"},
        {"undo the last base", "a", "a", REV_DOWNGRADE, "base", "DELETE a", ""},
        {"undo plain", "a; b<a", "b", REV_DOWNGRADE, "a", "UPDATE b to a", "a"},
        {"a dependency surfaces", "a1; b1 !a1", "b1", REV_DOWNGRADE, "b1@base", "UPDATE b1 to a1", "a1"},
        {"parent and dependency surface", "a1; b1; b2<b1 !a1", "b2", REV_DOWNGRADE, "b1", "INSERT b1, UPDATE b2 to a1",
         "a1 b1"},
        {"a covered dependency does not", "a1; a2<a1; b1; b2<b1 !a1", "a2 b2", REV_DOWNGRADE, "b1", "UPDATE b2 to b1",
         "a2 b1"},
        {"parent above parent, undone", "a; b<a; m<a,b; x", "m x", REV_DOWNGRADE, "b", "UPDATE m to b", "b x"},
        /* rows that another row implies */
        {"mended by an upgrade", "a; b<a; c<b", "a b", REV_UPGRADE, "c", "DELETE a, UPDATE b to c", "c"},
        {"mended beside it", "a; b<a; x", "a b", REV_UPGRADE, "x", "UPDATE a to x", "b x"},
        {"brought back by a downgrade", "a; b<a", "a b", REV_DOWNGRADE, "a", "DELETE b", "a"},
        {"one of two brought back", "a; b; m<a,b", "a m", REV_DOWNGRADE, "b", "UPDATE m to b", "a b"},
    };
    (void)state;
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct rv_graph *graph = drawn_graph(cases[i].drawing);
        rv_str_auto struct rv_str changes = {0};
        rev_error *err = NULL;
        struct rv_plan *plan = (cases[i].direction == REV_UPGRADE ? rv_plan_upgrade : rv_plan_downgrade)(
            graph, drawn_strings(arena, cases[i].rows), cases[i].spec, &err);
        check_none(cases[i].name, err);
        CHECK(cases[i].name, plan->step_count == 1);
        describe_changes(&plan->steps[0], &changes);
        check_text(cases[i].name, rv_str_text(&changes), cases[i].changes);
        assert_strings(plan->rows_after, cases[i].after);
        rv_plan_free(plan);
        rv_graph_free(graph);
    }
}

static void changes_are_ordered(void **state)
{
    static const struct {
        const char *going, *coming, *changes;
    } cases[] = {
        {"", "", ""},
        {"a", "", "DELETE a"},
        {"", "a b", "INSERT a, INSERT b"},
        {"a b", "x y", "DELETE a, INSERT x, UPDATE b to y"},
        {"a b", "x", "DELETE a, UPDATE b to x"},
    };
    (void)state;
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct rv_step step = {0};
        rv_str_auto struct rv_str changes = {0};
        rv_row_changes(arena, drawn_strings(arena, cases[i].going), drawn_strings(arena, cases[i].coming), &step);
        describe_changes(&step, &changes);
        assert_string_equal(rv_str_text(&changes), cases[i].changes);
    }
}

TESTS(TEST(row_changes), TEST(changes_are_ordered))
