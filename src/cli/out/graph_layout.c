/* Lanes that stay where they are, so that lines are straight. A revision takes the leftmost lane that waits for it, or
 * else the leftmost free one; its first parent inherits that lane, and each further one gets the lane that waits for it
 * already or a free one. A dependency has lanes of its own kind: whatever waits only for that does not put its revision
 * there. Time grows with revisions times lanes. */
#include "cli/out/graph_layout.h"

#include "base/alloc.h"
#include "base/map.h"
#include "base/vec.h"

static const uint32_t FREE = UINT32_MAX;

struct lane {
    uint32_t waits_for; /* a row, or FREE */
    bool is_dependency;
};

struct work {
    struct graph_layout *layout;
    struct rv_map *listed; /* id → row */
    RV_VEC(struct lane) lanes;
    RV_VEC(struct graph_edge) edges;
};

/* The leftmost lane like this one; a new one if there is none. */
static uint32_t find_lane(struct work *work, uint32_t waits_for, bool is_dependency)
{
    uint32_t k = 0;
    while (k < work->lanes.count && (work->lanes.items[k].waits_for != waits_for ||
                                     (waits_for != FREE && work->lanes.items[k].is_dependency != is_dependency))) {
        k++;
    }
    return k;
}

static void take_lane(struct work *work, uint32_t k, uint32_t waits_for, bool is_dependency)
{
    if (k == work->lanes.count) {
        rv_vec_push(&work->lanes, (struct lane){0});
    }
    work->lanes.items[k] = (struct lane){waits_for, is_dependency};
}

/* Takes the lane for the revision of this row; every lane that waited for it is free then. */
static void place(struct work *work, uint32_t row)
{
    uint32_t own = find_lane(work, row, false);
    bool is_new = own == work->lanes.count;
    for (size_t k = 0; k < work->lanes.count; k++) {
        if (work->lanes.items[k].waits_for == row) {
            work->lanes.items[k].waits_for = FREE;
        }
    }
    if (is_new) {
        own = find_lane(work, FREE, false);
    }
    take_lane(work, own, FREE, false);
    work->layout->lanes[row] = own;
}

static void add_edge(struct work *work, uint32_t row, uint32_t parent, bool inherits, bool is_dependency)
{
    uint32_t lane = inherits ? work->layout->lanes[row] : find_lane(work, parent, is_dependency);
    if (!inherits && lane == work->lanes.count) {
        lane = find_lane(work, FREE, false);
    }
    take_lane(work, lane, parent, is_dependency);
    const struct graph_edge edge = {.child = row, .parent = parent, .lane = lane, .is_dependency = is_dependency};
    rv_vec_push(&work->edges, edge);
}

static void add_edges(struct work *work, uint32_t row, const rev_revision *revision)
{
    bool inherits = true;
    uint32_t parent;
    for (size_t i = 0; i < revision->down_revision.count; i++) {
        if (rv_map_get(work->listed, rv_view_of(revision->down_revision.items[i]), &parent)) {
            add_edge(work, row, parent, inherits, false);
            inherits = false;
        } else {
            work->layout->is_cut[row] = true;
        }
    }
    for (size_t i = 0; i < revision->depends_on_ids.count; i++) {
        if (rv_map_get(work->listed, rv_view_of(revision->depends_on_ids.items[i]), &parent)) {
            add_edge(work, row, parent, false, true);
        }
    }
}

struct graph_layout *graph_layout_new(const rev_revisions *revisions)
{
    struct graph_layout *layout = rv_alloc(sizeof *layout);
    *layout = (struct graph_layout){.count = revisions->count};
    layout->lanes = rv_alloc(rv_size_mul(revisions->count, sizeof *layout->lanes));
    layout->is_cut = rv_alloc(rv_size_mul(revisions->count, sizeof *layout->is_cut));
    struct work work = {.layout = layout, .listed = rv_map_new()};
    for (size_t i = 0; i < revisions->count; i++) {
        rv_map_put(work.listed, rv_view_of(revisions->items[i]->id), (uint32_t)i);
    }
    for (uint32_t i = 0; i < revisions->count; i++) {
        layout->is_cut[i] = false;
        place(&work, i);
        add_edges(&work, i, revisions->items[i]);
    }
    layout->lane_count = work.lanes.count;
    layout->edges = work.edges.items;
    layout->edge_count = work.edges.count;
    rv_vec_clear(&work.lanes);
    rv_map_free(work.listed);
    return layout;
}

void graph_layout_free(struct graph_layout *layout)
{
    if (layout) {
        free(layout->lanes);
        free(layout->is_cut);
        free(layout->edges);
        free(layout);
    }
}
