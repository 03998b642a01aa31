/* Spec text + graph + version rows → revisions. Each command has its own reading of a spec (sections 2, 4, 5 and 6), so
 * each has its own function here. Failures name the spec, say why, and list candidates in the hint. */
#ifndef RV_GRAPH_RESOLVE_H
#define RV_GRAPH_RESOLVE_H

#include "graph/applied.h"
#include "graph/graph.h"
#include "graph/spec.h"
#include "graph/walk.h"

/* upgrade: the targets; none for base and for heads of an empty project. */
bool rv_resolve_upgrade(const struct rv_graph *graph, const char *spec, struct rv_node_list rows,
                        struct rv_nodes *out_targets, rev_error **err);

/* downgrade: the target (or base), and the W of section 4 (where_node, if has_where). */
struct rv_downgrade_target {
    bool is_base;
    uint32_t node; /* unless is_base */
    bool has_where;
    uint32_t where;
    bool undoes_where; /* `-1` at a merge point: there is no one target, but `where` is what goes */
};
bool rv_resolve_downgrade(const struct rv_graph *graph, const char *spec, struct rv_node_list rows,
                          struct rv_downgrade_target *out_target, rev_error **err);

/* stamp: one spec → its revisions; `base` and `W@base` say what they drop instead. */
struct rv_stamp_target {
    struct rv_nodes dests;
    bool is_base;   /* base or W@base */
    bool has_where; /* W@base: only the rows on W's line, by full edges */
    uint32_t where;
};
bool rv_resolve_stamp(const struct rv_graph *graph, const char *spec, struct rv_stamp_target *out_target,
                      rev_error **err);

/* show, edit: every revision that the spec names (`current`: the rows). */
bool rv_resolve_show(const struct rv_graph *graph, const char *spec, struct rv_node_list rows,
                     struct rv_nodes *out_nodes, rev_error **err);

/* Whether resolving `spec` (a spec or an A:B range) for show or history can need the version rows: only then has the
 * database to be asked. */
bool rv_spec_needs_rows(const char *spec);

/* revision --head, merge, --depends-on: revisions that can be parents; `base` gives none. Relative specs refused for
 * what Alembic refuses. */
bool rv_resolve_parents(const struct rv_graph *graph, const char *spec, struct rv_nodes *out_parents, rev_error **err);

/* history -r A:B (NULL: everything): newest first (section 5). */
bool rv_resolve_history(const struct rv_graph *graph, const char *range, struct rv_node_list rows,
                        struct rv_nodes *out_nodes, rev_error **err);

#endif
