/* All steps of a run in one transaction: every script first, then the rows and the log of all of them, so that whatever
 * fails, nothing of any step stays. */
#include "migrate/step.h"

#include "base/time.h"

/* The next script begins in a session as the first one did, inside the same transaction. */
static bool run_scripts(struct rv_work *works, size_t count, rv_step_started *tell_started, void *context,
                        struct rv_work **out_at, rev_error **err)
{
    for (size_t i = 0; i < count; i++) {
        struct rv_work *work = &works[i];
        const struct rv_driver *driver = work->session->driver;
        *out_at = work;
        work->started_ms = rv_time_now_ms();
        work->statements_done = 0;
        tell_started(context, i);
        if (!driver->limit(work->session->db, err) || !rv_work_run_script(work, err) ||
            !rv_work_foreign_keys_hold(work, err) || !driver->reset(work->session->db, err)) {
            return false;
        }
        work->elapsed_ms = rv_time_now_ms() - work->started_ms;
    }
    return true;
}

static bool keep_all_books(struct rv_work *works, size_t count, struct rv_work **out_at, rev_error **err)
{
    const struct rv_session *session = works[0].session;
    if (!session->driver->guard(session->db, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        *out_at = &works[i];
        if (!rv_work_begin_books(&works[i], err) || !rv_work_change_rows(&works[i], err) ||
            !rv_work_add_log(&works[i], "done", err)) {
            return false;
        }
    }
    return true;
}

bool rv_steps_run_together(struct rv_work *works, size_t count, rv_step_started *tell_started, void *context,
                           struct rv_work **out_at, rev_error **err)
{
    struct rv_session *session = works[0].session;
    const struct rv_version before = session->version;
    *out_at = &works[0];
    if (run_scripts(works, count, tell_started, context, out_at, err) && keep_all_books(works, count, out_at, err) &&
        rv_work_commit(*out_at, err)) {
        return true;
    }
    session->driver->rollback(session->db);
    rv_version_uncreate(&session->version, &before);
    rv_work_log_failure(*out_at);
    return false;
}
