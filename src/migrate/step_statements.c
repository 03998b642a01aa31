/* A step that is not one transaction. Its log row is written ahead and follows every statement, so that an interrupted
 * step is known exactly: a statement shares a transaction with the log's word that it is done, unless it refuses
 * transactions; then, and only then, a crash leaves it in doubt. While such a statement runs, this session is in no
 * transaction. */
#include "migrate/step.h"

#include "base/cancel.h"
#include "base/time.h"

struct walk {
    struct rv_work *work;
    struct rv_arena *arena;
    const char *log_id; /* NULL: nothing is logged */
    int64_t resume_at;  /* statements that an interrupted run has done; -1: none was interrupted */
    bool in_group;      /* between BEGIN and COMMIT of the script */
    int64_t rows;       /* changed so far by the repeated statement; -1: none runs */
    int64_t new_rows;   /* of them not logged yet */
    struct rv_reader reader;
    struct rv_statement statement;
};

typedef bool book_function(struct walk *walk, rev_error **err);

static bool try_to_keep_books(struct walk *walk, book_function *write, rev_error **err)
{
    struct rv_session *session = walk->work->session;
    const struct rv_driver *driver = session->driver;
    const struct rv_version before = session->version;
    const char *log_id = walk->log_id;
    if (!driver->begin(session->db, err)) {
        return false;
    }
    if (driver->guard(session->db, err) && write(walk, err) && driver->commit(session->db, err)) {
        return true;
    }
    driver->rollback(session->db);
    rv_version_uncreate(&session->version, &before);
    walk->log_id = log_id;
    return false;
}

/* Our own rows, in a transaction of their own. */
static bool keep_books(struct walk *walk, book_function *write, rev_error **err)
{
    struct rv_retry retry = {walk->work->session, "our own rows", 0};
    while (!try_to_keep_books(walk, write, err)) {
        if (!rv_retry_again(&retry, err)) {
            return false;
        }
    }
    return true;
}

static bool write_begin(struct walk *walk, rev_error **err)
{
    struct rv_session *session = walk->work->session;
    struct rv_log_entry entry = rv_work_log_entry(walk->work);
    if (!rv_work_begin_books(walk->work, err)) {
        return false;
    }
    if (walk->log_id) {
        return rv_log_resume(session->db, &session->version, walk->log_id, &entry, err);
    }
    return rv_log_begin(session->db, &session->version, &entry, walk->arena, &walk->log_id, err);
}

static bool write_progress(struct walk *walk, rev_error **err)
{
    struct rv_session *session = walk->work->session;
    return rv_session_keep_row(session, err) &&
           (!walk->log_id || rv_log_progress(session->db, &session->version, walk->log_id, walk->work->statements_done,
                                             walk->rows < 0 ? -1 : walk->new_rows, err));
}

static bool write_failure(struct walk *walk, rev_error **err)
{
    struct rv_session *session = walk->work->session;
    return rv_log_fail(session->db, &session->version, walk->log_id, walk->work->statements_done,
                       rv_time_now_ms() - walk->work->started_ms, err);
}

static bool write_end(struct walk *walk, rev_error **err)
{
    struct rv_session *session = walk->work->session;
    return rv_work_foreign_keys_hold(walk->work, err) && rv_work_change_rows(walk->work, err) &&
           rv_log_finish(session->db, &session->version, walk->log_id, "done",
                         rv_time_now_ms() - walk->work->started_ms, err);
}

/* Counts what has been done, in the transaction that did it. */
static bool commit_progress(struct walk *walk, int64_t done, rev_error **err)
{
    struct rv_session *session = walk->work->session;
    const struct rv_driver *driver = session->driver;
    int64_t before = walk->work->statements_done;
    walk->work->statements_done = done;
    if (driver->guard(session->db, err) && write_progress(walk, err) && driver->commit(session->db, err)) {
        return true;
    }
    walk->work->statements_done = before;
    return false;
}

static size_t index_of(const struct walk *walk)
{
    return walk->reader.count - 1;
}

static bool run_one(struct walk *walk, struct rv_ran *out, rev_error **err)
{
    return rv_work_statement(walk->work, &walk->statement, index_of(walk), out, err);
}

