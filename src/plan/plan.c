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

/* --- the rows in the middle of a plan --- */

/* A row comes (+1) or goes (-1); what is left over is there. */
struct movement {
    const char *id;
    int sign;
};

static int compare_movements(const void *a, const void *b)
{
    return strcmp(((const struct movement *)a)->id, ((const struct movement *)b)->id);
}

rev_strings rv_plan_rows_after(const struct rv_plan *plan, size_t done, struct rv_arena *arena)
{
    RV_VEC(struct movement) movements = {0};
    for (size_t i = 0; i < plan->rows_before.count; i++) {
        rv_vec_push(&movements, (struct movement){plan->rows_before.items[i], 1});
    }
    for (size_t i = 0; i < done && i < plan->step_count; i++) {
        for (size_t j = 0; j < plan->steps[i].change_count; j++) {
            const struct rv_row_change *change = &plan->steps[i].changes[j];
            if (change->old_id) {
                rv_vec_push(&movements, (struct movement){change->old_id, -1});
            }
            if (change->new_id) {
                rv_vec_push(&movements, (struct movement){change->new_id, 1});
            }
        }
    }
    if (movements.count > 1) {
        qsort(movements.items, movements.count, sizeof *movements.items, compare_movements);
    }
    const char **items = RV_NEW_ARRAY(arena, const char *, movements.count + 1);
    size_t count = 0;
    for (size_t i = 0, j; i < movements.count; i = j) {
        int sum = 0;
        for (j = i; j < movements.count && strcmp(movements.items[i].id, movements.items[j].id) == 0; j++) {
            sum += movements.items[j].sign;
        }
        if (sum > 0) {
            items[count++] = movements.items[i].id;
        }
    }
    rv_vec_clear(&movements);
    return (rev_strings){count, items};
}
