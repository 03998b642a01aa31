/* Sets of nodes as bits, and the closures that fill them. Never recursive: a graph may be 100,000 revisions deep. */
#include "graph/walk.h"

#include "base/alloc.h"

struct rv_set {
    size_t count; /* nodes of the graph */
    uint64_t words[];
};

static size_t words_for(size_t count)
{
    return count / 64 + 1;
}

static struct rv_set *set_for(size_t count)
{
    size_t size = rv_size_add(sizeof(struct rv_set), rv_size_mul(words_for(count), sizeof(uint64_t)));
    struct rv_set *set = rv_alloc(size);
    memset(set, 0, size);
    set->count = count;
    return set;
}

struct rv_set *rv_set_new(const struct rv_graph *graph)
{
    return set_for(rv_graph_count(graph));
}

void rv_set_free(struct rv_set *set)
{
    free(set);
}

void rv_set_cleanup(struct rv_set **set)
{
    rv_set_free(*set);
}

bool rv_set_has(const struct rv_set *set, uint32_t node)
{
    return (set->words[node / 64] >> (node % 64)) & 1;
}

void rv_set_add(struct rv_set *set, uint32_t node)
{
    set->words[node / 64] |= UINT64_C(1) << (node % 64);
}

void rv_set_remove(struct rv_set *set, uint32_t node)
{
    set->words[node / 64] &= ~(UINT64_C(1) << (node % 64));
}

void rv_set_list(const struct rv_set *set, struct rv_nodes *out)
{
    for (size_t i = 0; i < words_for(set->count); i++) {
        for (uint64_t word = set->words[i]; word; word &= word - 1) {
            rv_vec_push(out, (uint32_t)(i * 64 + (size_t)__builtin_ctzll(word)));
        }
    }
}

typedef struct rv_node_list (*neighbours)(const struct rv_graph *graph, uint32_t node);

/* What this walk has seen is kept apart from the set, which may hold nodes whose neighbours it does not hold. */
static void add_reachable(struct rv_set *set, const struct rv_graph *graph, struct rv_node_list starts, neighbours next)
{
    rv_set_auto struct rv_set *seen = set_for(set->count);
    rv_nodes_auto struct rv_nodes stack = {0};
    for (size_t i = 0; i < starts.count; i++) {
        if (!rv_set_has(seen, starts.items[i])) {
            rv_set_add(seen, starts.items[i]);
            rv_vec_push(&stack, starts.items[i]);
        }
    }
    while (stack.count > 0) {
        struct rv_node_list list = next(graph, stack.items[--stack.count]);
        for (size_t i = 0; i < list.count; i++) {
            if (!rv_set_has(seen, list.items[i])) {
                rv_set_add(seen, list.items[i]);
                rv_vec_push(&stack, list.items[i]);
            }
        }
    }
    for (size_t i = 0; i < words_for(set->count); i++) {
        set->words[i] |= seen->words[i];
    }
}

void rv_set_add_ancestors(struct rv_set *set, const struct rv_graph *graph, struct rv_node_list starts,
                          enum rv_edges edges)
{
    add_reachable(set, graph, starts, edges == RV_FULL ? rv_graph_full_parents : rv_graph_parents);
}

void rv_set_add_descendants(struct rv_set *set, const struct rv_graph *graph, struct rv_node_list starts,
                            enum rv_edges edges)
{
    add_reachable(set, graph, starts, edges == RV_FULL ? rv_graph_full_children : rv_graph_children);
}
