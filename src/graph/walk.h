/* Sets of nodes, and the walks that fill them. Iterative, linear in edges. */
#ifndef RV_GRAPH_WALK_H
#define RV_GRAPH_WALK_H

#include "graph/graph.h"

struct rv_set; /* a bitset over the nodes of one graph */

struct rv_set *rv_set_new(const struct rv_graph *graph);
void rv_set_free(struct rv_set *set);
void rv_set_cleanup(struct rv_set **set);
#define rv_set_auto __attribute__((cleanup(rv_set_cleanup)))

bool rv_set_has(const struct rv_set *set, uint32_t node);
void rv_set_add(struct rv_set *set, uint32_t node);
void rv_set_remove(struct rv_set *set, uint32_t node);

enum rv_edges { RV_VERSIONED, RV_FULL };

/* The members, sorted by id, appended to `out`. */
void rv_set_list(const struct rv_set *set, struct rv_nodes *out);

/* Adds each start and all that is above or below it, whatever the set held before. */
void rv_set_add_ancestors(struct rv_set *set, const struct rv_graph *graph, struct rv_node_list starts,
                          enum rv_edges edges);
void rv_set_add_descendants(struct rv_set *set, const struct rv_graph *graph, struct rv_node_list starts,
                            enum rv_edges edges);

#endif