static bool try_shared(struct walk *walk, int64_t done, struct rv_ran *out, rev_error **err)
{
    struct rv_session *session = walk->work->session;
    if (!session->driver->begin(session->db, err)) {
        return false;
    }
    if (run_one(walk, out, err) && rv_work_is_ours(walk->work, err)) {
        walk->new_rows = out->rows > 0 ? out->rows : 0;
        if (commit_progress(walk, done, err)) {
            walk->rows += walk->rows < 0 ? 0 : walk->new_rows;
            walk->new_rows = 0;
            return true;
        }
    }
    session->driver->rollback(session->db);
    return false;
}

/* In a transaction together with its progress. */
static bool run_shared(struct walk *walk, int64_t done, struct rv_ran *out, rev_error **err)
{
    struct rv_retry retry = {walk->work->session, "the statement", 0};
    while (!try_shared(walk, done, out, err)) {
        if (!rv_retry_again(&retry, err)) {
            return false;
        }
    }
    return true;
}

/* A statement that is tried again: its first try may have left half of what it makes. */
static bool clear_left(struct walk *walk, rev_error **err)
{
    struct rv_session *session = walk->work->session;
    rv_str_auto struct rv_str words = {0};
    if (walk->resume_at < 0 || (int64_t)index_of(walk) != walk->resume_at || !session->driver->clear_left) {
        return true;
    }
    bool ok = session->driver->clear_left(session->db, &walk->statement, &words, err);
    if (words.len) {
        rv_tell(session->observer, &(rev_event){.kind = REV_EVENT_WARNING, .text = rv_str_text(&words)});
    }
    return ok;
}

/* Success of a statement such as CREATE INDEX CONCURRENTLY IF NOT EXISTS says little. */
static bool check_left(struct walk *walk, rev_error **err)
{
    struct rv_session *session = walk->work->session;
    if (!session->driver->check_left || session->driver->check_left(session->db, &walk->statement, err)) {
        return true;
    }
    rv_script_locate(walk->work->script->script.source, &walk->statement, index_of(walk), SIZE_MAX,
                     walk->work->script->file, *err);
    return false;
}

static bool try_alone(struct walk *walk, rev_error **err)
{
    struct rv_session *session = walk->work->session;
    struct rv_ran ran;
    bool ok = clear_left(walk, err) && run_one(walk, &ran, err);
    session->driver->rollback(session->db); /* of what a statement may have begun and left open */
    return ok;
}

/* Where schema changes are no part of transactions, what failed for a reason that passes was refused as a whole;
 * elsewhere it may be half done. */
static bool run_alone(struct walk *walk, rev_error **err)
{
    struct rv_session *session = walk->work->session;
    struct rv_retry retry = {session, "the statement", 0};
    int64_t since = rv_time_now_ms();
    while (!try_alone(walk, err)) {
        if (session->db->engine->is_ddl_transactional || !rv_retry_again(&retry, err)) {
            return false;
        }
    }
    /* Success of a schema change may be no more than the promise of one. */
    if (!check_left(walk, err) || !rv_wait_for_jobs(session, since, err)) {
        return false;
    }
    walk->work->statements_done++;
    return keep_books(walk, write_progress, err);
}

static bool is_about_rows(const struct rv_statement *statement)
{
    static const char *const words[] = {"INSERT", "UPDATE", "DELETE", "MERGE", "COPY", "SELECT", "WITH", "VALUES"};
    size_t len = 0;
    while (len < statement->text.len && rv_is_alpha(statement->text.ptr[len])) {
        len++;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (rv_view_equals_nocase(rv_view(statement->text.ptr, len), words[i])) {
            return true;
        }
    }
    return false;
}

bool rv_runs_alone(const struct rv_engine *engine, const struct rv_statement *statement)
{
    return statement->kind == RV_STATEMENT_NO_TRANSACTION ||
           (!engine->is_ddl_transactional && !is_about_rows(statement));
}

