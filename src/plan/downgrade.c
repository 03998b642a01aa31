/* Which revisions a downgrade undoes (section 4): what stands on the children of the target, dependents on other
 * branches included. The target itself and what lies below it is never undone. */
#include "plan/internal.h"

#include "base/error.h"
#include "base/str.h"
#include "graph/resolve.h"

struct downgrade {
    const struct rv_graph *graph;
    const char *spec;
    struct rv_node_list rows; /* by the row rule */
    struct rv_downgrade_target target;
};

static bool fail_branch(const struct downgrade *downgrade, struct rv_node_list roots, rev_error **err)
{
    rv_str_auto struct rv_str list = {0};
    rv_nodes_describe(downgrade->graph, roots, &list);
    rv_fail(err, REV_ERROR_SPEC, "destination '%s' is not a valid downgrade target from current heads",
            downgrade->spec);
    rv_error_hint(*err,
                  "Above it begin the branches %s, and '%s' is on none of them. Before the @ write a revision of the "
                  "branch to undo.",
                  list.ptr, rv_graph_id(downgrade->graph, downgrade->target.where));
    return false;
}

/* The lowest revisions to undo: the target's children, of which W keeps those that lead to it. */
static bool find_roots(const struct downgrade *downgrade, struct rv_nodes *out_roots, rev_error **err)
{
    const struct rv_graph *graph = downgrade->graph;
    if (downgrade->target.undoes_where) {
        rv_vec_push(out_roots, downgrade->target.where);
        return true;
    }
    struct rv_node_list roots =
        downgrade->target.is_base ? rv_graph_bases(graph) : rv_graph_children(graph, downgrade->target.node);
    bool is_filtered = downgrade->target.has_where && roots.count > 1;
    rv_set_auto struct rv_set *below = rv_set_new(graph);
    if (is_filtered) {
        rv_set_add_ancestors(below, graph, (struct rv_node_list){&downgrade->target.where, 1}, RV_VERSIONED);
    }
    for (size_t i = 0; i < roots.count; i++) {
        if (!is_filtered || rv_set_has(below, roots.items[i])) {
            rv_vec_push(out_roots, roots.items[i]);
        }
    }
    return !is_filtered || out_roots->count > 0 || fail_branch(downgrade, roots, err);
}

static void list_steps(const struct downgrade *downgrade, const struct rv_set *applied, struct rv_node_list roots,
                       struct rv_nodes *out_steps)
{
    const struct rv_graph *graph = downgrade->graph;
    rv_set_auto struct rv_set *undone = rv_set_new(graph);
    struct rv_node_list order = rv_graph_order(graph);
    rv_set_add_descendants(undone, graph, roots, RV_FULL);
    for (size_t i = order.count; i-- > 0;) {
        if (rv_set_has(undone, order.items[i]) && rv_set_has(applied, order.items[i])) {
            rv_vec_push(out_steps, order.items[i]);
        }
    }
}

/* Nothing to undo is fine where the database is just there, and a mistake elsewhere. */
static bool check_nothing(const struct downgrade *downgrade, const struct rv_set *applied, rev_error **err)
{
    const struct rv_graph *graph = downgrade->graph;
    if (downgrade->target.is_base) {
        return true;
    }
    for (size_t i = 0; i < downgrade->rows.count; i++) {
        if (downgrade->rows.items[i] == downgrade->target.node) {
            return true;
        }
    }
    rv_str_auto struct rv_str list = {0};
    rv_nodes_describe(graph, downgrade->rows, &list);
    const char *id = rv_graph_id(graph, downgrade->target.node);
    bool is_applied = rv_set_has(applied, downgrade->target.node);
    rv_fail(err, REV_ERROR_SPEC, "destination '%s' is not a valid downgrade target from current heads",
            downgrade->spec);
    if (is_applied) {
        rv_error_hint(*err, "'%s' is applied because %s needs it, and nothing above it on its own branch is.", id,
                      rv_str_text(&list));
    } else {
        rv_error_hint(*err, "'%s' is not applied: the database is at %s. To go up, type `" PROGRAM_NAME " upgrade %s`.",
                      id, downgrade->rows.count > 0 ? list.ptr : "base", id);
    }
    return false;
}

static bool list_undone(const struct downgrade *downgrade, struct rv_nodes *out_steps, rev_error **err)
{
    rv_nodes_auto struct rv_nodes roots = {0};
    if (!find_roots(downgrade, &roots, err)) {
        return false;
    }
    rv_set_auto struct rv_set *applied = rv_rows_applied(downgrade->graph, downgrade->rows);
    list_steps(downgrade, applied, rv_nodes_list(&roots), out_steps);
    return out_steps->count > 0 || check_nothing(downgrade, applied, err);
}

struct rv_plan *rv_plan_downgrade(const struct rv_graph *graph, rev_strings rows, const char *spec, rev_error **err)
{
    rv_nodes_auto struct rv_nodes given = {0}, maximal = {0}, steps = {0};
    if (!rv_rows_nodes(graph, rows, &given, err)) {
        return NULL;
    }
    rv_rows_maximal(graph, rv_nodes_list(&given), &maximal, NULL);
    struct downgrade downgrade = {.graph = graph, .spec = spec, .rows = rv_nodes_list(&maximal)};
    if (!rv_resolve_downgrade(graph, spec, downgrade.rows, &downgrade.target, err) ||
        !list_undone(&downgrade, &steps, err)) {
        return NULL;
    }
    struct rv_plan *plan = rv_plan_new(rows);
    rv_plan_fill(plan, graph, rv_nodes_list(&given), rv_nodes_list(&steps), REV_DOWNGRADE);
    return plan;
}
