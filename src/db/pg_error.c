/* The server's words as rev_error and as events. Adds no advice about revisions: that is the caller's. */
#include <libpq-fe.h>

#include "db/pg.h"

#include "base/error.h"
#include "base/num.h"
#include "base/utf8.h"

static struct rv_view trimmed(const char *text)
{
    return rv_view_trim(rv_view_of(text ? text : ""));
}

/* The server counts characters from 1, we count bytes from 0. */
static size_t byte_of_character(const char *text, int64_t position)
{
    size_t at = 0, len = strlen(text);
    for (int64_t i = 1; i < position && at < len; i++) {
        uint32_t point;
        size_t size = rv_utf8_decode(text + at, len - at, &point);
        at += size ? size : 1;
    }
    return at;
}

static size_t offset_of(const struct rv_pg *pg, const struct rv_pg_call *call, const PGresult *result)
{
    const char *field = pg->pq->PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    int64_t position;
    return field && rv_num_parse(rv_view_of(field), 1, INT32_MAX, &position) ? byte_of_character(call->sql, position)
                                                                             : SIZE_MAX;
}

static void add_field(struct rv_str *out, const struct rv_pg *pg, const PGresult *result, int field, const char *name)
{
    const char *text = pg->pq->PQresultErrorField(result, field);
    if (text && *text) {
        rv_str_printf(out, "%s%s: %s", out->len ? "\n" : "", name, text);
    }
}

/* libpq's own message: its first line is the message, what follows explains. */
static void fail_with_lines(rev_error_code code, const char *prefix, const char *text, rev_error **err)
{
    struct rv_view all = trimmed(text);
    const char *newline = all.len ? memchr(all.ptr, '\n', all.len) : NULL;
    size_t first = newline ? (size_t)(newline - all.ptr) : all.len;
    rv_fail(err, code, "%s%s%.*s", prefix, first ? ": " : "", (int)first, all.ptr);
    if (newline) {
        struct rv_view rest = rv_view_trim(rv_view(newline, all.len - first));
        rv_error_detail(*err, "%.*s", (int)rest.len, rest.ptr);
    }
}

bool rv_pg_fail_lost(const struct rv_pg *pg, rev_error **err)
{
    fail_with_lines(REV_ERROR_CONNECT, "the connection to the server was lost", pg->pq->PQerrorMessage(pg->connection),
                    err);
    return false;
}

static bool is_state(const char *sqlstate, const char *state)
{
    return sqlstate && strcmp(sqlstate, state) == 0;
}

/* The server says only that it waited too long; who was in the way was looked up meanwhile. */
static void add_blocked(struct rv_str *detail, const struct rv_pg *pg)
{
    if (pg->blocker.pid != RV_PG_NOBODY) {
        rv_str_add_text(detail, detail->len ? "\n" : "");
        rv_str_add_text(detail, pg->blocker.is_old ? "blocked before by " : "blocked by ");
        rv_pg_add_blocker(detail, pg);
    }
}

static void advise_on_lock(const struct rv_pg *pg, rev_error *error)
{
    long long pid = (long long)pg->blocker.pid;
    if (pid > 0) {
        rv_error_hint(error,
                      "Let pid %lld finish, or end it (SELECT pg_terminate_backend(%lld)); or wait longer "
                      "(--lock-timeout).",
                      pid, pid);
    } else {
        rv_error_hint(error, "Another session holds a lock that is needed: pg_stat_activity and pg_prepared_xacts show "
                             "who is at work. Try again later, or wait longer (--lock-timeout).");
    }
}

bool rv_pg_fail(const struct rv_pg *pg, const struct rv_pg_call *call, const PGresult *result, size_t *out_offset,
                rev_error **err)
{
    const char *message = pg->pq->PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *sqlstate = pg->pq->PQresultErrorField(result, PG_DIAG_SQLSTATE);
    bool is_lost = pg->pq->PQstatus(pg->connection) == CONNECTION_BAD;
    if (!message) {
        fail_with_lines(is_lost ? REV_ERROR_CONNECT : REV_ERROR_DATABASE,
                        is_lost ? "the connection to the server was lost" : "the server's answer is not understood",
                        pg->pq->PQresultErrorMessage(result), err);
        return false;
    }
    bool is_cancelled = call->cancel_sent && is_state(sqlstate, "57014");
    rv_fail(err, is_cancelled ? REV_ERROR_CANCELLED : is_lost ? REV_ERROR_CONNECT : REV_ERROR_DATABASE, "%s", message);
    rv_error_sqlstate(*err, sqlstate);
    rv_str_auto struct rv_str detail = {0};
    add_field(&detail, pg, result, PG_DIAG_MESSAGE_DETAIL, "DETAIL");
    add_field(&detail, pg, result, PG_DIAG_MESSAGE_HINT, "HINT");
    add_field(&detail, pg, result, PG_DIAG_INTERNAL_QUERY, "QUERY");
    add_field(&detail, pg, result, PG_DIAG_CONTEXT, "CONTEXT");
    if (is_state(sqlstate, "55P03")) {
        advise_on_lock(pg, *err);
    }
    if (is_state(sqlstate, "55P03") || (is_state(sqlstate, "57014") && !pg->blocker.is_old)) {
        add_blocked(&detail, pg);
    }
    if (detail.len > 0) {
        rv_error_detail(*err, "%s", rv_str_text(&detail));
    }
    *out_offset = offset_of(pg, call, result);
    return false;
}

static void on_notice(void *context, const PGresult *result)
{
    const struct rv_pg *pg = context;
    if (pg->is_quiet || !pg->observer || !pg->observer->event || (pg->message && !rv_pg_message_hears(pg->message))) {
        return;
    }
    /* As psql prints it: "NOTICE:  …", then DETAIL and HINT. */
    rv_str_auto struct rv_str text = {0};
    rv_str_add_view(&text, trimmed(pg->pq->PQresultErrorMessage(result)));
    rev_event event = {.kind = REV_EVENT_NOTICE, .text = rv_str_text(&text)};
    pg->observer->event(pg->observer->user, &event);
}

void rv_pg_listen(struct rv_pg *pg)
{
    pg->pq->PQsetNoticeReceiver(pg->connection, on_notice, pg);
}
