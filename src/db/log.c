/* Rows of rev_log. Nothing is ever read from it to decide what to do: it is history. */
#include "db/version.h"

#include "base/error.h"
#include "base/user.h"

static const char *direction_name(rev_direction direction)
{
    switch (direction) {
    case REV_UPGRADE:
        return "upgrade";
    case REV_DOWNGRADE:
        return "downgrade";
    case REV_STAMP:
        return "stamp";
    }
    return "";
}

bool rv_log_add(struct rv_db *db, const struct rv_version *version, const struct rv_log_entry *entry, rev_error **err)
{
    char elapsed[24], total[24], done[24];
    snprintf(elapsed, sizeof elapsed, "%lld", (long long)entry->execution_time_ms);
    snprintf(total, sizeof total, "%lld", (long long)entry->statements_total);
    snprintf(done, sizeof done, "%lld", (long long)entry->statements_done);
    rv_str_auto struct rv_str user = {0}, sql = {0};
    rv_user_add(&user);
    const char *const params[] = {
        version->table,    entry->revision, direction_name(entry->direction),
        entry->started_at, elapsed,         rv_str_text(&user),
        entry->checksum,   total,           done,
        entry->outcome,    REV_VERSION,
    };
    size_t count = sizeof params / sizeof params[0];
    rv_str_printf(&sql,
                  "INSERT INTO %s (version_table, revision, direction, started_at, finished_at, execution_time_ms, "
                  "applied_by, checksum, statements_total, statements_done, outcome, rev_version) "
                  "VALUES ($1, $2, $3, COALESCE($4, %s), %s, $5, $6, $7, $8, $9, $10, $11)",
                  version->log_quoted, db->driver->log_started_sql, db->driver->log_timestamp_sql);
    if (!db->driver->query(db, rv_str_text(&sql), params, count, NULL, err)) {
        rv_error_prefix(*err, "writing %s: ", version->log_quoted);
        return false;
    }
    return true;
}
