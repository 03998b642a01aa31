/* The arithmetic of alembic_version: which rows go and come with a step (section 6). */
#ifndef RV_PLAN_ROWS_H
#define RV_PLAN_ROWS_H

#include "base/arena.h"
#include "graph/graph.h"
#include "graph/walk.h"
#include "plan/plan.h"

/* The rows as they change step by step. They are never stored: a row is an applied revision with no applied full child,
 * so that counting these children is enough. */
struct rv_row_state {
    const struct rv_graph *graph;
    struct rv_arena *arena; /* the plan's: the changes live there */
    struct rv_set *applied;
    uint32_t *needed_by;     /* by node: applied full children */
    struct rv_nodes mending; /* redundant rows, to go with the next step */
};

/* `rows` sorted by id; those that others need are remembered as redundant. */
void rv_row_state_init(struct rv_row_state *state, const struct rv_graph *graph, struct rv_arena *arena,
                       struct rv_node_list rows);
void rv_row_state_clear(struct rv_row_state *state);
#define rv_row_state_auto __attribute__((cleanup(rv_row_state_clear)))

/* One revision more or less is applied. Fills the step's changes. */
void rv_row_state_upgrade(struct rv_row_state *state, uint32_t node, struct rv_step *step);
void rv_row_state_downgrade(struct rv_row_state *state, uint32_t node, struct rv_step *step);

/* The rows now, sorted by id. */
void rv_row_state_list(const struct rv_row_state *state, struct rv_nodes *out_rows);

/* The changes that take rows away and add others, in Alembic's order: DELETE, INSERT, and at the end the UPDATE of the
 * last that goes into the last that comes. */
void rv_row_changes(struct rv_arena *arena, rev_strings going, rev_strings coming, struct rv_step *step);

#endif
