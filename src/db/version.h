/* The version table and rev_log: SQL text by dialect, run by any driver. */
#ifndef RV_DB_VERSION_H
#define RV_DB_VERSION_H

#include "db/driver.h"
#include "plan/plan.h"

/* The version table of one database: names resolved and quoted once, before any script has run. */
struct rv_version {
    struct rv_arena *arena;
    const char *table;      /* as configured */
    const char *schema;     /* resolved */
    const char *quoted;     /* "schema"."table" */
    const char *log_quoted; /* "schema"."rev_log" */
    bool exists, log_exists;
    const char **rows; /* sorted */
    size_t row_count;
};

/* Finds the tables and reads the rows, as they are now, in as few round trips as can be: for a database that is at its
 * target this is all that is asked. schema may be NULL (the connection's own). Bounded: a table with over 10,000 rows
 * is an error. */
bool rv_version_read(struct rv_db *db, const char *schema, const char *table, struct rv_version *out, rev_error **err);
void rv_version_clear(struct rv_version *version);

/* Creates what is missing (in a transaction of its own, or the step's: the caller begins). */
bool rv_version_create(struct rv_db *db, struct rv_version *version, rev_error **err);
bool rv_log_create(struct rv_db *db, struct rv_version *version, rev_error **err);

/* Runs one step's row changes; each UPDATE and DELETE must hit exactly one row, else REV_ERROR_CONFLICT
 * ("expected one row for X, found N"). */
bool rv_version_change(struct rv_db *db, const struct rv_version *version, const struct rv_row_change *changes,
                       size_t count, rev_error **err);

struct rv_log_entry {
    const char *revision;
    rev_direction direction;
    const char *started_at; /* text as log_timestamp_sql gave it; NULL: the transaction's start */
    int64_t execution_time_ms;
    const char *checksum; /* NULL for a stamp */
    int64_t statements_total, statements_done;
    const char *outcome; /* done, failed */
};
/* Writes one finished row. */
bool rv_log_add(struct rv_db *db, const struct rv_version *version, const struct rv_log_entry *entry, rev_error **err);

#endif
