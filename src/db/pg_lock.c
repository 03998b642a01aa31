/* One migrator at a time: a session's advisory lock, taken by polling, or a row where the session is not ours alone. */
#include <libpq-fe.h>

#include "db/pg.h"

#include "base/error.h"
#include "base/num.h"
#include "base/sha256.h"
#include "base/time.h"
#include "db/wait.h"

#include <inttypes.h>
#include <limits.h>

/* Advisory locks belong to one database already, so its name is no part of the key: a pooler may call it otherwise. */
static void make_key(const char *schema, const char *table, char out[RV_PG_LOCK_KEY_SIZE])
{
    struct rv_sha256 *sha = rv_sha256_new();
    rv_sha256_add(sha, rv_view_of("rev\n"));
    rv_sha256_add(sha, rv_view_of(schema));
    rv_sha256_add(sha, rv_view_of("."));
    rv_sha256_add(sha, rv_view_of(table));
    char hex[RV_SHA256_TEXT_SIZE];
    rv_sha256_finish(sha, hex);
    uint64_t bits = 0;
    for (size_t i = 0; i < 16; i++) {
        uint64_t digit = (uint64_t)(rv_is_digit(hex[i]) ? hex[i] - '0' : hex[i] - 'a' + 10);
        bits = bits << 4 | digit;
    }
    snprintf(out, RV_PG_LOCK_KEY_SIZE, "%" PRId64, (int64_t)bits);
}

/* The same key in two halves, as pg_locks shows it. */
#define OUR_LOCK                                                                                                       \
    "locktype = 'advisory' AND objsubid = 1 AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = "   \
    "pg_catalog.current_database()) AND (classid::bigint << 32 | objid::bigint) = "

/* Taken twice: so one of the two can be given back, which tells whether they are still there, and nobody else gets the
 * lock meanwhile. That is far less work for the server than a look into pg_locks. */
static bool try_lock(void *context, bool *out_is_taken, rev_error **err)
{
    struct rv_pg *pg = context;
    const char *const key = pg->lock_key;
    rv_result_auto struct rv_result result = {0};
    if (!rv_pg_query(
            &pg->head,
            "SELECT CASE WHEN pg_catalog.pg_try_advisory_lock($1) THEN pg_catalog.pg_try_advisory_lock($1) END", &key,
            1, &result, err)) {
        return false;
    }
    *out_is_taken = result.row_count == 1 && result.values[0] && result.values[0][0] == 't';
    return true;
}

/* Nothing is added where nobody has the lock. `out_end`, the SQL that ends its session, may be NULL. */
static bool add_holder(struct rv_pg *pg, const char *key, struct rv_str *out, struct rv_str *out_end, rev_error **err)
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
    if (result.row_count == 0) {
        return true;
    }
    rv_str_printf(out, "pid %s", result.values[0]);
    if (out_end) {
        rv_str_printf(out_end, "SELECT pg_terminate_backend(%s);", result.values[0]);
    }
    if (result.values[1] && *result.values[1]) {
        rv_str_printf(out, ", %s", result.values[1]);
    }
    if (result.values[2]) {
        rv_str_printf(out, ", connected since %s", result.values[2]);
    }
    return true;
}

static bool find_holder(void *context, struct rv_str *out, rev_error **err)
{
    struct rv_pg *pg = context;
    bool is_found = add_holder(pg, pg->lock_key, out, NULL, err);
    if (is_found && out->len == 0) {
        rv_str_add_text(out, "a session that has ended by now");
    }
    return is_found;
}

bool rv_pg_lock_holder(struct rv_db *db, const char *schema, const char *table, struct rv_str *out,
                       struct rv_str *out_end, rev_error **err)
{
    if (!db->engine->has_advisory_locks) {
        return true;
    }
    char key[sizeof rv_pg(db)->lock_key];
    make_key(schema, table, key);
    return add_holder(rv_pg(db), key, out, out_end, err);
}

static bool take_lock(struct rv_pg *pg, rev_error **err)
{
    struct rv_wait wait = {pg->deadline_ms, pg->observer, pg, try_lock, find_holder};
    pg->has_lock = rv_wait_for_lock(&wait, err);
    return pg->has_lock;
}

/* A pooler makes up the process id that it tells when connecting. Asking for the real one twice would prove nothing: an
 * idle pooler gives the same session each time. */
static bool is_pooled(struct rv_pg *pg, bool *out, rev_error **err)
{
    rv_result_auto struct rv_result result = {0};
    if (!rv_pg_query(&pg->head, "SELECT pg_catalog.pg_backend_pid()", NULL, 0, &result, err)) {
        return false;
    }
    int64_t pid;
    *out = result.row_count != 1 || !result.values[0] ||
           !rv_num_parse(rv_view_of(result.values[0]), 0, INT_MAX, &pid) || pid != pg->pq->PQbackendPID(pg->connection);
    return true;
}

