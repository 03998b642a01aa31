/* One migrator at a time: a session's advisory lock, taken by polling. A waiter is in no transaction and no blocking
 * query between two tries, since CREATE INDEX CONCURRENTLY of the lock's holder would wait for its snapshot. */
#include "db/pg.h"

#include "base/cancel.h"
#include "base/error.h"
#include "base/num.h"
#include "base/sha256.h"
#include "base/time.h"

#include <inttypes.h>
#include <unistd.h>

enum { FIRST_SLEEP_MS = 50, LONGEST_SLEEP_MS = 1000, REPEAT_MS = 10000 };

/* Advisory locks belong to one database already, so its name is no part of the key: a pooler may call it otherwise. */
static int64_t lock_key(const char *key)
{
    struct rv_sha256 *sha = rv_sha256_new();
    rv_sha256_add(sha, rv_view_of("rev\n"));
    rv_sha256_add(sha, rv_view_of(key));
    char hex[RV_SHA256_TEXT_SIZE];
    rv_sha256_finish(sha, hex);
    uint64_t bits = 0;
    for (size_t i = 0; i < 16; i++) {
        uint64_t digit = (uint64_t)(rv_is_digit(hex[i]) ? hex[i] - '0' : hex[i] - 'a' + 10);
        bits = bits << 4 | digit;
    }
    return (int64_t)bits;
}

/* The same key in two halves, as pg_locks shows it. */
#define OUR_LOCK                                                                                                       \
    "locktype = 'advisory' AND objsubid = 1 AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = "   \
    "pg_catalog.current_database()) AND (classid::bigint << 32 | objid::bigint) = "

static bool try_lock(struct rv_pg *pg, const char *key, bool *out_taken, rev_error **err)
{
    rv_result_auto struct rv_result result = {0};
    if (!rv_pg_query(&pg->head, "SELECT pg_catalog.pg_try_advisory_lock($1)", &key, 1, &result, err)) {
        return false;
    }
    *out_taken = result.row_count == 1 && result.values[0] && result.values[0][0] == 't';
    return true;
}

static bool find_holder(struct rv_pg *pg, const char *key, struct rv_str *out, rev_error **err)
{
    rv_result_auto struct rv_result result = {0};
    if (!rv_pg_query(
            &pg->head,
            "SELECT l.pid, a.application_name, pg_catalog.to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS TZ') "
            "FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid "
            "WHERE l.granted AND l." OUR_LOCK "CAST($1 AS bigint) LIMIT 1",
            &key, 1, &result, err)) {
        return false;
    }
    out->len = 0;
    if (result.row_count == 0) {
        rv_str_add_text(out, "a session that has ended by now");
        return true;
    }
    rv_str_printf(out, "pid %s", result.values[0]);
    if (result.values[1] && *result.values[1]) {
        rv_str_printf(out, ", %s", result.values[1]);
    }
    if (result.values[2]) {
        rv_str_printf(out, ", connected since %s", result.values[2]);
    }
    return true;
}

static void say_waiting(const struct rv_pg *pg, const struct rv_str *holder, int64_t waited)
{
    if (pg->observer && pg->observer->event) {
        rev_event event = {.kind = REV_EVENT_WAITING, .elapsed_ms = waited, .text = rv_str_text(holder)};
        pg->observer->event(pg->observer->user, &event);
    }
}

/* Doubling from 50 ms to 1 s, a quarter more or less, so that many waiters do not come at once. */
static int64_t sleep_ms(size_t tries)
{
    int64_t ms = tries < 5 ? (int64_t)FIRST_SLEEP_MS << tries : LONGEST_SLEEP_MS;
    uint64_t noise = ((uint64_t)rv_time_now_ms() * 31 + (uint64_t)getpid()) * UINT64_C(6364136223846793005);
    return ms - ms / 4 + (int64_t)((noise >> 33) % (uint64_t)(ms / 2));
}

static bool fail_locked(const struct rv_str *holder, int64_t waited, rev_error **err)
{
    rv_fail(err, REV_ERROR_LOCKED, "another migrator holds the lock: %s", rv_str_text(holder));
    rv_error_hint(*err, "Waited %.1f s. Try again when it has finished, or wait longer (--wait).",
                  (double)waited / 1000);
    return false;
}

static bool take_lock(struct rv_pg *pg, const char *key, rev_error **err)
{
    int64_t start = rv_time_now_ms(), said = 0;
    rv_str_auto struct rv_str holder = {0};
    for (size_t tries = 0;; tries++) {
        bool is_taken = false;
        if (!try_lock(pg, key, &is_taken, err)) {
            return false;
        }
        if (is_taken) {
            return true;
        }
        int64_t now = rv_time_now_ms(), rest = pg->deadline_ms - now;
        bool is_time_to_say = tries == 0 || now - said >= REPEAT_MS;
        if ((is_time_to_say || rest <= 0) && !find_holder(pg, key, &holder, err)) {
            return false;
        }
        if (rest <= 0) {
            return fail_locked(&holder, now - start, err);
        }
        if (is_time_to_say) {
            said = now;
            say_waiting(pg, &holder, now - start);
        }
        int64_t ms = sleep_ms(tries);
        if (rv_cancel_sleep(rv_pg_cancel(pg), ms < rest ? ms : rest)) {
            return rv_fail(err, REV_ERROR_CANCELLED, "cancelled while another migrator held the lock");
        }
    }
}

static void key_text(const struct rv_pg *pg, char out[24])
{
    snprintf(out, 24, "%" PRId64, pg->lock_key);
}

bool rv_pg_lock(struct rv_db *db, const char *key, rev_error **err)
{
    struct rv_pg *pg = rv_pg(db);
    if (pg->has_lock) {
        return true;
    }
    pg->lock_key = lock_key(key);
    char text[24];
    key_text(pg, text);
    pg->has_lock = take_lock(pg, text, err);
    return pg->has_lock;
}

void rv_pg_add_lock_check(struct rv_str *sql, const struct rv_pg *pg)
{
    if (pg->has_lock) {
        rv_str_printf(
            sql,
            "SELECT 1 FROM pg_catalog.pg_locks WHERE pid = pg_catalog.pg_backend_pid() AND granted AND " OUR_LOCK
            "(%" PRId64 ")",
            pg->lock_key);
    }
}

bool rv_pg_relock(struct rv_pg *pg, rev_error **err)
{
    char text[24];
    key_text(pg, text);
    pg->has_lock = false;
    pg->has_lock = take_lock(pg, text, err);
    return pg->has_lock;
}

void rv_pg_unlock(struct rv_db *db)
{
    struct rv_pg *pg = rv_pg(db);
    if (!pg->has_lock) {
        return;
    }
    pg->has_lock = false;
    char sql[80];
    snprintf(sql, sizeof sql, "SELECT pg_catalog.pg_advisory_unlock(%" PRId64 ")", pg->lock_key);
    enum { PATIENCE_MS = 2000 };
    struct rv_pg_call call = {.sql = sql, .is_uncancellable = true, .give_up_ms = rv_time_now_ms() + PATIENCE_MS};
    rev_error *ignored = NULL;
    rv_pg_call(pg, &call, &ignored);
    rv_pg_call_clear(pg, &call);
    rev_error_free(ignored);
}
