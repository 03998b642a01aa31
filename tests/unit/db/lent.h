/* A project in memory, for tests that lend a connection to the library. */
#ifndef RV_TESTS_DB_LENT_H
#define RV_TESTS_DB_LENT_H

#include <rev/rev.h>

#include "harness.h"

#include "tree/bundle.h"

/* A revision "a" with these scripts, then "b", which is empty. */
struct lent {
    struct rv_str data;
    rev_project *project;
    rev_error *err;
};

static inline void add_entry(struct rv_str *out, const char *name, const char *text)
{
    rv_str_printf(out, "%s %zu\n%s\n", name, strlen(text), text);
}

static inline struct lent lent_project(const char *header, const char *up, const char *down)
{
    struct lent lent = {0};
    rv_str_auto struct rv_str rest = {0}, whole_header = {0};
    rv_str_printf(&whole_header, "revision: a\n%s", header);
    add_entry(&rest, "settings", "");
    add_entry(&rest, "a/down.sql", down);
    add_entry(&rest, "a/revision.yaml", rv_str_text(&whole_header));
    add_entry(&rest, "a/up.sql", up);
    add_entry(&rest, "b/down.sql", "");
    add_entry(&rest, "b/revision.yaml", "revision: b\ndown_revision: a\n");
    add_entry(&rest, "b/up.sql", "");
    rv_bundle_seal(rv_view(rest.ptr, rest.len), &lent.data);
    lent.project = rev_open_bundle(lent.data.ptr, lent.data.len, NULL, &lent.err);
    assert_succeeds(lent.project != NULL, &lent.err);
    return lent;
}

static inline void lent_free(struct lent *lent)
{
    rev_project_free(lent->project);
    rv_str_clear(&lent->data);
}

static inline size_t steps_of(struct lent *lent, rev_result *result)
{
    assert_succeeds(result != NULL, &lent->err);
    size_t count = result->step_count;
    rev_result_free(result);
    return count;
}

static inline void lent_fails(struct lent *lent, rev_result *result, rev_error_code code, const char *part)
{
    assert_fails(result != NULL, &lent->err, code, part);
}

/* The version rows, with commas between. */
static inline void assert_rows(struct lent *lent, const rev_migrate_options *options, const char *expected)
{
    rev_state *state = rev_state_read(lent->project, options, &lent->err);
    assert_succeeds(state != NULL, &lent->err);
    rv_str_auto struct rv_str rows = {0};
    for (size_t i = 0; i < state->rows.count; i++) {
        rv_str_printf(&rows, "%s%s", i ? "," : "", state->rows.items[i]);
    }
    assert_string_equal(rv_str_text(&rows), expected);
    rev_state_free(state);
}

#endif
