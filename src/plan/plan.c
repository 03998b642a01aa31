/* What the three kinds of plan share: the plan itself, the rows before and after, and steps made from an ordered list
 * of revisions. Which revisions these are is upgrade.c's and downgrade.c's to say. */
#include "plan/internal.h"

#include "graph/applied.h"
#include "plan/rows.h"

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

struct rv_plan *rv_plan_new(rev_strings rows)
{
    struct rv_arena *arena = rv_arena_new();
    struct rv_plan *plan = RV_NEW(arena, struct rv_plan);
    const char **items = RV_NEW_ARRAY(arena, const char *, rows.count + 1);
    for (size_t i = 0; i < rows.count; i++) {
        items[i] = rv_arena_strdup(arena, rows.items[i]);
    }
    if (rows.count > 1) {
        qsort(items, rows.count, sizeof *items, compare_texts);
    }
    *plan = (struct rv_plan){.arena = arena, .rows_before = {rows.count, items}, .rows_after = {rows.count, items}};
    return plan;
}

void rv_plan_free(struct rv_plan *plan)
{
    if (plan) {
        rv_arena_free(plan->arena);
    }
}

rev_strings rv_plan_ids(struct rv_plan *plan, const struct rv_graph *graph, struct rv_node_list nodes)
{
    const char **items = RV_NEW_ARRAY(plan->arena, const char *, nodes.count + 1);
    for (size_t i = 0; i < nodes.count; i++) {
        items[i] = rv_graph_id(graph, nodes.items[i]);
    }
    return (rev_strings){nodes.count, items};
}

static struct rv_step step_of(const rev_revision *revision, rev_direction direction)
{
    rev_strings self = {1, &revision->id};
    bool is_up = direction == REV_UPGRADE;
    return (struct rv_step){.direction = direction,
                            .revision = revision,
                            .from = is_up ? revision->down_revision : self,
                            .to = is_up ? self : revision->down_revision};
}

void rv_plan_fill(struct rv_plan *plan, const struct rv_graph *graph, struct rv_node_list rows,
                  struct rv_node_list nodes, rev_direction direction)
{
    rv_nodes_auto struct rv_nodes rows_after = {0};
    rv_row_state_auto struct rv_row_state state;
    rv_row_state_init(&state, graph, plan->arena, rows);
    plan->redundant_rows = rv_plan_ids(plan, graph, rv_nodes_list(&state.mending));
    if (nodes.count == 0) {
        return;
    }
    struct rv_step *steps = RV_NEW_ARRAY(plan->arena, struct rv_step, nodes.count);
    for (size_t i = 0; i < nodes.count; i++) {
        steps[i] = step_of(rv_graph_revision(graph, nodes.items[i]), direction);
        if (direction == REV_UPGRADE) {
            rv_row_state_upgrade(&state, nodes.items[i], &steps[i]);
        } else {
            rv_row_state_downgrade(&state, nodes.items[i], &steps[i]);
        }
    }
    plan->steps = steps;
    plan->step_count = nodes.count;
    rv_row_state_list(&state, &rows_after);
    plan->rows_after = rv_plan_ids(plan, graph, rv_nodes_list(&rows_after));
}
