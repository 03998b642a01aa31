/* Steps that were begun and not finished: what an upgrade says of them, and the three ways out. Never guesses: which
 * statement is in doubt comes from the log, what became of it from the user. */
#include "migrate/changed.h"
#include "migrate/step.h"

#include "base/error.h"
#include "base/time.h"

void rv_interrupted_hint(rev_error *error, const char *revision, rev_direction direction, int64_t done, int64_t total)
{
    const char *left = direction == REV_DOWNGRADE
                           ? "leaves the revision applied (bring back what is undone before)"
                           : "says that nothing of it is left (with --run-down it runs down.sql for that)";
    rv_error_hint(error,
                  "%lld of %lld statements are done and stay. `" PROGRAM_NAME
                  " resolve %s --continue` goes on with the one that is not (mend the script before, if need be); "
                  "`" PROGRAM_NAME " resolve %s --applied` says that you did the rest by hand; `" PROGRAM_NAME
                  " resolve %s --rolled-back` %s.",
                  (long long)done, (long long)total, revision, revision, revision, left);
}

static rev_direction direction_of(const struct rv_unfinished *step)
{
    return strcmp(step->direction, rev_direction_name(REV_DOWNGRADE)) == 0 ? REV_DOWNGRADE : REV_UPGRADE;
}

/* Reads the script of one revision, as preflight does for a plan. */
static bool read_script(const struct rv_session *session, const rev_revision *revision, rev_direction direction,
                        struct rv_arena *arena, struct rv_step_script *out, rev_error **err)
{
    const struct rv_step step = {.direction = direction, .revision = revision};
    const struct rv_plan plan = {.steps = &step, .step_count = 1};
    struct rv_step_script *scripts;
    if (!rv_preflight(session->project, session->driver->dialect, &plan, arena, &scripts, err)) {
        return false;
    }
    *out = scripts[0];
    return true;
}

/* A procedure or block commits by itself what it likes, where no transaction of ours is around it. */
static bool may_commit_parts(const struct rv_statement *statement)
{
    return strcmp(statement->command, "CALL") == 0 || strcmp(statement->command, "DO") == 0;
}

static const char *what_became_of(const struct rv_engine *engine, const struct rv_script *script,
                                  const struct rv_statement *statement, bool is_cut_off)
{
    if (rv_statement_repeat(script, statement).is_wanted) {
        return "What its finished repetitions changed stays.";
    }
    if (may_commit_parts(statement)) {
        return "Where it commits by itself, a part of what it does may have taken effect.";
    }
    if (!rv_runs_alone(engine, statement)) {
        return "Nothing of this statement took effect.";
    }
    if (statement->kind != RV_STATEMENT_NO_TRANSACTION) {
        return is_cut_off ? "It ran outside of a transaction, and whether it took effect is not known: --continue "
                            "repeats it."
                          : "It ran outside of a transaction: --continue repeats it, and what it left half-done, if "
                            "anything, would be in its way.";
    }
    return is_cut_off
               ? "It can't run in a transaction, and whether it took effect is not known: --continue repeats it."
               : "It can't run in a transaction: what it left half-done (an INVALID index) --continue takes away "
                 "before it tries again.";
}

/* Points the error at the statement that did not get done, where the script still says which it is. */
static void locate_statement(const struct rv_session *session, const struct rv_unfinished *step, rev_error *error)
{
    const rev_revision *revision = rev_find(session->project, step->revision);
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    struct rv_step_script script;
    rev_error *ignored = NULL;
    if (!revision || !read_script(session, revision, direction_of(step), arena, &script, &ignored) ||
        strcmp(script.checksum, step->checksum) != 0) {
        rev_error_free(ignored);
        return;
    }
    struct rv_reader reader;
    struct rv_statement statement;
    rv_reader_init(&reader, &script.script);
    while (rv_reader_next(&reader, &statement)) {
        if ((int64_t)reader.count > step->statements_done) {
            rv_script_locate(script.script.source, &statement, reader.count - 1, SIZE_MAX, script.file, error);
            rv_error_detail(
                error, "%s",
                what_became_of(session->db->engine, &script.script, &statement, strcmp(step->outcome, "running") == 0));
            return;
        }
    }
}

static void hint_no_file(rev_error *error, const char *revision)
{
    rv_error_hint(error,
                  "No file here defines %s. Bring its directory back and run the command again, or undo by hand what "
                  "it did and type `" PROGRAM_NAME " resolve %s --rolled-back`.",
                  revision, revision);
}

