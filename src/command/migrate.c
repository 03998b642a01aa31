/* upgrade, downgrade, stamp, and where a database stands. */
#include <rev/migrate.h>

#include "base/alloc.h"
#include "command/lists.h"
#include "command/options.h"
#include "graph/applied.h"
#include "migrate/changed.h"
#include "migrate/extend.h"

struct result {
    rev_result public;
    struct rv_outcome outcome;
};

static rev_result *result_new(const struct rv_outcome *outcome)
{
    struct result *result = rv_alloc(sizeof *result);
    rev_step *steps = RV_NEW_ARRAY(outcome->arena, rev_step, outcome->steps.count);
    for (size_t i = 0; i < outcome->steps.count; i++) {
        const struct rv_step *step = outcome->steps.items[i];
        steps[i] = (rev_step){step->direction, step->revision, step->from, step->to};
    }
    *result = (struct result){{outcome->rows, outcome->steps.count, steps}, *outcome};
    return &result->public;
}

void rev_result_free(rev_result *result)
{
    if (result) {
        rv_outcome_clear(&((struct result *)result)->outcome);
        free(result);
    }
}

static rev_result *run(const rev_project *project, const struct rv_request *request, const rev_migrate_options *options,
                       rev_error **err)
{
    struct rv_outcome outcome;
    struct rv_given_options own;
    rev_error *error = NULL;
    if (rv_given_options_read(&own, options, &error) && rv_run(project, request, &own.options, &outcome, &error)) {
        return result_new(&outcome);
    }
    rv_error_give(err, error);
    return NULL;
}

rev_result *rev_upgrade(const rev_project *project, const char *spec, const rev_migrate_options *options,
                        rev_error **err)
{
    return run(project, &(struct rv_request){.direction = REV_UPGRADE, .spec = spec}, options, err);
}

rev_result *rev_downgrade(const rev_project *project, const char *spec, const rev_migrate_options *options,
                          rev_error **err)
{
    return run(project, &(struct rv_request){.direction = REV_DOWNGRADE, .spec = spec}, options, err);
}

rev_result *rev_stamp(const rev_project *project, rev_strings specs, const rev_migrate_options *options,
                      rev_error **err)
{
    struct rv_request request = {.direction = REV_STAMP, .specs = specs, .purge = options && options->purge};
    return run(project, &request, options, err);
}

rev_result *rev_recover(const rev_project *project, const char *revision, rev_recovery how, bool run_down,
                        const rev_migrate_options *options, rev_error **err)
{
    struct rv_outcome outcome;
    struct rv_given_options own;
    rev_error *error = NULL;
    if (rv_given_options_read(&own, options, &error) &&
        rv_recover(project, revision, how, run_down, &own.options, &outcome, &error)) {
        return result_new(&outcome);
    }
    rv_error_give(err, error);
    return NULL;
}

bool rev_ensure_version(const rev_project *project, const rev_migrate_options *options, rev_error **err)
{
    rev_error *error = NULL;
    struct rv_given_options own;
    if (rv_given_options_read(&own, options, &error) && rv_run_ensure_version(project, &own.options, &error)) {
        return true;
    }
    rv_error_give(err, error);
    return false;
}

struct state {
    rev_state public;
    struct rv_arena *arena;
    rev_revisions *current, *pending;
    struct rv_extension *extension; /* owns those that no file defines */
};

void rev_state_free(rev_state *state)
{
    if (state) {
        struct state *whole = (struct state *)state;
        rev_revisions_free(whole->current);
        rev_revisions_free(whole->pending);
        rv_extension_free(whole->extension);
        rv_arena_free(whole->arena);
        free(whole);
    }
}

static void fill_interrupted(struct state *state, const struct rv_version *version)
{
    rev_interrupted *list = RV_NEW_ARRAY(state->arena, rev_interrupted, version->unfinished_count);
    for (size_t i = 0; i < version->unfinished_count; i++) {
        const struct rv_unfinished *step = &version->unfinished[i];
        list[i] = (rev_interrupted){
            .revision = rv_arena_strdup(state->arena, step->revision),
            .direction = rv_arena_strdup(state->arena, step->direction),
            .started_at = rv_arena_strdup(state->arena, step->started_at),
            .applied_by = rv_arena_strdup(state->arena, step->applied_by),
            .statements_total = step->statements_total,
            .statements_done = step->statements_done,
        };
    }
    state->public.interrupted = list;
    state->public.interrupted_count = version->unfinished_count;
}

