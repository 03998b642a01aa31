/* The revision graph: ids in, ids out. Nodes are indexes, immutable once built, numbered in the order of their ids (by
 * bytes): whatever ascends by node is sorted by id. Section numbers in this room refer to docs/specs.md, which says
 * what each rule is and where it comes from. */
#ifndef RV_GRAPH_GRAPH_H
#define RV_GRAPH_GRAPH_H

#include <rev/graph.h>

#include "base/str.h"
#include "base/vec.h"
#include "graph/descriptor.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rv_graph;

/* A growing list of nodes for the rv_vec_ macros of base/vec.h; clear with rv_vec_clear(). */
struct rv_nodes {
    uint32_t *items;
    size_t count, capacity;
};
void rv_nodes_cleanup(struct rv_nodes *nodes);
#define rv_nodes_auto __attribute__((cleanup(rv_nodes_cleanup)))

/* A borrowed, read-only list of nodes. */
struct rv_node_list {
    const uint32_t *items;
    size_t count;
};
static inline struct rv_node_list rv_nodes_list(const struct rv_nodes *nodes)
{
    return (struct rv_node_list){nodes->items, nodes->count};
}

enum { RV_REVISION_LIMIT = 100000 };

/* Builds the graph and checks everything at once: bad ids, labels and tags, names used twice, unknown parents and
 * dependencies (with the nearest id), self-loops, cycles (printed in order), a parent listed twice. All faults are
 * chained in *err. Descriptors are copied as needed: they may go afterwards. */
struct rv_graph *rv_graph_new(const struct rv_descriptor *descriptors, size_t count, rev_error **err);
void rv_graph_free(struct rv_graph *graph); /* NULL is fine */

/* Why `text` can't be an id, a label or a tag: a phrase for a message ("is a reserved word"); NULL if it can. */
const char *rv_graph_id_fault(const char *text);
const char *rv_graph_label_fault(const char *text);

size_t rv_graph_count(const struct rv_graph *graph);
/* The public record of a node: lives as long as the graph. */
const rev_revision *rv_graph_revision(const struct rv_graph *graph, uint32_t node);
static inline const char *rv_graph_id(const struct rv_graph *graph, uint32_t node)
{
    return rv_graph_revision(graph, node)->id;
}
/* By exact id. */
bool rv_graph_find(const struct rv_graph *graph, const char *id, uint32_t *out_node);
/* The node that declares this label or tag (exactly). */
bool rv_graph_find_label(const struct rv_graph *graph, const char *label, uint32_t *out_node);

/* Appends ids for a message: 'a', 'b', 'c' and 7 more. */
void rv_nodes_describe(const struct rv_graph *graph, struct rv_node_list nodes, struct rv_str *out);

/* Edges: versioned (down_revision) and full (with depends_on, labels resolved, no duplicates). */
struct rv_node_list rv_graph_parents(const struct rv_graph *graph, uint32_t node);
struct rv_node_list rv_graph_children(const struct rv_graph *graph, uint32_t node); /* sorted by id */
/* Down_revisions first, then dependencies, each as written. */
struct rv_node_list rv_graph_full_parents(const struct rv_graph *graph, uint32_t node);
struct rv_node_list rv_graph_full_children(const struct rv_graph *graph, uint32_t node); /* sorted by id */

/* All nodes in the one stable order (section 3): parents and dependencies first, staying on a branch as long as
 * possible, ties by id. rv_graph_position() is a node's place in it. */
struct rv_node_list rv_graph_order(const struct rv_graph *graph);
uint32_t rv_graph_position(const struct rv_graph *graph, uint32_t node);

/* Sorted by id. `real` leaves out effective heads. */
struct rv_node_list rv_graph_heads(const struct rv_graph *graph);
struct rv_node_list rv_graph_real_heads(const struct rv_graph *graph);
struct rv_node_list rv_graph_bases(const struct rv_graph *graph);

#endif
