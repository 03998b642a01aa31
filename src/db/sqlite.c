/* The SQLite driver. BEGIN IMMEDIATE is the lock, and waiting for it ends at the caller's deadline. Never opens a file
 * it was told only to read in a way that creates it, and leaves no statement behind: sqlite3_close() would fail. */
#include "db/drivers.h"
#include "db/sqlite_loan.h"

#include "base/alloc.h"
#include "base/arena.h"
#include "base/cancel.h"
#include "base/error.h"
#include "base/time.h"
#include "base/utf8.h"
#include "base/vec.h"

#include <errno.h>
#include <limits.h>
#include <sqlite3.h>
#include <sys/stat.h>

enum {
    SHORTEST_SLEEP_MS = 5,
    LONGEST_SLEEP_MS = 250,
    QUIET_MS = 1000,                /* a shorter wait is not worth a word */
    REPEAT_MS = 10000,              /* then how often it is said again */
    PATIENCE_IN_TRANSACTION = 5000, /* for readers that keep our COMMIT waiting, whatever the deadline */
    PATIENCE_AFTER_CANCEL_MS = 1000,
    STEPS_BETWEEN_CHECKS = 1000,
};

struct sqlite_db {
    struct rv_db head;
    sqlite3 *connection;
    struct sqlite3 *lent;        /* the application's; NULL: the connection is our own */
    struct rv_sqlite_loan *loan; /* what it was like, while we have it */
    char *path;                  /* ":memory:" too */
    int64_t deadline_ms;
    bool read_only;
    const rev_observer *observer;
    bool is_in_script; /* a user's statement is being prepared or run */
    bool is_changed;   /* a script changed something of the connection itself */
    const char *version_table;
    bool is_bent;          /* a script or a trigger has written, or may write, to the version table or the log */
    int64_t data_version;  /* as the library counts what others have written; -1: not asked yet */
    bool is_committing;    /* the library has left the transaction already while its COMMIT waits */
    int64_t stop_heard_ms; /* when a caller was told REV_ERROR_CANCELLED: what it still has to say goes through */
    bool is_deaf;          /* what runs now must not be cancelled: a rollback */
    int foreign_keys;      /* as the library has it from the start */
    unsigned long ends, ends_at_begin; /* transactions that ended; how many had when begin() opened ours */
    int64_t wait_start_ms, wait_said_ms;
};

static struct sqlite_db *own(struct rv_db *db)
{
    return (struct sqlite_db *)db;
}

static const rev_cancel *cancel_of(const struct sqlite_db *db)
{
    return db->observer && !db->is_deaf && !db->stop_heard_ms ? db->observer->cancel : NULL;
}

static void finalize(sqlite3_stmt **statement)
{
    sqlite3_finalize(*statement);
}
#define statement_auto __attribute__((cleanup(finalize)))

/* Errors */

static bool fail_locked(const struct sqlite_db *db, rev_error **err)
{
    rv_fail(err, REV_ERROR_LOCKED, "another process is using the database %s", db->path);
    rv_error_detail(*err, "%s", sqlite3_errmsg(db->connection));
    rv_error_hint(*err, "Try again when it has finished, or wait longer (--wait).");
    return false;
}

static bool fail_file(const struct sqlite_db *db, const char *message, const char *hint, rev_error **err)
{
    int number = sqlite3_system_errno(db->connection);
    rv_fail(err, REV_ERROR_DATABASE, "%s: %s", message, db->path);
    rv_error_detail(*err, "%s (SQLite result code %d)%s%s", sqlite3_errmsg(db->connection),
                    sqlite3_extended_errcode(db->connection), number ? ": " : "", number ? strerror(number) : "");
    rv_error_hint(*err, "%s", hint);
    return false;
}

static bool fail_cancelled(struct sqlite_db *db, rev_error **err)
{
    db->stop_heard_ms = rv_time_now_ms();
    return rv_fail(err, REV_ERROR_CANCELLED, "cancelled");
}

