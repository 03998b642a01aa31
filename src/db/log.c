/* Rows of rev_log. What is applied is never decided by them; a statement-wise step that its row calls unfinished is not
 * begun a second time. */
#include "db/version.h"

#include "base/error.h"
#include "base/num.h"

const char rv_log_columns[] = "id, version_table, revision, direction, started_at, finished_at, execution_time_ms, "
                              "applied_by, checksum, statements_total, statements_done, outcome, rev_version, "
                              "rows_affected";

static const char *number(char out[24], int64_t value)
{
    snprintf(out, 24, "%lld", (long long)value);
    return out;
}

void rv_log_create_sql(struct rv_str *out, const struct rv_books_sql *books, const char *log_quoted)
{
    rv_str_printf(out, "CREATE TABLE IF NOT EXISTS %s (%s)", log_quoted, books->log_table);
}

void rv_log_add_sql(struct rv_bookkeeping *out, const struct rv_books_sql *books, const char *log_quoted,
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
    const char *started = entry->is_transactions_time    ? books->begun
                          : entry->execution_time_ms < 0 ? books->timestamp
                                                         : books->started;
    memcpy(out->params, params, sizeof params);
    out->param_count = sizeof params / sizeof params[0];
    rv_str_printf(&out->sql,
                  "INSERT INTO %s (version_table, revision, direction, started_at, finished_at, execution_time_ms, "
                  "applied_by, checksum, statements_total, statements_done, outcome, rev_version) "
                  "VALUES ($1, $2, $3, %s, %s, %s, $5, $6, $7, $8, $9, $10)",
                  log_quoted, started, books->timestamp, entry->is_transactions_time ? books->elapsed : "$4");
}

void rv_log_explain(const struct rv_version *version, rev_error *error)
{
    rv_error_prefix(error, "writing %s: ", version->log_quoted);
    if (!error->hint) {
        rv_error_hint(error,
                      "If this is another tool's table, rename it or set version_table_schema. If the script changed "
                      "the role or made the transaction read-only, take that out.");
    }
}

static bool explain(const struct rv_version *version, rev_error **err)
{
    rv_log_explain(version, *err);
    return false;
}

bool rv_log_add(struct rv_db *db, const struct rv_version *version, const struct rv_log_entry *entry, rev_error **err)
{
    rv_bookkeeping_auto struct rv_bookkeeping statement = {0};
    rv_log_add_sql(&statement, db->engine->books, version->log_quoted, version->table, entry);
    return db->driver->query(db, rv_str_text(&statement.sql), statement.params, statement.param_count, NULL, err) ||
           explain(version, err);
}

/* The row that was just written, where INSERT does not return it. */
static bool find_begun(struct rv_db *db, const struct rv_version *version, const char *revision, struct rv_result *out,
                       rev_error **err)
{
    rv_str_auto struct rv_str sql = {0};
    const char *const params[] = {version->table, revision};
    rv_str_printf(&sql,
                  "SELECT CAST(max(id) AS text) FROM %s WHERE version_table = $1 AND revision = $2 AND finished_at IS "
                  "NULL",
                  version->log_quoted);
    rv_result_clear(out);
    return db->driver->query(db, rv_str_text(&sql), params, 2, out, err);
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
                  "statements_total, statements_done, outcome) VALUES ($1, $2, $3, %s, $4, $5, $6, $7, 0, 'running')%s",
                  version->log_quoted, db->engine->books->timestamp,
                  db->engine->books->has_returning ? " RETURNING CAST(id AS text)" : "");
    if (!db->driver->query(db, rv_str_text(&sql), params, sizeof params / sizeof params[0], &result, err) ||
        (result.row_count == 0 && !find_begun(db, version, entry->revision, &result, err))) {
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
                    : change(db, version, "statements_done = $2, rows_affected = COALESCE(rows_affected, 0) + $3",
                             params, 3, err);
}

bool rv_log_fail(struct rv_db *db, const struct rv_version *version, const char *id, int64_t statements_done,
                 int64_t elapsed_ms, rev_error **err)
{
    char done[24], elapsed[24];
    const char *const params[] = {id, number(done, statements_done), number(elapsed, elapsed_ms)};
    return change(db, version,
                  "outcome = 'failed', statements_done = $2, execution_time_ms = COALESCE(execution_time_ms, 0) + $3",
                  params, 3, err);
}

