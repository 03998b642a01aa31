/* Makes the lists of revisions that public functions return. */
#include "command/lists.h"

#include "base/alloc.h"

struct list {
    rev_revisions public;
    const rev_revision *items[];
};

rev_revisions *rv_revisions_new(const struct rv_graph *graph, struct rv_node_list nodes, bool reversed)
{
    struct list *list = rv_alloc(rv_size_add(sizeof *list, rv_size_mul(nodes.count, sizeof list->items[0])));
    list->public = (rev_revisions){nodes.count, list->items};
    for (size_t i = 0; i < nodes.count; i++) {
        list->items[reversed ? nodes.count - 1 - i : i] = rv_graph_revision(graph, nodes.items[i]);
    }
    return &list->public;
}

void rev_revisions_free(rev_revisions *revisions)
{
    free(revisions);
}
