/* Builds the graph from descriptors and answers questions about single nodes. It knows ids and edges, never files or
 * databases; what is wrong with the input is validate.c's to say, and nothing here may trust it before. */
#include "graph/internal.h"

#include "base/str.h"

enum { NODES_SHOWN = 20 };

void rv_nodes_cleanup(struct rv_nodes *nodes)
{
    rv_vec_clear(nodes);
}

/* --- names --- */

size_t rv_names_lower_bound(const struct rv_graph *graph, const char *text, size_t len)
{
    size_t low = 0, high = graph->name_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strncmp(graph->names[middle].text, text, len) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static const struct rv_graph_name *find_name(const struct rv_graph *graph, const char *text)
{
    size_t i = rv_names_lower_bound(graph, text, strlen(text));
    /* Names that begin with `text` sort after `text` itself, so that the exact one comes first. */
    return i < graph->name_count && strcmp(graph->names[i].text, text) == 0 ? &graph->names[i] : NULL;
}

bool rv_graph_find(const struct rv_graph *graph, const char *id, uint32_t *out_node)
{
    const struct rv_graph_name *name = find_name(graph, id);
    if (!name || name->kind != RV_NAME_ID) {
        return false;
    }
    *out_node = name->node;
    return true;
}

bool rv_graph_find_label(const struct rv_graph *graph, const char *label, uint32_t *out_node)
{
    const struct rv_graph_name *name = find_name(graph, label);
    if (!name || name->kind == RV_NAME_ID) {
        return false;
    }
    *out_node = name->node;
    return true;
}

void rv_nodes_describe(const struct rv_graph *graph, struct rv_node_list nodes, struct rv_str *out)
{
    for (size_t i = 0; i < nodes.count && i < NODES_SHOWN; i++) {
        rv_str_printf(out, "%s'%s'", i > 0 ? ", " : "", rv_graph_id(graph, nodes.items[i]));
    }
    if (nodes.count > NODES_SHOWN) {
        rv_str_printf(out, " and %zu more", nodes.count - NODES_SHOWN);
    }
}

/* --- building --- */

static struct rv_edge_table reverse_edges(struct rv_graph *graph, const struct rv_edge_table *table)
{
    size_t edge_count = table->start[graph->count];
    struct rv_edge_table reverse = {RV_NEW_ARRAY(graph->arena, uint32_t, graph->count + 2),
                                    RV_NEW_ARRAY(graph->arena, uint32_t, edge_count + 1)};
    /* Counted two places up, so that filling moves each start to where it belongs. */
    for (size_t i = 0; i < edge_count; i++) {
        reverse.start[table->items[i] + 2]++;
    }
    for (size_t i = 2; i < graph->count + 2; i++) {
        reverse.start[i] += reverse.start[i - 1];
    }
    for (uint32_t node = 0; node < graph->count; node++) {
        struct rv_node_list list = rv_edge_list(table, node);
        for (size_t i = 0; i < list.count; i++) {
            reverse.items[reverse.start[list.items[i] + 1]++] = node;
        }
    }
    return reverse;
}

/* Nothing for the many lists that are empty. */
static const char **list_new(struct rv_graph *graph, size_t count)
{
    return count > 0 ? RV_NEW_ARRAY(graph->arena, const char *, count) : NULL;
}

static rev_strings ids_of(struct rv_graph *graph, struct rv_node_list nodes)
{
    const char **items = list_new(graph, nodes.count);
    for (size_t i = 0; i < nodes.count; i++) {
        items[i] = graph->revisions[nodes.items[i]].id;
    }
    return (rev_strings){nodes.count, items};
}

/* The graph's own copy of a declared name; ids stand for themselves. */
static rev_strings texts_of(struct rv_graph *graph, struct rv_names names)
{
    const char **items = list_new(graph, names.count);
    for (size_t i = 0; i < names.count; i++) {
        const struct rv_graph_name *name = find_name(graph, names.items[i].text);
        items[i] = name ? name->text : rv_arena_strdup(graph->arena, names.items[i].text);
    }
    return (rev_strings){names.count, items};
}

static rev_strings resolved_ids(struct rv_graph *graph, struct rv_names names)
{
    const char **items = list_new(graph, names.count);
    for (size_t i = 0; i < names.count; i++) {
        const struct rv_graph_name *name = find_name(graph, names.items[i].text);
        items[i] = name ? graph->revisions[name->node].id : "";
    }
    return (rev_strings){names.count, items};
}

static void fill_revision(struct rv_graph *graph, const struct rv_descriptor *source, uint32_t node)
{
    rev_revision *revision = &graph->revisions[node];
    struct rv_node_list parents = rv_graph_parents(graph, node), children = rv_graph_children(graph, node);
    revision->message = source->message ? rv_arena_strdup(graph->arena, source->message) : "";
    revision->create_date = rv_arena_strdup(graph->arena, source->create_date);
    revision->path = source->path ? rv_arena_strdup(graph->arena, source->path) : "";
    revision->down_revision = ids_of(graph, parents);
    revision->depends_on = texts_of(graph, source->depends_on);
    revision->depends_on_ids = resolved_ids(graph, source->depends_on);
    revision->branch_labels = texts_of(graph, source->branch_labels);
    revision->tags = texts_of(graph, source->tags);
    revision->children = ids_of(graph, children);
    revision->is_base = parents.count == 0;
    revision->is_head = children.count == 0;
    revision->is_effective_head = children.count == 0 && rv_graph_full_children(graph, node).count > 0;
    revision->is_branch_point = children.count > 1;
    revision->is_merge_point = parents.count > 1;
    revision->is_transactional = !source->is_statementwise;
    revision->foreign_keys_off = source->foreign_keys_off;
    revision->lock_timeout_ms = rv_number_or(source->lock_timeout_ms, -1);
    revision->lock_retries = rv_number_or(source->lock_retries, -1);
    revision->statement_timeout_ms = rv_number_or(source->statement_timeout_ms, -1);
}

static struct rv_node_list copy_nodes(struct rv_graph *graph, const struct rv_nodes *nodes)
{
    size_t size = nodes->count * sizeof *nodes->items;
    return (struct rv_node_list){size ? rv_arena_copy(graph->arena, nodes->items, size) : NULL, nodes->count};
}

static void fill_ends(struct rv_graph *graph)
{
    rv_nodes_auto struct rv_nodes heads = {0}, real_heads = {0}, bases = {0};
    for (uint32_t node = 0; node < graph->count; node++) {
        const rev_revision *revision = &graph->revisions[node];
        if (revision->is_head) {
            rv_vec_push(&heads, node);
        }
        if (revision->is_head && !revision->is_effective_head) {
            rv_vec_push(&real_heads, node);
        }
        if (revision->is_base) {
            rv_vec_push(&bases, node);
        }
    }
    graph->heads = copy_nodes(graph, &heads);
    graph->real_heads = copy_nodes(graph, &real_heads);
    graph->bases = copy_nodes(graph, &bases);
}

struct rv_graph *rv_graph_new(const struct rv_descriptor *descriptors, size_t count, rev_error **err)
{
    struct rv_arena *arena = rv_arena_new();
    rv_arena_auto struct rv_arena *scratch = rv_arena_new();
    struct rv_graph *graph = RV_NEW(arena, struct rv_graph);
    graph->arena = arena;
    struct rv_build build = {.graph = graph, .sources = RV_NEW_ARRAY(scratch, const struct rv_descriptor *, count + 1)};

    rv_validate_sources(&build, descriptors, count);
    rv_validate_names(&build);
    rv_validate_references(&build);
    graph->children = reverse_edges(graph, &graph->parents);
    graph->full_children = reverse_edges(graph, &graph->full_parents);
    rv_order_fill(graph);
    rv_validate_cycles(&build);
    if (!build.faults.first) {
        for (uint32_t node = 0; node < graph->count; node++) {
            fill_revision(graph, build.sources[node], node);
        }
        fill_ends(graph);
        rv_labels_spread(&build);
    }
    if (!rv_faults_done(&build.faults, err)) {
        rv_graph_free(graph);
        return NULL;
    }
    return graph;
}

void rv_graph_free(struct rv_graph *graph)
{
    if (graph) {
        rv_arena_free(graph->arena);
    }
}

/* --- questions --- */

size_t rv_graph_count(const struct rv_graph *graph)
{
    return graph->count;
}

const rev_revision *rv_graph_revision(const struct rv_graph *graph, uint32_t node)
{
    return &graph->revisions[node];
}

struct rv_node_list rv_graph_parents(const struct rv_graph *graph, uint32_t node)
{
    return rv_edge_list(&graph->parents, node);
}

struct rv_node_list rv_graph_children(const struct rv_graph *graph, uint32_t node)
{
    return rv_edge_list(&graph->children, node);
}

struct rv_node_list rv_graph_full_parents(const struct rv_graph *graph, uint32_t node)
{
    return rv_edge_list(&graph->full_parents, node);
}

struct rv_node_list rv_graph_full_children(const struct rv_graph *graph, uint32_t node)
{
    return rv_edge_list(&graph->full_children, node);
}

struct rv_node_list rv_graph_order(const struct rv_graph *graph)
{
    return (struct rv_node_list){graph->order, graph->count};
}

uint32_t rv_graph_position(const struct rv_graph *graph, uint32_t node)
{
    return graph->position[node];
}

struct rv_node_list rv_graph_heads(const struct rv_graph *graph)
{
    return graph->heads;
}

struct rv_node_list rv_graph_real_heads(const struct rv_graph *graph)
{
    return graph->real_heads;
}

struct rv_node_list rv_graph_bases(const struct rv_graph *graph)
{
    return graph->bases;
}
