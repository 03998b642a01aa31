/* Which revisions an upgrade runs (section 3): what the targets need and is not applied. An upgrade never undoes
 * anything. */
#include "plan/internal.h"

#include "graph/resolve.h"

static void list_steps(const struct rv_graph *graph, struct rv_node_list rows, struct rv_node_list targets,
                       struct rv_nodes *out_steps)
{
    rv_set_auto struct rv_set *required = rv_set_new(graph);
    rv_set_auto struct rv_set *applied = rv_rows_applied(graph, rows);
    struct rv_node_list order = rv_graph_order(graph);
    rv_set_add_ancestors(required, graph, targets, RV_FULL);
    for (size_t i = 0; i < order.count; i++) {
        if (rv_set_has(required, order.items[i]) && !rv_set_has(applied, order.items[i])) {
            rv_vec_push(out_steps, order.items[i]);
        }
    }
}

struct rv_plan *rv_plan_upgrade(const struct rv_graph *graph, rev_strings rows, const char *spec, rev_error **err)
{
    rv_nodes_auto struct rv_nodes given = {0}, maximal = {0}, targets = {0}, steps = {0};
    if (!rv_rows_nodes(graph, rows, &given, err)) {
        return NULL;
    }
    rv_rows_maximal(graph, rv_nodes_list(&given), &maximal, NULL);
    if (!rv_resolve_upgrade(graph, spec, rv_nodes_list(&maximal), &targets, err)) {
        return NULL;
    }
    struct rv_plan *plan = rv_plan_new(rows);
    list_steps(graph, rv_nodes_list(&maximal), rv_nodes_list(&targets), &steps);
    rv_plan_fill(plan, graph, rv_nodes_list(&given), rv_nodes_list(&steps), REV_UPGRADE);
    return plan;
}
