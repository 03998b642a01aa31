#include "cli/out/graph_layout.h"

#include "listed.h"

/* "0 1 0": the lanes from the newest down. */
static void check_lanes(const struct listed *rows, size_t count, const char *expected, size_t lane_count)
{
    struct rv_arena *arena = rv_arena_new();
    rev_revisions list;
    listed_new(arena, rows, count, &list);
    struct graph_layout *layout = graph_layout_new(&list);
    char lanes[256] = "";
    for (size_t i = 0; i < count; i++) {
        size_t len = strlen(lanes);
        snprintf(lanes + len, sizeof lanes - len, "%s%u", i ? " " : "", (unsigned)layout->lanes[i]);
    }
    assert_int_equal(layout->count, count);
    assert_string_equal(lanes, expected);
    assert_int_equal(layout->lane_count, lane_count);
    graph_layout_free(layout);
    rv_arena_free(arena);
}

static void lanes_follow_first_parents(void **state)
{
    (void)state;
    const struct listed line[] = {{"c", "b"}, {"b", "a"}, {"a"}};
    check_lanes(line, COUNT(line), "0 0 0", 1);
    const struct listed diamond[] = {{"d", "b c"}, {"c", "a"}, {"b", "a"}, {"a"}};
    check_lanes(diamond, COUNT(diamond), "0 1 0 0", 2);
    const struct listed heads[] = {{"d", "b"}, {"c", "a"}, {"b", "a"}, {"a"}};
    check_lanes(heads, COUNT(heads), "0 1 0 0", 2);
    /* A lane that ended is taken again. */
    const struct listed twice[] = {{"e", "d"}, {"d"}, {"c", "a"}, {"b", "a"}, {"a"}};
    check_lanes(twice, COUNT(twice), "0 0 0 1 0", 2);
    check_lanes(NULL, 0, "", 0);
}

/* A dependency's line does not carry its revision away from its own. */
static void dependencies_have_lanes_of_their_own(void **state)
{
    (void)state;
    struct rv_arena *arena = rv_arena_new();
    rev_revisions list;
    const struct listed rows[] = {{"d", "b", "a"}, {"c", "a"}, {"b"}, {"a"}};
    listed_new(arena, rows, COUNT(rows), &list);
    check_lanes(rows, COUNT(rows), "0 2 0 2", 3);
    struct graph_layout *layout = graph_layout_new(&list);
    static const struct graph_edge expected[] = {{0, 2, 0, false}, {0, 3, 1, true}, {1, 3, 2, false}};
    assert_int_equal(layout->edge_count, COUNT(expected));
    for (size_t i = 0; i < COUNT(expected); i++) {
        assert_int_equal(layout->edges[i].child, expected[i].child);
        assert_int_equal(layout->edges[i].parent, expected[i].parent);
        assert_int_equal(layout->edges[i].lane, expected[i].lane);
        assert_int_equal(layout->edges[i].is_dependency, expected[i].is_dependency);
    }
    graph_layout_free(layout);
    rv_arena_free(arena);
}

static void parents_outside_the_list_are_known(void **state)
{
    (void)state;
    struct rv_arena *arena = rv_arena_new();
    rev_revisions list;
    const struct listed rows[] = {{"d", "c x"}, {"c", "gone"}, {"b"}};
    listed_new(arena, rows, COUNT(rows), &list);
    struct graph_layout *layout = graph_layout_new(&list);
    assert_true(layout->is_cut[0]);
    assert_true(layout->is_cut[1]);
    assert_false(layout->is_cut[2]);
    assert_int_equal(layout->edge_count, 1);
    graph_layout_free(layout);
    graph_layout_free(NULL);
    rv_arena_free(arena);
}

/* Between its ends an edge passes no revision, and shares its lane only with edges of its kind to the same parent. */
static void check_free_ways(const struct graph_layout *layout)
{
    for (size_t e = 0; e < layout->edge_count; e++) {
        const struct graph_edge *edge = &layout->edges[e];
        for (uint32_t row = edge->child + 1; row < edge->parent; row++) {
            assert_int_not_equal(layout->lanes[row], edge->lane);
        }
        for (size_t f = 0; f < e; f++) {
            const struct graph_edge *other = &layout->edges[f];
            bool both = other->parent > edge->child + 1 && other->child + 1 < edge->parent;
            if (other->lane == edge->lane && both) {
                assert_int_equal(other->parent, edge->parent);
                assert_int_equal(other->is_dependency, edge->is_dependency);
            }
        }
    }
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* Up to two parents and a dependency, each some rows further down. */
static void make_random(struct rv_arena *arena, uint32_t seed, struct listed *rows, size_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t left = (uint32_t)count - i - 1, near = left < 6 ? left : 6;
        uint32_t parents = near ? next_random(&seed) % 3 : 0;
        rows[i].id = rv_arena_printf(arena, "r%u", (unsigned)i);
        rows[i].parents = "";
        for (uint32_t k = 0; k < parents; k++) {
            rows[i].parents =
                rv_arena_printf(arena, "%s r%u", rows[i].parents, (unsigned)(i + 1 + (next_random(&seed) + k) % near));
        }
        if (left && next_random(&seed) % 5 == 0) {
            rows[i].depends_on = rv_arena_printf(arena, "r%u", (unsigned)(i + 1 + next_random(&seed) % left));
        }
    }
}

static void lines_never_run_through_others(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 200; seed++) {
        struct rv_arena *arena = rv_arena_new();
        struct listed rows[60] = {0};
        rev_revisions list;
        make_random(arena, seed, rows, COUNT(rows));
        listed_new(arena, rows, COUNT(rows), &list);
        struct graph_layout *layout = graph_layout_new(&list);
        check_free_ways(layout);
        graph_layout_free(layout);
        rv_arena_free(arena);
    }
}

TESTS(TEST(lanes_follow_first_parents), TEST(dependencies_have_lanes_of_their_own),
      TEST(parents_outside_the_list_are_known), TEST(lines_never_run_through_others))
