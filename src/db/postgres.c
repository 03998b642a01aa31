/* The PostgreSQL driver's table and what is said to the server on its behalf. The state of a transaction is always the
 * server's word, never what a script's text looks like. */
#include <libpq-fe.h>

#include "db/pg.h"

#include "base/alloc.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/num.h"
#include "base/time.h"

/* Ending must be quick, whatever the server does: SIGINT promises two seconds. */
/* How long to wait for an answer that only tidies up: the server may be busy. Once a stop is wanted it is cut short. */
enum { PATIENCE_MS = 60000 };

static bool takes_url(const char *url)
{
    return rv_url_is_postgresql(url);
}

static void close_database(struct rv_db *db)
{
    if (!db) {
        return;
    }
    struct rv_pg *pg = rv_pg(db);
    rv_pg_watch_end(pg);
    rv_str_clear(&pg->blocker.text);
    if (pg->lease) {
        rv_pg_lease_drop(pg);
    }
    if (pg->loan) {
        rv_pg_loan_give_back(pg);
    } else {
        pg->pq->PQfinish(pg->connection);
    }
    free(pg);
}

static const char *reported(void *context, const char *name)
{
    const struct rv_pg *pg = context;
    return pg->pq->PQparameterStatus(pg->connection, name);
}

/* What is told last is known best: a pooler reports parameters of its own. */
static void learn(struct rv_db *db, const char *version, const char *relation)
{
    const struct rv_engine *found = rv_pg_engine_found(version, relation);
    db->engine = found ? found : db->engine;
}

static bool connect(struct rv_pg *pg, const struct rv_db_settings *settings, rev_error **err)
{
    if (!settings->postgresql && !rv_pg_connect(pg, settings, err)) {
        return false;
    }
    pg->head.engine = rv_pg_engine_told(reported, pg);
    return !settings->postgresql || rv_pg_loan_take(pg, settings->postgresql, err);
}

static struct rv_db *open_database(const struct rv_db_settings *settings, rev_error **err)
{
    const struct rv_libpq *pq = settings->postgresql ? rv_libpq_loaded(err) : rv_libpq_load(err);
    if (!pq) {
        return NULL;
    }
    struct rv_pg *pg = rv_alloc(sizeof *pg);
    *pg = (struct rv_pg){
        .head = {&rv_driver_postgresql, &rv_engine_postgresql},
        .pq = pq,
        .settings = *settings,
        .observer = settings->observer,
        .deadline_ms = settings->deadline_ms,
        .limits = {.statement_timeout_ms = -1},
        .blocker.pid = RV_PG_NOBODY,
        .said_pid = RV_PG_NOBODY,
    };
    if (!connect(pg, settings, err)) {
        close_database(&pg->head);
        return NULL;
    }
    return &pg->head;
}

/* Queries */

static void copy_rows(const struct rv_pg *pg, const PGresult *from, struct rv_result *out)
{
    struct rv_arena *arena = rv_arena_new();
    size_t rows = (size_t)pg->pq->PQntuples(from), columns = (size_t)pg->pq->PQnfields(from);
    const char **values = RV_NEW_ARRAY(arena, const char *, rv_size_mul(rows, columns));
    for (size_t row = 0; row < rows; row++) {
        for (size_t column = 0; column < columns; column++) {
            if (!pg->pq->PQgetisnull(from, (int)row, (int)column)) {
                values[row * columns + column] =
                    rv_arena_strdup(arena, pg->pq->PQgetvalue(from, (int)row, (int)column));
            }
        }
    }
    *out = (struct rv_result){.arena = arena, .row_count = rows, .column_count = columns, .values = values};
}

bool rv_pg_is_true(const struct rv_pg *pg, const PGresult *result)
{
    return pg->pq->PQntuples(result) == 1 && strcmp(pg->pq->PQgetvalue(result, 0, 0), "t") == 0;
}

static int64_t affected_rows(const struct rv_pg *pg, PGresult *result)
{
    int64_t count;
    return rv_num_parse(rv_view_of(pg->pq->PQcmdTuples(result)), 0, INT64_MAX, &count) ? count : -1;
}

bool rv_pg_query(struct rv_db *db, const char *sql, const char *const *params, size_t param_count,
                 struct rv_result *out, rev_error **err)
{
    struct rv_pg *pg = rv_pg(db);
    struct rv_pg_call call = {.sql = sql, .params = params, .param_count = param_count};
    bool is_done = rv_pg_call(pg, &call, err);
    if (is_done && out) {
        copy_rows(pg, call.result, out);
        out->affected = affected_rows(pg, call.result);
    }
    rv_pg_call_clear(pg, &call);
    return is_done;
}