static bool fail(struct sqlite_db *db, int code, rev_error **err)
{
    if (rev_cancel_requested(cancel_of(db)) && ((code & 0xFF) == SQLITE_INTERRUPT || (code & 0xFF) == SQLITE_BUSY)) {
        return fail_cancelled(db, err);
    }
    switch (code & 0xFF) {
    case SQLITE_BUSY:
        return fail_locked(db, err);
    case SQLITE_READONLY:
        return fail_file(db, "the database is read-only", "Check the permissions of the file and of its folder.", err);
    case SQLITE_FULL:
        return fail_file(db, "no space is left for the database", "Make room on the disk and try again.", err);
    case SQLITE_CANTOPEN:
        fail_file(db, "the database file can't be opened", "Check that its folder exists and may be written to.", err);
        (*err)->code = REV_ERROR_CONNECT;
        return false;
    case SQLITE_NOTADB:
        return fail_file(db, "the file is not an SQLite database", "Check the path in the URL.", err);
    case SQLITE_CORRUPT:
        return fail_file(db, "the database file is damaged",
                         "Look at it with PRAGMA integrity_check, and restore a backup.", err);
    case SQLITE_IOERR:
        return fail_file(db, "the database file can't be read or written", "Check the disk and its file system.", err);
    default:
        return rv_fail(err, REV_ERROR_DATABASE, "%s", sqlite3_errmsg(db->connection));
    }
}

/* Callbacks of the library */

static void say_waiting(struct sqlite_db *db, int64_t waited)
{
    if (waited < QUIET_MS || (db->wait_said_ms && waited - db->wait_said_ms < REPEAT_MS)) {
        return;
    }
    db->wait_said_ms = waited;
    if (db->observer && db->observer->event) {
        rv_str_auto struct rv_str text = {0};
        rv_str_printf(&text, "another process is using the database %s", db->path);
        rev_event event = {.kind = REV_EVENT_WAITING, .elapsed_ms = waited, .text = rv_str_text(&text)};
        db->observer->event(db->observer->user, &event);
    }
}

static int on_busy(void *context, int tries)
{
    struct sqlite_db *db = context;
    int64_t now = rv_time_now_ms();
    if (tries == 0) {
        db->wait_start_ms = now;
        db->wait_said_ms = 0;
    }
    int64_t until = db->deadline_ms;
    bool in_transaction = db->is_committing || !sqlite3_get_autocommit(db->connection);
    if (in_transaction && until < db->wait_start_ms + PATIENCE_IN_TRANSACTION) {
        until = db->wait_start_ms + PATIENCE_IN_TRANSACTION;
    }
    if (db->stop_heard_ms && until > db->stop_heard_ms + PATIENCE_AFTER_CANCEL_MS) {
        until = db->stop_heard_ms + PATIENCE_AFTER_CANCEL_MS;
    }
    if (now >= until || rev_cancel_requested(cancel_of(db))) {
        return 0;
    }
    say_waiting(db, now - db->wait_start_ms);
    int64_t ms = tries < 6 ? SHORTEST_SLEEP_MS << tries : LONGEST_SLEEP_MS;
    ms = ms > LONGEST_SLEEP_MS ? LONGEST_SLEEP_MS : ms;
    return !rv_cancel_sleep(cancel_of(db), ms < until - now ? ms : until - now);
}

static int on_progress(void *context)
{
    const struct sqlite_db *db = context;
    return rev_cancel_requested(cancel_of(db));
}

static int on_commit(void *context)
{
    struct sqlite_db *db = context;
    db->ends++;
    return 0;
}

static void on_rollback(void *context)
{
    struct sqlite_db *db = context;
    db->ends++;
}

static bool is_book(const struct sqlite_db *db, const char *name)
{
    return name && ((db->version_table && sqlite3_stricmp(name, db->version_table) == 0) ||
                    sqlite3_stricmp(name, "rev_log") == 0);
}

/* Forbids nothing; the library says here what a user's statement does to the connection and to our tables. */
static int on_action(void *context, int action, const char *a, const char *b, const char *c, const char *trigger)
{
    (void)c;
    struct sqlite_db *db = context;
    bool is_theirs = db->is_in_script || trigger;
    db->is_bent = db->is_bent || (is_theirs && action != SQLITE_READ && (is_book(db, a) || is_book(db, b)));
    switch (action) {
    case SQLITE_PRAGMA:
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
    case SQLITE_CREATE_TEMP_TABLE:
    case SQLITE_CREATE_TEMP_INDEX:
    case SQLITE_CREATE_TEMP_TRIGGER:
    case SQLITE_CREATE_TEMP_VIEW:
        db->is_changed = db->is_changed || db->is_in_script;
        break;
    default:
        break;
    }
    return SQLITE_OK;
}

