/* One transactional step. Script, version rows and log row stand or fall together; whatever goes wrong, the transaction
 * is rolled back before the error is handed up. */
#include "migrate/step.h"

#include "base/cancel.h"
#include "base/time.h"
#include "base/user.h"

bool rv_work_fail_ended(const struct rv_work *work, rev_error **err)
{
    rv_fail(err, REV_ERROR_DATABASE,
            "the script ended the transaction of its step: what it ran until then may be "
            "committed, and the version rows were not changed");
    rv_error_at(*err, work->script->file, 0, 0);
    rv_error_hint(*err, "Find the COMMIT or ROLLBACK that a procedure or DO block hides, remove it, and look at what "
                        "is left in the database before the next run.");
    return false;
}

bool rv_work_is_ours(const struct rv_work *work, rev_error **err)
{
    return work->session->driver->is_our_transaction(work->session->db) || rv_work_fail_ended(work, err);
}

/* Their texts are copied only for someone who wants them, or who watches a step that takes them one by one. */
void rv_work_tell(const struct rv_work *work, const struct rv_statement *statement, size_t index)
{
    const rev_observer *observer = work->session->observer;
    if (observer && (observer->wants_statements || work->is_statementwise)) {
        rv_str_auto struct rv_str text = {0};
        rv_str_add_view(&text, statement->text);
        rv_tell(observer, &(rev_event){.kind = REV_EVENT_STATEMENT,
                                       .index = index,
                                       .total = work->script->script.count,
                                       .text = rv_str_text(&text),
                                       .file = work->script->file,
                                       .line = statement->line});
    }
}

bool rv_work_statement(struct rv_work *work, const struct rv_statement *statement, size_t index, struct rv_ran *out,
                       rev_error **err)
{
    struct rv_session *session = work->session;
    session->at = (struct rv_session_place){work->script->file, statement->line};
    bool ok = session->driver->run(session->db, statement, out, err);
    session->at = (struct rv_session_place){0};
    if (!ok) {
        rv_work_explain_statement(work, statement, index, out->offset, *err);
    }
    return ok;
}

bool rv_refuses_transaction(const rev_error *error)
{
    return error->sqlstate && (strcmp(error->sqlstate, "25001") == 0 || strcmp(error->sqlstate, "2D000") == 0);
}

/* duplicate_table, _schema, _object, _function, _column; SQLite has but words. */
static bool is_there_already(const rev_error *error)
{
    static const char *const states[] = {"42P07", "42P06", "42710", "42723", "42701"};
    for (size_t i = 0; error->sqlstate && i < sizeof states / sizeof states[0]; i++) {
        if (strcmp(error->sqlstate, states[i]) == 0) {
            return true;
        }
    }
    return !error->sqlstate && (strstr(error->message, " already exists") != NULL ||
                                rv_text_starts_with(error->message, "duplicate column name"));
}

static void advise(const struct rv_work *work, rev_error *error)
{
    if (error->hint) {
        return;
    }
    if (rv_refuses_transaction(error)) {
        rv_error_hint(error, "Write `transactional: false` in revision.yaml: then each statement runs by itself, "
                             "outside of a transaction block where it has to; best in a revision of its own.");
    } else if (error->sqlstate && strcmp(error->sqlstate, "25006") == 0) {
        rv_error_hint(error, "`" PROGRAM_NAME " doctor` says why the database takes no changes, if it is not the "
                             "script that forbids them.");
    } else if (work->step->direction == REV_UPGRADE && is_there_already(error)) {
        rv_error_hint(error,
                      "If all that this revision makes is there already (from a schema file, or made by another tool), "
                      "type `" PROGRAM_NAME " stamp %s`; `" PROGRAM_NAME " doctor` compares rows and log.",
                      work->step->revision->id);
    }
}

void rv_work_explain_statement(const struct rv_work *work, const struct rv_statement *statement, size_t index,
                               size_t offset, rev_error *error)
{
    rv_script_locate(work->script->script.source, statement, index, offset, work->script->file, error);
    if (!work->is_statementwise) {
        advise(work, error);
    }
}

bool rv_work_run_script(struct rv_work *work, rev_error **err)
{
    const struct rv_driver *driver = work->session->driver;
    struct rv_reader reader;
    struct rv_statement statement;
    rv_reader_init(&reader, &work->script->script);
    while (rv_reader_next(&reader, &statement)) {
        struct rv_ran ran;
        rv_work_tell(work, &statement, reader.count - 1);
        if (!rv_work_statement(work, &statement, reader.count - 1, &ran, err)) {
            return false;
        }
        work->statements_done++;
        if (driver->transaction(work->session->db) != RV_IN_TRANSACTION) {
            break;
        }
    }
    return rv_work_is_ours(work, err);
}

static const char *user_of(struct rv_session *session)
{
    if (session->user.len == 0) {
        rv_user_add(&session->user);
    }
    return rv_str_text(&session->user);
}

struct rv_log_entry rv_work_log_entry(const struct rv_work *work)
{
    return (struct rv_log_entry){
        .revision = rv_step_log_name(work->step),
        .direction = work->step->direction,
        .execution_time_ms = work->elapsed_ms ? work->elapsed_ms : rv_time_now_ms() - work->started_ms,
        .checksum = work->script->file ? work->script->checksum : NULL,
        .statements_total = (int64_t)work->script->script.count,
        .statements_done = work->statements_done,
        .applied_by = user_of(work->session),
    };
}