/* In one message, which is one transaction: SET LOCAL ends with it. */
static bool read(struct rv_db *db, const char *sql, struct rv_result *out, rev_error **err)
{
    rv_str_auto struct rv_str bounded = {0};
    if (db->engine->has_lock_timeout) {
        rv_str_printf(&bounded, "SET LOCAL lock_timeout = %lld; ", (long long)rv_pg(db)->limits.lock_timeout_ms);
    }
    rv_str_add_text(&bounded, sql);
    return rv_pg_query(db, rv_str_text(&bounded), NULL, 0, out, err);
}

static bool insert(struct rv_db *db, const char *sql, const struct rv_value *values, size_t count, rev_error **err)
{
    enum { MAX_VALUES = 8 };
    const char *params[MAX_VALUES];
    int lengths[MAX_VALUES], formats[MAX_VALUES];
    for (size_t i = 0; i < count && i < MAX_VALUES; i++) {
        params[i] = values[i].ptr;
        lengths[i] = (int)values[i].len;
        formats[i] = values[i].is_bytes;
    }
    struct rv_pg *pg = rv_pg(db);
    struct rv_pg_call call = {
        .sql = sql, .params = params, .param_count = count, .lengths = lengths, .formats = formats};
    bool is_done = rv_pg_call(pg, &call, err);
    rv_pg_call_clear(pg, &call);
    return is_done;
}

/* By the server's word for what it did: a SELECT counts rows, too, but changes none. */
static int64_t changed_rows(const char *tag)
{
    static const char *const commands[] = {"INSERT ", "UPDATE ", "DELETE ", "MERGE ", "COPY "};
    int64_t count;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (rv_text_starts_with(tag, commands[i]) &&
            rv_num_parse(rv_view_of(strrchr(tag, ' ') + 1), 0, INT64_MAX, &count)) {
            return count;
        }
    }
    return -1;
}

static enum rv_transaction transaction(const struct rv_db *db)
{
    const struct rv_pg *pg = (const struct rv_pg *)db;
    if (pg->is_broken || pg->pq->PQstatus(pg->connection) != CONNECTION_OK) {
        return RV_UNKNOWN_TRANSACTION;
    }
    switch (pg->pq->PQtransactionStatus(pg->connection)) {
    case PQTRANS_IDLE:
        return RV_IDLE;
    case PQTRANS_INTRANS:
        return RV_IN_TRANSACTION;
    case PQTRANS_INERROR:
        return RV_FAILED_TRANSACTION;
    case PQTRANS_ACTIVE:
    case PQTRANS_UNKNOWN:
        break;
    }
    return RV_UNKNOWN_TRANSACTION;
}

static bool limits_statements(const struct rv_pg *pg)
{
    return pg->head.engine->has_statement_timeout && pg->limits.statement_timeout_ms >= 0;
}

/* Outside of a transaction a statement must not be stopped for waiting: CREATE INDEX CONCURRENTLY waits for old
 * snapshots as for a lock, and leaves an INVALID index behind. What the script itself has set stays, and a session that
 * a pooler lends is left as it is. */
static bool limit_bare_statement(struct rv_pg *pg, rev_error **err)
{
    rv_str_auto struct rv_str sql = {0};
    bool has_timeout = pg->is_session_shared && limits_statements(pg);
    if (!pg->head.engine->has_lock_timeout) {
        return true;
    }
    rv_str_printf(&sql,
                  "SELECT pg_catalog.set_config(name, CASE name WHEN 'lock_timeout' THEN '0' ELSE '%lld' END, false) "
                  "FROM pg_catalog.pg_settings WHERE source <> 'session' AND pg_catalog.pg_backend_pid() = %d AND "
                  "(name = 'lock_timeout' AND setting <> '0'%s)",
                  (long long)pg->limits.statement_timeout_ms, pg->pq->PQbackendPID(pg->connection),
                  has_timeout ? " OR name = 'statement_timeout'" : "");
    return rv_pg_execute(pg, rv_str_text(&sql), err);
}

