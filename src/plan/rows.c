/* One rule for every kind of step: rows are the maximal elements of what is applied, under full edges. Each step costs
 * no more than the edges of its revision, whatever the number of rows. */
#include "plan/rows.h"

#include "base/alloc.h"
#include "graph/applied.h"

void rv_row_state_init(struct rv_row_state *state, const struct rv_graph *graph, struct rv_arena *arena,
                       struct rv_node_list rows)
{
    rv_nodes_auto struct rv_nodes maximal = {0};
    *state = (struct rv_row_state){.graph = graph, .arena = arena};
    rv_rows_maximal(graph, rows, &maximal, &state->mending);
    state->applied = rv_rows_applied(graph, rows);
    size_t size = rv_size_mul(rv_graph_count(graph) + 1, sizeof *state->needed_by);
    state->needed_by = rv_alloc(size);
    memset(state->needed_by, 0, size);
    for (uint32_t node = 0; node < rv_graph_count(graph); node++) {
        struct rv_node_list parents = rv_graph_full_parents(graph, node);
        for (size_t i = 0; rv_set_has(state->applied, node) && i < parents.count; i++) {
            state->needed_by[parents.items[i]]++;
        }
    }
}

void rv_row_state_clear(struct rv_row_state *state)
{
    rv_set_free(state->applied);
    free(state->needed_by);
    rv_vec_clear(&state->mending);
    *state = (struct rv_row_state){0};
}

void rv_row_changes(struct rv_arena *arena, rev_strings going, rev_strings coming, struct rv_step *step)
{
    bool is_update = going.count > 0 && coming.count > 0;
    size_t count = going.count + coming.count - (is_update ? 1 : 0), at = 0;
    struct rv_row_change *changes = count ? RV_NEW_ARRAY(arena, struct rv_row_change, count) : NULL;
    for (size_t i = 0; i + (is_update ? 1 : 0) < going.count; i++) {
        changes[at++] = (struct rv_row_change){.kind = RV_ROW_DELETE, .old_id = going.items[i]};
    }
    for (size_t i = 0; i + (is_update ? 1 : 0) < coming.count; i++) {
        changes[at++] = (struct rv_row_change){.kind = RV_ROW_INSERT, .new_id = coming.items[i]};
    }
    if (is_update) {
        changes[at] = (struct rv_row_change){
            .kind = RV_ROW_UPDATE, .old_id = going.items[going.count - 1], .new_id = coming.items[coming.count - 1]};
    }
    step->changes = changes;
    step->change_count = count;
}

/* The ids of `nodes` without those that are also in `except`. Both lists are as short as a revision has parents, or are
 * only long in a table that somebody edited by hand. */
static rev_strings ids_without(struct rv_row_state *state, struct rv_node_list nodes, struct rv_node_list except)
{
    rv_set_auto struct rv_set *left_out = except.count > 0 ? rv_set_new(state->graph) : NULL;
    for (size_t i = 0; i < except.count; i++) {
        rv_set_add(left_out, except.items[i]);
    }
    const char **items = nodes.count ? RV_NEW_ARRAY(state->arena, const char *, nodes.count) : NULL;
    size_t count = 0;
    for (size_t i = 0; i < nodes.count; i++) {
        if (!left_out || !rv_set_has(left_out, nodes.items[i])) {
            items[count++] = rv_graph_id(state->graph, nodes.items[i]);
        }
    }
    return (rev_strings){count, items};
}

/* What was redundant before goes too, unless this very step brings it back. */
static void finish_step(struct rv_row_state *state, const struct rv_nodes *going, const struct rv_nodes *coming,
                        struct rv_step *step)
{
    struct rv_node_list mending = rv_nodes_list(&state->mending);
    if (mending.count == 0) {
        rv_row_changes(state->arena, ids_without(state, rv_nodes_list(going), mending),
                       ids_without(state, rv_nodes_list(coming), mending), step);
        return;
    }
    rv_nodes_auto struct rv_nodes all = {0};
    for (size_t i = 0; i < mending.count; i++) {
        rv_vec_push(&all, mending.items[i]);
    }
    for (size_t i = 0; i < going->count; i++) {
        rv_vec_push(&all, going->items[i]);
    }
    rv_row_changes(state->arena, ids_without(state, rv_nodes_list(&all), rv_nodes_list(coming)),
                   ids_without(state, rv_nodes_list(coming), mending), step);
    rv_vec_clear(&state->mending);
}

void rv_row_state_upgrade(struct rv_row_state *state, uint32_t node, struct rv_step *step)
{
    rv_nodes_auto struct rv_nodes going = {0}, coming = {0};
    struct rv_node_list parents = rv_graph_full_parents(state->graph, node);
    for (size_t i = 0; i < parents.count; i++) {
        if (state->needed_by[parents.items[i]]++ == 0) {
            rv_vec_push(&going, parents.items[i]);
        }
    }
    rv_vec_push(&coming, node);
    rv_set_add(state->applied, node);
    finish_step(state, &going, &coming, step);
}

void rv_row_state_downgrade(struct rv_row_state *state, uint32_t node, struct rv_step *step)
{
    rv_nodes_auto struct rv_nodes going = {0}, coming = {0};
    struct rv_node_list parents = rv_graph_full_parents(state->graph, node);
    for (size_t i = 0; i < parents.count; i++) {
        if (--state->needed_by[parents.items[i]] == 0) {
            rv_vec_push(&coming, parents.items[i]);
        }
    }
    rv_vec_push(&going, node);
    rv_set_remove(state->applied, node);
    finish_step(state, &going, &coming, step);
}

void rv_row_state_list(const struct rv_row_state *state, struct rv_nodes *out_rows)
{
    for (uint32_t node = 0; node < rv_graph_count(state->graph); node++) {
        if (rv_set_has(state->applied, node) && state->needed_by[node] == 0) {
            rv_vec_push(out_rows, node);
        }
    }
}
