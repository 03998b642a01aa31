/* One trip to the server, waited for with poll() so that the wish to stop is heard. Never blocks in libpq: sending and
 * reading are non-blocking, and the cancel request, which libpq sends in a blocking way, goes out on a thread of its
 * own. */
#include <libpq-fe.h>

#include "db/pg.h"

#include "base/alloc.h"
#include "base/cancel.h"
#include "base/error.h"
#include "base/time.h"

#include <limits.h>
#include <poll.h>
#include <signal.h>

enum { PATIENCE_AFTER_CANCEL_MS = 1500 };

static bool fail_cancelled(struct rv_pg *pg, rev_error **err)
{
    pg->stop_heard_ms = rv_time_now_ms();
    return rv_fail(err, REV_ERROR_CANCELLED, "cancelled");
}

const rev_cancel *rv_pg_cancel(const struct rv_pg *pg)
{
    return pg->observer ? pg->observer->cancel : NULL;
}

struct canceller {
    const struct rv_libpq *pq;
    PGcancel *request;
};

static void *send_cancel(void *context)
{
    struct canceller *canceller = context;
    char ignored[256];
    canceller->pq->PQcancel(canceller->request, ignored, sizeof ignored);
    canceller->pq->PQfreeCancel(canceller->request);
    free(canceller);
    return NULL;
}

bool rv_pg_start_thread(void *(*body)(void *), void *context, pthread_t *out)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, out ? PTHREAD_CREATE_JOINABLE : PTHREAD_CREATE_DETACHED);
    pthread_t thread;
    bool is_started = pthread_create(out ? out : &thread, &attributes, body, context) == 0;
    pthread_attr_destroy(&attributes);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return is_started;
}

static void cancel_statement(struct rv_pg *pg)
{
    struct canceller *canceller = rv_alloc(sizeof *canceller);
    *canceller = (struct canceller){pg->pq, pg->pq->PQgetCancel(pg->connection)};
    if (!canceller->request) {
        free(canceller);
        return;
    }
    if (!rv_pg_start_thread(send_cancel, canceller, NULL)) {
        send_cancel(canceller);
    }
}

static bool give_up(struct rv_pg *pg, const struct rv_pg_call *call, rev_error **err)
{
    pg->is_broken = true;
    if (call->cancel_sent) {
        fail_cancelled(pg, err);
        rv_error_detail(*err, "The server did not confirm it, and the connection was given up.");
        rv_error_hint(*err, "The server rolls back what was not committed as soon as it notices.");
        return false;
    }
    return rv_fail(err, REV_ERROR_CONNECT, "the server did not answer");
}

bool rv_pg_wait(struct rv_pg *pg, struct rv_pg_call *call, bool to_write, rev_error **err)
{
    bool listens = !call->is_uncancellable && !call->cancel_sent;
    const rev_cancel *cancel = rv_pg_cancel(pg);
    if (rev_cancel_requested(cancel)) {
        rv_pg_lease_hurry(pg);
    }
    if (listens && rev_cancel_requested(cancel)) {
        cancel_statement(pg);
        call->cancel_sent = true;
        call->give_up_ms = rv_time_now_ms() + PATIENCE_AFTER_CANCEL_MS;
        listens = false;
    }
    /* What must not be cancelled is still not waited for much longer than the user does. */
    if (call->is_uncancellable && !call->is_hurried && rev_cancel_requested(cancel)) {
        int64_t soon = rv_time_now_ms() + PATIENCE_AFTER_CANCEL_MS;
        call->give_up_ms = call->give_up_ms && call->give_up_ms < soon ? call->give_up_ms : soon;
        call->is_hurried = true;
    }
    struct pollfd waits[3] = {0};
    int timeout = rv_pg_watch_poll(pg, &waits[2]);
    bool can_hear = listens || (call->is_uncancellable && !call->is_hurried);
    if (call->give_up_ms) {
        int64_t rest = call->give_up_ms - rv_time_now_ms();
        if (rest <= 0) {
            return give_up(pg, call, err);
        }
        rest = rest > INT_MAX ? INT_MAX : rest;
        timeout = timeout < 0 || rest < timeout ? (int)rest : timeout;
    }
    waits[0] = (struct pollfd){.fd = pg->pq->PQsocket(pg->connection),
                               .events = (short)(to_write ? POLLIN | POLLOUT : POLLIN)};
    waits[1] = (struct pollfd){.fd = can_hear ? rv_cancel_fd(cancel) : -1, .events = POLLIN};
    poll(waits, 3, timeout);
    rv_pg_watch_go_on(pg, call, &waits[2]);
    return true;
}

/* The next result, NULL at the end of the answer; *out is not set where false is returned. */
static bool next_result(struct rv_pg *pg, struct rv_pg_call *call, PGresult **out, rev_error **err)
{
    for (;;) {
        int unsent = pg->pq->PQflush(pg->connection);
        if (unsent < 0 || !pg->pq->PQisBusy(pg->connection)) {
            break;
        }
        if (!rv_pg_wait(pg, call, unsent > 0, err)) {
            return false;
        }
        if (!pg->pq->PQconsumeInput(pg->connection)) {
            break; /* the connection is lost, as the result will say */
        }
    }
    *out = pg->pq->PQgetResult(pg->connection);
    return true;
}

bool rv_pg_tag_ends_transaction(const char *tag)
{
    static const char *const ends[] = {"COMMIT", "BEGIN", "START TRANSACTION", "PREPARE TRANSACTION", "ROLLBACK"};
    bool is_end = false;
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        is_end = is_end || strcmp(tag, ends[i]) == 0;
    }
    return is_end;
}