static bool run(struct rv_db *db, const struct rv_statement *statement, struct rv_ran *out, rev_error **err)
{
    struct rv_pg *pg = rv_pg(db);
    rv_str_auto struct rv_str sql = {0};
    *out = (struct rv_ran){-1, SIZE_MAX};
    if (!rv_str_try_reserve(&sql, rv_size_add(statement->text.len, 1))) {
        return rv_fail(err, REV_ERROR_DATABASE, "out of memory: the statement has %zu bytes", statement->text.len);
    }
    rv_str_add_view(&sql, statement->text);
    rv_pg_loan_use(pg);
    struct rv_pg_call call = {
        .sql = rv_str_text(&sql),
        .is_script = true,
        .is_rollback_to = strcmp(statement->command, "ROLLBACK TO") == 0,
        .passes_notices = true,
    };
    if (statement->kind == RV_STATEMENT_COPY_STDIN) {
        call.copy_data = statement->data;
    }
    call.error_offset = SIZE_MAX;
    bool is_done = (transaction(db) != RV_IDLE || limit_bare_statement(pg, err)) && rv_pg_call(pg, &call, err);
    *out = (struct rv_ran){changed_rows(call.tag), call.error_offset};
    rv_pg_call_clear(pg, &call);
    return is_done;
}

/* Transactions */

/* With a lock row, what limit() says of a session is gone at each COMMIT. */
static bool begin(struct rv_db *db, rev_error **err)
{
    struct rv_pg *pg = rv_pg(db);
    rv_str_auto struct rv_str sql = {0};
    rv_str_add_text(&sql, "BEGIN;");
    if (pg->is_session_shared && limits_statements(pg)) {
        rv_str_printf(&sql, "SET LOCAL statement_timeout = %lld;", (long long)pg->limits.statement_timeout_ms);
    }
    if (!rv_pg_execute(pg, rv_str_text(&sql), err)) {
        return false;
    }
    pg->is_ended = false;
    return true;
}

static bool is_our_transaction(struct rv_db *db)
{
    return !rv_pg(db)->is_ended && transaction(db) == RV_IN_TRANSACTION;
}

/* A session of a pooler may have statements that it prepared for others. */
static bool may_deallocate(const struct rv_pg *pg)
{
    return !pg->is_session_shared || pg->has_prepared;
}

/* In a session of a pooler's it is part of the transaction: outside, the session is anybody's. The wish to stop is for
 * whoever runs the next step: what came before this one is committed. */
static bool reset(struct rv_db *db, rev_error **err)
{
    struct rv_pg *pg = rv_pg(db);
    if (rv_pg_loan_is_unused(pg) || (pg->is_session_shared && transaction(db) == RV_IDLE)) {
        return true;
    }
    rv_str_auto struct rv_str sql = {0};
    rv_str_add_text(&sql, may_deallocate(pg) ? db->engine->reset_sql : db->engine->reset_shared_sql);
    rv_pg_lease_add_session(&sql, pg);
    rv_pg_loan_add_session(&sql, pg);
    if (pg->has_lock) {
        rv_str_add_text(&sql, "SELECT ");
        rv_pg_add_lock_check(&sql, pg);
    }
    struct rv_pg_call call = {
        .sql = rv_str_text(&sql), .is_uncancellable = true, .give_up_ms = rv_time_now_ms() + PATIENCE_MS};
    bool is_done = rv_pg_call(pg, &call, err);
    bool is_lock_lost = is_done && pg->has_lock && !rv_pg_is_true(pg, call.result);
    rv_pg_call_clear(pg, &call);
    pg->has_prepared = pg->has_prepared && !is_done;
    return is_done && (!is_lock_lost || rv_pg_relock(pg, err));
}

void rv_pg_explain_lost_commit(const struct rv_pg *pg, rev_error *error)
{
    if (pg->is_broken || pg->pq->PQstatus(pg->connection) != CONNECTION_OK) {
        rv_error_prefix(error, "whether the COMMIT went through is not known: ");
        rv_error_hint(error, "The next `" PROGRAM_NAME " upgrade` will find out: it reads the version table.");
    }
}

/* Behind a pooler the session is put right as part of the transaction: outside it is another one. The lock row comes
 * last, so that it is kept until the transaction's end. */
static bool leave_session(struct rv_pg *pg, rev_error **err)
{
    return (!pg->is_session_shared || reset(&pg->head, err)) && rv_pg_lease_check(pg, err);
}

static bool commit(struct rv_db *db, rev_error **err)
{
    struct rv_pg *pg = rv_pg(db);
    if (!leave_session(pg, err)) {
        return false;
    }
    /* Its warnings are for people: that a standby did not confirm, say. */
    struct rv_pg_call call = {.sql = "COMMIT", .passes_notices = true};
    bool is_sent = !rev_cancel_requested(rv_pg_cancel(pg));
    bool is_done = rv_pg_call(pg, &call, err);
    if (!is_done && is_sent) {
        rv_pg_explain_lost_commit(pg, *err);
    }
    if (is_done && strcmp(pg->pq->PQcmdStatus(call.result), "COMMIT") != 0) {
        /* COMMIT of a failed transaction is a ROLLBACK, and no error. */
        is_done = rv_fail(err, REV_ERROR_DATABASE, "the server rolled the transaction back instead of committing it");
    }
    rv_pg_call_clear(pg, &call);
    return is_done;
}

