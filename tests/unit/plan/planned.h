/* Plans as text, for tests: "a b | rows" and "DELETE b, UPDATE c to d". */
#ifndef RV_TESTS_PLANNED_H
#define RV_TESTS_PLANNED_H

#include "graph/drawn.h"
#include "plan/plan.h"

static inline void describe_steps(const struct rv_plan *plan, struct rv_str *out)
{
    for (size_t i = 0; i < plan->step_count; i++) {
        drawn_join(out, plan->steps[i].revision ? plan->steps[i].revision->id : "stamp");
    }
    rv_str_add_text(out, plan->step_count > 0 ? " |" : "|");
    for (size_t i = 0; i < plan->rows_after.count; i++) {
        rv_str_printf(out, " %s", plan->rows_after.items[i]);
    }
}

static inline void describe_changes(const struct rv_step *step, struct rv_str *out)
{
    for (size_t i = 0; i < step->change_count; i++) {
        const struct rv_row_change *change = &step->changes[i];
        rv_str_add_text(out, i > 0 ? ", " : "");
        switch (change->kind) {
        case RV_ROW_UPDATE:
            rv_str_printf(out, "UPDATE %s to %s", change->old_id, change->new_id);
            break;
        case RV_ROW_DELETE:
            rv_str_printf(out, "DELETE %s", change->old_id);
            break;
        case RV_ROW_INSERT:
            rv_str_printf(out, "INSERT %s", change->new_id);
            break;
        }
    }
}

/* One line of a table of plans. */
struct plan_case {
    const char *drawing, *rows, *spec;
    const char *plan;    /* NULL: refused */
    const char *message; /* with this in the message */
    const char *hint;    /* and this in the hint */
};

static inline void check_plan_case(const struct plan_case *each, const struct rv_plan *plan, const rev_error *err)
{
    CHECK(each->spec, (plan != NULL) == (err == NULL));
    if (!each->plan) {
        CHECK(each->spec, err != NULL);
        CHECK(each->spec, strstr(err->message, each->message));
        CHECK(each->spec, !each->hint || (err->hint && strstr(err->hint, each->hint)));
        return;
    }
    rv_str_auto struct rv_str text = {0};
    check_none(each->spec, err);
    describe_steps(plan, &text);
    check_text(each->spec, rv_str_text(&text), each->plan);
}

#endif
