/* The one order of the graph. */
#include "graph/drawn.h"

static void orders(void **state)
{
    static const struct {
        const char *drawing, *order;
    } cases[] = {
        {"", ""},
        {"b; a; c", "a b c"},
        {"c<b; b<a; a", "a b c"},
        /* one branch to its end before the next begins */
        {"a; b1<a; b2<b1; c1<a; c2<c1", "a b1 b2 c1 c2"},
        {"a1; b1; a2<a1; b2<b1; a3<a2; b3<b2", "a1 a2 a3 b1 b2 b3"},
        /* a merge point comes once all its parents are there */
        {"a; b<a; c<a; d<b,c; e<d", "a b c d e"},
        /* ones own child goes before a dependent, whatever the ids */
        {"a1; z<a1; b1 !a1; b2<b1", "a1 z b1 b2"},
        {"a1; b1 !a1; b2<b1", "a1 b1 b2"},
        /* a dependency in the middle of a branch holds it back */
        {"a1; a2<a1 !b2; b1; b2<b1; b3<b2", "a1 b1 b2 b3 a2"},
        {"m<a,b,c; c; b<a; a", "a b c m"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct rv_graph *graph = drawn_graph(cases[i].drawing);
        assert_nodes(graph, rv_graph_order(graph), cases[i].order);
        for (uint32_t at = 0; at < rv_graph_count(graph); at++) {
            assert_int_equal(rv_graph_position(graph, rv_graph_order(graph).items[at]), at);
        }
        rv_graph_free(graph);
    }
}

TESTS(TEST(orders))
