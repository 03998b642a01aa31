/* The graph's inside, for the files of this room only. */
#ifndef RV_GRAPH_INTERNAL_H
#define RV_GRAPH_INTERNAL_H

#include "base/arena.h"
#include "base/error.h"
#include "graph/graph.h"

/* The neighbours of node n are items[start[n]] up to items[start[n + 1]]. */
struct rv_edge_table {
    uint32_t *start;
    uint32_t *items;
};

enum rv_name_kind { RV_NAME_ID, RV_NAME_LABEL, RV_NAME_TAG };

/* Ids, labels and tags share one namespace: each text is there once. */
struct rv_graph_name {
    const char *text;
    uint32_t node;
    enum rv_name_kind kind;
};

struct rv_graph {
    struct rv_arena *arena;
    size_t count;
    rev_revision *revisions; /* sorted by id */
    struct rv_edge_table parents, full_parents, children, full_children;
    struct rv_graph_name *names; /* sorted by text */
    size_t name_count;
    uint32_t *order, *position;
    struct rv_node_list heads, real_heads, bases;
};

/* A graph in the making. `sources` gives each node's descriptor. */
struct rv_build {
    struct rv_graph *graph;
    const struct rv_descriptor **sources;
    struct rv_faults faults;
};

static inline struct rv_node_list rv_edge_list(const struct rv_edge_table *table, uint32_t node)
{
    return (struct rv_node_list){table->items + table->start[node], table->start[node + 1] - table->start[node]};
}

/* The first name that is not less than `text`: where it is, or where those that begin with it start. */
size_t rv_names_lower_bound(const struct rv_graph *graph, const char *text, size_t len);

/* validate.c: each adds what it finds to build->faults. */
void rv_validate_sources(struct rv_build *build, const struct rv_descriptor *descriptors, size_t count);
void rv_validate_names(struct rv_build *build);
void rv_validate_references(struct rv_build *build);
void rv_validate_cycles(struct rv_build *build);

/* order.c: fills order and position. What lies on or above a cycle is not placed and has position UINT32_MAX. */
void rv_order_fill(struct rv_graph *graph);

/* labels.c: fills the carried labels of every revision. */
void rv_labels_spread(struct rv_build *build);

#endif
