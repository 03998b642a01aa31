/* Rows of rev_log. What is applied is never decided by them; a statement-wise step that its row calls unfinished is not
 * begun a second time. */
#include "db/version.h"

#include "base/error.h"

static const char *number(char out[24], int64_t value)
{
    snprintf(out, 24, "%lld", (long long)value);
    return out;
}

void rv_log_create_sql(struct rv_str *out, const struct rv_driver *driver, const char *log_quoted)
{
    rv_str_printf(out, "CREATE TABLE IF NOT EXISTS %s (%s)", log_quoted, driver->log_table_sql);
}

void rv_log_add_sql(struct rv_bookkeeping *out, const struct rv_driver *driver, const char *log_quoted,
                    const char *table, const struct rv_log_entry *entry)
{
    const char *const params[] = {
        table,
        entry->revision,
        rev_direction_name(entry->direction),
        entry->execution_time_ms < 0 ? NULL : number(out->numbers[0], entry->execution_time_ms),
        entry->applied_by,
        entry->checksum,
        number(out->numbers[1], entry->statements_total),
        number(out->numbers[2], entry->statements_done),
        entry->outcome,
        REV_VERSION,
    };
    memcpy(out->params, params, sizeof params);
    out->param_count = sizeof params / sizeof params[0];
    rv_str_printf(&out->sql,
                  "INSERT INTO %s (version_table, revision, direction, started_at, finished_at, execution_time_ms, "
                  "applied_by, checksum, statements_total, statements_done, outcome, rev_version) "
                  "VALUES ($1, $2, $3, %s, %s, $4, $5, $6, $7, $8, $9, $10)",
                  log_quoted, entry->execution_time_ms < 0 ? driver->log_timestamp_sql : driver->log_started_sql,
                  driver->log_timestamp_sql);
}

static bool explain(const struct rv_version *version, rev_error **err)
{
    rv_error_prefix(*err, "writing %s: ", version->log_quoted);
    if (!(*err)->hint) {
        rv_error_hint(*err,
                      "If this is another tool's table, rename it or set version_table_schema. If the script changed "
                      "the role or made the transaction read-only, take that out.");
    }
    return false;
}

bool rv_log_add(struct rv_db *db, const struct rv_version *version, const struct rv_log_entry *entry, rev_error **err)
{
    rv_bookkeeping_auto struct rv_bookkeeping statement = {0};
    rv_log_add_sql(&statement, db->driver, version->log_quoted, version->table, entry);
    return db->driver->query(db, rv_str_text(&statement.sql), statement.params, statement.param_count, NULL, err) ||
           explain(version, err);
}

bool rv_log_begin(struct rv_db *db, const struct rv_version *version, const struct rv_log_entry *entry,
                  struct rv_arena *arena, const char **out_id, rev_error **err)
{
    rv_str_auto struct rv_str sql = {0};
    rv_result_auto struct rv_result result = {0};
    char total[24];
    const char *const params[] = {
        version->table,  entry->revision, rev_direction_name(entry->direction),   entry->applied_by,
        entry->checksum, REV_VERSION,     number(total, entry->statements_total),
    };
    rv_str_printf(&sql,
                  "INSERT INTO %s (version_table, revision, direction, started_at, applied_by, checksum, rev_version, "
                  "statements_total, statements_done, outcome) VALUES ($1, $2, $3, %s, $4, $5, $6, $7, 0, 'running') "
                  "RETURNING CAST(id AS text)",
                  version->log_quoted, db->driver->log_timestamp_sql);
    if (!db->driver->query(db, rv_str_text(&sql), params, sizeof params / sizeof params[0], &result, err)) {
        return explain(version, err);
    }
    *out_id = rv_arena_strdup(arena, result.values[0]);
    return true;
}

/* Changes the row of an unfinished step; $1 is its id. */
static bool change(struct rv_db *db, const struct rv_version *version, const char *set, const char *const *params,
                   size_t count, rev_error **err)
{
    rv_str_auto struct rv_str sql = {0};
    rv_result_auto struct rv_result result = {0};
    rv_str_printf(&sql, "UPDATE %s SET %s WHERE id = $1 AND finished_at IS NULL", version->log_quoted, set);
    if (!db->driver->query(db, rv_str_text(&sql), params, count, &result, err)) {
        return explain(version, err);
    }
    if (result.affected != 1) {
        rv_fail(err, REV_ERROR_CONFLICT, "the row of this step in %s is gone or was resolved by somebody else",
                version->log_quoted);
        rv_error_hint(*err, "See `" PROGRAM_NAME " status`, then run the command again.");
        return false;
    }
    return true;
}

bool rv_log_resume(struct rv_db *db, const struct rv_version *version, const char *id, const struct rv_log_entry *entry,
                   rev_error **err)
{
    char total[24];
    const char *const params[] = {id, entry->checksum, number(total, entry->statements_total), entry->applied_by};
    return change(db, version, "outcome = 'running', checksum = $2, statements_total = $3, applied_by = $4", params, 4,
                  err);
}

bool rv_log_progress(struct rv_db *db, const struct rv_version *version, const char *id, int64_t statements_done,
                     int64_t rows, rev_error **err)
{
    char done[24], changed[24];
    const char *const params[] = {id, number(done, statements_done), number(changed, rows)};
    return rows < 0 ? change(db, version, "statements_done = $2", params, 2, err)
                    : change(db, version, "statements_done = $2, rows_affected = $3", params, 3, err);
}

bool rv_log_fail(struct rv_db *db, const struct rv_version *version, const char *id, int64_t elapsed_ms,
                 rev_error **err)
{
    char elapsed[24];
    const char *const params[] = {id, number(elapsed, elapsed_ms)};
    return change(db, version, "outcome = 'failed', execution_time_ms = COALESCE(execution_time_ms, 0) + $2", params, 2,
                  err);
}

bool rv_log_finish(struct rv_db *db, const struct rv_version *version, const char *id, const char *outcome,
                   int64_t elapsed_ms, rev_error **err)
{
    rv_str_auto struct rv_str set = {0};
    char elapsed[24];
    const char *const params[] = {id, outcome, number(elapsed, elapsed_ms)};
    rv_str_printf(&set, "outcome = $2, finished_at = %s, execution_time_ms = COALESCE(execution_time_ms, 0) + $3",
                  db->driver->log_timestamp_sql);
    return change(db, version, rv_str_text(&set), params, 3, err);
}