static void rollback(struct rv_db *db)
{
    struct rv_pg *pg = rv_pg(db);
    enum rv_transaction state = transaction(db);
    if (state != RV_IN_TRANSACTION && state != RV_FAILED_TRANSACTION) {
        return;
    }
    /* A rollback forgets no prepared statement; in one trip, so that behind a pooler both go to the same session. */
    struct rv_pg_call call = {.sql =
                                  pg->is_session_shared && pg->has_prepared ? "ROLLBACK; DEALLOCATE ALL" : "ROLLBACK",
                              .is_uncancellable = true,
                              .give_up_ms = rv_time_now_ms() + PATIENCE_MS};
    rev_error *ignored = NULL;
    rv_pg_call(pg, &call, &ignored);
    rv_pg_call_clear(pg, &call);
    rev_error_free(ignored);
}

static void set_limits(struct rv_db *db, const struct rv_limits *limits)
{
    rv_pg(db)->limits = *limits;
    rv_pg(db)->said_pid = rv_pg(db)->blocker.pid = RV_PG_NOBODY;
}

void rv_pg_add_limits_sql(struct rv_str *out, const struct rv_engine *engine, const struct rv_limits *limits)
{
    if (engine->has_lock_timeout && limits->lock_timeout_ms >= 0) {
        rv_str_printf(out, "SET LOCAL lock_timeout = %lld;\n", (long long)limits->lock_timeout_ms);
    }
    if (engine->has_statement_timeout && limits->statement_timeout_ms >= 0) {
        rv_str_printf(out, "SET LOCAL statement_timeout = %lld;\n", (long long)limits->statement_timeout_ms);
    }
}

static void add_limits_sql(struct rv_str *out, const struct rv_limits *limits)
{
    rv_pg_add_limits_sql(out, &rv_engine_postgresql, limits);
}

static bool limit(struct rv_db *db, rev_error **err)
{
    struct rv_pg *pg = rv_pg(db);
    rv_str_auto struct rv_str sql = {0};
    if (transaction(db) == RV_IN_TRANSACTION) {
        rv_pg_add_limits_sql(&sql, db->engine, &pg->limits);
    } else if (limits_statements(pg) && !pg->is_session_shared) {
        rv_pg_loan_use(pg);
        rv_str_printf(&sql, "SET statement_timeout = %lld", (long long)pg->limits.statement_timeout_ms);
    }
    return sql.len == 0 || rv_pg_execute(pg, rv_str_text(&sql), err);
}

void rv_pg_add_lock_timeout(struct rv_str *out, const struct rv_pg *pg)
{
    if (pg->head.engine->has_lock_timeout) {
        rv_str_printf(out, "SET LOCAL lock_timeout = %lld;", (long long)pg->limits.lock_timeout_ms);
    }
}

/* Until the transaction's end, and in one trip. */
static bool guard(struct rv_db *db, rev_error **err)
{
    rv_str_auto struct rv_str sql = {0};
    rv_str_add_text(&sql, db->engine->guard_sql);
    rv_pg_add_lock_timeout(&sql, rv_pg(db));
    return rv_pg_execute(rv_pg(db), rv_str_text(&sql), err);
}

const struct rv_driver rv_driver_postgresql = {
    .name = "postgresql",
    .dialect = &rv_dialect_postgresql,
    .engine = &rv_engine_postgresql,
    .takes_url = takes_url,
    .open = open_database,
    .close = close_database,
    .learn = learn,
    .query = rv_pg_query,
    .read = read,
    .insert = insert,
    .check_left = rv_pg_check_left,
    .clear_left = rv_pg_clear_left,
    .run = run,
    .begin = begin,
    .commit = commit,
    .takes_messages = rv_pg_takes_messages,
    .run_message = rv_pg_run_message,
    .rollback = rollback,
    .transaction = transaction,
    .is_our_transaction = is_our_transaction,
    .set_limits = set_limits,
    .limit = limit,
    .guard = guard,
    .reset = reset,
    .lock = rv_pg_lock,
    .unlock = rv_pg_unlock,
    .lock_holder = rv_pg_lock_holder,
    .add_limits_sql = add_limits_sql,
    .server_sql = "SELECT pg_catalog.version()",
    .begin_sql = "BEGIN",
    .stop_on_error = "\\set ON_ERROR_STOP on",
    .shell_has_variables = true,
    .script_guard_sql = "DISCARD TEMP;\nRESET SESSION AUTHORIZATION;\nRESET ALL;\n",
};
