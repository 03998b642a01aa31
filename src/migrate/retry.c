/* Trying a transaction again that was rolled back for reasons that pass: a lock that was not to be had in time, a
 * deadlock, a conflict with another transaction. In between nothing of it is open, so nobody waits behind it. */
#include "migrate/step.h"

#include "base/cancel.h"
#include "base/time.h"

enum { FIRST_SLEEP_MS = 500, LONGEST_SLEEP_MS = 10000 };

/* "revision b2: canceling statement due to lock timeout, blocked by pid 7 (…); rolled back, try 2 of 6 in 0.8 s" */
static void say_again(const struct rv_retry *retry, const rev_error *error, int64_t sleep_ms)
{
    rv_str_auto struct rv_str text = {0};
    const char *blocked = error->detail ? strstr(error->detail, "blocked ") : NULL;
    rv_str_printf(&text, "%s: %s%s%s; rolled back, try %lld of %lld in %lld.%lld s", retry->what, error->message,
                  blocked ? ", " : "", blocked ? blocked : "", (long long)(retry->tries + 1),
                  (long long)(retry->session->retries + 1), (long long)(sleep_ms / 1000),
                  (long long)(sleep_ms % 1000 / 100));
    rv_tell(retry->session->observer, &(rev_event){.kind = REV_EVENT_WAITING, .text = rv_str_text(&text)});
}

static void add_tries(const struct rv_retry *retry, rev_error *error)
{
    rv_str_auto struct rv_str rest = {0};
    rv_str_add_text(&rest, error->hint ? error->hint : "Another transaction was in the way: try again later.");
    rv_error_hint(error, "Rolled back after %lld %s (--lock-retries allows more). %s", (long long)retry->tries,
                  retry->tries == 1 ? "try" : "tries", rv_str_text(&rest));
}

/* The server does not say whose wish it was to end the statement. */
static void explain_timeout(const struct rv_session *session, rev_error *error)
{
    bool is_timeout = error->code == REV_ERROR_DATABASE && error->sqlstate && strcmp(error->sqlstate, "57014") == 0;
    if (is_timeout && session->limits.statement_timeout_ms > 0 && !error->hint) {
        rv_error_hint(error,
                      "statement_timeout is %lld ms for this step: raise it with --statement-timeout, in the header or "
                      "in rev.yaml.",
                      (long long)session->limits.statement_timeout_ms);
    }
}

bool rv_retry_again(struct rv_retry *retry, rev_error **err)
{
    const struct rv_session *session = retry->session;
    explain_timeout(session, *err);
    if ((*err)->code != REV_ERROR_DATABASE || !rv_engine_retries(session->db->engine, (*err)->sqlstate)) {
        return false;
    }
    retry->tries++;
    if (retry->tries > session->retries) {
        add_tries(retry, *err);
        return false;
    }
    int64_t sleep_ms = rv_time_backoff_ms((size_t)retry->tries - 1, FIRST_SLEEP_MS, LONGEST_SLEEP_MS);
    say_again(retry, *err, sleep_ms);
    rev_error_free(*err);
    *err = NULL;
    return !rv_cancel_sleep(session->observer ? session->observer->cancel : NULL, sleep_ms) ||
           rv_fail(err, REV_ERROR_CANCELLED, "cancelled while waiting for the next try");
}

bool rv_step_run_patiently(struct rv_work *work, rev_error **err)
{
    struct rv_session *session = work->session;
    rv_str_auto struct rv_str what = {0};
    rv_str_printf(&what, "%s%s", work->step->revision ? "revision " : "the stamp",
                  work->step->revision ? work->step->revision->id : "");
    struct rv_retry retry = {session, rv_str_text(&what), 0};
    while (!rv_step_run(work, err)) {
        if (work->is_unknown || !rv_retry_again(&retry, err) ||
            (!work->is_message && !session->driver->begin(session->db, err))) {
            return false;
        }
        work->started_ms = rv_time_now_ms();
        work->statements_done = 0;
    }
    return true;
}