bool rv_work_add_log(struct rv_work *work, const char *outcome, rev_error **err)
{
    struct rv_log_entry entry = rv_work_log_entry(work);
    entry.outcome = outcome;
    return rv_log_add(work->session->db, &work->session->version, &entry, err);
}

bool rv_work_change_rows(struct rv_work *work, rev_error **err)
{
    for (size_t i = 0; i < work->step->change_count; i++) {
        const struct rv_row_change *change = &work->step->changes[i];
        if (!rv_version_change(work->session->db, &work->session->version, change->old_id, change->new_id, err)) {
            return false;
        }
    }
    return true;
}

bool rv_work_begin_books(struct rv_work *work, rev_error **err)
{
    struct rv_session *session = work->session;
    struct rv_version *version = &session->version;
    return rv_version_create(session->db, version, err) && rv_log_create(session->db, version, err) &&
           (!work->script->file ||
            (rv_kept_create(session->db, version, err) &&
             rv_kept_save(session->db, version, work->script->checksum, &work->script->files, err)));
}

/* Inside the step's transaction, after the script. */
static bool keep_books(struct rv_work *work, rev_error **err)
{
    struct rv_session *session = work->session;
    return session->driver->guard(session->db, err) && rv_work_begin_books(work, err) &&
           rv_work_change_rows(work, err) && rv_work_add_log(work, "done", err);
}

void rv_work_log_failure(struct rv_work *work)
{
    struct rv_session *session = work->session;
    const struct rv_driver *driver = session->driver;
    rev_error *ignored = NULL;
    if (driver->transaction(session->db) == RV_UNKNOWN_TRANSACTION || !driver->reset(session->db, &ignored) ||
        !driver->begin(session->db, &ignored)) {
        rev_error_free(ignored);
        return;
    }
    const struct rv_version before = session->version;
    bool ok = driver->guard(session->db, &ignored) && rv_log_create(session->db, &session->version, &ignored) &&
              rv_work_add_log(work, "failed", &ignored) && driver->commit(session->db, &ignored);
    if (!ok) {
        driver->rollback(session->db);
        rv_version_uncreate(&session->version, &before);
    }
    rev_error_free(ignored);
}

static bool fail_foreign_keys(const struct rv_result *found, rev_error **err)
{
    rv_str_auto struct rv_str detail = {0};
    for (size_t i = 0; i < found->row_count; i++) {
        const char *const *row = &found->values[i * found->column_count];
        rv_str_printf(&detail, "%s%s row%s of %s without a parent in %s, first the one with rowid %s", i ? "\n" : "",
                      row[2], strcmp(row[2], "1") == 0 ? "" : "s", row[0], row[1] ? row[1] : "?",
                      row[3] ? row[3] : "?");
    }
    rv_fail(err, REV_ERROR_DATABASE, "foreign keys are violated after the script");
    rv_error_detail(*err, "%s", rv_str_text(&detail));
    rv_error_hint(*err, "Let the script repair or delete these rows: they may be older than this step.");
    return false;
}

bool rv_work_foreign_keys_hold(struct rv_work *work, rev_error **err)
{
    const struct rv_driver *driver = work->session->driver;
    rv_result_auto struct rv_result found = {0};
    bool is_off = work->step->revision && work->step->revision->foreign_keys_off;
    if (!is_off || !driver->foreign_keys_check_sql) {
        return true;
    }
    if (!driver->query(work->session->db, driver->foreign_keys_check_sql, NULL, 0, &found, err)) {
        return false;
    }
    if (found.row_count == 0) {
        return true;
    }
    fail_foreign_keys(&found, err);
    rv_error_at(*err, work->script->file, 0, 0);
    return false;
}

void rv_work_explain_commit(const struct rv_work *work, rev_error *error)
{
    if (work->script->file) {
        rv_error_at(error, work->script->file, 0, 0); /* a deferred constraint does not say which statement broke it */
        rv_error_prefix(error, "at the COMMIT: ");
    }
}

/* A COMMIT that was not answered has happened or it has not: nobody here can say. One that was cancelled has not, where
 * the connection lives to say so. */
bool rv_work_commit(struct rv_work *work, rev_error **err)
{
    const struct rv_session *session = work->session;
    if (session->driver->commit(session->db, err)) {
        return true;
    }
    bool is_cancelled = (*err)->code == REV_ERROR_CANCELLED;
    work->is_unknown = (*err)->code == REV_ERROR_CONNECT ||
                       (is_cancelled && session->driver->transaction(session->db) == RV_UNKNOWN_TRANSACTION);
    if (!work->is_unknown) {
        rv_work_explain_commit(work, *err);
    }
    return false;
}

static bool run_in_trips(struct rv_work *work, rev_error **err)
{
    struct rv_session *session = work->session;
    const struct rv_version before = session->version;
    if (session->driver->limit(session->db, err) && rv_work_run_script(work, err) &&
        rv_work_foreign_keys_hold(work, err) && keep_books(work, err) && rv_work_commit(work, err)) {
        return true;
    }
    session->driver->rollback(session->db);
    rv_version_uncreate(&session->version, &before);
    rv_work_log_failure(work);
    return false;
}

bool rv_step_run(struct rv_work *work, rev_error **err)
{
    const struct rv_driver *driver = work->session->driver;
    bool is_refused = false;
    if (!work->is_message) {
        return run_in_trips(work, err);
    }
    if (rv_step_run_message(work, &is_refused, err)) {
        return true;
    }
    work->is_message = !is_refused;
    work->statements_done = 0;
    return is_refused && driver->begin(work->session->db, err) && run_in_trips(work, err);
}
