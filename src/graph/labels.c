/* Spreads branch labels over the revisions that carry them (section 1). For display and for the one filter of section
 * 5: resolving `L@x` goes by the declaring revision and never by what is computed here. */
#include "graph/internal.h"

#include "base/str.h"

/* A line on which every revision declares a label carries a number of labels that grows with its square. */
enum { CARRIED_LIMIT = 20000000 };

/* No child or dependent but one, and no merge point: a walk along a label goes on here. */
static bool is_plain(const struct rv_graph *graph, uint32_t node)
{
    return rv_graph_full_children(graph, node).count <= 1 && rv_graph_parents(graph, node).count <= 1;
}

/* For each node: whether it and its versioned descendants form one line. */
static void find_lines(const struct rv_graph *graph, bool *out_is_line)
{
    for (size_t i = graph->count; i-- > 0;) {
        uint32_t node = graph->order[i];
        struct rv_node_list children = rv_graph_children(graph, node);
        out_is_line[node] = is_plain(graph, node) && (children.count == 0 || out_is_line[children.items[0]]);
    }
}

/* For each node: how far down a label of it reaches if it reaches down at all. */
static void find_lowest(const struct rv_graph *graph, uint32_t *out_lowest)
{
    for (size_t i = 0; i < graph->count; i++) {
        uint32_t node = graph->order[i];
        struct rv_node_list parents = rv_graph_parents(graph, node);
        bool goes_down = parents.count == 1 && is_plain(graph, parents.items[0]);
        out_lowest[node] = goes_down ? out_lowest[parents.items[0]] : node;
    }
}

/* Labels as a list per node, in the order of their names: `first` and `next` are 1-based, 0 ends a list. */
struct label_lists {
    uint32_t *first; /* by node */
    uint32_t *next;  /* by name */
};

/* Where each label starts to spread. A label that goes down meets no other line on its way, so that it is as if the
 * lowest revision it reaches had declared it. */
static struct label_lists find_origins(const struct rv_graph *graph, struct rv_arena *scratch)
{
    bool *is_line = RV_NEW_ARRAY(scratch, bool, graph->count + 1);
    uint32_t *lowest = RV_NEW_ARRAY(scratch, uint32_t, graph->count + 1);
    find_lines(graph, is_line);
    find_lowest(graph, lowest);
    struct label_lists lists = {RV_NEW_ARRAY(scratch, uint32_t, graph->count + 1),
                                RV_NEW_ARRAY(scratch, uint32_t, graph->name_count + 1)};
    for (size_t i = graph->name_count; i-- > 0;) {
        if (graph->names[i].kind == RV_NAME_LABEL) {
            uint32_t node = graph->names[i].node;
            uint32_t origin = is_line[node] ? lowest[node] : node;
            lists.next[i] = lists.first[origin];
            lists.first[origin] = (uint32_t)i + 1;
        }
    }
    return lists;
}

/* Merges two sorted lists into `out`, or only counts if that is NULL. */
static size_t merge(rev_strings a, rev_strings b, const char **out)
{
    size_t count = 0;
    for (size_t i = 0, j = 0; i < a.count || j < b.count; count++) {
        int order = i == a.count ? 1 : j == b.count ? -1 : strcmp(a.items[i], b.items[j]);
        if (out) {
            out[count] = order <= 0 ? a.items[i] : b.items[j];
        }
        i += order <= 0;
        j += order >= 0;
    }
    return count;
}

/* The union of two sorted lists: one of the two if it holds the other, else a new one. */
static rev_strings unite(struct rv_arena *arena, rev_strings a, rev_strings b, size_t *total)
{
    if (b.count == 0 || a.items == b.items) {
        return a;
    }
    size_t count = merge(a, b, NULL);
    if (count == a.count || count == b.count) {
        return count == a.count ? a : b;
    }
    const char **items = RV_NEW_ARRAY(arena, const char *, count);
    merge(a, b, items);
    *total += count;
    return (rev_strings){count, items};
}

static rev_strings own_labels(const struct rv_graph *graph, struct label_lists lists, uint32_t node, size_t *total)
{
    size_t count = 0;
    for (uint32_t i = lists.first[node]; i > 0; i = lists.next[i - 1]) {
        count++;
    }
    const char **items = count ? RV_NEW_ARRAY(graph->arena, const char *, count) : NULL;
    size_t at = 0;
    for (uint32_t i = lists.first[node]; i > 0; i = lists.next[i - 1]) {
        items[at++] = graph->names[i - 1].text;
    }
    *total += count;
    return (rev_strings){count, items};
}

void rv_labels_spread(struct rv_build *build)
{
    struct rv_graph *graph = build->graph;
    rv_arena_auto struct rv_arena *scratch = rv_arena_new();
    struct label_lists lists = find_origins(graph, scratch);
    size_t total = 0;
    for (size_t i = 0; i < graph->count; i++) {
        uint32_t node = graph->order[i];
        rev_strings labels = own_labels(graph, lists, node, &total);
        struct rv_node_list parents = rv_graph_parents(graph, node);
        for (size_t j = 0; j < parents.count; j++) {
            labels = unite(graph->arena, labels, graph->revisions[parents.items[j]].labels, &total);
        }
        graph->revisions[node].labels = labels;
        if (total > CARRIED_LIMIT) {
            rv_faults_add(&build->faults, REV_ERROR_GRAPH,
                          "too many branch labels: the revisions carry more than %d in total", CARRIED_LIMIT);
            return;
        }
    }
}
