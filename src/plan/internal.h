/* What the three kinds of plan share. For this room only. */
#ifndef RV_PLAN_INTERNAL_H
#define RV_PLAN_INTERNAL_H

#include "plan/plan.h"

/* A plan with no steps: rows_before and rows_after are the rows as given, sorted. */
struct rv_plan *rv_plan_new(rev_strings rows);

/* The ids of nodes, in their order. */
rev_strings rv_plan_ids(struct rv_plan *plan, const struct rv_graph *graph, struct rv_node_list nodes);

/* Plans `nodes`, in this order, from `rows` on. Sets steps, redundant_rows and rows_after. */
void rv_plan_fill(struct rv_plan *plan, const struct rv_graph *graph, struct rv_node_list rows,
                  struct rv_node_list nodes, rev_direction direction);

#endif