bool rv_check_unfinished(const struct rv_session *session, rev_error **err)
{
    const struct rv_version *version = &session->version;
    if (version->unfinished_count == 0) {
        return true;
    }
    const struct rv_unfinished *step = &version->unfinished[0];
    bool is_whole = step->statements_done >= step->statements_total;
    rv_fail(err, REV_ERROR_INTERRUPTED, "the %s of revision %s was interrupted %s %lld of %lld (begun %s by %s)",
            step->direction, step->revision, is_whole ? "after statement" : "at statement",
            (long long)(step->statements_done + !is_whole), (long long)step->statements_total, step->started_at,
            step->applied_by);
    if (!rev_find(session->project, step->revision)) {
        hint_no_file(*err, step->revision);
        return false;
    }
    locate_statement(session, step, *err);
    rv_interrupted_hint(*err, step->revision, direction_of(step), step->statements_done, step->statements_total);
    return false;
}

struct recovery {
    struct rv_session session;
    rev_recovery how;
    bool run_down;
    const struct rv_unfinished *step;
    const rev_revision *revision; /* NULL: no file defines it any more */
    struct rv_outcome *outcome;
};

static bool fail_none(const struct rv_version *version, const char *revision, rev_error **err)
{
    rv_fail(err, REV_ERROR_SPEC, "no interrupted step of '%s' awaits anything", revision);
    if (version->unfinished_count) {
        rv_error_hint(*err, "The one that does is of %s.", version->unfinished[0].revision);
    } else {
        rv_error_hint(*err, "There is nothing to resolve: `" PROGRAM_NAME " status` shows where the database stands.");
    }
    return false;
}

/* The one revision that a spec names. */
static bool find_revision(struct recovery *recovery, const char *spec, rev_error **err)
{
    rev_revisions *found = rev_resolve(recovery->session.project, spec, rv_session_rows(&recovery->session), err);
    bool is_one = found && found->count == 1;
    if (is_one) {
        recovery->revision = found->items[0];
    } else if (found) {
        rv_fail(err, REV_ERROR_SPEC, "'%s' names %zu revisions, and one is wanted", spec, found->count);
    }
    rev_revisions_free(found);
    return is_one;
}

/* By its id, or by the beginning of it. */
static bool find_step(struct recovery *recovery, const char *revision, rev_error **err)
{
    const struct rv_version *version = &recovery->session.version;
    if (recovery->how == REV_RECOVER_ACCEPT_CHANGES) {
        return find_revision(recovery, revision, err);
    }
    for (size_t i = 0; i < version->unfinished_count && *revision; i++) {
        if (rv_text_starts_with(version->unfinished[i].revision, revision)) {
            recovery->step = &version->unfinished[i];
            recovery->revision = rev_find(recovery->session.project, recovery->step->revision);
            return true;
        }
    }
    return fail_none(version, revision, err);
}

static bool need_revision(const struct recovery *recovery, rev_error **err)
{
    if (recovery->revision) {
        return true;
    }
    rv_fail(err, REV_ERROR_SPEC, "no file defines revision %s", recovery->step->revision);
    hint_no_file(*err, recovery->step->revision);
    return false;
}

