/* The lock row on PostgreSQL: while it is held, a thread of its own with a connection of its own renews it, and each
 * COMMIT is preceded by the check that it is still held. Where a pooler stands in between, each transaction may be in
 * another session of the server, so nothing may be left in one: what a script changed of it is put back before the
 * COMMIT. */
#include "db/pg.h"

#include "base/alloc.h"
#include "base/cancel.h"
#include "base/error.h"
#include "base/time.h"
#include "db/lock_row.h"

#include <pthread.h>

struct rv_pg_lease {
    struct rv_lock_row row;
    rev_cancel *stop;
    rev_observer observer;          /* of the second connection: it hears `stop`, and says nothing */
    struct rv_db_settings settings; /* likewise */
    const struct rv_engine *engine; /* what the first connection has found out */
    char *session_sql;              /* sets what RESET ALL takes away of what our connection asked for */
    pthread_t thread;
};

/* False: the row is somebody else's by now. Whatever else goes wrong is tried again, with a new connection. */
static bool renew(const struct rv_pg_lease *lease, struct rv_db **db)
{
    rev_error *ignored = NULL;
    bool is_ours = true;
    *db = *db ? *db : rv_driver_postgresql.open(&lease->settings, &ignored);
    if (*db) {
        (*db)->engine = lease->engine;
    }
    if (*db && !rv_lock_row_renew(*db, &lease->row, &is_ours, &ignored)) {
        rv_driver_postgresql.close(*db);
        *db = NULL;
        is_ours = true;
    }
    rev_error_free(ignored);
    return is_ours;
}

static void *keep_alive(void *context)
{
    const struct rv_pg_lease *lease = context;
    struct rv_db *db = NULL;
    while (!rv_cancel_sleep(lease->stop, RV_LOCK_RENEWAL_MS) && renew(lease, &db)) {
    }
    rv_driver_postgresql.close(db);
    return NULL;
}

/* A pooler keeps these for each of its clients, as asked for when connecting; the server's session knows nothing of it,
 * and its RESET ALL would leave us with the encoding of the database. */
static bool read_session(struct rv_pg *pg, struct rv_pg_lease *lease, rev_error **err)
{
    rv_result_auto struct rv_result result = {0};
    if (!pg->is_session_shared) {
        return true;
    }
    if (!rv_pg_query(&pg->head,
                     "SELECT pg_catalog.string_agg(pg_catalog.format('SET %I = %L;', name, setting), ' ') FROM "
                     "pg_catalog.pg_settings WHERE name IN ('application_name', 'client_encoding', 'DateStyle', "
                     "'IntervalStyle', 'TimeZone', 'standard_conforming_strings')",
                     NULL, 0, &result, err)) {
        return false;
    }
    lease->session_sql = rv_strdup(result.row_count == 1 && result.values[0] ? result.values[0] : "");
    return true;
}

/* Whatever the user wishes by now. */
static bool release(struct rv_pg *pg, const struct rv_lock_row *row)
{
    enum { PATIENCE_MS = 2000 };
    rv_bookkeeping_auto struct rv_bookkeeping statement = {0};
    rv_lock_row_release_sql(&statement, row);
    struct rv_pg_call call = {
        .sql = rv_str_text(&statement.sql),
        .params = statement.params,
        .param_count = statement.param_count,
        .is_uncancellable = true,
        .give_up_ms = rv_time_now_ms() + PATIENCE_MS,
    };
    rev_error *ignored = NULL;
    bool is_done = rv_pg_call(pg, &call, &ignored);
    rv_pg_call_clear(pg, &call);
    rev_error_free(ignored);
    return is_done;
}

/* Over a connection of its own, where ours was lost. The DELETE waits for a COMMIT that is still on its way. What can't
 * be given back at all runs out, or its process is seen to have ended. */
static void release_anew(const struct rv_pg *pg, const struct rv_lock_row *row)
{
    rev_error *ignored = NULL;
    struct rv_db *db = rv_driver_postgresql.open(&pg->settings, &ignored);
    if (db) {
        release(rv_pg(db), row);
    }
    rv_driver_postgresql.close(db);
    rev_error_free(ignored);
}

static void free_lease(struct rv_pg_lease *lease)
{
    rv_lock_row_clear(&lease->row);
    rev_cancel_free(lease->stop);
    free(lease->session_sql);
    free(lease);
}

static bool start(struct rv_pg *pg, struct rv_pg_lease *lease, rev_error **err)
{
    if (!lease->stop) {
        return rv_fail(err, REV_ERROR_IO, "too many open files");
    }
    return read_session(pg, lease, err) &&
           rv_lock_row_wait(&pg->head, &lease->row, pg->deadline_ms, pg->observer, err) &&
           (rv_pg_start_thread(keep_alive, lease, &lease->thread) ||
            rv_fail(err, REV_ERROR_IO, "the system has no thread for keeping the lock"));
}

static bool refuse_loan(rev_error **err)
{
    rv_fail(err, REV_ERROR_USAGE,
            "a connection that was handed over can't be used here: the lock is a row, which a "
            "second connection keeps alive");
    rv_error_hint(*err, "Hand over a URL instead, or connect to the server without a pooler in between.");
    return false;
}

bool rv_pg_lease_take(struct rv_pg *pg, const char *schema, const char *table, rev_error **err)
{
    if (pg->loan) {
        return refuse_loan(err);
    }
    struct rv_pg_lease *lease = rv_alloc(sizeof *lease);
    *lease = (struct rv_pg_lease){.stop = rev_cancel_new(), .settings = pg->settings, .engine = pg->head.engine};
    lease->observer = (rev_observer){.struct_size = sizeof lease->observer, .cancel = lease->stop};
    lease->settings.observer = &lease->observer;
    rv_lock_row_init(&lease->row, schema, table);
    if (!start(pg, lease, err)) {
        release(pg, &lease->row); /* perhaps it was taken when the stop came */
        free_lease(lease);
        return false;
    }
    pg->lease = lease;
    return true;
}

void rv_pg_lease_add_session(struct rv_str *sql, const struct rv_pg *pg)
{
    rv_str_add_text(sql, pg->lease && pg->lease->session_sql ? pg->lease->session_sql : "");
}

bool rv_pg_lease_check(struct rv_pg *pg, rev_error **err)
{
    return !pg->lease || rv_lock_row_check(&pg->head, &pg->lease->row, err);
}

void rv_pg_lease_hurry(const struct rv_pg *pg)
{
    if (pg->lease) {
        rev_cancel_request(pg->lease->stop);
    }
}

void rv_pg_lease_drop(struct rv_pg *pg)
{
    struct rv_pg_lease *lease = pg->lease;
    rev_cancel_request(lease->stop);
    pthread_join(lease->thread, NULL);
    rv_driver_postgresql.rollback(&pg->head);
    if (!release(pg, &lease->row) && rv_driver_postgresql.transaction(&pg->head) == RV_UNKNOWN_TRANSACTION) {
        release_anew(pg, &lease->row);
    }
    pg->lease = NULL;
    free_lease(lease);
}
