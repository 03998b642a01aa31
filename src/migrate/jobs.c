/* Schema changes that an engine carries out in the background, after their statement was answered. A step goes on when
 * they have ended, and only if they have ended well: else the version row would say what is not so. */
#include "migrate/step.h"

#include "base/cancel.h"
#include "base/time.h"

enum { FIRST_SLEEP_MS = 100, LONGEST_SLEEP_MS = 2000, REPEAT_MS = 10000 };

static bool is_any_running(const struct rv_session *session, struct rv_str *out_first, rev_error **err)
{
    rv_result_auto struct rv_result result = {0};
    out_first->len = 0;
    if (!session->driver->query(session->db, session->db->engine->jobs_sql, NULL, 0, &result, err)) {
        rv_error_prefix(*err, "looking for schema changes that still run: ");
        return false;
    }
    if (result.row_count > 0) {
        rv_str_printf(out_first, "the schema change %s", result.values[0] ? result.values[0] : "?");
    }
    return true;
}

static bool wait_for_running(const struct rv_session *session, rev_error **err)
{
    int64_t start = rv_time_now_ms(), said = 0, sleep_ms = FIRST_SLEEP_MS;
    rv_str_auto struct rv_str first = {0};
    for (;;) {
        if (!is_any_running(session, &first, err)) {
            return false;
        }
        if (first.len == 0) {
            return true;
        }
        int64_t now = rv_time_now_ms();
        if (said == 0 || now - said >= REPEAT_MS) {
            said = now;
            rv_tell(session->observer,
                    &(rev_event){.kind = REV_EVENT_WAITING, .text = rv_str_text(&first), .elapsed_ms = now - start});
        }
        if (rv_cancel_sleep(session->observer ? session->observer->cancel : NULL, sleep_ms)) {
            return rv_fail(err, REV_ERROR_CANCELLED, "cancelled while a schema change still ran");
        }
        sleep_ms = sleep_ms * 2 < LONGEST_SLEEP_MS ? sleep_ms * 2 : LONGEST_SLEEP_MS;
    }
}

static bool refuse_failed(const struct rv_session *session, int64_t since_ms, rev_error **err)
{
    rv_result_auto struct rv_result result = {0};
    char elapsed[24];
    const char *const params[] = {elapsed};
    snprintf(elapsed, sizeof elapsed, "%lld", (long long)(rv_time_now_ms() - since_ms));
    if (!session->driver->query(session->db, session->db->engine->failed_jobs_sql, params, 1, &result, err)) {
        rv_error_prefix(*err, "looking for schema changes that failed: ");
        return false;
    }
    if (result.row_count == 0) {
        return true;
    }
    rv_fail(err, REV_ERROR_DATABASE, "the schema change %s failed in the background",
            result.values[0] ? result.values[0] : "?");
    rv_error_detail(*err, "What it left (an INVALID index) is in the way of the next try: drop it first.");
    return false;
}

bool rv_wait_for_jobs(const struct rv_session *session, int64_t since_ms, rev_error **err)
{
    const struct rv_engine *engine = session->db->engine;
    return (!engine->jobs_sql || wait_for_running(session, err)) &&
           (!engine->failed_jobs_sql || refuse_failed(session, since_ms, err));
}
