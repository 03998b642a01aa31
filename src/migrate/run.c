/* Carries a request out: look without a lock, and only if there is something to do take the lock, look again, plan,
 * check everything, and run step by step. */
#include "migrate/changed.h"
#include "migrate/extend.h"
#include "migrate/step.h"
#include "plan/row_set.h"

#include "base/alloc.h"
#include "base/cancel.h"
#include "base/time.h"
#include "base/vec.h"

struct run {
    struct rv_session session;
    const struct rv_request *request;
    bool dry_run;
    struct rv_plan *plan; /* the one at hand: the outcome owns it */
    struct rv_outcome *outcome;
    struct rv_arena *scripts_arena;
    struct rv_step_script *scripts;
    struct rv_row_set expected; /* the version rows as the steps so far leave them */
};

struct rv_plan *rv_request_plan(const struct rv_graph *graph, const struct rv_request *request, rev_strings rows,
                                rev_error **err)
{
    switch (request->direction) {
    case REV_UPGRADE:
        return rv_plan_upgrade(graph, rows, request->spec, err);
    case REV_DOWNGRADE:
        return rv_plan_downgrade(graph, rows, request->spec, err);
    case REV_STAMP:
        return rv_plan_stamp(graph, rows, request->specs, request->purge, err);
    }
    rv_fail(err, REV_ERROR_USAGE, "no such direction");
    return NULL;
}

static bool make_plan(struct run *run, rev_error **err)
{
    const rev_project *project = run->session.project;
    run->plan = rv_request_plan(project->graph, run->request, rv_session_rows(&run->session), err);
    if (run->plan) {
        rv_vec_push(&run->outcome->plans, run->plan);
        rv_row_set_assign(&run->expected, run->plan->rows_before);
    }
    return run->plan != NULL;
}

/* What can't share one transaction with other steps is refused before anything ran. */
static bool check_together(const struct run *run, rev_error **err)
{
    struct rv_faults faults = {0};
    for (size_t i = 0; i < run->plan->step_count; i++) {
        const struct rv_step *step = &run->plan->steps[i];
        if (rv_session_is_statementwise(&run->session, step)) {
            rev_error *fault = rv_faults_add(&faults, REV_ERROR_SCRIPT,
                                             "revision %s can't be part of one transaction: it runs statement by "
                                             "statement",
                                             step->revision->id);
            rv_error_at(fault, step->revision->path, 0, 0);
            rv_error_hint(fault, "Go up to the revision before it with --transaction all, and on without.");
        }
    }
    return rv_faults_done(&faults, err);
}

static bool preflight(struct run *run, rev_error **err)
{
    rv_arena_free(run->scripts_arena);
    run->scripts_arena = rv_arena_new();
    return (!run->session.options->one_transaction || check_together(run, err)) &&
           rv_preflight(run->session.project, run->session.driver->dialect, run->plan, run->scripts_arena,
                        &run->scripts, err);
}

static void warn_redundant(const struct run *run)
{
    for (size_t i = 0; i < run->plan->redundant_rows.count; i++) {
        rv_warn_redundant(run->session.observer, run->plan->redundant_rows.items[i]);
    }
}

/* Once a run, and only where a script runs. */
static void warn_not_atomic(const struct run *run)
{
    rv_str_auto struct rv_str text = {0};
    bool is_any = false;
    for (size_t i = 0; i < run->plan->step_count; i++) {
        is_any = is_any || run->plan->steps[i].revision;
    }
    if (is_any && !run->session.db->engine->is_ddl_transactional) {
        rv_str_printf(&text,
                      "%s does not roll back schema changes: no step is atomic here, whatever its header says. Each "
                      "statement runs by itself, and the version row is written last",
                      run->session.db->engine->name);
        rv_tell(run->session.observer, &(rev_event){.kind = REV_EVENT_WARNING, .text = rv_str_text(&text)});
    }
}

static bool refuse_moved(rev_error **err)
{
    rv_fail(err, REV_ERROR_CONFLICT, "somebody else changed the version rows between two steps");
    rv_error_hint(*err, "The steps that are reported as done stay. See `" PROGRAM_NAME
                        " status`, then run the command again.");
    return false;
}

/* Reads anew what others may have changed, and refuses to go on beside a step that is not finished. Where a row keeps
 * others out of such a step, whoever gets the row knows that nobody runs it any more. */