static bool run_plain(struct walk *walk, rev_error **err)
{
    struct rv_ran ran;
    if (rv_runs_alone(walk->work->session->db->engine, &walk->statement)) {
        return run_alone(walk, err);
    }
    if (run_shared(walk, walk->work->statements_done + 1, &ran, err)) {
        return true;
    }
    if (!rv_refuses_transaction(*err)) {
        return false;
    }
    /* It was rolled back whole, so running it once more does nothing twice. */
    rev_error_free(*err);
    *err = NULL;
    return run_alone(walk, err);
}

static void tell(const struct walk *walk, rev_event_kind kind, int64_t since_ms)
{
    const struct rv_work *work = walk->work;
    rv_tell(work->session->observer, &(rev_event){.kind = kind,
                                                  .index = index_of(walk),
                                                  .total = work->script->script.count,
                                                  .elapsed_ms = rv_time_now_ms() - since_ms,
                                                  .rows = walk->rows,
                                                  .file = work->script->file,
                                                  .line = walk->statement.line});
}

static void warn_limit(const struct walk *walk, int64_t limit)
{
    rv_str_auto struct rv_str text = {0};
    rv_str_printf(&text, "%s:%u: stopped after %lld times, as its limit says: there may be rows left",
                  walk->work->script->file, (unsigned)walk->statement.line, (long long)limit);
    rv_tell(walk->work->session->observer, &(rev_event){.kind = REV_EVENT_WARNING, .text = rv_str_text(&text)});
}

static bool pause_between(const struct walk *walk, const struct rv_repeat *repeat, rev_error **err)
{
    const rev_observer *observer = walk->work->session->observer;
    const rev_cancel *cancel = observer ? observer->cancel : NULL;
    bool is_stopped = repeat->sleep_ms ? rv_cancel_sleep(cancel, repeat->sleep_ms) : rev_cancel_requested(cancel);
    return !is_stopped || rv_fail(err, REV_ERROR_CANCELLED, "cancelled between two repetitions");
}

/* Each time in a transaction of its own, until nothing is left to do; the last one counts the statement as done. */
static bool run_repeated(struct walk *walk, const struct rv_repeat *repeat, rev_error **err)
{
    int64_t since = rv_time_now_ms(), done = walk->work->statements_done;
    struct rv_ran ran = {.rows = -1};
    walk->rows = 0;
    for (int64_t times = 1;; times++) {
        if (!run_shared(walk, done, &ran, err)) {
            return false;
        }
        if (ran.rows < 0) {
            return rv_fail(err, REV_ERROR_DATABASE,
                           "a statement that changes no rows can't be repeated until it changes 0 rows");
        }
        tell(walk, REV_EVENT_ROWS, since);
        if (ran.rows == 0) {
            break;
        }
        if (times == repeat->limit) {
            warn_limit(walk, repeat->limit);
            break;
        }
        if (!pause_between(walk, repeat, err)) {
            return false;
        }
    }
    walk->work->statements_done++;
    return keep_books(walk, write_progress, err);
}

static bool begin_group(struct walk *walk, rev_error **err)
{
    struct rv_session *session = walk->work->session;
    rv_str_auto struct rv_str modes = {0};
    rv_statement_begin_modes(&walk->statement, &modes);
    walk->in_group = session->driver->begin(session->db, err);
    struct rv_ran ran;
    struct rv_view text = walk->statement.text;
    walk->statement.text = rv_view_of(rv_str_text(&modes));
    bool ok = walk->in_group && (modes.len == 0 || run_one(walk, &ran, err));
    walk->statement.text = text;
    return ok;
}

static bool end_group(struct walk *walk, rev_error **err)
{
    walk->in_group = false;
    return rv_work_is_ours(walk->work, err) && commit_progress(walk, (int64_t)walk->reader.count, err);
}

static bool run_statement(struct walk *walk, rev_error **err)
{
    struct rv_ran ran;
    walk->rows = -1;
    rv_work_tell(walk->work, &walk->statement, index_of(walk));
    if (walk->statement.kind == RV_STATEMENT_BEGIN) {
        return begin_group(walk, err);
    }
    if (walk->statement.kind == RV_STATEMENT_COMMIT) {
        return end_group(walk, err);
    }
    if (walk->in_group) {
        return run_one(walk, &ran, err) && rv_work_is_ours(walk->work, err);
    }
    struct rv_repeat repeat = rv_statement_repeat(&walk->work->script->script, &walk->statement);
    return repeat.is_wanted ? run_repeated(walk, &repeat, err) : run_plain(walk, err);
}

