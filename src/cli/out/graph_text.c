/* Lanes: each is a line on its way down to the revision that it waits for. A revision takes the leftmost lane that
 * waits for it, after the others have joined that one (above); its first parent inherits the lane, each further one
 * opens a lane to the right of it (below); without parents the lane ends. Every row changes one thing, and lanes to the
 * right of it move by one, so the drawing is right for any graph. */
#include "cli/out/graph_text.h"

#include "base/alloc.h"
#include "base/map.h"
#include "base/vec.h"

struct graph_text {
    const rev_revisions *revisions;
    struct rv_map *listed;  /* id → place in the list */
    RV_VEC(uint32_t) lanes; /* the revision for which each waits */
    size_t lane;            /* of the revision at hand */
    bool has_ended;         /* the revision before ended the last lane */
};

struct graph_text *graph_text_new(const rev_revisions *revisions)
{
    struct graph_text *graph = rv_alloc(sizeof *graph);
    *graph = (struct graph_text){.revisions = revisions, .listed = rv_map_new()};
    for (size_t i = 0; i < revisions->count; i++) {
        rv_map_put(graph->listed, rv_view_of(revisions->items[i]->id), (uint32_t)i);
    }
    return graph;
}

void graph_text_free(struct graph_text *graph)
{
    if (graph) {
        rv_map_free(graph->listed);
        rv_vec_clear(&graph->lanes);
        free(graph);
    }
}

static void end_row(struct rv_str *out)
{
    while (out->len && out->ptr[out->len - 1] == ' ') {
        out->ptr[--out->len] = '\0';
    }
    rv_str_add_char(out, '\n');
}

static void remove_lane(struct graph_text *graph, size_t lane)
{
    memmove(&graph->lanes.items[lane], &graph->lanes.items[lane + 1],
            (graph->lanes.count - lane - 1) * sizeof graph->lanes.items[0]);
    graph->lanes.count--;
}

static void insert_lane(struct graph_text *graph, size_t lane, uint32_t waits_for)
{
    rv_vec_push(&graph->lanes, 0);
    memmove(&graph->lanes.items[lane + 1], &graph->lanes.items[lane],
            (graph->lanes.count - lane - 1) * sizeof graph->lanes.items[0]);
    graph->lanes.items[lane] = waits_for;
}

/* Lane `from` joins lane `to`, left of it: "|/", or "|_|/" over others; lanes right of `from` move left. */
static void join_row(const struct graph_text *graph, size_t to, size_t from, struct rv_str *out)
{
    for (size_t k = 0; k < graph->lanes.count; k++) {
        /* Two characters a lane: its own, and the one to its right, where the '/' of the next lane may stand. */
        bool moves = k >= from;
        bool next_moves = k + 1 >= from && k + 1 < graph->lanes.count;
        bool is_crossed = k >= to && k + 1 < from;
        rv_str_add_char(out, moves ? ' ' : '|');
        rv_str_add_char(out, next_moves ? '/' : is_crossed ? '_' : ' ');
    }
    end_row(out);
}

void graph_text_above(struct graph_text *graph, size_t i, struct rv_str *out)
{
    size_t first = 0;
    while (first < graph->lanes.count && graph->lanes.items[first] != i) {
        first++;
    }
    for (size_t k = graph->lanes.count; k-- > first + 1;) {
        if (graph->lanes.items[k] == i) {
            join_row(graph, first, k, out);
            remove_lane(graph, k);
        }
    }
    if (first == graph->lanes.count) {
        if (graph->has_ended) {
            /* Right below a revision without parents, a tip would look like one. */
            for (size_t k = 0; k < graph->lanes.count; k++) {
                rv_str_add_text(out, "| ");
            }
            end_row(out);
        }
        rv_vec_push(&graph->lanes, (uint32_t)i);
    }
    graph->lane = first;
    graph->has_ended = false;
}

void graph_text_star(struct graph_text *graph, size_t i, struct rv_str *out)
{
    (void)i;
    for (size_t k = 0; k < graph->lanes.count; k++) {
        rv_str_add_text(out, k == graph->lane ? "* " : "| ");
    }
}

static size_t listed_parents(const struct graph_text *graph, size_t i, uint32_t *out, size_t max)
{
    const rev_strings *parents = &graph->revisions->items[i]->down_revision;
    size_t count = 0;
    for (size_t k = 0; k < parents->count; k++) {
        uint32_t place;
        if (count < max && rv_map_get(graph->listed, rv_view_of(parents->items[k]), &place)) {
            out[count++] = place;
        }
    }
    return count;
}

void graph_text_beside(struct graph_text *graph, size_t i, struct rv_str *out)
{
    uint32_t parent;
    bool ends = listed_parents(graph, i, &parent, 1) == 0;
    for (size_t k = 0; k < graph->lanes.count; k++) {
        rv_str_add_text(out, k == graph->lane && ends ? "  " : "| ");
    }
}

/* A lane opens to the right of `lane`: "|\"; lanes right of it move right. */
static void open_row(const struct graph_text *graph, size_t lane, struct rv_str *out)
{
    for (size_t k = 0; k < graph->lanes.count; k++) {
        rv_str_add_text(out, k < lane ? "| " : k == lane ? "|\\" : " \\");
    }
    end_row(out);
}

/* The lane ends; lanes right of it move left. */
static void close_row(const struct graph_text *graph, size_t lane, struct rv_str *out)
{
    for (size_t k = 0; k < graph->lanes.count; k++) {
        rv_str_add_text(out, k < lane ? "| " : k + 1 < graph->lanes.count ? " /" : "");
    }
    end_row(out);
}

void graph_text_below(struct graph_text *graph, size_t i, struct rv_str *out)
{
    size_t max = graph->revisions->items[i]->down_revision.count;
    uint32_t *parents = rv_alloc(rv_size_mul(max, sizeof *parents));
    size_t count = listed_parents(graph, i, parents, max);
    if (count == 0) {
        if (graph->lane + 1 < graph->lanes.count) {
            close_row(graph, graph->lane, out);
        }
        remove_lane(graph, graph->lane);
        graph->has_ended = graph->lane == graph->lanes.count;
    } else {
        graph->lanes.items[graph->lane] = parents[0];
    }
    for (size_t k = count; k-- > 1;) {
        open_row(graph, graph->lane, out);
        insert_lane(graph, graph->lane + 1, parents[k]);
    }
    free(parents);
}
