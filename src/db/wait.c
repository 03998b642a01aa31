/* The polling behind every lock. Between two tries a waiter is in no transaction and no blocking query, since CREATE
 * INDEX CONCURRENTLY of the lock's holder would wait for its snapshot. */
#include "db/wait.h"

#include "base/cancel.h"
#include "base/error.h"
#include "base/time.h"

enum { FIRST_SLEEP_MS = 50, LONGEST_SLEEP_MS = 1000, REPEAT_MS = 10000 };

static void say_waiting(const struct rv_wait *wait, const struct rv_str *holder, int64_t waited)
{
    if (wait->observer && wait->observer->event) {
        rev_event event = {.kind = REV_EVENT_WAITING, .elapsed_ms = waited, .text = rv_str_text(holder)};
        wait->observer->event(wait->observer->user, &event);
    }
}

static bool fail_locked(const struct rv_str *holder, int64_t waited, rev_error **err)
{
    rv_fail(err, REV_ERROR_LOCKED, "another migrator holds the lock: %s", rv_str_text(holder));
    rv_error_hint(*err, "Waited %.1f s. Try again when it has finished, or wait longer (--wait).",
                  (double)waited / 1000);
    return false;
}

bool rv_wait_for_lock(const struct rv_wait *wait, rev_error **err)
{
    int64_t start = rv_time_now_ms(), said = 0;
    const rev_cancel *cancel = wait->observer ? wait->observer->cancel : NULL;
    rv_str_auto struct rv_str holder = {0};
    for (size_t tries = 0;; tries++) {
        bool is_taken = false;
        if (!wait->take(wait->context, &is_taken, err)) {
            return false;
        }
        if (is_taken) {
            return true;
        }
        int64_t now = rv_time_now_ms(), rest = wait->deadline_ms - now;
        bool is_time_to_say = tries == 0 || now - said >= REPEAT_MS;
        holder.len = is_time_to_say || rest <= 0 ? 0 : holder.len;
        if ((is_time_to_say || rest <= 0) && !wait->find_holder(wait->context, &holder, err)) {
            return false;
        }
        if (rest <= 0) {
            return fail_locked(&holder, now - start, err);
        }
        if (is_time_to_say) {
            said = now;
            say_waiting(wait, &holder, now - start);
        }
        int64_t ms = rv_time_backoff_ms(tries, FIRST_SLEEP_MS, LONGEST_SLEEP_MS);
        if (rv_cancel_sleep(cancel, ms < rest ? ms : rest)) {
            return rv_fail(err, REV_ERROR_CANCELLED, "cancelled while another migrator held the lock");
        }
    }
}