/* Opening */

static char *path_of(const char *url)
{
    const char *path = url + strlen("sqlite:");
    if (rv_text_starts_with(path, "///")) {
        path += 3;
    } else if (rv_text_starts_with(path, "//")) {
        path += 2;
    }
    return rv_strdup(*path ? path : ":memory:");
}

static char *path_of_lent(sqlite3 *connection)
{
    const char *path = sqlite3_db_filename(connection, "main");
    return rv_strdup(path && *path ? path : ":memory:");
}

static bool is_memory(const struct sqlite_db *db)
{
    return strcmp(db->path, ":memory:") == 0;
}

static bool takes_url(const char *url)
{
    return rv_url_is_sqlite(url);
}

/* A connection of our own. */
static int open_file(struct sqlite_db *db)
{
    /* Not SQLITE_OPEN_READONLY: a reader too has to roll back what a killed process left in the journal. */
    int flags = SQLITE_OPEN_READWRITE | (db->read_only ? 0 : SQLITE_OPEN_CREATE);
    const char *path = db->path;
    struct stat status;
    if (db->read_only && !is_memory(db) && stat(path, &status) != 0 && errno == ENOENT) {
        path = ":memory:";
    }
    int code = sqlite3_open_v2(path, &db->connection, flags, NULL);
    if (db->connection) {
        sqlite3_extended_result_codes(db->connection, 1);
    }
    return code;
}

static bool connect(struct sqlite_db *db, rev_error **err)
{
    int code = SQLITE_OK;
    db->data_version = -1;
    if (db->lent) {
        db->loan = rv_sqlite_loan_take(db->lent, err);
        db->connection = db->loan ? db->lent : NULL;
    } else {
        code = open_file(db);
    }
    if (!db->connection) {
        return *err ? false : rv_fail(err, REV_ERROR_CONNECT, "out of memory");
    }
    sqlite3_busy_handler(db->connection, on_busy, db);
    sqlite3_progress_handler(db->connection, STEPS_BETWEEN_CHECKS, on_progress, db);
    sqlite3_commit_hook(db->connection, on_commit, db);
    sqlite3_rollback_hook(db->connection, on_rollback, db);
    sqlite3_set_authorizer(db->connection, on_action, db);
    if (code == SQLITE_OK) {
        code = sqlite3_db_config(db->connection, SQLITE_DBCONFIG_ENABLE_FKEY, -1, &db->foreign_keys);
    }
    if (code == SQLITE_OK && db->read_only) {
        code = sqlite3_exec(db->connection, "PRAGMA query_only = 1", NULL, NULL, NULL);
    }
    return code == SQLITE_OK || fail(db, code, err);
}

static void rollback(struct rv_db *head);
static bool tidy(struct sqlite_db *db, rev_error **err);

static void give_back(struct sqlite_db *db)
{
    rev_error *ignored = NULL;
    rollback(&db->head);
    db->is_deaf = true;
    if (!db->is_changed || !tidy(db, &ignored)) {
        rv_sqlite_loan_put_back(db->loan);
    }
    db->is_deaf = false;
    rev_error_free(ignored);
    rv_sqlite_loan_end(db->loan);
    db->loan = NULL;
}

static void disconnect(struct sqlite_db *db)
{
    if (db->loan) {
        give_back(db);
    } else {
        sqlite3_close(db->connection);
    }
    db->connection = NULL;
}

static void close_database(struct rv_db *head)
{
    if (!head) {
        return;
    }
    struct sqlite_db *db = own(head);
    disconnect(db);
    free(db->path);
    free(db);
}

static struct rv_db *open_database(const struct rv_db_settings *settings, rev_error **err)
{
    struct sqlite_db *db = rv_alloc(sizeof *db);
    *db = (struct sqlite_db){
        .head = {&rv_driver_sqlite, &rv_engine_sqlite},
        .path = settings->sqlite ? path_of_lent(settings->sqlite) : path_of(settings->url),
        .lent = settings->sqlite,
        .deadline_ms = settings->deadline_ms,
        .read_only = settings->read_only,
        .version_table = settings->version_table,
        .observer = settings->observer,
    };
    if (!connect(db, err)) {
        close_database(&db->head);
        return NULL;
    }
    return &db->head;
}

/* Statements */

