/* From the content of alembic_version to what is applied, and what can be said of it (sections 1 and 8). */
#ifndef RV_GRAPH_APPLIED_H
#define RV_GRAPH_APPLIED_H

#include "graph/graph.h"
#include "graph/walk.h"

/* The version rows as nodes, sorted by id, each once. Rows that no revision defines fail with REV_ERROR_UNKNOWN_ROW. */
bool rv_rows_nodes(const struct rv_graph *graph, rev_strings rows, struct rv_nodes *out_rows, rev_error **err);

/* Full ancestors of the rows: what is applied. */
struct rv_set *rv_rows_applied(const struct rv_graph *graph, struct rv_node_list rows);

/* The rows that no other row needs, sorted by id (the row rule), and with `out_redundant` (NULL is fine) the rest. */
void rv_rows_maximal(const struct rv_graph *graph, struct rv_node_list rows, struct rv_nodes *out_maximal,
                     struct rv_nodes *out_redundant);

/* What `current` shows: applied revisions with no applied versioned child, sorted by id. */
void rv_applied_tips(const struct rv_graph *graph, const struct rv_set *applied, struct rv_nodes *out_tips);

/* What `upgrade heads` would run, in that order: full ancestors of the real heads that are not applied. */
void rv_applied_pending(const struct rv_graph *graph, const struct rv_set *applied, struct rv_nodes *out_pending);

#endif
