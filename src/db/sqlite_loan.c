/* What is to be known of a connection that somebody lends. The library tells no callback that was set before, so those
 * can't be put back; what a PRAGMA tells can. */
#include "db/sqlite_loan.h"

#include "base/alloc.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/map.h"
#include "base/str.h"

#include <sqlite3.h>

/* What belongs to a connection, not to its file, and can be asked for. */
static const char *const pragmas[] = {
    "automatic_index",
    "cache_size",
    "cell_size_check",
    "foreign_keys",
    "ignore_check_constraints",
    "legacy_alter_table",
    "locking_mode",
    "query_only",
    "read_uncommitted",
    "recursive_triggers",
    "synchronous",
    "reverse_unordered_selects",
    "temp_store",
    "threads",
    "trusted_schema",
    "wal_autocheckpoint",
    "writable_schema",
};
enum { PRAGMAS = sizeof pragmas / sizeof pragmas[0] };

struct rv_sqlite_loan {
    sqlite3 *connection;
    struct rv_arena *arena;
    const char *values[PRAGMAS]; /* NULL: not told */
    const char *busy_timeout;
    struct rv_map *names; /* "kind name" */
};

/* Calls back with the first columns of each row. What fails tells nothing. */
static void each_row(sqlite3 *connection, const char *sql, void (*row)(void *context, const char *const *texts),
                     void *context)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(connection, sql, -1, &statement, NULL) == SQLITE_OK) {
        while (sqlite3_step(statement) == SQLITE_ROW) {
            const char *const texts[] = {(const char *)sqlite3_column_text(statement, 0),
                                         (const char *)sqlite3_column_text(statement, 1)};
            row(context, texts);
        }
    }
    sqlite3_finalize(statement);
}

static void keep_text(void *context, const char *const *texts)
{
    struct rv_str *out = context;
    rv_str_clear(out);
    rv_str_add_text(out, texts[0] ? texts[0] : "");
}

static const char *pragma(const struct rv_sqlite_loan *loan, const char *name)
{
    rv_str_auto struct rv_str sql = {0}, value = {0};
    rv_str_printf(&sql, "PRAGMA %s", name);
    each_row(loan->connection, rv_str_text(&sql), keep_text, &value);
    return value.len ? rv_arena_strdup(loan->arena, rv_str_text(&value)) : NULL;
}

static const char *key_of(struct rv_str *out, const char *kind, const char *name)
{
    rv_str_printf(out, "%s %s", kind, name);
    return rv_str_text(out);
}

static void keep_name(void *context, const char *const *texts)
{
    struct rv_sqlite_loan *loan = context;
    rv_str_auto struct rv_str key = {0};
    const char *kept = rv_arena_strdup(loan->arena, key_of(&key, texts[0], texts[1] ? texts[1] : ""));
    rv_map_put(loan->names, rv_view_of(kept), 0);
}

static bool is_idle(sqlite3 *connection)
{
    bool is_idle = sqlite3_get_autocommit(connection);
    sqlite3_stmt *statement = NULL;
    while (is_idle && (statement = sqlite3_next_stmt(connection, statement))) {
        is_idle = !sqlite3_stmt_busy(statement);
    }
    return is_idle;
}

struct rv_sqlite_loan *rv_sqlite_loan_take(sqlite3 *connection, rev_error **err)
{
    if (!is_idle(connection)) {
        rv_fail(err, REV_ERROR_USAGE, "the SQLite connection is in use: a transaction or a statement is open");
        rv_error_hint(*err, "Commit or roll back, and reset or finalize the statements, before it is handed over.");
        return NULL;
    }
    /* Those could keep us from asking, and then nothing could be put back. */
    sqlite3_set_authorizer(connection, NULL, NULL);
    sqlite3_progress_handler(connection, 0, NULL, NULL);
    struct rv_sqlite_loan *loan = rv_alloc(sizeof *loan);
    *loan = (struct rv_sqlite_loan){.connection = connection, .arena = rv_arena_new(), .names = rv_map_new()};
    for (size_t i = 0; i < PRAGMAS; i++) {
        loan->values[i] = pragma(loan, pragmas[i]);
    }
    loan->busy_timeout = pragma(loan, "busy_timeout");
    each_row(connection, "SELECT type, name FROM sqlite_temp_master", keep_name, loan);
    each_row(connection, "SELECT 'database', name FROM pragma_database_list", keep_name, loan);
    return loan;
}

bool rv_sqlite_loan_had(const struct rv_sqlite_loan *loan, const char *kind, const char *name)
{
    rv_str_auto struct rv_str key = {0};
    return loan && rv_map_has(loan->names, rv_view_of(key_of(&key, kind, name)));
}

static void set(const struct rv_sqlite_loan *loan, const char *name, const char *value)
{
    rv_str_auto struct rv_str sql = {0};
    rv_str_printf(&sql, "PRAGMA %s = %s", name, value);
    sqlite3_exec(loan->connection, rv_str_text(&sql), NULL, NULL, NULL);
}

void rv_sqlite_loan_put_back(const struct rv_sqlite_loan *loan)
{
    for (size_t i = 0; i < PRAGMAS; i++) {
        const char *now = pragma(loan, pragmas[i]);
        if (loan->values[i] && now && strcmp(now, loan->values[i]) != 0) {
            set(loan, pragmas[i], loan->values[i]);
        }
    }
}

void rv_sqlite_loan_end(struct rv_sqlite_loan *loan)
{
    if (!loan) {
        return;
    }
    sqlite3_progress_handler(loan->connection, 0, NULL, NULL);
    sqlite3_commit_hook(loan->connection, NULL, NULL);
    sqlite3_rollback_hook(loan->connection, NULL, NULL);
    sqlite3_set_authorizer(loan->connection, NULL, NULL);
    sqlite3_busy_handler(loan->connection, NULL, NULL);
    set(loan, "busy_timeout", loan->busy_timeout ? loan->busy_timeout : "0");
    rv_map_free(loan->names);
    rv_arena_free(loan->arena);
    free(loan);
}
