/* The version table and rev_log: SQL text by dialect, run by any driver. */
#ifndef RV_DB_VERSION_H
#define RV_DB_VERSION_H

#include <rev/log.h>

#include "db/driver.h"

/* A statement-wise step that rev_log knows as begun and not as finished: it is running, or was interrupted. */
struct rv_unfinished {
    const char *id; /* of its row */
    const char *revision, *direction, *checksum, *outcome;
    const char *started_at, *applied_by;
    int64_t statements_total, statements_done;
};
enum { RV_MOST_UNFINISHED = 20 };

/* The version table of one database: names resolved and quoted once, before any script has run. */
struct rv_version {
    struct rv_arena *arena;
    const char *table;         /* as configured */
    const char *table_literal; /* the same as SQL, written by the database itself */
    const char *schema;        /* resolved */
    const char *server;        /* the server's version, as it calls it */
    const char *quoted;        /* "schema"."table" */
    const char *log_quoted;    /* "schema"."rev_log" */
    const char *kept_quoted;   /* "schema"."rev_script" */
    bool exists, log_exists, kept_exists;
    const char **rows; /* sorted */
    size_t row_count;
    struct rv_unfinished *unfinished; /* oldest first; no more than RV_MOST_UNFINISHED are read */
    size_t unfinished_count;
    int64_t log_end; /* the last row of the log, whose end was reached; -1: not asked for */
};

/* Finds the tables and reads the rows and the unfinished steps, as they are now, in as few round trips as can be: for a
 * database that is at its target this is all that is asked. schema may be NULL (the connection's own). log_start: rows
 * of the log up to this one are known to be finished, and are not read again; -1: none are. Bounded: a table with over
 * 10,000 rows is an error. */
bool rv_version_read(struct rv_db *db, const char *schema, const char *table, int64_t log_start, struct rv_version *out,
                     rev_error **err);
void rv_version_clear(struct rv_version *version);

/* What was created is gone again: the transaction was rolled back. */
static inline void rv_version_uncreate(struct rv_version *version, const struct rv_version *before)
{
    version->exists = before->exists;
    version->log_exists = before->log_exists;
    version->kept_exists = before->kept_exists;
}

/* Creates what is missing (in a transaction of its own, or the step's: the caller begins). */
bool rv_version_create(struct rv_db *db, struct rv_version *version, rev_error **err);
bool rv_log_create(struct rv_db *db, struct rv_version *version, rev_error **err);

/* PostgreSQL's undefined_table, SQLite's words. */
bool rv_is_missing_table(const rev_error *error);

/* Runs a CREATE TABLE IF NOT EXISTS; tolerates that somebody who knows no lock made the table at the same moment. */
bool rv_version_create_table(struct rv_db *db, const char *sql, rev_error **err);

/* Changes one row: old_id into new_id, or away (new_id NULL), or comes (old_id NULL). Exactly one row must be hit, else
 * REV_ERROR_CONFLICT ("expected one row for X, found N"). */
bool rv_version_change(struct rv_db *db, const struct rv_version *version, const char *old_id, const char *new_id,
                       rev_error **err);

struct rv_log_entry {
    const char *revision;
    rev_direction direction;
    int64_t execution_time_ms; /* negative: not known */
    const char *checksum;      /* NULL for a stamp */
    int64_t statements_total, statements_done;
    const char *outcome;       /* done, failed */
    const char *applied_by;    /* NULL: not known */
    bool is_transactions_time; /* the server measures it, from the transaction's beginning on */
};
/* What an error of writing it, or of changing a version row, says to people. */
void rv_log_explain(const struct rv_version *version, rev_error *error);
void rv_version_explain_change(const struct rv_version *version, const char *old_id, const char *new_id,
                               rev_error **err);
/* Writes one finished row. */
bool rv_log_add(struct rv_db *db, const struct rv_version *version, const struct rv_log_entry *entry, rev_error **err);

/* Rows that are read; texts in memory of the arena, as rev/log.h has them. */
bool rv_log_read(struct rv_db *db, const struct rv_version *version, size_t limit, struct rv_arena *arena,
                 rev_log_row **out, size_t *out_count, rev_error **err);
/* For each revision the last finished step that changed it: what is applied was recorded so. Sorted by revision. */
bool rv_log_read_last(struct rv_db *db, const struct rv_version *version, struct rv_arena *arena, rev_log_row **out,
                      size_t *out_count, rev_error **err);
/* The same of what came after the last stamp, which moves rows without a step of their revisions. */
bool rv_log_read_since_stamp(struct rv_db *db, const struct rv_version *version, struct rv_arena *arena,
                             rev_log_row **out, size_t *out_count, rev_error **err);
/* Their columns, for a query that only asks whether they are there. */
extern const char rv_log_columns[], rv_kept_columns[];

/* The row of a statement-wise step, which is written ahead and changes until it is finished. With statements_done = n,
 * statement n + 1 may have begun. Each of these hits exactly one row that is not finished, else REV_ERROR_CONFLICT: it
 * was resolved meanwhile. `id` is memory of the arena. */
bool rv_log_begin(struct rv_db *db, const struct rv_version *version, const struct rv_log_entry *entry,
                  struct rv_arena *arena, const char **out_id, rev_error **err);
/* An interrupted one goes on, with a script that may have been mended. */
bool rv_log_resume(struct rv_db *db, const struct rv_version *version, const char *id, const struct rv_log_entry *entry,
                   rev_error **err);
/* rows: changed by the repeated statement that runs, since the last word of it; -1: none runs. */
bool rv_log_progress(struct rv_db *db, const struct rv_version *version, const char *id, int64_t statements_done,
                     int64_t rows, rev_error **err);
/* The step is interrupted; its row is not finished. With the progress, as that may be what could not be written. */
bool rv_log_fail(struct rv_db *db, const struct rv_version *version, const char *id, int64_t statements_done,
                 int64_t elapsed_ms, rev_error **err);
bool rv_log_finish(struct rv_db *db, const struct rv_version *version, const char *id, const char *outcome,
                   int64_t elapsed_ms, rev_error **err);

/* A statement of the bookkeeping with $1, $2, … and their values (NULL: SQL's NULL): run with parameters on a
 * connection, or printed with literals into a script. */
enum { RV_BOOKKEEPING_PARAMS = 12 };
struct rv_bookkeeping {
    struct rv_str sql;
    const char *params[RV_BOOKKEEPING_PARAMS];
    size_t param_count;
    char numbers[3][24];
};
void rv_bookkeeping_clear(struct rv_bookkeeping *statement);
#define rv_bookkeeping_auto __attribute__((cleanup(rv_bookkeeping_clear)))

/* What the functions above run; `quoted` is the table's name as SQL. */
void rv_version_create_sql(struct rv_str *out, const char *quoted, const char *table);
void rv_log_create_sql(struct rv_str *out, const struct rv_books_sql *books, const char *log_quoted);
void rv_version_change_sql(struct rv_bookkeeping *out, const char *quoted, const char *old_id, const char *new_id);
/* With literals and a semicolon, and an error unless exactly one row is hit (PostgreSQL). */
void rv_version_change_checked_sql(struct rv_str *out, const char *quoted, const char *old_id, const char *new_id);
void rv_log_add_sql(struct rv_bookkeeping *out, const struct rv_books_sql *books, const char *log_quoted,
                    const char *table, const struct rv_log_entry *entry);
/* The statement with its values as literals and a semicolon. */
void rv_bookkeeping_print(struct rv_str *out, const struct rv_bookkeeping *statement);

#endif
