/* Statements on a connection of SQLite's, ours and a script's, and the library's errors as rev_error. No statement is
 * left behind: sqlite3_close() would fail. */
#include "db/sqlite_db.h"

#include "base/arena.h"
#include "base/cancel.h"
#include "base/error.h"
#include "base/time.h"
#include "base/utf8.h"
#include "base/vec.h"

#include <limits.h>
#include <sqlite3.h>

static void finalize(sqlite3_stmt **statement)
{
    sqlite3_finalize(*statement);
}
#define statement_auto __attribute__((cleanup(finalize)))

static bool fail_locked(const struct rv_sqlite *db, rev_error **err)
{
    rv_fail(err, REV_ERROR_LOCKED, "another process is using the database %s", db->path);
    rv_error_detail(*err, "%s", sqlite3_errmsg(db->connection));
    rv_error_hint(*err, "Try again when it has finished, or wait longer (--wait).");
    return false;
}

static bool fail_file(const struct rv_sqlite *db, const char *message, const char *hint, rev_error **err)
{
    int number = sqlite3_system_errno(db->connection);
    rv_fail(err, REV_ERROR_DATABASE, "%s: %s", message, db->path);
    rv_error_detail(*err, "%s (SQLite result code %d)%s%s", sqlite3_errmsg(db->connection),
                    sqlite3_extended_errcode(db->connection), number ? ": " : "", number ? strerror(number) : "");
    rv_error_hint(*err, "%s", hint);
    return false;
}

bool rv_sqlite_fail_cancelled(struct rv_sqlite *db, rev_error **err)
{
    db->stop_heard_ms = rv_time_now_ms();
    return rv_fail(err, REV_ERROR_CANCELLED, "cancelled");
}

bool rv_sqlite_fail(struct rv_sqlite *db, int code, rev_error **err)
{
    if (rev_cancel_requested(rv_sqlite_cancel(db)) &&
        ((code & 0xFF) == SQLITE_INTERRUPT || (code & 0xFF) == SQLITE_BUSY)) {
        return rv_sqlite_fail_cancelled(db, err);
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

static bool bind(struct rv_sqlite *db, sqlite3_stmt *statement, const char *const *params, size_t count,
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
            return rv_sqlite_fail(db, code, err);
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

static bool read_all(struct rv_sqlite *db, sqlite3_stmt *statement, struct rv_result *out, rev_error **err)
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
        return rv_sqlite_fail(db, code, err);
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

bool rv_sqlite_query(struct rv_db *head, const char *sql, const char *const *params, size_t param_count,
                     struct rv_result *out, rev_error **err)
{
    struct rv_sqlite *db = rv_sqlite(head);
    statement_auto sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(db->connection, sql, -1, &statement, NULL);
    if (code != SQLITE_OK) {
        return rv_sqlite_fail(db, code, err);
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

bool rv_sqlite_read(struct rv_db *head, const char *sql, struct rv_result *out, rev_error **err)
{
    return rv_sqlite_query(head, sql, NULL, 0, out, err);
}

bool rv_sqlite_insert(struct rv_db *head, const char *sql, const struct rv_value *values, size_t count, rev_error **err)
{
    struct rv_sqlite *db = rv_sqlite(head);
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
    return code == SQLITE_DONE || rv_sqlite_fail(db, code, err);
}

bool rv_sqlite_is_unchanged(struct rv_db *head)
{
    struct rv_sqlite *db = rv_sqlite(head);
    statement_auto sqlite3_stmt *statement = NULL;
    int64_t before = db->data_version;
    bool is_told = sqlite3_prepare_v2(db->connection, "PRAGMA main.data_version", -1, &statement, NULL) == SQLITE_OK &&
                   sqlite3_step(statement) == SQLITE_ROW;
    db->data_version = is_told ? sqlite3_column_int64(statement, 0) : -1;
    return is_told && before == db->data_version && !db->is_bent;
}

bool rv_sqlite_execute(struct rv_sqlite *db, const char *sql, rev_error **err)
{
    int code = sqlite3_exec(db->connection, sql, NULL, NULL, NULL);
    return code == SQLITE_OK || rv_sqlite_fail(db, code, err);
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

static bool run_text(struct rv_sqlite *db, struct rv_view text, struct rv_ran *out, rev_error **err)
{
    *out = (struct rv_ran){-1, SIZE_MAX};
    if (rev_cancel_requested(rv_sqlite_cancel(db))) {
        return rv_sqlite_fail_cancelled(db, err);
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
    return rv_sqlite_fail(db, code, err);
}

bool rv_sqlite_run(struct rv_db *head, const struct rv_statement *statement, struct rv_ran *out, rev_error **err)
{
    struct rv_sqlite *db = rv_sqlite(head);
    db->is_in_script = true;
    bool is_done = run_text(db, statement->text, out, err);
    db->is_in_script = false;
    return is_done;
}