static bool fill_changes(struct state *state, const struct rv_session *session, rev_error **err)
{
    rev_change *changes = NULL;
    bool ok = rv_find_changes(session, state->arena, &changes, &state->public.change_count, err);
    state->public.changes = changes;
    return ok;
}

static rev_state *state_new(const struct rv_session *session)
{
    rev_strings rows = rv_session_rows(session);
    struct state *state = rv_alloc(sizeof *state);
    *state = (struct state){.arena = rv_arena_new()};
    fill_interrupted(state, &session->version);
    const char **copy = RV_NEW_ARRAY(state->arena, const char *, rows.count);
    for (size_t i = 0; i < rows.count; i++) {
        copy[i] = rv_arena_strdup(state->arena, rows.items[i]);
    }
    state->public.rows = (rev_strings){rows.count, copy};
    return &state->public;
}

static bool fill_state(const struct rv_graph *graph, const rev_observer *observer, rev_state *state, rev_error **err)
{
    struct state *whole = (struct state *)state;
    rv_nodes_auto struct rv_nodes rows = {0}, maximal = {0}, redundant = {0}, tips = {0}, pending = {0};
    if (!rv_rows_nodes(graph, state->rows, &rows, err)) {
        return false;
    }
    rv_set_auto struct rv_set *applied = rv_rows_applied(graph, (struct rv_node_list){rows.items, rows.count});
    rv_rows_maximal(graph, rv_nodes_list(&rows), &maximal, &redundant);
    for (size_t i = 0; i < redundant.count; i++) {
        rv_warn_redundant(observer, rv_graph_id(graph, redundant.items[i]));
    }
    rv_applied_tips(graph, applied, &tips);
    rv_applied_pending(graph, applied, &pending);
    whole->current = rv_revisions_new(graph, (struct rv_node_list){tips.items, tips.count}, false);
    whole->pending = rv_revisions_new(graph, (struct rv_node_list){pending.items, pending.count}, false);
    state->current = *whole->current;
    state->pending = *whole->pending;
    return true;
}

/* Not an error: whoever only asks where the database is gets the answer, and a word of warning. */
static bool warn_of_orphans(const struct rv_session *session, rev_error **err)
{
    size_t count;
    if (!rv_count_orphans(session, &count, err)) {
        return false;
    }
    if (count) {
        rv_str_auto struct rv_str text = {0};
        rv_str_printf(&text, "%s is gone, though the log has applied revisions: `" PROGRAM_NAME " doctor` says more",
                      session->version.quoted);
        rv_tell(session->observer, &(rev_event){.kind = REV_EVENT_WARNING, .text = rv_str_text(&text)});
    }
    return true;
}

static rev_state *read_state(const rev_project *project, const rev_migrate_options *options, bool fill, rev_error **err)
{
    struct rv_session session;
    struct rv_given_options own;
    rev_error *error = NULL;
    rev_state *state = NULL;
    if (rv_given_options_read(&own, options, &error) &&
        rv_session_open(&session, project, &own.options, true, &error)) {
        state = state_new(&session);
        bool ok = !fill || (warn_of_orphans(&session, &error) &&
                            rv_session_extend(&session, &((struct state *)state)->extension, &error) &&
                            fill_state(session.project->graph, own.options.observer, state, &error) &&
                            (!own.options.compare || fill_changes((struct state *)state, &session, &error)));
        rv_session_close(&session);
        if (!ok) {
            rev_state_free(state);
            state = NULL;
        }
    }
    if (!state) {
        rv_error_give(err, error);
    }
    return state;
}

rev_state *rev_state_read(const rev_project *project, const rev_migrate_options *options, rev_error **err)
{
    return read_state(project, options, true, err);
}

rev_state *rev_rows_read(const rev_project *project, const rev_migrate_options *options, rev_error **err)
{
    return read_state(project, options, false, err);
}
