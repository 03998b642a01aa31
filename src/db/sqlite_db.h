/* The SQLite driver's own: what its files share. */
#ifndef RV_DB_SQLITE_DB_H
#define RV_DB_SQLITE_DB_H

#include "db/driver.h"

struct sqlite3;
struct rv_sqlite_loan;

struct rv_sqlite {
    struct rv_db head;
    struct sqlite3 *connection;
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

static inline struct rv_sqlite *rv_sqlite(struct rv_db *db)
{
    return (struct rv_sqlite *)db;
}

static inline const rev_cancel *rv_sqlite_cancel(const struct rv_sqlite *db)
{
    return db->observer && !db->is_deaf && !db->stop_heard_ms ? db->observer->cancel : NULL;
}

/* REV_ERROR_* by the library's result code. */
bool rv_sqlite_fail(struct rv_sqlite *db, int code, rev_error **err);
bool rv_sqlite_fail_cancelled(struct rv_sqlite *db, rev_error **err);

/* Statements of ours, several at once. */
bool rv_sqlite_execute(struct rv_sqlite *db, const char *sql, rev_error **err);

/* As in struct rv_driver. */
bool rv_sqlite_query(struct rv_db *db, const char *sql, const char *const *params, size_t param_count,
                     struct rv_result *out, rev_error **err);
bool rv_sqlite_read(struct rv_db *db, const char *sql, struct rv_result *out, rev_error **err);
bool rv_sqlite_insert(struct rv_db *db, const char *sql, const struct rv_value *values, size_t count, rev_error **err);
bool rv_sqlite_run(struct rv_db *db, const struct rv_statement *statement, struct rv_ran *out, rev_error **err);
bool rv_sqlite_is_unchanged(struct rv_db *db);

#endif