static bool same_text(struct rv_view a, struct rv_view b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* Whether the first `count` statements of both are the same. */
static bool same_statements(const struct rv_script *a, const struct rv_script *b, int64_t count)
{
    struct rv_reader readers[2];
    struct rv_statement statements[2];
    rv_reader_init(&readers[0], a);
    rv_reader_init(&readers[1], b);
    for (int64_t i = 0; i < count; i++) {
        if (!rv_reader_next(&readers[0], &statements[0]) || !rv_reader_next(&readers[1], &statements[1]) ||
            !same_text(statements[0].text, statements[1].text) || !same_text(statements[0].data, statements[1].data)) {
            return false;
        }
    }
    return true;
}

/* Whether the script that the interrupted step ran was kept, and begins as this one does. */
static bool begins_as_kept(struct recovery *recovery, const struct rv_step_script *script, struct rv_arena *arena,
                           bool *out_same, rev_error **err)
{
    const struct rv_session *session = &recovery->session;
    struct rv_kept kept = {0};
    bool found;
    *out_same = false;
    if (!rv_kept_read(session->db, &session->version, recovery->step->checksum, arena, &kept, &found, err)) {
        return false;
    }
    struct rv_view text = direction_of(recovery->step) == REV_UPGRADE ? kept.up : kept.down;
    struct rv_script before;
    rev_error *ignored = NULL;
    if (found && text.ptr &&
        rv_script_prepare(&before, session->driver->dialect, text, false, arena, script->file, &ignored)) {
        *out_same = same_statements(&before, &script->script, recovery->step->statements_done);
    }
    rev_error_free(ignored);
    return true;
}

/* What was done must be what the script still says; what comes may have been mended. */
static bool check_unchanged(struct recovery *recovery, const struct rv_step_script *script, struct rv_arena *arena,
                            rev_error **err)
{
    const struct rv_unfinished *step = recovery->step;
    bool is_same = step->statements_done == 0 || strcmp(script->checksum, step->checksum) == 0;
    if (!is_same && !begins_as_kept(recovery, script, arena, &is_same, err)) {
        return false;
    }
    if (is_same) {
        return true;
    }
    rv_fail(err, REV_ERROR_INTERRUPTED,
            "what is done of %s (up to statement %lld) is not the same in its script any more", step->revision,
            (long long)step->statements_done);
    rv_error_at(*err, script->file, 0, 0);
    rv_error_hint(*err,
                  "Bring it back as it was: only what comes behind it may change. Or do the rest by hand and type "
                  "`" PROGRAM_NAME " resolve %s --applied`.",
                  step->revision);
    return false;
}

static struct rv_plan *make_plan(struct recovery *recovery, rev_error **err)
{
    const struct rv_graph *graph = recovery->session.project->graph;
    uint32_t node = 0;
    rv_graph_find(graph, recovery->step->revision, &node);
    struct rv_plan *plan =
        rv_plan_single(graph, rv_session_rows(&recovery->session), node, direction_of(recovery->step), err);
    if (plan) {
        rv_vec_push(&recovery->outcome->plans, plan);
    } else if (!(*err)->hint) {
        rv_error_hint(*err,
                      "`" PROGRAM_NAME " resolve %s --rolled-back` forgets the step and leaves the version rows as "
                      "they are.",
                      recovery->step->revision);
    }
    return plan;
}

static void tell_step(const struct recovery *recovery, rev_event_kind kind, const struct rv_work *work)
{
    rev_step shown = {work->step->direction, work->step->revision, work->step->from, work->step->to};
    rv_tell(recovery->session.observer, &(rev_event){.kind = kind,
                                                     .step = &shown,
                                                     .total = 1,
                                                     .elapsed_ms = rv_time_now_ms() - work->started_ms,
                                                     .text = kind == REV_EVENT_STEP_FAILED ? "interrupted" : NULL});
}

static bool go_on(struct recovery *recovery, struct rv_arena *arena, rev_error **err)
{
    struct rv_step_script script;
    struct rv_plan *plan = need_revision(recovery, err) ? make_plan(recovery, err) : NULL;
    if (!plan ||
        !read_script(&recovery->session, recovery->revision, direction_of(recovery->step), arena, &script, err) ||
        !check_unchanged(recovery, &script, arena, err)) {
        return false;
    }
    struct rv_work work = {&recovery->session, &plan->steps[0], &script, .started_ms = rv_time_now_ms()};
    rv_session_set_limits(&recovery->session, recovery->revision);
    tell_step(recovery, REV_EVENT_STEP_STARTED, &work);
    bool ok = rv_step_run_statements(&work, recovery->step, err);
    tell_step(recovery, ok ? REV_EVENT_STEP_DONE : REV_EVENT_STEP_FAILED, &work);
    if (ok) {
        rv_vec_push(&recovery->outcome->steps, &plan->steps[0]);
        /* What is read next must not be read by the script's search_path or role. */
        ok = recovery->session.driver->reset(recovery->session.db, err);
    }
    return ok;
}

/* The rows as if the step were done, unless they say so already; and the log. */
static bool record(struct recovery *recovery, const struct rv_plan *plan, const char *outcome, rev_error **err)
{
    struct rv_session *session = &recovery->session;
    const struct rv_driver *driver = session->driver;
    struct rv_work work = {.session = session, .step = plan ? &plan->steps[0] : NULL};
    if (!driver->begin(session->db, err)) {
        return false;
    }
    if (driver->guard(session->db, err) && (!plan || rv_work_change_rows(&work, err)) &&
        rv_log_finish(session->db, &session->version, recovery->step->id, outcome, 0, err) &&
        driver->commit(session->db, err)) {
        return true;
    }
    driver->rollback(session->db);
    return false;
}

static bool accept(struct recovery *recovery, rev_error **err)
{
    struct rv_plan *plan = need_revision(recovery, err) ? make_plan(recovery, err) : NULL;
    return plan && record(recovery, plan, "applied", err);
}

/* The whole of down.sql, each statement by itself. What fails is told, and the step stays as unresolved as it was. */
static bool run_down(struct recovery *recovery, struct rv_arena *arena, rev_error **err)
{
    struct rv_step_script script;
    if (direction_of(recovery->step) != REV_UPGRADE) {
        rv_fail(err, REV_ERROR_USAGE, "--run-down is for an interrupted upgrade, and this is a downgrade");
        rv_error_hint(*err, "`" PROGRAM_NAME " resolve %s --continue` goes on with the downgrade.",
                      recovery->step->revision);
        return false;
    }
    if (!need_revision(recovery, err) ||
        !read_script(&recovery->session, recovery->revision, REV_DOWNGRADE, arena, &script, err)) {
        return false;
    }
    const struct rv_step step = {.direction = REV_DOWNGRADE, .revision = recovery->revision};
    struct rv_work work = {&recovery->session, &step, &script, .started_ms = rv_time_now_ms()};
    rv_session_set_limits(&recovery->session, recovery->revision);
    if (rv_step_run_unlogged(&work, err)) {
        return recovery->session.driver->reset(recovery->session.db, err);
    }
    rv_error_hint(*err,
                  "The step is as unresolved as before. Mend down.sql (IF EXISTS helps) and try again, or undo by hand "
                  "what is left and type `" PROGRAM_NAME " resolve %s --rolled-back`.",
                  recovery->step->revision);
    return false;
}

static bool resolve(struct recovery *recovery, struct rv_arena *arena, rev_error **err)
{
    switch (recovery->how) {
    case REV_RECOVER_CONTINUE:
        return go_on(recovery, arena, err);
    case REV_RECOVER_APPLIED:
        return accept(recovery, err);
    case REV_RECOVER_ACCEPT_CHANGES:
        return rv_accept_changes(&recovery->session, recovery->revision, err);
    case REV_RECOVER_ROLLED_BACK:
        return (!recovery->run_down || run_down(recovery, arena, err)) && record(recovery, NULL, "rolled_back", err);
    }
    return rv_fail(err, REV_ERROR_USAGE, "no such way to resolve a step");
}

static bool resolve_locked(struct recovery *recovery, const char *revision, rev_error **err)
{
    struct rv_session *session = &recovery->session;
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    if (!rv_session_lock(session, err)) {
        return false;
    }
    bool ok = rv_session_hold_row(session, err) && rv_session_read(session, err) &&
              find_step(recovery, revision, err) && rv_session_prepare_books(session, err) &&
              resolve(recovery, arena, err) && rv_session_read(session, err);
    rv_session_release_row(session);
    session->driver->unlock(session->db);
    return ok;
}

static void copy_rows(struct rv_outcome *out, rev_strings rows)
{
    const char **items = RV_NEW_ARRAY(out->arena, const char *, rows.count);
    for (size_t i = 0; i < rows.count; i++) {
        items[i] = rv_arena_strdup(out->arena, rows.items[i]);
    }
    out->rows = (rev_strings){rows.count, items};
}

bool rv_recover(const rev_project *project, const char *revision, rev_recovery how, bool run_down_first,
                const rev_migrate_options *options, struct rv_outcome *out, rev_error **err)
{
    struct recovery recovery = {.how = how, .run_down = run_down_first, .outcome = out};
    *out = (struct rv_outcome){0};
    /* First only to look: a database that is not there is not made. */
    if (!rv_session_open(&recovery.session, project, options, true, err)) {
        return false;
    }
    out->arena = rv_arena_new();
    bool ok = find_step(&recovery, revision, err);
    rv_session_close(&recovery.session);
    if (ok && (ok = rv_session_open(&recovery.session, project, options, false, err))) {
        ok = resolve_locked(&recovery, revision, err);
        copy_rows(out, rv_session_rows(&recovery.session));
        rv_session_close(&recovery.session);
    }
    if (!ok) {
        rv_outcome_clear(out);
    }
    return ok;
}