static size_t error_offset(sqlite3 *connection)
{
#if SQLITE_VERSION_NUMBER >= 3038000
    int offset = sqlite3_error_offset(connection);
    return offset >= 0 ? (size_t)offset : SIZE_MAX;
#else
    (void)connection;
    return SIZE_MAX;
#endif
}

static bool bind(struct sqlite_db *db, sqlite3_stmt *statement, const char *const *params, size_t count,
                 rev_error **err)
{
    for (size_t i = 0; i < count; i++) {
        char name[24];
        snprintf(name, sizeof name, "$%zu", i + 1);
        int place = sqlite3_bind_parameter_index(statement, name);
        if (place == 0) {
            place = (int)i + 1; /* ?1 */
        }
        int code = params[i] ? sqlite3_bind_text(statement, place, params[i], -1, SQLITE_TRANSIENT)
                             : sqlite3_bind_null(statement, place);
        if (code != SQLITE_OK) {
            return fail(db, code, err);
        }
    }
    return true;
}

typedef RV_VEC(const char *) value_list;

static void clear_values(value_list *list)
{
    rv_vec_clear(list);
}

/* A text may hold NUL bytes here. Cut off at one it would be taken for what it is not: the replacement character stands
 * for each. */
static const char *copy_text(struct rv_arena *arena, const char *text, size_t len)
{
    if (!memchr(text, '\0', len)) {
        return rv_arena_text(arena, text, len);
    }
    rv_str_auto struct rv_str copy = {0};
    for (size_t i = 0; i < len; i++) {
        rv_str_add(&copy, text[i] ? &text[i] : RV_UTF8_REPLACEMENT, text[i] ? 1 : strlen(RV_UTF8_REPLACEMENT));
    }
    return rv_arena_strdup(arena, rv_str_text(&copy));
}

static void add_row(struct rv_arena *arena, sqlite3_stmt *statement, value_list *list)
{
    for (int i = 0; i < sqlite3_column_count(statement); i++) {
        const char *text = (const char *)sqlite3_column_text(statement, i);
        size_t len = (size_t)sqlite3_column_bytes(statement, i);
        rv_vec_push(list, text ? copy_text(arena, text, len) : NULL);
    }
}

static bool read_all(struct sqlite_db *db, sqlite3_stmt *statement, struct rv_result *out, rev_error **err)
{
    struct rv_arena *arena = rv_arena_new();
    __attribute__((cleanup(clear_values))) value_list list = {0};
    int code;
    size_t rows = 0;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        rows++;
        add_row(arena, statement, &list);
    }
    if (code != SQLITE_DONE) {
        rv_arena_free(arena);
        return fail(db, code, err);
    }
    *out = (struct rv_result){
        .arena = arena,
        .row_count = rows,
        .column_count = (size_t)sqlite3_column_count(statement),
        .values = rv_arena_copy(arena, list.items, rv_size_mul(list.count, sizeof list.items[0])),
        .affected = sqlite3_stmt_readonly(statement) ? -1 : sqlite3_changes(db->connection),
    };
    return true;
}

static bool query(struct rv_db *head, const char *sql, const char *const *params, size_t param_count,
                  struct rv_result *out, rev_error **err)
{
    struct sqlite_db *db = own(head);
    statement_auto sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(db->connection, sql, -1, &statement, NULL);
    if (code != SQLITE_OK) {
        return fail(db, code, err);
    }
    rv_result_auto struct rv_result result = {0};
    if (!bind(db, statement, params, param_count, err) || !read_all(db, statement, &result, err)) {
        return false;
    }
    if (out) {
        *out = result;
        result = (struct rv_result){0};
    }
    return true;
}

static bool read(struct rv_db *head, const char *sql, struct rv_result *out, rev_error **err)
{
    return query(head, sql, NULL, 0, out, err);
}

static bool insert(struct rv_db *head, const char *sql, const struct rv_value *values, size_t count, rev_error **err)
{
    struct sqlite_db *db = own(head);
    statement_auto sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(db->connection, sql, -1, &statement, NULL);
    for (size_t i = 0; i < count && code == SQLITE_OK; i++) {
        const struct rv_value *value = &values[i];
        if (value->ptr && value->is_bytes) {
            code = sqlite3_bind_blob64(statement, (int)i + 1, value->ptr, value->len, SQLITE_STATIC);
        } else if (value->ptr) {
            code = sqlite3_bind_text64(statement, (int)i + 1, value->ptr, value->len, SQLITE_STATIC, SQLITE_UTF8);
        }
    }
    code = code == SQLITE_OK ? sqlite3_step(statement) : code;
    return code == SQLITE_DONE || fail(db, code, err);
}

