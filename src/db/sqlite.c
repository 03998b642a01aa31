/* The SQLite driver. BEGIN IMMEDIATE is the lock, and waiting for it ends at the caller's deadline. Never opens a file
 * it was told only to read in a way that creates it. */
#include "db/drivers.h"
#include "db/sqlite_db.h"
#include "db/sqlite_loan.h"

#include "base/alloc.h"
#include "base/cancel.h"
#include "base/error.h"
#include "base/time.h"

#include <errno.h>
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

/* Callbacks of the library */

static void say_waiting(struct rv_sqlite *db, int64_t waited)
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
    struct rv_sqlite *db = context;
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
    if (now >= until || rev_cancel_requested(rv_sqlite_cancel(db))) {
        return 0;
    }
    say_waiting(db, now - db->wait_start_ms);
    int64_t ms = tries < 6 ? SHORTEST_SLEEP_MS << tries : LONGEST_SLEEP_MS;
    ms = ms > LONGEST_SLEEP_MS ? LONGEST_SLEEP_MS : ms;
    return !rv_cancel_sleep(rv_sqlite_cancel(db), ms < until - now ? ms : until - now);
}

static int on_progress(void *context)
{
    const struct rv_sqlite *db = context;
    return rev_cancel_requested(rv_sqlite_cancel(db));
}

static int on_commit(void *context)
{
    struct rv_sqlite *db = context;
    db->ends++;
    return 0;
}

static void on_rollback(void *context)
{
    struct rv_sqlite *db = context;
    db->ends++;
}

static bool is_book(const struct rv_sqlite *db, const char *name)
{
    return name && ((db->version_table && sqlite3_stricmp(name, db->version_table) == 0) ||
                    sqlite3_stricmp(name, "rev_log") == 0);
}

/* Forbids nothing; the library says here what a user's statement does to the connection and to our tables. */
static int on_action(void *context, int action, const char *a, const char *b, const char *c, const char *trigger)
{
    (void)c;
    struct rv_sqlite *db = context;
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

static bool is_memory(const struct rv_sqlite *db)
{
    return strcmp(db->path, ":memory:") == 0;
}

static bool takes_url(const char *url)
{
    return rv_url_is_sqlite(url);
}

/* A connection of our own. */
static int open_file(struct rv_sqlite *db)
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

static bool connect(struct rv_sqlite *db, rev_error **err)
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
    return code == SQLITE_OK || rv_sqlite_fail(db, code, err);
}

static void rollback(struct rv_db *head);
static bool tidy(struct rv_sqlite *db, rev_error **err);

static void give_back(struct rv_sqlite *db)
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

static void disconnect(struct rv_sqlite *db)
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
    struct rv_sqlite *db = rv_sqlite(head);
    disconnect(db);
    free(db->path);
    free(db);
}

