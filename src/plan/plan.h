/* Graph + version rows + spec → the ordered steps, each with its version-row change. Pure: the rows come in as plain
 * ids and nothing is run here. */
#ifndef RV_PLAN_PLAN_H
#define RV_PLAN_PLAN_H

#include <rev/observer.h>

#include "base/arena.h"
#include "graph/graph.h"

/* One change of alembic_version, in the order in which it is to be run (section 6). */
enum rv_row_change_kind { RV_ROW_UPDATE, RV_ROW_DELETE, RV_ROW_INSERT };
struct rv_row_change {
    enum rv_row_change_kind kind;
    const char *old_id; /* UPDATE, DELETE */
    const char *new_id; /* UPDATE, INSERT */
};

struct rv_step {
    rev_direction direction;
    const rev_revision *revision; /* NULL for a stamp */
    rev_strings from, to;         /* as shown: `Running upgrade from -> to` (section 8) */
    const struct rv_row_change *changes;
    size_t change_count;
};

struct rv_plan {
    struct rv_arena *arena; /* owns all below; revisions belong to the graph */
    const struct rv_step *steps;
    size_t step_count;
    rev_strings rows_before;    /* as given, sorted */
    rev_strings rows_after;     /* once every step has run, sorted; equals rows_before if there are no steps */
    rev_strings redundant_rows; /* rows that another row implies: dropped by the first step (section 3) */
};

struct rv_plan *rv_plan_upgrade(const struct rv_graph *graph, rev_strings rows, const char *spec, rev_error **err);
struct rv_plan *rv_plan_downgrade(const struct rv_graph *graph, rev_strings rows, const char *spec, rev_error **err);
/* A stamp is one step without a revision; none if the rows already are so. `purge`: rows count as none, unknown ones
 * are no obstacle (all of them are deleted). */
struct rv_plan *rv_plan_stamp(const struct rv_graph *graph, rev_strings rows, rev_strings specs, bool purge,
                              rev_error **err);
/* One step of exactly this revision; REV_ERROR_CONFLICT if the rows are not such that it could run next. */
struct rv_plan *rv_plan_single(const struct rv_graph *graph, rev_strings rows, uint32_t node, rev_direction direction,
                               rev_error **err);
void rv_plan_free(struct rv_plan *plan); /* NULL is fine */

#endif