bool rv_log_finish(struct rv_db *db, const struct rv_version *version, const char *id, const char *outcome,
                   int64_t elapsed_ms, rev_error **err)
{
    rv_str_auto struct rv_str set = {0};
    char elapsed[24];
    const char *const params[] = {id, outcome, number(elapsed, elapsed_ms)};
    rv_str_printf(&set, "outcome = $2, finished_at = %s, execution_time_ms = COALESCE(execution_time_ms, 0) + $3",
                  db->engine->books->timestamp);
    return change(db, version, rv_str_text(&set), params, 3, err);
}

static int64_t count_of(const char *text)
{
    int64_t count = -1;
    rv_num_parse(rv_view_of(text ? text : ""), 0, INT64_MAX, &count);
    return count;
}

static void take_row(struct rv_arena *arena, const char *const *values, rev_log_row *out)
{
    const char *texts[8];
    for (size_t i = 0; i < 8; i++) {
        texts[i] = rv_arena_strdup(arena, values[i]);
    }
    *out = (rev_log_row){
        .revision = texts[0],
        .direction = texts[1],
        .outcome = texts[2],
        .started_at = texts[3],
        .finished_at = texts[4],
        .applied_by = texts[5],
        .checksum = texts[6],
        .rev_version = texts[7],
        .execution_time_ms = count_of(values[8]),
        .statements_total = count_of(values[9]),
        .statements_done = count_of(values[10]),
    };
}

static bool read_rows(struct rv_db *db, const struct rv_version *version, const char *which, struct rv_arena *arena,
                      rev_log_row **out, size_t *out_count, rev_error **err)
{
    const char *const *time = db->engine->books->time;
    rv_str_auto struct rv_str sql = {0};
    rv_result_auto struct rv_result result = {0};
    *out_count = 0;
    *out = NULL;
    if (!version->log_exists) {
        return true;
    }
    rv_str_printf(
        &sql,
        "SELECT COALESCE(revision, ''), direction, outcome, %sstarted_at%s, %sfinished_at%s, applied_by, "
        "checksum, COALESCE(rev_version, ''), CAST(execution_time_ms AS text), CAST(statements_total AS text), "
        "CAST(statements_done AS text) FROM %s WHERE version_table = $1 AND %s",
        time[0], time[1], time[0], time[1], version->log_quoted, which);
    if (!db->driver->query(db, rv_str_text(&sql), (const char *const[]){version->table}, 1, &result, err)) {
        rv_error_prefix(*err, "reading %s: ", version->log_quoted);
        return false;
    }
    rev_log_row *rows = RV_NEW_ARRAY(arena, rev_log_row, result.row_count);
    for (size_t i = 0; i < result.row_count; i++) {
        take_row(arena, &result.values[i * result.column_count], &rows[i]);
    }
    *out = rows;
    *out_count = result.row_count;
    return true;
}

bool rv_log_read(struct rv_db *db, const struct rv_version *version, size_t limit, struct rv_arena *arena,
                 rev_log_row **out, size_t *out_count, rev_error **err)
{
    rv_str_auto struct rv_str which = {0};
    rv_str_printf(&which, "1 = 1 ORDER BY id DESC LIMIT %zu", limit);
    return read_rows(db, version, rv_str_text(&which), arena, out, out_count, err);
}

static bool read_last(struct rv_db *db, const struct rv_version *version, const char *condition, struct rv_arena *arena,
                      rev_log_row **out, size_t *out_count, rev_error **err)
{
    rv_str_auto struct rv_str which = {0};
    rv_str_printf(
        &which,
        "id IN (SELECT max(id) FROM %s WHERE version_table = $1 AND direction IN ('upgrade', 'downgrade') AND "
        "outcome IN ('done', 'applied')%s GROUP BY revision) ORDER BY revision",
        version->log_quoted, condition);
    return read_rows(db, version, rv_str_text(&which), arena, out, out_count, err);
}

bool rv_log_read_last(struct rv_db *db, const struct rv_version *version, struct rv_arena *arena, rev_log_row **out,
                      size_t *out_count, rev_error **err)
{
    return read_last(db, version, "", arena, out, out_count, err);
}

bool rv_log_read_since_stamp(struct rv_db *db, const struct rv_version *version, struct rv_arena *arena,
                             rev_log_row **out, size_t *out_count, rev_error **err)
{
    rv_str_auto struct rv_str later = {0};
    rv_str_printf(&later,
                  " AND id > (SELECT COALESCE(max(id), 0) FROM %s WHERE version_table = $1 AND direction = 'stamp' AND "
                  "outcome = 'done')",
                  version->log_quoted);
    return read_last(db, version, rv_str_text(&later), arena, out, out_count, err);
}
