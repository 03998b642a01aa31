/* Lists that the library hands out: one allocation that the caller frees. */
#ifndef RV_COMMAND_LISTS_H
#define RV_COMMAND_LISTS_H

#include <rev/graph.h>

#include "graph/graph.h"

/* The revisions of some nodes; `reversed` turns their order. */
rev_revisions *rv_revisions_new(const struct rv_graph *graph, struct rv_node_list nodes, bool reversed);

#endif
