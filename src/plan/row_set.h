/* The version rows of a database as steps leave them, one after the other. */
#ifndef RV_PLAN_ROW_SET_H
#define RV_PLAN_ROW_SET_H

#include "base/vec.h"
#include "plan/plan.h"

struct rv_row_set {
    RV_VEC(const char *) ids; /* sorted, each once; borrowed from plans */
};

void rv_row_set_assign(struct rv_row_set *set, rev_strings rows);
void rv_row_set_apply(struct rv_row_set *set, const struct rv_step *step);
/* `rows` sorted. */
bool rv_row_set_is(const struct rv_row_set *set, rev_strings rows);
void rv_row_set_clear(struct rv_row_set *set);

#endif
