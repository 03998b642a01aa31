/* The one topological order of the graph, which upgrade, downgrade and history share. It must not depend on anything
 * but the revisions themselves, so that two machines print the same plan.
 *
 * Kahn's algorithm with a stack instead of a queue: what became ready last runs next, which keeps to one branch as long
 * as that is possible. */
#include "graph/internal.h"

#include "base/alloc.h"

struct sorter {
    struct rv_graph *graph;
    uint32_t *waiting; /* full parents that are not placed yet */
    uint32_t *stack;
    size_t depth;
    size_t placed;
};

static void sorter_place(struct sorter *sorter, uint32_t node)
{
    sorter->graph->order[sorter->placed] = node;
    sorter->graph->position[node] = (uint32_t)sorter->placed;
    sorter->placed++;
}

/* Pushes what became ready through `node`: dependents below its own children, greater ids below smaller ones. */
static void sorter_release(struct sorter *sorter, uint32_t node)
{
    struct rv_node_list children = rv_graph_children(sorter->graph, node);
    struct rv_node_list full = rv_graph_full_children(sorter->graph, node);
    for (size_t i = full.count, j = children.count; i-- > 0;) {
        uint32_t child = full.items[i];
        sorter->waiting[child]--;
        if (j > 0 && children.items[j - 1] == child) {
            j--;
        } else if (sorter->waiting[child] == 0) {
            sorter->stack[sorter->depth++] = child;
        }
    }
    for (size_t i = children.count; i-- > 0;) {
        if (sorter->waiting[children.items[i]] == 0) {
            sorter->stack[sorter->depth++] = children.items[i];
        }
    }
}

void rv_order_fill(struct rv_graph *graph)
{
    rv_arena_auto struct rv_arena *scratch = rv_arena_new();
    struct sorter sorter = {.graph = graph,
                            .waiting = RV_NEW_ARRAY(scratch, uint32_t, graph->count + 1),
                            .stack = RV_NEW_ARRAY(scratch, uint32_t, graph->count + 1)};
    graph->order = RV_NEW_ARRAY(graph->arena, uint32_t, graph->count + 1);
    graph->position = RV_NEW_ARRAY(graph->arena, uint32_t, graph->count + 1);
    for (uint32_t node = (uint32_t)graph->count; node-- > 0;) {
        graph->position[node] = UINT32_MAX;
        sorter.waiting[node] = (uint32_t)rv_graph_full_parents(graph, node).count;
        if (sorter.waiting[node] == 0) {
            sorter.stack[sorter.depth++] = node;
        }
    }
    while (sorter.depth > 0) {
        uint32_t node = sorter.stack[--sorter.depth];
        sorter_place(&sorter, node);
        sorter_release(&sorter, node);
    }
}