static bool is_unchanged(struct rv_db *head)
{
    struct sqlite_db *db = own(head);
    statement_auto sqlite3_stmt *statement = NULL;
    int64_t before = db->data_version;
    bool is_told = sqlite3_prepare_v2(db->connection, "PRAGMA main.data_version", -1, &statement, NULL) == SQLITE_OK &&
                   sqlite3_step(statement) == SQLITE_ROW;
    db->data_version = is_told ? sqlite3_column_int64(statement, 0) : -1;
    return is_told && before == db->data_version && !db->is_bent;
}

static bool execute(struct sqlite_db *db, const char *sql, rev_error **err)
{
    int code = sqlite3_exec(db->connection, sql, NULL, NULL, NULL);
    return code == SQLITE_OK || fail(db, code, err);
}

/* sqlite3_prepare_v2() stops at the end of its first statement: what it leaves would silently not run. */
static bool is_all_read(struct rv_view tail)
{
    tail = rv_view_trim(tail);
    while (tail.len > 0 && tail.ptr[0] == ';') {
        tail = rv_view_trim(rv_view(tail.ptr + 1, tail.len - 1));
    }
    return tail.len == 0 || rv_view_starts_with(tail, "--") || rv_view_starts_with(tail, "/*");
}

static bool run_text(struct sqlite_db *db, struct rv_view text, struct rv_ran *out, rev_error **err)
{
    *out = (struct rv_ran){-1, SIZE_MAX};
    if (rev_cancel_requested(cancel_of(db))) {
        return fail_cancelled(db, err);
    }
    if (text.len >= INT_MAX) {
        return rv_fail(err, REV_ERROR_DATABASE, "the statement is longer than SQLite can take");
    }
    statement_auto sqlite3_stmt *statement = NULL;
    const char *tail = NULL;
    int code = sqlite3_prepare_v2(db->connection, text.ptr, (int)text.len, &statement, &tail);
    if (code == SQLITE_OK && !is_all_read(rv_view(tail, text.len - (size_t)(tail - text.ptr)))) {
        out->offset = (size_t)(tail - text.ptr);
        return rv_fail(err, REV_ERROR_DATABASE, "more than one statement where one was expected");
    }
    while (code == SQLITE_OK && statement) {
        code = sqlite3_step(statement);
        code = code == SQLITE_ROW ? SQLITE_OK : code;
    }
    if (code == SQLITE_OK || code == SQLITE_DONE) {
        out->rows = statement && !sqlite3_stmt_readonly(statement) ? sqlite3_changes(db->connection) : -1;
        return true;
    }
    out->offset = error_offset(db->connection);
    return fail(db, code, err);
}

static bool run(struct rv_db *head, const struct rv_statement *statement, struct rv_ran *out, rev_error **err)
{
    struct sqlite_db *db = own(head);
    db->is_in_script = true;
    bool is_done = run_text(db, statement->text, out, err);
    db->is_in_script = false;
    return is_done;
}

/* Transactions */

static bool begin(struct rv_db *head, rev_error **err)
{
    struct sqlite_db *db = own(head);
    if (rev_cancel_requested(cancel_of(db))) {
        return fail_cancelled(db, err);
    }
    if (!execute(db, "BEGIN IMMEDIATE", err)) {
        return false;
    }
    db->ends_at_begin = db->ends;
    return true;
}

static bool commit(struct rv_db *head, rev_error **err)
{
    struct sqlite_db *db = own(head);
    if (rev_cancel_requested(cancel_of(db))) {
        return fail_cancelled(db, err);
    }
    db->is_committing = true;
    bool is_done = execute(db, "COMMIT", err);
    db->is_committing = false;
    return is_done;
}

static void rollback(struct rv_db *head)
{
    struct sqlite_db *db = own(head);
    if (!sqlite3_get_autocommit(db->connection)) {
        db->is_deaf = true;
        sqlite3_exec(db->connection, "ROLLBACK", NULL, NULL, NULL);
        db->is_deaf = false;
    }
}

