/* What a built graph says of its revisions. */
#include "graph/drawn.h"

static const rev_revision *revision_of(const struct rv_graph *graph, const char *id)
{
    uint32_t node;
    assert_true(rv_graph_find(graph, id, &node));
    return rv_graph_revision(graph, node);
}

static uint32_t node_of(const struct rv_graph *graph, const char *id)
{
    uint32_t node;
    assert_true(rv_graph_find(graph, id, &node));
    return node;
}

static void records_are_complete(void **state)
{
    /*      ,--- b --.
     *     a          d (M)      d depends on e by its label
     *      `--- c --'
     *     e (E) #t
     */
    (void)state;
    struct rv_graph *graph = drawn_graph("d<c,b (M) !E; c<a; b<a; a; e (E) #t");
    const rev_revision *a = revision_of(graph, "a"), *b = revision_of(graph, "b"), *d = revision_of(graph, "d");
    const rev_revision *e = revision_of(graph, "e");
    assert_strings(a->children, "b c");
    assert_strings(d->down_revision, "c b");
    assert_strings(d->depends_on, "E");
    assert_strings(d->depends_on_ids, "e");
    assert_strings(d->branch_labels, "M");
    assert_strings(e->tags, "t");
    assert_string_equal(d->message, "make d");
    assert_string_equal(d->path, "m1");
    assert_null(d->create_date);
    assert_true(a->is_base && a->is_branch_point && !a->is_head && !a->is_merge_point);
    assert_true(d->is_head && d->is_merge_point && !d->is_effective_head && !d->is_base);
    assert_true(e->is_head && e->is_effective_head && e->is_base);
    assert_true(!b->is_head && !b->is_branch_point && !b->is_merge_point);
    rv_graph_free(graph);
}

static void ends_are_sorted_by_id(void **state)
{
    (void)state;
    struct rv_graph *graph = drawn_graph("z<x; x; a !z; y<x; c; b<c");
    assert_nodes(graph, rv_graph_heads(graph), "a b y z");
    assert_nodes(graph, rv_graph_real_heads(graph), "a b y");
    assert_nodes(graph, rv_graph_bases(graph), "a c x");
    rv_graph_free(graph);
}

static void an_empty_graph_is_fine(void **state)
{
    (void)state;
    struct rv_graph *graph = drawn_graph("");
    uint32_t node;
    assert_int_equal(rv_graph_count(graph), 0);
    assert_int_equal(rv_graph_heads(graph).count, 0);
    assert_int_equal(rv_graph_order(graph).count, 0);
    assert_false(rv_graph_find(graph, "a", &node));
    rv_graph_free(graph);
}

static void names_are_found_by_kind(void **state)
{
    (void)state;
    struct rv_graph *graph = drawn_graph("ab; abc (L) #t; abcd<ab");
    uint32_t node;
    assert_true(rv_graph_find(graph, "abc", &node));
    assert_false(rv_graph_find(graph, "a", &node));
    assert_false(rv_graph_find(graph, "L", &node));
    assert_true(rv_graph_find_label(graph, "L", &node));
    assert_true(rv_graph_find_label(graph, "t", &node));
    assert_string_equal(rv_graph_id(graph, node), "abc");
    assert_false(rv_graph_find_label(graph, "ab", &node));
    rv_graph_free(graph);
}

static void edges_have_no_duplicates(void **state)
{
    /* c depends on its own parent, on what that one needs, and twice on x: legal, and each edge is there once. */
    (void)state;
    struct rv_graph *graph = drawn_graph("a; b<a; x (X); c<b !b,a,x,X");
    uint32_t c = node_of(graph, "c"), a = node_of(graph, "a");
    assert_nodes(graph, rv_graph_parents(graph, c), "b");
    assert_nodes(graph, rv_graph_full_parents(graph, c), "b a x");
    assert_nodes(graph, rv_graph_children(graph, a), "b");
    assert_nodes(graph, rv_graph_full_children(graph, a), "b c");
    assert_strings(revision_of(graph, "c")->depends_on_ids, "b a x x");
    rv_graph_free(graph);
}

static void lists_of_ids_are_cut(void **state)
{
    (void)state;
    struct rv_graph *graph = drawn_graph("a; b; c; d; e; f; g; h; i; j; k; l; m; n; o; p; q; r; s; t; u; v");
    rv_str_auto struct rv_str text = {0};
    rv_nodes_describe(graph, rv_graph_heads(graph), &text);
    assert_non_null(strstr(rv_str_text(&text), "'s', 't' and 2 more"));
    rv_graph_free(graph);
}

TESTS(TEST(records_are_complete), TEST(ends_are_sorted_by_id), TEST(an_empty_graph_is_fine),
      TEST(names_are_found_by_kind), TEST(edges_have_no_duplicates), TEST(lists_of_ids_are_cut))
