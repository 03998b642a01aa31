/* A step's transaction as one message of the simple protocol: one trip. The server carries its statements out one after
 * the other, stops at the first error, and answers each with one result; so what has happened is known by counting. */
#include <libpq-fe.h>

#include "db/pg.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/num.h"
#include "base/time.h"

/* Its results, in order: what comes before the script; the script's statements, with one of ours between each two; the
 * guard, and the question whether the transaction is still ours; the books; COMMIT; the session put right, and the
 * question whether the lock is still ours, which even a trigger at the COMMIT may have dropped. */
struct rv_pg_message {
    const struct rv_message *asked;
    struct rv_str sql;
    size_t *starts; /* of the script's statements in sql */
    size_t script_at, guard_at, check_at, books_at, commit_at, lock_at;
    size_t done; /* results so far */
    bool has_ended, is_committed, has_lock;
};

/* Only this transaction has it: any end of it takes it away. */
#define MARK "rev.step"

static size_t count_statements(const char *sql)
{
    size_t count = 0;
    for (const char *p = sql; (p = strchr(p, ';')); p++) {
        count++;
    }
    return count;
}

/* Statements of ours, each with its semicolon and without another. Returns how many. */
static size_t add_ours(struct rv_pg_message *message, const char *sql)
{
    rv_str_add_text(&message->sql, sql);
    return count_statements(sql);
}

/* Something that begins with the description of a row: where a notice comes behind that, it belongs to what follows.
 * libpq hands on a notice at once, even while the result before it is still to be fetched. SHOW needs no snapshot, so
 * SET TRANSACTION may still follow. */
static void add_script(struct rv_pg_message *message)
{
    const struct rv_message *asked = message->asked;
    message->starts = rv_alloc(rv_size_mul(asked->statement_count + 1, sizeof message->starts[0]));
    for (size_t i = 0; i < asked->statement_count; i++) {
        rv_str_add_text(&message->sql, i ? "SHOW " MARK ";" : "");
        message->starts[i] = message->sql.len;
        rv_str_add_view(&message->sql, asked->statements[i].text);
        rv_str_add_char(&message->sql, ';');
    }
    message->guard_at = message->script_at + (asked->statement_count ? 2 * asked->statement_count - 1 : 0);
}

/* For whoever looks into pg_stat_activity what the server is doing. */
static void add_title(struct rv_pg_message *message)
{
    rv_str_add_text(&message->sql, "/* ");
    for (const char *p = message->asked->title; *p; p++) {
        rv_str_add_char(&message->sql, rv_is_alpha(*p) || rv_is_digit(*p) || *p == '_' ? *p : ' ');
    }
    rv_str_add_text(&message->sql, " */ ");
}

/* Whether the transaction is still ours, else an error. */
static void add_check(struct rv_pg_message *message, const struct rv_pg *pg, long long mark)
{
    rv_str_printf(&message->sql,
                  "SELECT 1 / CASE WHEN pg_catalog.current_setting('" MARK "', true) = '%lld' THEN 1 ELSE 0 END, %s;",
                  mark, pg->head.engine->message_check_sql);
}

static void add_end(struct rv_pg_message *message, const struct rv_pg *pg)
{
    struct rv_str *sql = &message->sql;
    rv_str_add_text(sql, "COMMIT;");
    message->lock_at = message->commit_at + 1 + add_ours(message, pg->head.engine->reset_sql);
    rv_str_add_text(sql, "SELECT ");
    rv_pg_add_lock_check(sql, pg);
}

static void build(struct rv_pg_message *message, const struct rv_pg *pg)
{
    struct rv_str *sql = &message->sql;
    rv_str_auto struct rv_str limits = {0}, timeout = {0};
    rv_pg_add_limits_sql(&limits, pg->head.engine, &pg->limits);
    rv_pg_add_lock_timeout(&timeout, pg);
    long long mark = (long long)rv_time_now_ms();
    add_title(message);
    message->script_at = add_ours(message, "BEGIN;") + add_ours(message, rv_str_text(&limits)) + 1;
    rv_str_printf(sql, "SET LOCAL " MARK " = '%lld';", mark);
    add_script(message);
    message->check_at = message->guard_at + add_ours(message, pg->head.engine->message_guard_sql) +
                        add_ours(message, rv_str_text(&timeout));
    add_check(message, pg, mark);
    message->books_at = message->check_at + 1;
    for (size_t i = 0; i < message->asked->book_count; i++) {
        rv_str_add_text(sql, message->asked->books[i]);
    }
    message->commit_at = message->books_at + message->asked->book_count;
    add_end(message, pg);
}

/* The statement of the script that a result or a notice belongs to, once `done` results are there. */
static size_t statement_at(const struct rv_pg_message *message)
{
    size_t done = message->done > message->script_at ? message->done - message->script_at : 0;
    size_t at = (done + 1) / 2;
    return at < message->asked->statement_count ? at : message->asked->statement_count;
}

bool rv_pg_message_hears(const struct rv_pg_message *message)
{
    const struct rv_message *asked = message->asked;
    size_t at = statement_at(message);
    asked->tell_place(asked->context, at);
    bool is_commit = message->done + 1 >= message->commit_at && message->done <= message->commit_at;
    return at < asked->statement_count || is_commit;
}