static enum rv_transaction transaction(const struct rv_db *head)
{
    const struct sqlite_db *db = (const struct sqlite_db *)head;
    return sqlite3_get_autocommit(db->connection) ? RV_IDLE : RV_IN_TRANSACTION;
}

static bool is_our_transaction(struct rv_db *head)
{
    struct sqlite_db *db = own(head);
    return !sqlite3_get_autocommit(db->connection) && db->ends == db->ends_at_begin;
}

static bool guard(struct rv_db *head, rev_error **err)
{
    struct sqlite_db *db = own(head);
    return !db->is_changed || execute(db, "PRAGMA query_only = 0; PRAGMA writable_schema = 0", err);
}

static bool drop_temporary(struct sqlite_db *db, rev_error **err)
{
    rv_result_auto struct rv_result objects = {0};
    if (!query(
            &db->head,
            "SELECT type, name FROM sqlite_temp_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' "
            "ESCAPE '\\' UNION ALL SELECT type, name FROM sqlite_temp_master WHERE type = 'trigger'",
            NULL, 0, &objects, err)) {
        return false;
    }
    for (size_t i = 0; i < objects.row_count; i++) {
        rv_str_auto struct rv_str sql = {0};
        const char *kind = objects.values[2 * i], *name = objects.values[2 * i + 1];
        rv_str_printf(&sql, "DROP %s IF EXISTS temp.", kind);
        rv_sql_add_identifier(&sql, name);
        if (!rv_sqlite_loan_had(db->loan, kind, name) && !execute(db, rv_str_text(&sql), err)) {
            return false;
        }
    }
    return true;
}

static bool detach_all(struct sqlite_db *db, rev_error **err)
{
    rv_result_auto struct rv_result attached = {0};
    if (!query(&db->head, "PRAGMA database_list", NULL, 0, &attached, err)) {
        return false;
    }
    for (size_t i = 0; i < attached.row_count; i++) {
        const char *name = attached.values[i * attached.column_count + 1];
        if (strcmp(name, "main") != 0 && strcmp(name, "temp") != 0 && !rv_sqlite_loan_had(db->loan, "database", name)) {
            rv_str_auto struct rv_str sql = {0};
            rv_str_add_text(&sql, "DETACH ");
            rv_sql_add_identifier(&sql, name);
            if (!execute(db, rv_str_text(&sql), err)) {
                return false;
            }
        }
    }
    return true;
}

/* As SQLite has them from the start. */
static bool put_back_settings(struct sqlite_db *db, rev_error **err)
{
    rv_str_auto struct rv_str sql = {0};
    rv_str_printf(&sql,
                  "PRAGMA query_only = 0; PRAGMA writable_schema = 0; PRAGMA ignore_check_constraints = 0;"
                  "PRAGMA recursive_triggers = 0; PRAGMA reverse_unordered_selects = 0; PRAGMA legacy_alter_table = 0;"
                  "PRAGMA case_sensitive_like = 0; PRAGMA foreign_keys = %d",
                  db->foreign_keys);
    return execute(db, rv_str_text(&sql), err);
}

/* What can be put back of a connection that must stay: a database in memory, one inside a transaction, or one that is
 * lent, which has its own settings. */
static bool tidy(struct sqlite_db *db, rev_error **err)
{
    bool is_idle = sqlite3_get_autocommit(db->connection);
    if (db->loan && is_idle) {
        rv_sqlite_loan_put_back(db->loan);
        sqlite3_busy_handler(db->connection, on_busy, db); /* a PRAGMA busy_timeout takes its place */
    } else if (!put_back_settings(db, err)) {
        return false;
    }
    return drop_temporary(db, err) && (!is_idle || detach_all(db, err));
}

static bool reset_connection(struct sqlite_db *db, rev_error **err)
{
    if (db->loan || is_memory(db) || !sqlite3_get_autocommit(db->connection)) {
        db->is_changed = !sqlite3_get_autocommit(db->connection);
        return tidy(db, err);
    }
    disconnect(db);
    db->is_changed = false;
    return connect(db, err);
}

/* The wish to stop is for whoever runs the next step: what came before this one is committed. */
static bool reset(struct rv_db *head, rev_error **err)
{
    struct sqlite_db *db = own(head);
    if (!db->is_changed) {
        return true;
    }
    db->is_deaf = true;
    bool is_done = reset_connection(db, err);
    db->is_deaf = false;
    return is_done;
}

