/* A transactional step as one message to the server, where the driver takes such and the script is plain: one trip in
 * place of nine. What the two ways do and say is the same. */
#include "migrate/step.h"

#include "base/vec.h"

/* Text is sent twice, as SQL and as the file to keep, and an error's place is counted from the message's beginning. */
enum { LARGEST_FILES = 65536, MOST_STATEMENTS = 500 };

/* They change how the SQL behind them is read, or take away by what the message knows its transaction, or drop the lock
 * that keeps everyone off until a message whose connection was lost has ended, or count on when and how a statement was
 * sent; wherever they stand. */
static const char *const disturbing[] = {
    "standard_conforming_strings",
    "backslash_quote",
    "client_encoding",
    "names",
    "set_config",
    "reset",
    "discard",
    "rollback",
    "pg_advisory_unlock_all",
    "statement_timestamp",
    "pg_advisory_unlock",
    "current_query",
};

static bool is_in_word(char c)
{
    return rv_is_alpha(c) || rv_is_digit(c) || c == '_';
}

static bool is_disturbing(struct rv_view word)
{
    for (size_t i = 0; i < sizeof disturbing / sizeof disturbing[0]; i++) {
        if (rv_view_equals_nocase(word, disturbing[i])) {
            return true;
        }
    }
    return false;
}

static bool has_disturbing_word(struct rv_view text)
{
    for (size_t at = 0; at < text.len;) {
        size_t end = at;
        while (end < text.len && is_in_word(text.ptr[end])) {
            end++;
        }
        if (end > at && is_disturbing(rv_view(text.ptr + at, end - at))) {
            return true;
        }
        at = end + 1;
    }
    return false;
}

static bool is_plain(const struct rv_script *script)
{
    struct rv_reader reader;
    struct rv_statement statement;
    rv_reader_init(&reader, script);
    while (rv_reader_next(&reader, &statement)) {
        if (statement.kind != RV_STATEMENT_OTHER) {
            return false;
        }
    }
    return !has_disturbing_word(script->source);
}

bool rv_step_fits_message(const struct rv_session *session, const struct rv_step *step,
                          const struct rv_step_script *script)
{
    const struct rv_driver *driver = session->driver;
    const struct rv_version *version = &session->version;
    const struct rv_kept *files = &script->files;
    bool are_books_there = version->exists && version->log_exists && (!script->file || version->kept_exists);
    bool is_watched = session->observer && session->observer->wants_statements; /* each as it begins */
    return driver->takes_messages && driver->takes_messages(session->db) && are_books_there && !is_watched &&
           !rv_session_is_statementwise(session, step) && !script->script.begin_modes &&
           script->script.count <= MOST_STATEMENTS &&
           files->header.len + files->up.len + files->down.len <= LARGEST_FILES && is_plain(&script->script);
}

/* What is sent, in memory of the arena. */
struct parts {
    struct rv_arena *arena;
    RV_VEC(struct rv_statement) statements;
    RV_VEC(const char *) books;
    size_t changes_at; /* in books: where the version rows' changes begin */
};

static void clear_parts(struct parts *parts)
{
    rv_vec_clear(&parts->statements);
    rv_vec_clear(&parts->books);
    rv_arena_free(parts->arena);
}
#define parts_auto __attribute__((cleanup(clear_parts)))

static void add_book(struct parts *parts, struct rv_str *sql)
{
    rv_vec_push(&parts->books, rv_arena_strdup(parts->arena, rv_str_text(sql)));
    rv_str_clear(sql);
}

static void add_log(struct parts *parts, struct rv_work *work)
{
    const struct rv_session *session = work->session;
    rv_str_auto struct rv_str sql = {0};
    rv_bookkeeping_auto struct rv_bookkeeping log = {0};
    work->statements_done = (int64_t)work->script->script.count;
    struct rv_log_entry entry = rv_work_log_entry(work);
    entry.outcome = "done";
    entry.is_transactions_time = true;
    rv_log_add_sql(&log, session->db->engine->books, session->version.log_quoted, session->version.table, &entry);
    rv_bookkeeping_print(&sql, &log);
    add_book(parts, &sql);
}

