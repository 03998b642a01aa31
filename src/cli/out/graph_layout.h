/* Where a picture of the graph puts its revisions: each in a row of its own, newest first, and in a lane. */
#ifndef RV_CLI_OUT_GRAPH_LAYOUT_H
#define RV_CLI_OUT_GRAPH_LAYOUT_H

#include <rev/rev.h>

#include <stdint.h>

/* From a revision's row down to that of one it needs: beside its own lane on the way, if that is another one. */
struct graph_edge {
    uint32_t child, parent; /* rows */
    uint32_t lane;          /* in which it runs between them */
    bool is_dependency;     /* depends_on: no line of versions */
};

struct graph_layout {
    size_t count;    /* of rows: the list's revisions, in its order */
    uint32_t *lanes; /* of each row's revision, counted from the left */
    bool *is_cut;    /* it has parents that are not in the list */
    size_t lane_count;
    struct graph_edge *edges; /* by child, then as the header has the parents */
    size_t edge_count;
};

/* `revisions` is newest first, and outlives nothing: the layout keeps no pointer to it. */
struct graph_layout *graph_layout_new(const rev_revisions *revisions);
void graph_layout_free(struct graph_layout *layout);

#endif