static bool lock(struct rv_db *head, const char *schema, const char *table, rev_error **err)
{
    (void)head, (void)schema, (void)table, (void)err;
    return true;
}

static void unlock(struct rv_db *head)
{
    (void)head;
}

static void set_limits(struct rv_db *head, const struct rv_limits *limits)
{
    (void)head, (void)limits;
}

static bool limit(struct rv_db *head, rev_error **err)
{
    (void)head, (void)err;
    return true;
}

/* A view can't be written to. */
#define BOOK_EXISTS(table, column)                                                                                     \
    " (SELECT 'yes' FROM main.sqlite_master m, pragma_table_info('" table "', 'main') f WHERE m.type = 'table' AND "   \
    "m.name = '" table "' COLLATE NOCASE AND f.name = '" column "'),"
static const struct rv_books_sql books = {
    .find_version =
        "SELECT 'main', (SELECT type FROM main.sqlite_master WHERE name = $2 COLLATE NOCASE AND type IN "
        "('table', 'view')), (SELECT 'yes' FROM pragma_table_info($2, 'main') WHERE name = 'version_num' COLLATE "
        "NOCASE)," BOOK_EXISTS("rev_log", "finished_at")
            BOOK_EXISTS("rev_script", "checksum") " quote($2), 'SQLite ' || sqlite_version(), NULL "
                                                  "WHERE $1 IS NULL OR $1 = 'main' COLLATE NOCASE",
    .version_shape = "SELECT count(*), max(CASE WHEN name = 'version_num' COLLATE NOCASE AND \"notnull\" THEN 'yes' "
                     "ELSE 'no' END), max(CASE WHEN name = 'version_num' COLLATE NOCASE AND pk THEN 'yes' ELSE 'no' "
                     "END) FROM pragma_table_info($2, $1)",
    .kept_table = "checksum TEXT PRIMARY KEY, header BLOB, up BLOB, down BLOB, up_size INTEGER, down_size INTEGER",
    .time = {"(", ")"},
    .hex = {"hex(", ")"},
    .log_table = "id INTEGER PRIMARY KEY, version_table TEXT NOT NULL, revision TEXT, direction TEXT NOT NULL, "
                 "started_at TEXT NOT NULL, finished_at TEXT, execution_time_ms INTEGER, applied_by TEXT, "
                 "checksum TEXT, statements_total INTEGER, statements_done INTEGER, outcome TEXT NOT NULL, "
                 "rev_version TEXT, rows_affected INTEGER",
    .timestamp = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
    .started = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', printf('-%f seconds', $4 / 1000.0))",
    .has_returning = true,
    .lock_table = "version_table TEXT PRIMARY KEY, owner TEXT NOT NULL, acquired_at TEXT NOT NULL, "
                  "heartbeat_at TEXT NOT NULL, expires_at TEXT NOT NULL",
    .lock_expiry = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', printf('%+d seconds', $3))",
    .lock_remove = "",
    .lock_renew = "",
    .lock_keep = "",
};

/* A busy file is waited for by begin: no error of a statement passes by itself. */
const struct rv_engine rv_engine_sqlite = {
    .name = "SQLite",
    .is_ddl_transactional = true,
    .has_savepoints = true,
    .books = &books,
};

const struct rv_driver rv_driver_sqlite = {
    .name = "sqlite",
    .dialect = &rv_dialect_sqlite,
    .engine = &rv_engine_sqlite,
    .takes_url = takes_url,
    .open = open_database,
    .close = close_database,
    .query = query,
    .read = read,
    .insert = insert,
    .run = run,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .transaction = transaction,
    .is_our_transaction = is_our_transaction,
    .begin_is_lock = true,
    .is_unchanged = is_unchanged,
    .open_creates = true,
    .set_limits = set_limits,
    .limit = limit,
    .guard = guard,
    .reset = reset,
    .lock = lock,
    .unlock = unlock,
    .server_sql = "SELECT 'SQLite ' || sqlite_version()",
    .begin_sql = "BEGIN IMMEDIATE",
    .stop_on_error = ".bail on",
    .shell_has_terminators = true,
    .script_guard_sql = "",
    .foreign_keys_off_sql = "PRAGMA foreign_keys = 0",
    .foreign_keys_check_sql =
        "SELECT \"table\", parent, count(*), min(rowid) FROM pragma_foreign_key_check GROUP BY 1, 2 LIMIT 20",
};
