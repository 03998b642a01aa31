/* Sets and closures. */
#include "graph/drawn.h"
#include "graph/walk.h"

static void members(void **state)
{
    (void)state;
    rv_str_auto struct rv_str drawing = {0};
    for (int i = 0; i < 130; i++) {
        rv_str_printf(&drawing, "r%03d; ", i);
    }
    struct rv_graph *graph = drawn_graph(rv_str_text(&drawing));
    rv_set_auto struct rv_set *set = rv_set_new(graph);
    rv_nodes_auto struct rv_nodes nodes = {0};
    rv_set_add(set, 129);
    rv_set_add(set, 63);
    rv_set_add(set, 64);
    rv_set_add(set, 5);
    rv_set_remove(set, 5);
    assert_true(rv_set_has(set, 64) && !rv_set_has(set, 5) && !rv_set_has(set, 65));
    rv_set_list(set, &nodes);
    assert_nodes(graph, rv_nodes_list(&nodes), "r063 r064 r129");
    rv_graph_free(graph);
}

/*     a --- b --- d
 *      `--- c ---'        e depends on b
 *     e --- f
 */
static void closures(void **state)
{
    static const struct {
        const char *start;
        bool is_up;
        enum rv_edges edges;
        const char *expected;
    } cases[] = {
        {"d", false, RV_VERSIONED, "a b c d"}, {"f", false, RV_VERSIONED, "e f"},
        {"f", false, RV_FULL, "a b e f"},      {"a", true, RV_VERSIONED, "a b c d"},
        {"b", true, RV_FULL, "b d e f"},       {"c", true, RV_FULL, "c d"},
        {"a", true, RV_FULL, "a b c d e f"},   {"e f", false, RV_FULL, "a b e f"},
        {"c f", false, RV_FULL, "a b c e f"},  {"", true, RV_FULL, ""},
    };
    (void)state;
    struct rv_graph *graph = drawn_graph("a; b<a; c<a; d<b,c; e !b; f<e");
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    for (size_t i = 0; i < COUNT(cases); i++) {
        rev_strings ids = drawn_strings(arena, cases[i].start);
        rv_nodes_auto struct rv_nodes starts = {0}, reached = {0};
        rv_set_auto struct rv_set *set = rv_set_new(graph);
        for (size_t j = 0; j < ids.count; j++) {
            uint32_t node;
            assert_true(rv_graph_find(graph, ids.items[j], &node));
            rv_vec_push(&starts, node);
        }
        (cases[i].is_up ? rv_set_add_descendants : rv_set_add_ancestors)(set, graph, rv_nodes_list(&starts),
                                                                         cases[i].edges);
        rv_set_list(set, &reached);
        assert_nodes(graph, rv_nodes_list(&reached), cases[i].expected);
    }
    rv_graph_free(graph);
}

/* A node that is in the set already does not stop the walk. */
static void members_are_no_wall(void **state)
{
    (void)state;
    struct rv_graph *graph = drawn_graph("a; b<a; c<b");
    rv_set_auto struct rv_set *set = rv_set_new(graph);
    rv_nodes_auto struct rv_nodes reached = {0};
    uint32_t top = 2;
    rv_set_add(set, 1);
    rv_set_add_ancestors(set, graph, (struct rv_node_list){&top, 1}, RV_VERSIONED);
    rv_set_list(set, &reached);
    assert_nodes(graph, rv_nodes_list(&reached), "a b c");
    rv_graph_free(graph);
}

TESTS(TEST(members), TEST(closures), TEST(members_are_no_wall))
