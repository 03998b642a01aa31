/* A sorted list: a database has as many rows as its graph has branches, and few of them at a time. */
#include "plan/row_set.h"

#include <string.h>

/* The place of a row, or where it belongs. */
static size_t place_of(const struct rv_row_set *set, const char *id, bool *out_is_there)
{
    size_t i = 0;
    while (i < set->ids.count && strcmp(set->ids.items[i], id) < 0) {
        i++;
    }
    *out_is_there = i < set->ids.count && strcmp(set->ids.items[i], id) == 0;
    return i;
}

static void take_out(struct rv_row_set *set, const char *id)
{
    bool is_there;
    size_t i = place_of(set, id, &is_there);
    if (is_there) {
        memmove(&set->ids.items[i], &set->ids.items[i + 1], (set->ids.count - i - 1) * sizeof set->ids.items[0]);
        set->ids.count--;
    }
}

static void put_in(struct rv_row_set *set, const char *id)
{
    bool is_there;
    size_t i = place_of(set, id, &is_there);
    if (!is_there) {
        rv_vec_push(&set->ids, NULL);
        memmove(&set->ids.items[i + 1], &set->ids.items[i], (set->ids.count - i - 1) * sizeof set->ids.items[0]);
        set->ids.items[i] = id;
    }
}

void rv_row_set_assign(struct rv_row_set *set, rev_strings rows)
{
    set->ids.count = 0;
    for (size_t i = 0; i < rows.count; i++) {
        put_in(set, rows.items[i]);
    }
}

void rv_row_set_apply(struct rv_row_set *set, const struct rv_step *step)
{
    for (size_t i = 0; i < step->change_count; i++) {
        if (step->changes[i].old_id) {
            take_out(set, step->changes[i].old_id);
        }
        if (step->changes[i].new_id) {
            put_in(set, step->changes[i].new_id);
        }
    }
}

bool rv_row_set_is(const struct rv_row_set *set, rev_strings rows)
{
    bool is_same = set->ids.count == rows.count;
    for (size_t i = 0; is_same && i < rows.count; i++) {
        is_same = strcmp(set->ids.items[i], rows.items[i]) == 0;
    }
    return is_same;
}

void rv_row_set_clear(struct rv_row_set *set)
{
    rv_vec_clear(&set->ids);
}