/* The server's own word on whether the transaction that begin() opened is still there: after such an answer to a
 * script's statement it is another one, or none. And on what a rollback would not undo. */
static void note_tag(struct rv_pg *pg, struct rv_pg_call *call, PGresult *result)
{
    const char *tag = pg->pq->PQcmdStatus(result);
    if (pg->message) {
        rv_pg_message_take(pg->message, pg, result);
        return;
    }
    snprintf(call->tag, sizeof call->tag, "%s", tag);
    bool goes_back = call->is_rollback_to && strcmp(tag, "ROLLBACK") == 0;
    pg->is_ended = pg->is_ended || (call->is_script && !goes_back && rv_pg_tag_ends_transaction(tag));
    pg->has_prepared = pg->has_prepared || (call->is_script && strcmp(tag, "PREPARE") == 0);
}

/* Takes over the result. An error that the server sent is kept in the call, since more of its answer follows. */
static bool take_result(struct rv_pg *pg, struct rv_pg_call *call, PGresult *result, rev_error **err)
{
    switch (pg->pq->PQresultStatus(result)) {
    case PGRES_EMPTY_QUERY:
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
        note_tag(pg, call, result);
        if (!call->is_script) {
            pg->pq->PQclear(call->result);
            call->result = result;
            return true;
        }
        break;
    case PGRES_COPY_IN:
        pg->pq->PQclear(result);
        return rv_pg_copy_in(pg, call, err);
    case PGRES_COPY_OUT:
        pg->pq->PQclear(result);
        return rv_pg_copy_out(pg, call, err);
    case PGRES_SINGLE_TUPLE:
        if (pg->message) {
            rv_pg_message_take(pg->message, pg, result);
        }
        break;
    case PGRES_NONFATAL_ERROR:
        break;
    case PGRES_COPY_BOTH:
        /* Only replication answers so, and would for ever. */
        pg->pq->PQclear(result);
        pg->is_broken = true;
        return rv_fail(err, REV_ERROR_DATABASE, "the statement begins replication, which can't be part of a script");
    case PGRES_BAD_RESPONSE:
    case PGRES_FATAL_ERROR:
    case PGRES_PIPELINE_SYNC:
    case PGRES_PIPELINE_ABORTED:
        if (!call->error) {
            rv_pg_fail(pg, call, result, &call->error_offset, &call->error);
        }
        break;
    }
    pg->pq->PQclear(result);
    return true;
}

static bool send(struct rv_pg *pg, const struct rv_pg_call *call, rev_error **err)
{
    int is_sent;
    if (call->param_count > 0) {
        is_sent = pg->pq->PQsendQueryParams(pg->connection, call->sql, (int)call->param_count, NULL, call->params,
                                            call->lengths, call->formats, 0);
    } else {
        is_sent = pg->pq->PQsendQuery(pg->connection, call->sql);
    }
    if (!is_sent) {
        return rv_pg_fail_lost(pg, err);
    }
    if (call->is_script) {
        pg->pq->PQsetSingleRowMode(pg->connection); /* a SELECT may be longer than memory, and nobody reads it */
    }
    return true;
}

/* Hands over the server's error. That its connection is gone is seen only behind a last word such as "terminating
 * connection due to administrator command". */
static bool finish(struct rv_pg *pg, struct rv_pg_call *call, rev_error **err)
{
    if (!call->error) {
        return true;
    }
    if (call->error->code == REV_ERROR_DATABASE && pg->pq->PQstatus(pg->connection) == CONNECTION_BAD) {
        call->error->code = REV_ERROR_CONNECT;
    }
    if (call->error->code == REV_ERROR_CANCELLED) {
        pg->stop_heard_ms = rv_time_now_ms();
    }
    *err = call->error;
    call->error = NULL;
    return false;
}

static bool read_answer(struct rv_pg *pg, struct rv_pg_call *call, rev_error **err)
{
    PGresult *result = NULL;
    while (next_result(pg, call, &result, err)) {
        if (!result) {
            return finish(pg, call, err);
        }
        if (!take_result(pg, call, result, err)) {
            break;
        }
    }
    rev_error_free(call->error);
    call->error = NULL;
    return false;
}

bool rv_pg_call(struct rv_pg *pg, struct rv_pg_call *call, rev_error **err)
{
    call->error_offset = SIZE_MAX;
    if (pg->stop_heard_ms) {
        call->is_uncancellable = true;
        call->give_up_ms = call->give_up_ms ? call->give_up_ms : rv_time_now_ms() + PATIENCE_AFTER_CANCEL_MS;
    }
    if (!call->is_uncancellable && rev_cancel_requested(rv_pg_cancel(pg))) {
        return fail_cancelled(pg, err);
    }
    if (pg->is_broken) {
        return rv_fail(err, REV_ERROR_CONNECT, "the connection to the server was given up");
    }
    pg->is_quiet = !call->passes_notices;
    if (!send(pg, call, err)) {
        return false;
    }
    rv_pg_watch_begin(pg, call);
    bool is_done = read_answer(pg, call, err);
    rv_pg_watch_end(pg);
    return is_done;
}

void rv_pg_call_clear(struct rv_pg *pg, struct rv_pg_call *call)
{
    pg->pq->PQclear(call->result);
    call->result = NULL;
}

bool rv_pg_execute(struct rv_pg *pg, const char *sql, rev_error **err)
{
    struct rv_pg_call call = {.sql = sql};
    bool is_done = rv_pg_call(pg, &call, err);
    rv_pg_call_clear(pg, &call);
    return is_done;
}
