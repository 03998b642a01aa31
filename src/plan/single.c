/* The plan whose only step is one given revision: what an interrupted step was, and what is left of it to record. */
#include "plan/internal.h"

#include "base/error.h"
#include "graph/applied.h"

static bool fail_moved(const char *id, const char *why, rev_error **err)
{
    return rv_fail(err, REV_ERROR_CONFLICT, "the version rows have changed since the step of %s began: %s", id, why);
}

static bool check(const struct rv_graph *graph, const struct rv_set *applied, uint32_t node, rev_direction direction,
                  rev_error **err)
{
    const char *id = rv_graph_id(graph, node);
    bool is_up = direction == REV_UPGRADE;
    if (rv_set_has(applied, node) == is_up) {
        return fail_moved(id, is_up ? "it counts as applied" : "it counts as not applied", err);
    }
    struct rv_node_list others = is_up ? rv_graph_full_parents(graph, node) : rv_graph_full_children(graph, node);
    for (size_t i = 0; i < others.count; i++) {
        if (rv_set_has(applied, others.items[i]) != is_up) {
            return fail_moved(id, is_up ? "what it stands on is not applied" : "what stands on it is applied", err);
        }
    }
    return true;
}

struct rv_plan *rv_plan_single(const struct rv_graph *graph, rev_strings rows, uint32_t node, rev_direction direction,
                               rev_error **err)
{
    rv_nodes_auto struct rv_nodes given = {0};
    if (!rv_rows_nodes(graph, rows, &given, err)) {
        return NULL;
    }
    rv_set_auto struct rv_set *applied = rv_rows_applied(graph, rv_nodes_list(&given));
    if (!check(graph, applied, node, direction, err)) {
        return NULL;
    }
    struct rv_plan *plan = rv_plan_new(rows);
    rv_plan_fill(plan, graph, rv_nodes_list(&given), (struct rv_node_list){&node, 1}, direction);
    return plan;
}
