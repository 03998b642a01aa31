/* A connection of the application's, while it is ours to use. Checked before anything is sent, used as one of our own,
 * and given back as it was, as far as the server can tell how that is: a transaction that was open when it was handed
 * over is never touched. */
#include <libpq-fe.h>

#include "db/pg.h"

#include "base/alloc.h"
#include "base/error.h"

struct rv_pg_loan {
    char *encoding;
    char *session_sql; /* statements: the session's own settings; NULL: not to be known */
    bool was_nonblocking;
    PQnoticeReceiver receiver; /* libpq's own, in whose place ours is; NULL: the application's stays */
    bool is_used;
};

/* There PQtransactionStatus() calls a connection idle, and PQsendQuery() refuses it. */
static bool is_in_pipeline_mode(const struct rv_pg *pg, const PGconn *connection)
{
#ifdef LIBPQ_HAS_PIPELINING
    return pg->pq->PQpipelineStatus && pg->pq->PQpipelineStatus(connection) != PQ_PIPELINE_OFF;
#else
    (void)pg, (void)connection;
    return false;
#endif
}

static bool check(const struct rv_pg *pg, PGconn *connection, rev_error **err)
{
    if (pg->pq->PQstatus(connection) != CONNECTION_OK) {
        rv_fail(err, REV_ERROR_CONNECT, "the connection that was handed over is not open");
        rv_error_hint(*err, "PQstatus() has to say CONNECTION_OK before it is handed over.");
        return false;
    }
    if (pg->pq->PQtransactionStatus(connection) != PQTRANS_IDLE) {
        rv_fail(err, REV_ERROR_USAGE,
                "the connection that was handed over is in use: a transaction or a statement is "
                "open");
        rv_error_hint(*err, "Commit or roll back, and read the answer to its end, before it is handed over.");
        return false;
    }
    if (is_in_pipeline_mode(pg, connection)) {
        rv_fail(err, REV_ERROR_USAGE, "the connection that was handed over is in use: it is in pipeline mode");
        rv_error_hint(*err, "PQexitPipelineMode() has to come before it is handed over.");
        return false;
    }
    return true;
}

/* libpq hands out the receiver that is set, but not its argument, so the application's could not be put back, and
 * stays. libpq's own has none: it is known by comparing with a connection that failed before it began. */
static void listen_if_nobody_does(struct rv_pg *pg, struct rv_pg_loan *loan)
{
    const char *const keywords[] = {"not an option of libpq", NULL}, *const values[] = {"", NULL};
    PGconn *fresh = pg->pq->PQconnectStartParams(keywords, values, 0);
    PQnoticeReceiver own = fresh ? pg->pq->PQsetNoticeReceiver(fresh, NULL, NULL) : NULL;
    pg->pq->PQfinish(fresh);
    if (own && pg->pq->PQsetNoticeReceiver(pg->connection, NULL, NULL) == own) {
        loan->receiver = own;
        rv_pg_listen(pg);
    }
}

static bool read_session(struct rv_pg *pg, struct rv_pg_loan *loan, rev_error **err)
{
    rv_result_auto struct rv_result result = {0};
    const char *sql = pg->head.engine->session_sql;
    if (!sql) {
        return true;
    }
    if (!rv_pg_query(&pg->head, sql, NULL, 0, &result, err)) {
        return false;
    }
    loan->session_sql = rv_strdup(result.row_count == 1 && result.values[0] ? result.values[0] : "");
    return true;
}

static bool set_encoding(struct rv_pg *pg, const char *encoding, rev_error **err)
{
    const char *now = pg->pq->PQparameterStatus(pg->connection, "client_encoding");
    if (now && strcmp(now, encoding) == 0) {
        return true;
    }
    rv_str_auto struct rv_str sql = {0};
    rv_str_printf(&sql, "SET client_encoding = '%s'", encoding);
    return rv_pg_execute(pg, rv_str_text(&sql), err);
}

bool rv_pg_loan_take(struct rv_pg *pg, struct pg_conn *connection, rev_error **err)
{
    if (!check(pg, connection, err)) {
        return false;
    }
    struct rv_pg_loan *loan = rv_alloc(sizeof *loan);
    const char *encoding = pg->pq->PQparameterStatus(connection, "client_encoding");
    *loan = (struct rv_pg_loan){.encoding = rv_strdup(encoding ? encoding : "UTF8"),
                                .was_nonblocking = pg->pq->PQisnonblocking(connection)};
    pg->connection = connection;
    pg->loan = loan;
    if (pg->pq->PQsetnonblocking(connection, 1) != 0) {
        return rv_pg_fail_lost(pg, err);
    }
    listen_if_nobody_does(pg, loan);
    return read_session(pg, loan, err) && set_encoding(pg, "UTF8", err);
}

void rv_pg_loan_use(struct rv_pg *pg)
{
    if (pg->loan) {
        pg->loan->is_used = true;
    }
}

bool rv_pg_loan_is_unused(const struct rv_pg *pg)
{
    return pg->loan && !pg->loan->is_used;
}

void rv_pg_loan_add_session(struct rv_str *sql, const struct rv_pg *pg)
{
    if (pg->loan && pg->loan->session_sql) {
        rv_str_printf(sql, "%s SET client_encoding = 'UTF8';", pg->loan->session_sql);
    }
}

void rv_pg_loan_give_back(struct rv_pg *pg)
{
    struct rv_pg_loan *loan = pg->loan;
    rev_error *ignored = NULL;
    rv_driver_postgresql.rollback(&pg->head);
    rv_pg_unlock(&pg->head);
    if (rv_driver_postgresql.transaction(&pg->head) == RV_IDLE) {
        bool ok = rv_driver_postgresql.reset(&pg->head, &ignored) && set_encoding(pg, loan->encoding, &ignored);
        (void)ok;
    }
    rev_error_free(ignored);
    if (loan->receiver) {
        pg->pq->PQsetNoticeReceiver(pg->connection, loan->receiver, NULL);
    }
    pg->pq->PQsetnonblocking(pg->connection, loan->was_nonblocking);
    free(loan->encoding);
    free(loan->session_sql);
    free(loan);
    pg->loan = NULL;
}