static bool read_again(struct run *run, rev_error **err)
{
    struct rv_session *session = &run->session;
    if (!rv_session_read(session, err)) {
        return false;
    }
    if (session->version.unfinished_count == 0 || session->has_row || !session->driver->begin_is_lock) {
        return rv_check_unfinished(session, err);
    }
    bool ok = rv_session_hold_row(session, err) && rv_session_read(session, err) && rv_check_unfinished(session, err);
    rv_session_release_row(session);
    return ok;
}

static bool rows_have_moved(const struct run *run)
{
    return !rv_row_set_is(&run->expected, rv_session_rows(&run->session));
}

/* Opens the transaction that is the only lock there is, and reads the rows: they may have moved since the plan was
 * made, and *out_moved says so. Closed again then. */
static bool begin_as_lock(struct run *run, bool *out_moved, rev_error **err)
{
    struct rv_session *session = &run->session;
    if (!session->driver->begin(session->db, err)) {
        return false;
    }
    if (session->driver->is_unchanged && session->driver->is_unchanged(session->db)) {
        return true;
    }
    bool ok = rv_session_read(session, err);
    bool is_beside_another = ok && session->version.unfinished_count > 0;
    *out_moved = ok && (is_beside_another || rows_have_moved(run));
    if (!ok || *out_moved) {
        session->driver->rollback(session->db);
    }
    return ok && (!is_beside_another || read_again(run, err));
}

/* The same for a step that is no transaction: a row keeps the others out of it. */
static bool begin_with_row(struct run *run, bool *out_moved, rev_error **err)
{
    struct rv_session *session = &run->session;
    bool ok = rv_session_hold_row(session, err) && begin_as_lock(run, out_moved, err);
    session->driver->rollback(session->db);
    if (!ok || *out_moved) {
        rv_session_release_row(session);
    }
    return ok;
}

/* Opens the step's transaction, if it is to have one. */
static bool begin_step(struct run *run, const struct rv_step *step, bool *out_moved, rev_error **err)
{
    struct rv_session *session = &run->session;
    bool is_statementwise = rv_session_is_statementwise(session, step);
    *out_moved = false;
    if (session->driver->begin_is_lock) {
        return is_statementwise ? begin_with_row(run, out_moved, err) : begin_as_lock(run, out_moved, err);
    }
    return is_statementwise || session->driver->begin(session->db, err);
}

/* Before the step's transaction, since the switch does nothing inside one. */
static bool switch_foreign_keys(struct run *run, const struct rv_step *step, rev_error **err)
{
    struct rv_session *session = &run->session;
    if (!step->revision || !step->revision->foreign_keys_off) {
        return true;
    }
    const char *sql = session->driver->foreign_keys_off_sql;
    if (sql) {
        struct rv_ran ran;
        return session->driver->run(session->db, &(struct rv_statement){.text = rv_view_of(sql), .command = "PRAGMA"},
                                    &ran, err);
    }
    rv_str_auto struct rv_str text = {0};
    rv_str_printf(&text, "revision %s: `foreign_keys: off` has no meaning on this database", step->revision->id);
    rv_tell(session->observer, &(rev_event){.kind = REV_EVENT_WARNING, .text = rv_str_text(&text)});
    return true;
}

/* A few tries: a server that restarts takes its time. */
static bool connect_again(struct run *run, rev_error **err)
{
    enum { TRIES = 20, PAUSE_MS = 500 };
    const rev_observer *observer = run->session.observer;
    for (size_t i = 0; i < TRIES; i++) {
        rev_error_free(*err);
        *err = NULL;
        if (rv_session_reopen(&run->session, false, err)) {
            return true;
        }
        if ((*err)->code != REV_ERROR_CONNECT || rv_cancel_sleep(observer ? observer->cancel : NULL, PAUSE_MS)) {
            break;
        }
    }
    return false;
}

/* Where the rows stand, once nobody can change them any more: 1 as after the steps, -1 as before them, 0 elsewhere. */
static int where_rows_are(struct run *run, const struct rv_step *steps, size_t count)
{
    rev_strings rows = rv_session_rows(&run->session);
    if (rv_row_set_is(&run->expected, rows)) {
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        rv_row_set_apply(&run->expected, &steps[i]);
    }
    return rv_row_set_is(&run->expected, rows) ? 1 : 0;
}

/* The connection was lost while a COMMIT was on its way: what became of it stands in the version rows. They are read
 * under the lock, which the lost session holds for as long as it may still commit. True: it was committed. */
