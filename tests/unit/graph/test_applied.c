/* From rows to what is applied. */
#include "graph/applied.h"
#include "graph/drawn.h"

/*     a1 --- a2
 *     b1 --- b2        b1 depends on a1
 */
static const char *const DRAWING = "a1; a2<a1; b1 !a1; b2<b1";

static void rows_become_nodes(void **state)
{
    (void)state;
    struct rv_graph *graph = drawn_graph(DRAWING);
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    rv_nodes_auto struct rv_nodes rows = {0}, none = {0};
    rev_error *err = NULL;
    assert_succeeds(rv_rows_nodes(graph, drawn_strings(arena, "b1 a2 b1"), &rows, &err), &err);
    assert_nodes(graph, rv_nodes_list(&rows), "a2 b1");
    assert_fails(rv_rows_nodes(graph, drawn_strings(arena, "a1 x y"), &none, &err), &err, REV_ERROR_UNKNOWN_ROW,
                 "the database is at 'x', 'y', which no file here defines");
    assert_fails(rv_rows_nodes(graph, drawn_strings(arena, "a"), &none, &err), &err, REV_ERROR_UNKNOWN_ROW, "'a'");
    assert_int_equal(none.count, 0);
    rv_graph_free(graph);
}

static void questions(void **state)
{
    static const struct {
        const char *rows, *maximal, *redundant, *tips, *pending;
    } cases[] = {
        {"", "", "", "", "a1 a2 b1 b2"},
        {"b1", "b1", "", "a1 b1", "a2 b2"}, /* a1 by depends_on only: the page's example */
        {"b2", "b2", "", "a1 b2", "a2"},
        {"a2 b2", "a2 b2", "", "a2 b2", ""},
        {"a1 b1 b2", "b2", "a1 b1", "a1 b2", "a2"},
    };
    (void)state;
    struct rv_graph *graph = drawn_graph(DRAWING);
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    for (size_t i = 0; i < COUNT(cases); i++) {
        rv_nodes_auto struct rv_nodes rows = {0}, maximal = {0}, redundant = {0}, tips = {0}, pending = {0};
        rev_error *err = NULL;
        assert_succeeds(rv_rows_nodes(graph, drawn_strings(arena, cases[i].rows), &rows, &err), &err);
        rv_rows_maximal(graph, rv_nodes_list(&rows), &maximal, &redundant);
        rv_set_auto struct rv_set *applied = rv_rows_applied(graph, rv_nodes_list(&rows));
        rv_applied_tips(graph, applied, &tips);
        rv_applied_pending(graph, applied, &pending);
        assert_nodes(graph, rv_nodes_list(&maximal), cases[i].maximal);
        assert_nodes(graph, rv_nodes_list(&redundant), cases[i].redundant);
        assert_nodes(graph, rv_nodes_list(&tips), cases[i].tips);
        assert_nodes(graph, rv_nodes_list(&pending), cases[i].pending);
    }
    rv_graph_free(graph);
}

TESTS(TEST(rows_become_nodes), TEST(questions))
