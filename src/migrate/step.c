/* One transactional step. Script, version rows and log row stand or fall together; whatever goes wrong, the transaction
 * is rolled back before the error is handed up. */
#include "migrate/run.h"

#include "base/cancel.h"
#include "base/time.h"
#include "base/user.h"

struct progress {
    int64_t started_ms;
    int64_t statements_done;
};

static bool refuse_escape(const struct rv_step_script *script, rev_error **err)
{
    rv_fail(err, REV_ERROR_DATABASE,
            "the script ended the transaction of its step: what it ran until then may be "
            "committed, and the version rows were not changed");
    rv_error_at(*err, script->file, 0, 0);
    rv_error_hint(*err, "Find the COMMIT or ROLLBACK that a procedure or DO block hides, remove it, and look at what "
                        "is left in the database before the next run.");
    return false;
}

static void tell_statement(const struct rv_session *session, const struct rv_script *script,
                           const struct rv_statement *statement, size_t index)
{
    if (session->observer && session->observer->wants_statements) {
        rv_str_auto struct rv_str text = {0};
        rv_str_add_view(&text, statement->text);
        rv_tell(session->observer,
                &(rev_event){
                    .kind = REV_EVENT_STATEMENT, .index = index, .total = script->count, .text = rv_str_text(&text)});
    }
}

static bool run_script(struct rv_session *session, const struct rv_step_script *script, struct progress *progress,
                       rev_error **err)
{
    const struct rv_driver *driver = session->driver;
    struct rv_reader reader;
    struct rv_statement statement;
    rv_reader_init(&reader, &script->script);
    while (rv_reader_next(&reader, &statement)) {
        struct rv_ran ran;
        size_t index = reader.count - 1;
        tell_statement(session, &script->script, &statement, index);
        if (!driver->run(session->db, &statement, &ran, err)) {
            rv_script_locate(script->script.source, &statement, index, ran.offset, script->file, *err);
            return false;
        }
        progress->statements_done++;
        if (driver->transaction(session->db) != RV_IN_TRANSACTION) {
            break;
        }
    }
    return driver->is_our_transaction(session->db) || refuse_escape(script, err);
}

static bool add_log(struct rv_session *session, const struct rv_step *step, const struct rv_step_script *script,
                    const struct progress *progress, const char *outcome, rev_error **err)
{
    rv_str_auto struct rv_str user = {0};
    rv_user_add(&user);
    struct rv_log_entry entry = {
        .revision = rv_step_log_name(step),
        .direction = step->direction,
        .execution_time_ms = rv_time_now_ms() - progress->started_ms,
        .checksum = script->file ? script->checksum : NULL,
        .statements_total = (int64_t)script->script.count,
        .statements_done = progress->statements_done,
        .outcome = outcome,
        .applied_by = rv_str_text(&user),
    };
    return rv_log_add(session->db, &session->version, &entry, err);
}

static bool change_rows(struct rv_session *session, const struct rv_step *step, rev_error **err)
{
    for (size_t i = 0; i < step->change_count; i++) {
        const struct rv_row_change *change = &step->changes[i];
        if (!rv_version_change(session->db, &session->version, change->old_id, change->new_id, err)) {
            return false;
        }
    }
    return true;
}

/* Inside the step's transaction, after the script. */
static bool keep_books(struct rv_session *session, const struct rv_step *step, const struct rv_step_script *script,
                       const struct progress *progress, rev_error **err)
{
    struct rv_version *version = &session->version;
    return session->driver->guard(session->db, err) &&
           (version->exists || rv_version_create(session->db, version, err)) &&
           (version->log_exists || rv_log_create(session->db, version, err)) && change_rows(session, step, err) &&
           add_log(session, step, script, progress, "done", err);
}

/* The failed step's log row, in a transaction of its own. That it could not be written is no second error. */
static void log_failure(struct rv_session *session, const struct rv_step *step, const struct rv_step_script *script,
                        const struct progress *progress)
{
    const struct rv_driver *driver = session->driver;
    rev_error *ignored = NULL;
    if (driver->transaction(session->db) == RV_UNKNOWN_TRANSACTION || !driver->reset(session->db, &ignored) ||
        !driver->begin(session->db, &ignored)) {
        rev_error_free(ignored);
        return;
    }
    bool ok = driver->guard(session->db, &ignored) &&
              (session->version.log_exists || rv_log_create(session->db, &session->version, &ignored)) &&
              add_log(session, step, script, progress, "failed", &ignored) && driver->commit(session->db, &ignored);
    if (!ok) {
        driver->rollback(session->db);
    }
    rev_error_free(ignored);
}

/* A COMMIT that was not answered has happened or it has not: nobody here can say. */
static bool commit(struct rv_session *session, bool *out_is_unknown, rev_error **err)
{
    if (session->driver->commit(session->db, err)) {
        return true;
    }
    *out_is_unknown = (*err)->code == REV_ERROR_CONNECT || (*err)->code == REV_ERROR_CANCELLED;
    return false;
}

bool rv_step_run(struct rv_session *session, const struct rv_step *step, const struct rv_step_script *script,
                 bool *out_is_unknown, rev_error **err)
{
    *out_is_unknown = false;
    const struct rv_driver *driver = session->driver;
    struct progress progress = {.started_ms = rv_time_now_ms()};
    bool existed = session->version.exists, log_existed = session->version.log_exists;
    if (run_script(session, script, &progress, err) && keep_books(session, step, script, &progress, err) &&
        commit(session, out_is_unknown, err)) {
        session->version.exists = session->version.log_exists = true;
        return true;
    }
    driver->rollback(session->db);
    session->version.exists = existed;
    session->version.log_exists = log_existed;
    log_failure(session, step, script, &progress);
    return false;
}