void rv_pg_message_take(struct rv_pg_message *message, const struct rv_pg *pg, PGresult *result)
{
    const char *tag = pg->pq->PQcmdStatus(result);
    bool is_script = message->done >= message->script_at && message->done < message->guard_at;
    if (message->done == message->lock_at && pg->pq->PQntuples(result) == 1) {
        message->has_lock = rv_pg_is_true(pg, result);
    }
    if (!*tag) {
        return; /* a row, or one of several answers that a rule gives: more follows of the same statement */
    }
    message->has_ended = message->has_ended || (is_script && rv_pg_tag_ends_transaction(tag));
    message->is_committed =
        message->is_committed || (message->done >= message->commit_at && strcmp(tag, "COMMIT") == 0);
    message->done++;
}

static bool is_state(const rev_error *error, const char *state)
{
    return error->sqlstate && strcmp(error->sqlstate, state) == 0;
}

/* Where an error leaves the transaction, which is not known to be committed. Only an error of the server's says that it
 * got no further. */
static enum rv_message_end end_of(const struct rv_pg_message *message, const struct rv_pg *pg, const rev_error *error)
{
    bool is_lost = pg->is_broken || pg->pq->PQstatus(pg->connection) != CONNECTION_OK;
    if (is_lost && (!error->sqlstate || message->done >= message->commit_at)) {
        return RV_MESSAGE_LOST;
    }
    if (message->done < message->script_at && !is_lost && error->code != REV_ERROR_CANCELLED) {
        return RV_MESSAGE_REFUSED;
    }
    if (message->done < message->guard_at) {
        return message->asked->statement_count ? RV_MESSAGE_STATEMENT_FAILED : RV_MESSAGE_BOOKS_FAILED;
    }
    if (message->done == message->check_at && is_state(error, "22012")) {
        bool is_there = !message->has_ended && pg->pq->PQtransactionStatus(pg->connection) == PQTRANS_INERROR;
        return is_there ? RV_MESSAGE_REFUSED : RV_MESSAGE_TRANSACTION_ENDED;
    }
    /* A rule of the version table allows no change inside of WITH. */
    if (message->done < message->commit_at && !is_lost && is_state(error, "0A000")) {
        return RV_MESSAGE_REFUSED;
    }
    return message->done < message->commit_at ? RV_MESSAGE_BOOKS_FAILED : RV_MESSAGE_COMMIT_FAILED;
}

static void fill(const struct rv_pg_message *message, size_t error_offset, struct rv_message_answer *out)
{
    size_t at = statement_at(message), count = message->asked->statement_count;
    size_t start = at < count ? message->starts[at] : 0;
    out->statements_done = at;
    out->offset = at < count && error_offset != SIZE_MAX && error_offset >= start ? error_offset - start : SIZE_MAX;
    bool is_book = message->done >= message->books_at && message->done < message->commit_at;
    out->book = is_book ? message->done - message->books_at : message->asked->book_count;
}

/* The step is done once the COMMIT is, whatever came behind it: the session is put right in the usual way then. */
static bool judge(struct rv_pg_message *message, struct rv_pg *pg, bool is_done, struct rv_message_answer *out,
                  rev_error **err)
{
    if (!is_done && !message->is_committed) {
        out->end = end_of(message, pg, *err);
        pg->has_rules = pg->has_rules || (out->end == RV_MESSAGE_REFUSED && message->done >= message->books_at);
        if (out->end == RV_MESSAGE_LOST) {
            rv_pg_explain_lost_commit(pg, *err);
        }
        return false;
    }
    if (!message->is_committed) {
        out->end = RV_MESSAGE_LOST;
        return rv_fail(err, REV_ERROR_CONNECT, "the server's answer is not understood");
    }
    rev_error_free(*err);
    *err = NULL;
    out->end = RV_MESSAGE_COMMITTED;
    out->is_reset = is_done && message->has_lock;
    return true;
}

bool rv_pg_run_message(struct rv_db *db, const struct rv_message *asked, struct rv_message_answer *out, rev_error **err)
{
    struct rv_pg *pg = rv_pg(db);
    struct rv_pg_message message = {.asked = asked};
    *out = (struct rv_message_answer){0};
    build(&message, pg);
    struct rv_pg_call call = {.sql = rv_str_text(&message.sql), .is_script = true, .passes_notices = true};
    pg->message = &message;
    bool is_done = rv_pg_call(pg, &call, err);
    pg->message = NULL;
    fill(&message, call.error_offset, out);
    is_done = judge(&message, pg, is_done, out, err);
    rv_pg_call_clear(pg, &call);
    rv_str_clear(&message.sql);
    free(message.starts);
    return is_done;
}

/* Before version 13 statement_timeout was of the message as a whole. Our literals are read as the session reads them
 * when the message arrives. */
bool rv_pg_takes_messages(const struct rv_db *db)
{
    const struct rv_pg *pg = (const struct rv_pg *)db;
    const char *strings = pg->pq->PQparameterStatus(pg->connection, "standard_conforming_strings");
    return db->engine->message_guard_sql && pg->has_lock && !pg->is_session_shared && !pg->loan && !pg->has_rules &&
           pg->pq->PQserverVersion(pg->connection) >= 130000 && strings && strcmp(strings, "on") == 0;
}