static void fill_parts(struct parts *parts, struct rv_work *work)
{
    const struct rv_version *version = &work->session->version;
    rv_str_auto struct rv_str sql = {0};
    struct rv_reader reader;
    struct rv_statement statement;
    rv_reader_init(&reader, &work->script->script);
    while (rv_reader_next(&reader, &statement)) {
        rv_vec_push(&parts->statements, statement);
    }
    if (work->script->file) {
        rv_kept_save_sql(&sql, version, work->script->checksum, &work->script->files);
        add_book(parts, &sql);
    }
    parts->changes_at = parts->books.count;
    for (size_t i = 0; i < work->step->change_count; i++) {
        rv_version_change_checked_sql(&sql, version->quoted, work->step->changes[i].old_id,
                                      work->step->changes[i].new_id);
        add_book(parts, &sql);
    }
    add_log(parts, work);
}

/* A notice's place, for the session that hands it on. */
struct place {
    struct rv_work *work;
    const struct parts *parts;
};

static void tell_place(void *context, size_t index)
{
    const struct place *place = context;
    const struct rv_work *work = place->work;
    bool is_script = index < place->parts->statements.count;
    work->session->at = is_script
                            ? (struct rv_session_place){work->script->file, place->parts->statements.items[index].line}
                            : (struct rv_session_place){0};
}

static void explain_book(const struct rv_work *work, const struct parts *parts, size_t book, rev_error **err)
{
    const struct rv_version *version = &work->session->version;
    size_t change = book - parts->changes_at;
    if (book >= parts->books.count) {
        return; /* the guard: it says all itself */
    }
    if (book < parts->changes_at) {
        rv_kept_explain(version, *err);
    } else if (change < work->step->change_count) {
        rv_version_explain_change(version, work->step->changes[change].old_id, work->step->changes[change].new_id, err);
    } else {
        rv_log_explain(version, *err);
    }
}

static void explain(struct rv_work *work, const struct parts *parts, const struct rv_message_answer *answer,
                    rev_error **err)
{
    size_t at = answer->statements_done;
    work->statements_done = (int64_t)at;
    switch (answer->end) {
    case RV_MESSAGE_COMMITTED:
    case RV_MESSAGE_REFUSED:
        break;
    case RV_MESSAGE_STATEMENT_FAILED:
        rv_work_explain_statement(work, &parts->statements.items[at], at, answer->offset, *err);
        break;
    case RV_MESSAGE_TRANSACTION_ENDED:
        rev_error_free(*err);
        *err = NULL;
        rv_work_fail_ended(work, err);
        break;
    case RV_MESSAGE_BOOKS_FAILED:
        explain_book(work, parts, answer->book, err);
        break;
    case RV_MESSAGE_COMMIT_FAILED:
        rv_work_explain_commit(work, *err);
        break;
    case RV_MESSAGE_LOST:
        work->is_unknown = true;
        break;
    }
}

static bool send(struct rv_work *work, const struct parts *parts, struct rv_message_answer *out, rev_error **err)
{
    struct rv_session *session = work->session;
    struct place place = {work, parts};
    const struct rv_message message = {
        .title = rv_step_log_name(work->step),
        .statements = parts->statements.items,
        .statement_count = parts->statements.count,
        .books = parts->books.items,
        .book_count = parts->books.count,
        .tell_place = tell_place,
        .context = &place,
    };
    bool is_done = session->driver->run_message(session->db, &message, out, err);
    session->at = (struct rv_session_place){0};
    return is_done;
}

bool rv_step_run_message(struct rv_work *work, bool *out_is_refused, rev_error **err)
{
    struct rv_session *session = work->session;
    parts_auto struct parts parts = {.arena = rv_arena_new()};
    struct rv_message_answer answer;
    fill_parts(&parts, work);
    bool is_done = send(work, &parts, &answer, err);
    work->is_reset = is_done && answer.is_reset;
    *out_is_refused = !is_done && answer.end == RV_MESSAGE_REFUSED;
    if (is_done) {
        return true;
    }
    explain(work, &parts, &answer, err);
    session->driver->rollback(session->db);
    if (*out_is_refused) {
        rev_error_free(*err);
        *err = NULL;
    } else {
        rv_work_log_failure(work);
    }
    return false;
}