static bool look_up_commit(struct run *run, const struct rv_step *steps, size_t count, bool *out_is_unknown,
                           rev_error **err)
{
    rev_error *later = NULL;
    if ((*err)->code != REV_ERROR_CONNECT || rv_session_is_lent(&run->session) || !connect_again(run, &later) ||
        !rv_session_lock(&run->session, &later) || !rv_session_read(&run->session, &later)) {
        rev_error_free(later);
        return false;
    }
    int where = where_rows_are(run, steps, count);
    if (where == 0) {
        return false;
    }
    *out_is_unknown = false;
    rev_error_free(*err);
    *err = NULL;
    if (where < 0) {
        rv_fail(err, REV_ERROR_CONNECT, "the connection was lost before the COMMIT was confirmed, and %s",
                count == 1 ? "the step was not committed" : "nothing was committed");
        rv_error_hint(*err, "Nothing of it stays, and what is reported as done does. Run the command again.");
        return false;
    }
    rv_tell(run->session.observer, &(rev_event){.kind = REV_EVENT_WARNING,
                                                .text = "the connection was lost before the COMMIT was confirmed; "
                                                        "the version rows say that it was committed"});
    return true;
}

static void tell_step(const struct run *run, rev_event_kind kind, size_t index, int64_t elapsed_ms, const char *text)
{
    const struct rv_step *step = &run->plan->steps[index];
    rev_step shown = {step->direction, step->revision, step->from, step->to};
    rv_tell(run->session.observer, &(rev_event){.kind = kind,
                                                .step = &shown,
                                                .index = index,
                                                .total = run->plan->step_count,
                                                .elapsed_ms = elapsed_ms,
                                                .text = text});
}

static void explain_end(const struct rv_step *step, bool is_unknown, rev_error *error)
{
    if (step->revision) {
        rv_error_prefix(error, "revision %s: ", step->revision->id);
    }
    if ((error->code == REV_ERROR_CANCELLED || error->code == REV_ERROR_CONNECT) && !error->hint && !is_unknown) {
        rv_error_hint(error, "The step was rolled back; steps reported as done stay. Run the command again to go on.");
    }
}

static void note_done(struct run *run, const struct rv_step *step)
{
    rv_row_set_apply(&run->expected, step);
    rv_vec_push(&run->outcome->steps, step);
}

static bool run_step(struct run *run, size_t index, bool *out_moved, rev_error **err)
{
    const struct rv_step *step = &run->plan->steps[index];
    struct rv_work work = {&run->session, step, &run->scripts[index]};
    rv_session_set_limits(&run->session, step->revision);
    work.is_message = rv_step_fits_message(&run->session, step, &run->scripts[index]);
    if (!switch_foreign_keys(run, step, err) || (!work.is_message && !begin_step(run, step, out_moved, err))) {
        return false;
    }
    if (*out_moved) {
        return true;
    }
    tell_step(run, REV_EVENT_STEP_STARTED, index, 0, NULL);
    int64_t started_ms = work.started_ms = rv_time_now_ms();
    bool is_statementwise = rv_session_is_statementwise(&run->session, step);
    bool ok = is_statementwise ? rv_step_run_statements(&work, NULL, err) : rv_step_run_patiently(&work, err);
    rv_session_release_row(&run->session);
    ok = ok || (work.is_unknown && look_up_commit(run, step, 1, &work.is_unknown, err));
    tell_step(run, ok ? REV_EVENT_STEP_DONE : REV_EVENT_STEP_FAILED, index, rv_time_now_ms() - started_ms,
              work.is_unknown    ? "outcome not known"
              : is_statementwise ? "interrupted"
                                 : NULL);
    if (ok) {
        note_done(run, step);
        /* The step stays done even if the session can't be put right for the next one. */
        return work.is_reset || run->session.driver->reset(run->session.db, err);
    }
    explain_end(step, work.is_unknown, *err);
    return false;
}

static void tell_started(void *context, size_t index)
{
    tell_step(context, REV_EVENT_STEP_STARTED, index, 0, NULL);
}

static bool begin_together(struct run *run, bool *out_moved, rev_error **err)
{
    for (size_t i = 0; i < run->plan->step_count; i++) {
        if (!switch_foreign_keys(run, &run->plan->steps[i], err)) {
            return false;
        }
    }
    rv_session_set_limits(&run->session, run->plan->steps[0].revision);
    return begin_step(run, &run->plan->steps[0], out_moved, err);
}