static bool refuse_advisory(rev_error **err)
{
    rv_fail(err, REV_ERROR_CONFIG,
            "`lock: advisory` can't hold here: a pooler stands between " PROGRAM_NAME " and the server");
    rv_error_hint(*err,
                  "Such a lock belongs to a session, and a pooler may give each transaction another one: it would "
                  "keep nobody out, and stay behind. Set `lock: auto` or `lock: row` in rev.yaml, or connect to "
                  "the server itself.");
    return false;
}

/* Decided before a lock is taken: an advisory one must never be left in a session of a pooler. */
static bool choose_row(struct rv_pg *pg, bool *out_is_row, rev_error **err)
{
    *out_is_row = pg->settings.lock == RV_LOCK_ROW;
    if (*out_is_row) {
        return true;
    }
    return is_pooled(pg, out_is_row, err) &&
           (!*out_is_row || pg->settings.lock != RV_LOCK_ADVISORY || refuse_advisory(err));
}

static bool refuse_mode(const struct rv_engine *engine, const char *mode, rev_error **err)
{
    rv_fail(err, REV_ERROR_CONFIG, "`lock: %s` can't hold here: %s has no such locks", mode, engine->name);
    rv_error_hint(*err, "Set `lock: auto` in rev.yaml, or leave it out.");
    return false;
}

static void warn_unlocked(const struct rv_pg *pg)
{
    rv_str_auto struct rv_str text = {0};
    rv_str_printf(&text,
                  "nothing keeps a second migrator out: %s has neither advisory locks nor unique keys. See to it that "
                  "only one runs",
                  pg->head.engine->name);
    if (pg->observer && pg->observer->event) {
        rev_event event = {.kind = REV_EVENT_WARNING, .text = rv_str_text(&text)};
        pg->observer->event(pg->observer->user, &event);
    }
}

/* Where the engine has no advisory locks: some have their functions all the same, which lock nothing. */
static bool lock_otherwise(struct rv_pg *pg, const char *schema, const char *table, rev_error **err)
{
    const struct rv_engine *engine = pg->head.engine;
    if (pg->settings.lock == RV_LOCK_ADVISORY) {
        return refuse_mode(engine, "advisory", err);
    }
    if (engine->books->lock_table) {
        return rv_pg_lease_take(pg, schema, table, err);
    }
    if (pg->settings.lock == RV_LOCK_ROW) {
        return refuse_mode(engine, "row", err);
    }
    warn_unlocked(pg);
    return true;
}

bool rv_pg_lock(struct rv_db *db, const char *schema, const char *table, rev_error **err)
{
    struct rv_pg *pg = rv_pg(db);
    bool is_row;
    if (pg->has_lock || pg->lease) {
        return true;
    }
    if (!db->engine->has_advisory_locks) {
        return lock_otherwise(pg, schema, table, err);
    }
    if (!choose_row(pg, &is_row, err)) {
        return false;
    }
    if (is_row) {
        pg->is_session_shared = true;
        return rv_pg_lease_take(pg, schema, table, err);
    }
    make_key(schema, table, pg->lock_key);
    return take_lock(pg, err);
}

void rv_pg_add_lock_check(struct rv_str *sql, const struct rv_pg *pg)
{
    rv_str_printf(sql, "CASE WHEN pg_catalog.pg_advisory_unlock(%s) THEN pg_catalog.pg_try_advisory_lock(%s) END",
                  pg->lock_key, pg->lock_key);
}

bool rv_pg_relock(struct rv_pg *pg, rev_error **err)
{
    pg->has_lock = false;
    return take_lock(pg, err);
}

void rv_pg_unlock(struct rv_db *db)
{
    struct rv_pg *pg = rv_pg(db);
    if (pg->lease) {
        rv_pg_lease_drop(pg);
    }
    pg->is_session_shared = false;
    if (!pg->has_lock) {
        return;
    }
    pg->has_lock = false;
    char sql[160];
    snprintf(sql, sizeof sql, "SELECT pg_catalog.pg_advisory_unlock(%s), pg_catalog.pg_advisory_unlock(%s)",
             pg->lock_key, pg->lock_key);
    enum { PATIENCE_MS = 2000 };
    struct rv_pg_call call = {.sql = sql, .is_uncancellable = true, .give_up_ms = rv_time_now_ms() + PATIENCE_MS};
    rev_error *ignored = NULL;
    rv_pg_call(pg, &call, &ignored);
    rv_pg_call_clear(pg, &call);
    rev_error_free(ignored);
}
