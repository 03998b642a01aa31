/* Rows of rev_log. Nothing is ever read from it to decide what to do: it is history. */
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

bool rv_log_add(struct rv_db *db, const struct rv_version *version, const struct rv_log_entry *entry, rev_error **err)
{
    rv_bookkeeping_auto struct rv_bookkeeping statement = {0};
    rv_log_add_sql(&statement, db->driver, version->log_quoted, version->table, entry);
    if (!db->driver->query(db, rv_str_text(&statement.sql), statement.params, statement.param_count, NULL, err)) {
        rv_error_prefix(*err, "writing %s: ", version->log_quoted);
        if (!(*err)->hint) {
            rv_error_hint(
                *err, "If this is another tool's table, rename it or set version_table_schema. If the script changed "
                      "the role or made the transaction read-only, take that out.");
        }
        return false;
    }
    return true;
}