/* Again and again, as for one step. */
static bool run_works(struct run *run, struct rv_work *works, struct rv_work **out_at, rev_error **err)
{
    struct rv_retry retry = {&run->session, "all steps", 0};
    while (!rv_steps_run_together(works, run->plan->step_count, tell_started, run, out_at, err)) {
        if ((*out_at)->is_unknown || !rv_retry_again(&retry, err) ||
            !run->session.driver->begin(run->session.db, err)) {
            return false;
        }
    }
    return true;
}

/* Nothing is told as done before the one COMMIT. */
static bool run_together(struct run *run, bool *out_moved, rev_error **err)
{
    size_t count = run->plan->step_count;
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    struct rv_work *works = RV_NEW_ARRAY(arena, struct rv_work, count), *at = works;
    if (!begin_together(run, out_moved, err) || *out_moved) {
        return *out_moved;
    }
    for (size_t i = 0; i < count; i++) {
        works[i] = (struct rv_work){&run->session, &run->plan->steps[i], &run->scripts[i]};
    }
    bool ok = run_works(run, works, &at, err);
    ok = ok || (at->is_unknown && look_up_commit(run, run->plan->steps, count, &at->is_unknown, err));
    for (size_t i = 0; i < count && ok; i++) {
        note_done(run, works[i].step);
        tell_step(run, REV_EVENT_STEP_DONE, i, works[i].elapsed_ms, NULL);
    }
    if (ok) {
        return run->session.driver->reset(run->session.db, err);
    }
    tell_step(run, REV_EVENT_STEP_FAILED, (size_t)(at - works), rv_time_now_ms() - at->started_ms,
              at->is_unknown ? "outcome not known" : "rolled back, all of it,");
    explain_end(at->step, at->is_unknown, *err);
    return false;
}

static bool is_cancelled(const struct run *run)
{
    return run->session.observer && rev_cancel_requested(run->session.observer->cancel);
}

static bool same_steps(const struct rv_plan *a, const struct rv_plan *b)
{
    bool same = a->step_count == b->step_count;
    for (size_t i = 0; same && i < a->step_count; i++) {
        same = a->steps[i].revision == b->steps[i].revision && a->steps[i].direction == b->steps[i].direction;
    }
    return same;
}

/* The plan with the rows as they are now; scripts that were read and checked for the same steps are kept. */
static bool plan_again(struct run *run, rev_error **err)
{
    const struct rv_plan *before = run->plan;
    if (!run->outcome->steps.count && !rows_have_moved(run)) {
        return true;
    }
    return make_plan(run, err) && (same_steps(before, run->plan) || preflight(run, err));
}

/* Whether the spec is a number of steps from where the database stands: `+2`, `-1`, `label@+1`. */
static bool counts_from_rows(const char *spec)
{
    const char *at = spec ? strrchr(spec, '@') : NULL;
    const char *symbol = at ? at + 1 : spec;
    return symbol && (symbol[0] == '+' || symbol[0] == '-');
}

/* The rows are not as this run left them: what is left to do is planned anew. A request such as `+2` counts from the
 * rows it found, so half done it can't be counted again. */
static bool go_on_from_moved_rows(struct run *run, rev_error **err)
{
    if (run->outcome->steps.count && counts_from_rows(run->request->spec)) {
        return refuse_moved(err);
    }
    return run->session.driver->reset(run->session.db, err) && rv_session_read(&run->session, err) &&
           plan_again(run, err);
}

static bool run_steps(struct run *run, rev_error **err)
{
    bool together = run->session.options->one_transaction;
    size_t i = 0;
    while (i < run->plan->step_count) {
        bool moved = false;
        if (is_cancelled(run)) {
            return rv_fail(err, REV_ERROR_CANCELLED, "stopped");
        }
        if (!(together ? run_together(run, &moved, err) : run_step(run, i, &moved, err))) {
            return false;
        }
        if (moved && !go_on_from_moved_rows(run, err)) {
            return false;
        }
        i = moved ? 0 : together ? run->plan->step_count : i + 1;
    }
    return true;
}

/* What stays of a run that ended early, for whoever reads the error. */
static void add_outcome(const struct run *run, rev_error *error)
{
    bool is_end =
        error->code == REV_ERROR_CANCELLED || error->code == REV_ERROR_CONNECT || error->code == REV_ERROR_LOCKED;
    if (is_end && !error->hint && run->outcome->steps.count) {
        rv_error_hint(error, "The %s reported as done stay. Run the command again to go on.",
                      run->outcome->steps.count == 1 ? "step" : "steps");
    } else if (is_end && !error->hint) {
        rv_error_hint(error, "Nothing was changed.");
    }
}