/* What failed around a statement has no place of its own: its COMMIT, or what lies between two repetitions. */
static void locate(const struct walk *walk, rev_error *error)
{
    const struct rv_step_script *script = walk->work->script;
    if (!error->file) {
        rv_script_locate(script->script.source, &walk->statement, index_of(walk), SIZE_MAX, script->file, error);
    }
}

/* What lasts as long as the session: SET search_path, SET ROLE, PRAGMA foreign_keys, ATTACH… */
static bool sets_session(const struct rv_statement *statement)
{
    static const char *const commands[] = {"SET", "RESET", "ATTACH", "DETACH"};
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(statement->command, commands[i]) == 0) {
            return true;
        }
    }
    return rv_text_starts_with(statement->command, "PRAGMA");
}

/* A statement that an interrupted run has done: what it set went with that run's session, and is set again, so that the
 * statements to come mean what they meant. */
static bool pass_over(struct walk *walk, rev_error **err)
{
    struct rv_ran ran;
    int64_t since = rv_time_now_ms();
    if (!sets_session(&walk->statement)) {
        return true;
    }
    rv_work_tell(walk->work, &walk->statement, index_of(walk));
    if (!run_one(walk, &ran, err)) {
        return false;
    }
    tell(walk, REV_EVENT_STATEMENT_DONE, since);
    return true;
}

static bool run_statements(struct walk *walk, rev_error **err)
{
    struct rv_work *work = walk->work;
    const rev_observer *observer = work->session->observer;
    if (!work->session->driver->limit(work->session->db, err)) {
        return false;
    }
    /* What an earlier run began may still be under way. */
    if (!rv_wait_for_jobs(work->session, rv_time_now_ms(), err)) {
        return false;
    }
    work->is_statementwise = true;
    rv_reader_init(&walk->reader, &work->script->script);
    while (rv_reader_next(&walk->reader, &walk->statement)) {
        if ((int64_t)walk->reader.count <= walk->resume_at) {
            if (!pass_over(walk, err)) {
                return false;
            }
            continue;
        }
        int64_t since = rv_time_now_ms();
        if (observer && rev_cancel_requested(observer->cancel)) {
            return rv_fail(err, REV_ERROR_CANCELLED, "stopped");
        }
        if (!run_statement(walk, err)) {
            locate(walk, *err);
            return false;
        }
        tell(walk, REV_EVENT_STATEMENT_DONE, since);
    }
    return true;
}

/* That it could not be written is no second error: the row says `running` then, which is as unfinished. */
static void log_failure(struct walk *walk)
{
    struct rv_session *session = walk->work->session;
    const struct rv_driver *driver = session->driver;
    rev_error *ignored = NULL;
    driver->rollback(session->db);
    if (driver->transaction(session->db) != RV_UNKNOWN_TRANSACTION && driver->reset(session->db, &ignored)) {
        keep_books(walk, write_failure, &ignored);
    }
    rev_error_free(ignored);
}

bool rv_step_run_unlogged(struct rv_work *work, rev_error **err)
{
    struct walk walk = {.work = work, .rows = -1, .resume_at = -1};
    bool ok = run_statements(&walk, err);
    if (!ok) {
        work->session->driver->rollback(work->session->db);
    }
    return ok;
}

bool rv_step_run_statements(struct rv_work *work, const struct rv_unfinished *interrupted, rev_error **err)
{
    struct walk walk = {.work = work, .arena = rv_arena_new(), .rows = -1, .resume_at = -1};
    if (interrupted) {
        walk.log_id = interrupted->id;
        walk.resume_at = work->statements_done = interrupted->statements_done;
    }
    bool is_begun = keep_books(&walk, write_begin, err);
    bool ok = is_begun && run_statements(&walk, err) && keep_books(&walk, write_end, err);
    if (is_begun && !ok) {
        log_failure(&walk);
        rv_interrupted_hint(*err, work->step->revision->id, work->step->direction, work->statements_done,
                            (int64_t)work->script->script.count);
    }
    rv_arena_free(walk.arena);
    return ok;
}
