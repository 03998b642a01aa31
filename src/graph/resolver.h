/* What all readings of a spec share: looking names up, symbols, walks, and the errors of these. For this room only. */
#ifndef RV_GRAPH_RESOLVER_H
#define RV_GRAPH_RESOLVER_H

#include "base/str.h"
#include "graph/graph.h"
#include "graph/spec.h"
#include "graph/walk.h"

enum rv_purpose { RV_FOR_UPGRADE, RV_FOR_DOWNGRADE, RV_FOR_STAMP, RV_FOR_SHOW, RV_FOR_PARENTS, RV_FOR_HISTORY };

/* One spec on its way to revisions. */
struct rv_resolver {
    const struct rv_graph *graph;
    enum rv_purpose purpose;
    struct rv_node_list rows; /* what `current`, +N and -N start from */
    struct rv_spec spec;
    /* W of W@x, if spec.has_where: */
    uint32_t where;
    const char *where_label; /* the label, if W is one; NULL if it is an id */
    struct rv_set *line;     /* owned: the versioned ancestors and descendants of W; NULL without W */
};

/* A revision, or what lies below all of them. */
struct rv_point {
    bool is_base;
    uint32_t node; /* unless is_base */
};

/* Parses the spec and resolves its W. Clear also after failure. */
bool rv_resolver_init(struct rv_resolver *resolver, const struct rv_graph *graph, enum rv_purpose purpose,
                      struct rv_node_list rows, struct rv_view spec, rev_error **err);
void rv_resolver_clear(struct rv_resolver *resolver);
#define rv_resolver_auto __attribute__((cleanup(rv_resolver_clear)))

/* The symbol without what is relative about it. `in_line`: only what is on W's line. Base gives no nodes. */
bool rv_resolver_symbol(const struct rv_resolver *resolver, bool in_line, struct rv_nodes *out_nodes, bool *out_is_base,
                        rev_error **err);

/* x+N and x-N: where the walk ends. */
bool rv_resolver_walk(const struct rv_resolver *resolver, struct rv_point *out_point, rev_error **err);
/* A bare or W@ +N: the one start, then the walk up. */
bool rv_resolver_walk_up_from_rows(const struct rv_resolver *resolver, struct rv_point *out_point, rev_error **err);
/* Whether the spec is `-1` from the one row, and that a merge point: then there is nothing to choose, for the merge is
 * what goes. (docs/specs.md, section 2: every longer walk through a merge point is ambiguous.) */
bool rv_resolver_is_merge_undo(const struct rv_resolver *resolver, uint32_t *out_merge);
/* A bare or W@ -N: the start is handed out too, for it says which branch is meant. */
bool rv_resolver_walk_down_from_rows(const struct rv_resolver *resolver, uint32_t *out_start,
                                     struct rv_point *out_point, rev_error **err);

bool rv_resolver_is_bare(const struct rv_resolver *resolver); /* +N, -N, W@+N, W@-N */

/* Fails with the spec's text in front of `what`; false. */
bool rv_resolver_fail(const struct rv_resolver *resolver, const char *what, const char *hint, rev_error **err);
bool rv_resolver_fail_heads(const struct rv_resolver *resolver, struct rv_node_list heads, rev_error **err);

bool rv_revision_carries(const rev_revision *revision, const char *label);

#endif