static bool run_locked(struct run *run, rev_error **err)
{
    struct rv_session *session = &run->session;
    if (!rv_session_lock(session, err)) {
        return false;
    }
    bool ok = read_again(run, err) && plan_again(run, err) &&
              (run->plan->step_count == 0 || rv_session_prepare_books(session, err)) && run_steps(run, err);
    if (session->db) { /* a connection that was lost may not have come back */
        session->driver->unlock(session->db);
    }
    return ok;
}

/* For writing: a refused or needless run must not leave an empty database file behind. */
static bool reopen(struct run *run, rev_error **err)
{
    if (!run->session.driver->open_creates) {
        return true;
    }
    return rv_session_reopen(&run->session, false, err);
}

static bool create_version_table(struct rv_session *session, rev_error **err)
{
    const struct rv_driver *driver = session->driver;
    if (!session->db->engine->is_ddl_transactional) {
        return rv_version_create(session->db, &session->version, err);
    }
    if (!driver->begin(session->db, err)) {
        return false;
    }
    if (driver->guard(session->db, err) && rv_version_create(session->db, &session->version, err) &&
        driver->commit(session->db, err)) {
        return true;
    }
    driver->rollback(session->db);
    return false;
}

bool rv_run_ensure_version(const rev_project *project, const rev_migrate_options *options, rev_error **err)
{
    struct rv_session session;
    if (!rv_session_open(&session, project, options, false, err)) {
        return false;
    }
    bool ok = session.version.exists;
    if (!ok && rv_session_lock(&session, err)) {
        ok = create_version_table(&session, err);
        session.driver->unlock(session.db);
    }
    rv_session_close(&session);
    return ok;
}

void rv_outcome_clear(struct rv_outcome *outcome)
{
    for (size_t i = 0; i < outcome->plans.count; i++) {
        rv_plan_free(outcome->plans.items[i]);
    }
    rv_vec_clear(&outcome->plans);
    rv_vec_clear(&outcome->steps);
    rv_extension_free(outcome->extension);
    outcome->extension = NULL;
    rv_arena_free(outcome->arena);
    outcome->arena = NULL;
}

/* A dry run's steps are those that would run; the rows are as the run leaves them. */
static void fill_outcome(struct run *run)
{
    struct rv_outcome *out = run->outcome;
    for (size_t i = 0; run->dry_run && i < run->plan->step_count; i++) {
        rv_vec_push(&out->steps, &run->plan->steps[i]);
    }
    size_t count = run->expected.ids.count;
    out->rows = (rev_strings){count, rv_arena_copy(out->arena, run->expected.ids.items, count * sizeof(const char *))};
}

/* With what was recorded when it ran: nothing is built on what is not what it seems. */
static bool compare_files(const struct run *run, rev_error **err)
{
    switch (run->request->direction) {
    case REV_UPGRADE:
        return rv_check_orphans(&run->session, err) && rv_check_changes(&run->session, err);
    case REV_DOWNGRADE:
        return rv_warn_changes(&run->session, run->plan, err);
    case REV_STAMP:
        break;
    }
    return true;
}

bool rv_run(const rev_project *project, const struct rv_request *request, const rev_migrate_options *options,
            struct rv_outcome *out, rev_error **err)
{
    struct run run = {.request = request, .dry_run = options && options->dry_run, .outcome = out};
    *out = (struct rv_outcome){0};
    if (!rv_session_open(&run.session, project, options, true, err)) {
        return false;
    }
    out->arena = rv_arena_new();
    bool ok = rv_session_extend(&run.session, &out->extension, err) && make_plan(&run, err);
    if (ok) {
        warn_redundant(&run);
    }
    if (ok && run.dry_run) {
        ok = rv_check_unfinished(&run.session, err);
    }
    if (ok && run.plan->step_count) {
        warn_not_atomic(&run);
        ok = compare_files(&run, err);
    }
    if (ok && (run.plan->step_count || run.session.version.unfinished_count)) {
        ok = preflight(&run, err) && (run.dry_run || (reopen(&run, err) && run_locked(&run, err)));
    }
    rv_session_close(&run.session);
    rv_arena_free(run.scripts_arena);
    if (ok) {
        fill_outcome(&run);
    } else {
        add_outcome(&run, *err);
        rv_outcome_clear(out);
    }
    rv_row_set_clear(&run.expected);
    return ok;
}