static struct rv_db *open_database(const struct rv_db_settings *settings, rev_error **err)
{
    struct rv_sqlite *db = rv_alloc(sizeof *db);
    *db = (struct rv_sqlite){
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
/* Transactions */

static bool begin(struct rv_db *head, rev_error **err)
{
    struct rv_sqlite *db = rv_sqlite(head);
    if (rev_cancel_requested(rv_sqlite_cancel(db))) {
        return rv_sqlite_fail_cancelled(db, err);
    }
    if (!rv_sqlite_execute(db, "BEGIN IMMEDIATE", err)) {
        return false;
    }
    db->ends_at_begin = db->ends;
    return true;
}

static bool commit(struct rv_db *head, rev_error **err)
{
    struct rv_sqlite *db = rv_sqlite(head);
    if (rev_cancel_requested(rv_sqlite_cancel(db))) {
        return rv_sqlite_fail_cancelled(db, err);
    }
    db->is_committing = true;
    bool is_done = rv_sqlite_execute(db, "COMMIT", err);
    db->is_committing = false;
    return is_done;
}

static void rollback(struct rv_db *head)
{
    struct rv_sqlite *db = rv_sqlite(head);
    if (!sqlite3_get_autocommit(db->connection)) {
        db->is_deaf = true;
        sqlite3_exec(db->connection, "ROLLBACK", NULL, NULL, NULL);
        db->is_deaf = false;
    }
}

static enum rv_transaction transaction(const struct rv_db *head)
{
    const struct rv_sqlite *db = (const struct rv_sqlite *)head;
    return sqlite3_get_autocommit(db->connection) ? RV_IDLE : RV_IN_TRANSACTION;
}

static bool is_our_transaction(struct rv_db *head)
{
    struct rv_sqlite *db = rv_sqlite(head);
    return !sqlite3_get_autocommit(db->connection) && db->ends == db->ends_at_begin;
}

static bool guard(struct rv_db *head, rev_error **err)
{
    struct rv_sqlite *db = rv_sqlite(head);
    return !db->is_changed || rv_sqlite_execute(db, "PRAGMA query_only = 0; PRAGMA writable_schema = 0", err);
}

static bool drop_temporary(struct rv_sqlite *db, rev_error **err)
{
    rv_result_auto struct rv_result objects = {0};
    if (!rv_sqlite_query(
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
        if (!rv_sqlite_loan_had(db->loan, kind, name) && !rv_sqlite_execute(db, rv_str_text(&sql), err)) {
            return false;
        }
    }
    return true;
}

static bool detach_all(struct rv_sqlite *db, rev_error **err)
{
    rv_result_auto struct rv_result attached = {0};
    if (!rv_sqlite_query(&db->head, "PRAGMA database_list", NULL, 0, &attached, err)) {
        return false;
    }
    for (size_t i = 0; i < attached.row_count; i++) {
        const char *name = attached.values[i * attached.column_count + 1];
        if (strcmp(name, "main") != 0 && strcmp(name, "temp") != 0 && !rv_sqlite_loan_had(db->loan, "database", name)) {
            rv_str_auto struct rv_str sql = {0};
            rv_str_add_text(&sql, "DETACH ");
            rv_sql_add_identifier(&sql, name);
            if (!rv_sqlite_execute(db, rv_str_text(&sql), err)) {
                return false;
            }
        }
    }
    return true;
}

/* As SQLite has them from the start. */
static bool put_back_settings(struct rv_sqlite *db, rev_error **err)
{
    rv_str_auto struct rv_str sql = {0};
    rv_str_printf(&sql,
                  "PRAGMA query_only = 0; PRAGMA writable_schema = 0; PRAGMA ignore_check_constraints = 0;"
                  "PRAGMA recursive_triggers = 0; PRAGMA reverse_unordered_selects = 0; PRAGMA legacy_alter_table = 0;"
                  "PRAGMA case_sensitive_like = 0; PRAGMA foreign_keys = %d",
                  db->foreign_keys);
    return rv_sqlite_execute(db, rv_str_text(&sql), err);
}

/* What can be put back of a connection that must stay: a database in memory, one inside a transaction, or one that is
 * lent, which has its own settings. */
static bool tidy(struct rv_sqlite *db, rev_error **err)
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

static bool reset_connection(struct rv_sqlite *db, rev_error **err)
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
    struct rv_sqlite *db = rv_sqlite(head);
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
const struct rv_driver rv_driver_sqlite = {
    .name = "sqlite",
    .dialect = &rv_dialect_sqlite,
    .engine = &rv_engine_sqlite,
    .takes_url = takes_url,
    .open = open_database,
    .close = close_database,
    .query = rv_sqlite_query,
    .read = rv_sqlite_read,
    .insert = rv_sqlite_insert,
    .run = rv_sqlite_run,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .transaction = transaction,
    .is_our_transaction = is_our_transaction,
    .begin_is_lock = true,
    .is_unchanged = rv_sqlite_is_unchanged,
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
