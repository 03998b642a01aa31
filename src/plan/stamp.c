/* What a stamp writes (section 6): rows on the same lines as the destinations go, rows of other branches stay. No
 * migration's SQL is ever part of this plan. */
#include "plan/internal.h"

#include "base/error.h"
#include "base/str.h"
#include "graph/resolve.h"
#include "plan/rows.h"

struct stamp {
    const struct rv_graph *graph;
    struct rv_set *dests;
    bool is_base;
    bool has_where;
    uint32_t where;
};

static bool resolve_specs(struct stamp *stamp, rev_strings specs, rev_error **err)
{
    for (size_t i = 0; i < specs.count; i++) {
        struct rv_stamp_target target;
        if (!rv_resolve_stamp(stamp->graph, specs.items[i], &target, err)) {
            return false;
        }
        for (size_t j = 0; j < target.dests.count; j++) {
            rv_set_add(stamp->dests, target.dests.items[j]);
        }
        rv_vec_clear(&target.dests);
        if (target.is_base && specs.count > 1) {
            rv_fail(err, REV_ERROR_SPEC, "'%s' cannot be stamped together with other revisions", specs.items[i]);
            rv_error_hint(*err,
                          "Base takes rows away and the others add some: type one `" PROGRAM_NAME " stamp` for each.");
            return false;
        }
        if (target.is_base) {
            stamp->is_base = true;
            stamp->has_where = target.has_where;
            stamp->where = target.where;
        }
    }
    return specs.count > 0 || rv_fail(err, REV_ERROR_SPEC, "no revision to stamp was given");
}

static bool check_overlap(const struct stamp *stamp, struct rv_node_list dests, rev_strings specs, rev_error **err)
{
    rv_nodes_auto struct rv_nodes maximal = {0}, redundant = {0};
    rv_rows_maximal(stamp->graph, dests, &maximal, &redundant);
    if (redundant.count == 0) {
        return true;
    }
    const char *id = rv_graph_id(stamp->graph, redundant.items[0]);
    rv_str_auto struct rv_str list = {0};
    for (size_t i = 0; i < specs.count; i++) {
        rv_str_printf(&list, "%s'%s'", i > 0 ? ", " : "", specs.items[i]);
    }
    rv_fail(err, REV_ERROR_SPEC, "stamp %s overlaps: another of the revisions to stamp needs '%s'", list.ptr, id);
    rv_error_hint(*err, "Leave '%s' out: a stamp says by itself that all below it is applied.", id);
    return false;
}

/* The set of nodes whose rows go. */
static void find_lines(const struct stamp *stamp, struct rv_node_list dests, struct rv_set *out_lines)
{
    struct rv_node_list centres = stamp->has_where ? (struct rv_node_list){&stamp->where, 1} : dests;
    if (stamp->is_base && !stamp->has_where) {
        centres = rv_graph_order(stamp->graph);
    }
    rv_set_add_ancestors(out_lines, stamp->graph, centres, RV_FULL);
    rv_set_add_descendants(out_lines, stamp->graph, centres, RV_FULL);
}

static rev_strings texts_only_in(struct rv_arena *arena, rev_strings list, rev_strings other)
{
    const char **items = RV_NEW_ARRAY(arena, const char *, list.count + 1);
    size_t count = 0;
    for (size_t i = 0, j = 0; i < list.count; i++) {
        while (j < other.count && strcmp(other.items[j], list.items[i]) < 0) {
            j++;
        }
        if (j == other.count || strcmp(other.items[j], list.items[i]) != 0) {
            items[count++] = list.items[i];
        }
    }
    return (rev_strings){count, items};
}

/* Both lists are sorted, so that what stays is found by merging them. */
static void fill_plan(struct rv_plan *plan, rev_strings rows_after)
{
    struct rv_step *step = RV_NEW(plan->arena, struct rv_step);
    *step = (struct rv_step){.direction = REV_STAMP, .from = plan->rows_before, .to = rows_after};
    rv_row_changes(plan->arena, texts_only_in(plan->arena, plan->rows_before, rows_after),
                   texts_only_in(plan->arena, rows_after, plan->rows_before), step);
    if (step->change_count > 0) {
        plan->steps = step;
        plan->step_count = 1;
        plan->rows_after = rows_after;
    }
}

static bool plan_rows(const struct stamp *stamp, struct rv_plan *plan, struct rv_node_list given, rev_strings specs,
                      rev_error **err)
{
    rv_nodes_auto struct rv_nodes dests = {0}, maximal = {0}, redundant = {0}, after = {0};
    rv_set_auto struct rv_set *lines = rv_set_new(stamp->graph);
    rv_set_auto struct rv_set *rows = rv_set_new(stamp->graph);
    rv_set_list(stamp->dests, &dests);
    if (!check_overlap(stamp, rv_nodes_list(&dests), specs, err)) {
        return false;
    }
    rv_rows_maximal(stamp->graph, given, &maximal, &redundant);
    find_lines(stamp, rv_nodes_list(&dests), lines);
    for (size_t i = 0; i < maximal.count; i++) {
        if (!rv_set_has(lines, maximal.items[i])) {
            rv_set_add(rows, maximal.items[i]);
        }
    }
    for (size_t i = 0; i < dests.count; i++) {
        rv_set_add(rows, dests.items[i]);
    }
    rv_set_list(rows, &after);
    plan->redundant_rows = rv_plan_ids(plan, stamp->graph, rv_nodes_list(&redundant));
    fill_plan(plan, rv_plan_ids(plan, stamp->graph, rv_nodes_list(&after)));
    return true;
}

struct rv_plan *rv_plan_stamp(const struct rv_graph *graph, rev_strings rows, rev_strings specs, bool purge,
                              rev_error **err)
{
    rv_nodes_auto struct rv_nodes given = {0};
    if (!purge && !rv_rows_nodes(graph, rows, &given, err)) {
        return NULL;
    }
    rv_set_auto struct rv_set *dests = rv_set_new(graph);
    struct stamp stamp = {.graph = graph, .dests = dests};
    if (!resolve_specs(&stamp, specs, err)) {
        return NULL;
    }
    struct rv_plan *plan = rv_plan_new(rows);
    if (!plan_rows(&stamp, plan, rv_nodes_list(&given), specs, err)) {
        rv_plan_free(plan);
        return NULL;
    }
    return plan;
}
