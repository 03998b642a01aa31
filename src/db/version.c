/* The version table: found, read, created and changed, with SQL that both dialects read. Holds no rule about revisions:
 * which row becomes which is the plan's business. Never creates anything when asked to read. */
#include "db/version.h"

#include "base/arena.h"
#include "base/error.h"
#include "base/num.h"
#include "base/utf8.h"

enum { MAX_ROWS = 10000, MAX_ROW_LENGTH = 32 };

static char *qualified(struct rv_arena *arena, const char *schema, const char *table)
{
    rv_str_auto struct rv_str text = {0};
    rv_sql_add_table(&text, schema, table);
    return rv_arena_strdup(arena, rv_str_text(&text));
}

static bool is_yes(const char *value)
{
    return value && strcmp(value, "yes") == 0;
}

static bool no_schema(const char *schema, rev_error **err)
{
    if (schema) {
        rv_fail(err, REV_ERROR_DATABASE, "there is no schema '%s' in the database", schema);
        rv_error_hint(*err, "Create it, or change version_table_schema.");
    } else {
        rv_fail(err, REV_ERROR_DATABASE, "the connection has no schema to work in");
        rv_error_hint(*err, "No schema of its search_path exists: set the search_path, or version_table_schema.");
    }
    return false;
}

static bool wrong_table(const struct rv_version *version, rev_error **err)
{
    rv_error_hint(*err,
                  "It is not a version table as rev and Alembic keep it: rename it, or set another version_table "
                  "than '%s'.",
                  version->table);
    return false;
}

static bool find(struct rv_db *db, const char *schema, struct rv_version *out, rev_error **err)
{
    rv_result_auto struct rv_result found = {0};
    const char *const params[] = {schema, out->table};
    if (!db->driver->query(db, db->engine->books->find_version, params, 2, &found, err)) {
        return false;
    }
    if (found.row_count == 0) {
        return no_schema(schema, err);
    }
    const char *kind = found.values[1];
    out->schema = rv_arena_strdup(out->arena, found.values[0]);
    out->quoted = qualified(out->arena, out->schema, out->table);
    out->log_quoted = qualified(out->arena, out->schema, "rev_log");
    out->kept_quoted = qualified(out->arena, out->schema, "rev_script");
    out->exists = kind != NULL;
    out->log_exists = is_yes(found.values[3]);
    out->kept_exists = is_yes(found.values[4]);
    out->table_literal = rv_arena_strdup(out->arena, found.values[5]);
    out->server = rv_arena_strdup(out->arena, found.values[6]);
    if (db->driver->learn) {
        db->driver->learn(db, found.values[6], found.values[7]);
    }
    if (kind && strcmp(kind, "table") != 0) {
        rv_fail(err, REV_ERROR_DATABASE, "%s is a %s, not a table", out->quoted, kind);
        return wrong_table(out, err);
    }
    if (kind && !is_yes(found.values[2])) {
        rv_fail(err, REV_ERROR_DATABASE, "%s has no column version_num", out->quoted);
        return wrong_table(out, err);
    }
    return true;
}

static bool wrong_rows(const struct rv_version *version, rev_error **err)
{
    rv_error_hint(*err,
                  "If it is another program's table, set another version_table than '%s'. Else type DELETE FROM %s; in "
                  "the database's shell, and `" PROGRAM_NAME " stamp SPEC` to say where the database is.",
                  version->table, version->quoted);
    return false;
}

static int compare_rows(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool take_row(struct rv_version *out, const char *row, rev_error **err)
{
    if (!row) {
        rv_fail(err, REV_ERROR_DATABASE, "%s holds a row whose version_num is NULL", out->quoted);
        return wrong_rows(out, err);
    }
    size_t len = strlen(row);
    if (len > MAX_ROW_LENGTH) {
        rv_fail(err, REV_ERROR_DATABASE, "%s holds a row of %zu bytes, more than the %d of a revision id", out->quoted,
                len, MAX_ROW_LENGTH);
        return wrong_rows(out, err);
    }
    if (strstr(row, RV_UTF8_REPLACEMENT)) {
        rv_fail(err, REV_ERROR_DATABASE, "%s holds a row that is no text: '%s'", out->quoted, row);
        return wrong_rows(out, err);
    }
    out->rows[out->row_count++] = rv_arena_strdup(out->arena, row);
    return true;
}

/* Unfinished steps come with the version rows, so that a database at its target costs no further question. */
static void add_read_sql(struct rv_str *sql, const struct rv_books_sql *books, const struct rv_version *version,
                         int64_t log_start, bool is_read_often)
{
    if (version->exists) {
        rv_str_printf(sql,
                      "SELECT CAST(version_num AS text), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL "
                      "FROM (SELECT version_num FROM %s LIMIT %d) AS v",
                      version->quoted, MAX_ROWS + 1);
    }
    if (version->log_exists) {
        rv_str_printf(sql,
                      "%sSELECT NULL, CAST(id AS text), revision, direction, checksum, outcome, %sstarted_at%s, "
                      "applied_by, CAST(statements_total AS text), CAST(statements_done AS text) FROM (SELECT * "
                      "FROM %s WHERE version_table = %s AND finished_at IS NULL AND id > %lld ORDER BY id LIMIT %d) "
                      "AS l",
                      version->exists ? " UNION ALL " : "", books->time[0], books->time[1], version->log_quoted,
                      version->table_literal, (long long)log_start, (int)RV_MOST_UNFINISHED);
    }
    if (version->log_exists && is_read_often) {
        rv_str_printf(sql,
                      " UNION ALL SELECT NULL, CAST(COALESCE(max(id), 0) AS text), NULL, NULL, NULL, NULL, NULL, NULL, "
                      "NULL, NULL "
                      "FROM %s",
                      version->log_quoted);
    }
}

static int64_t count_of(const char *text)
{
    int64_t count = 0;
    rv_num_parse(rv_view_of(text ? text : ""), 0, INT64_MAX, &count);
    return count;
}

static void take_unfinished(struct rv_version *out, const char *const *values)
{
    char *texts[7];
    for (size_t i = 0; i < 7; i++) {
        texts[i] = rv_arena_strdup(out->arena, values[1 + i] ? values[1 + i] : "");
    }
    out->unfinished[out->unfinished_count++] = (struct rv_unfinished){
        .id = texts[0],
        .revision = texts[1],
        .direction = texts[2],
        .checksum = texts[3],
        .outcome = texts[4],
        .started_at = texts[5],
        .applied_by = texts[6],
        .statements_total = count_of(values[8]),
        .statements_done = count_of(values[9]),
    };
}

static bool check_rows(struct rv_version *out, rev_error **err)
{
    if (out->row_count > MAX_ROWS) {
        rv_fail(err, REV_ERROR_DATABASE, "%s has more than %d rows", out->quoted, MAX_ROWS);
        return wrong_rows(out, err);
    }
    if (out->row_count > 0) {
        qsort(out->rows, out->row_count, sizeof out->rows[0], compare_rows);
    }
    for (size_t i = 1; i < out->row_count; i++) {
        if (strcmp(out->rows[i - 1], out->rows[i]) == 0) {
            rv_fail(err, REV_ERROR_DATABASE, "%s holds the row %s twice", out->quoted, out->rows[i]);
            return wrong_rows(out, err);
        }
    }
    return true;
}

static bool read_rows(struct rv_db *db, int64_t log_start, struct rv_version *out, rev_error **err)
{
    rv_result_auto struct rv_result result = {0};
    rv_str_auto struct rv_str sql = {0};
    add_read_sql(&sql, db->engine->books, out, log_start, db->driver->begin_is_lock);
    if (!db->driver->read(db, rv_str_text(&sql), &result, err)) {
        rv_error_prefix(*err, "reading %s: ", out->exists ? out->quoted : out->log_quoted);
        return false;
    }
    out->rows = RV_NEW_ARRAY(out->arena, const char *, result.row_count);
    out->unfinished = RV_NEW_ARRAY(out->arena, struct rv_unfinished, RV_MOST_UNFINISHED);
    for (size_t i = 0; i < result.row_count; i++) {
        const char *const *values = &result.values[i * result.column_count];
        if (values[1] && !values[3]) {
            rv_num_parse(rv_view_of(values[1]), 0, INT64_MAX, &out->log_end);
        } else if (values[1]) {
            take_unfinished(out, values);
        } else if (!take_row(out, values[0], err)) {
            return false;
        }
    }
    return check_rows(out, err);
}

bool rv_version_read(struct rv_db *db, const char *schema, const char *table, int64_t log_start, struct rv_version *out,
                     rev_error **err)
{
    struct rv_version version = {.arena = rv_arena_new(), .log_end = -1};
    version.table = rv_arena_strdup(version.arena, table);
    if (!find(db, schema, &version, err) ||
        ((version.exists || version.log_exists) && !read_rows(db, log_start, &version, err))) {
        rv_version_clear(&version);
        return false;
    }
    *out = version;
    return true;
}

void rv_version_clear(struct rv_version *version)
{
    rv_arena_free(version->arena);
    *version = (struct rv_version){0};
}

bool rv_is_missing_table(const rev_error *error)
{
    return (error->sqlstate && strcmp(error->sqlstate, "42P01") == 0) ||
           rv_text_starts_with(error->message, "no such table");
}

static bool is_race(const rev_error *error)
{
    /* duplicate_table, and the unique_violation of a system catalog that two CREATE TABLE IF NOT EXISTS run into */
    return error->sqlstate && (strcmp(error->sqlstate, "42P07") == 0 || strcmp(error->sqlstate, "23505") == 0);
}

static bool execute(struct rv_db *db, const char *sql, rev_error **err)
{
    return db->driver->query(db, sql, NULL, 0, NULL, err);
}

bool rv_version_create_table(struct rv_db *db, const char *sql, rev_error **err)
{
    bool in_transaction = db->driver->transaction(db) == RV_IN_TRANSACTION;
    bool can_go_back = in_transaction && db->engine->has_savepoints;
    if (can_go_back && !execute(db, "SAVEPOINT rev_create", err)) {
        return false;
    }
    if (execute(db, sql, err)) {
        return !can_go_back || execute(db, "RELEASE SAVEPOINT rev_create", err);
    }
    if (!is_race(*err) || (in_transaction && !can_go_back)) {
        return false;
    }
    rev_error_free(*err);
    *err = NULL;
    return !can_go_back || execute(db, "ROLLBACK TO SAVEPOINT rev_create", err);
}

void rv_version_create_sql(struct rv_str *out, const char *quoted, const char *table)
{
    rv_str_auto struct rv_str constraint = {0};
    rv_str_printf(&constraint, "%s_pkc", table);
    rv_str_printf(out, "CREATE TABLE IF NOT EXISTS %s (version_num VARCHAR(32) NOT NULL, CONSTRAINT ", quoted);
    rv_sql_add_own_name(out, rv_str_text(&constraint));
    rv_str_add_text(out, " PRIMARY KEY (version_num))");
}

bool rv_version_create(struct rv_db *db, struct rv_version *version, rev_error **err)
{
    if (version->exists) {
        return true;
    }
    rv_str_auto struct rv_str sql = {0};
    rv_version_create_sql(&sql, version->quoted, version->table);
    if (!rv_version_create_table(db, rv_str_text(&sql), err)) {
        rv_error_prefix(*err, "creating %s: ", version->quoted);
        return false;
    }
    version->exists = true;
    return true;
}

bool rv_log_create(struct rv_db *db, struct rv_version *version, rev_error **err)
{
    if (version->log_exists) {
        return true;
    }
    rv_str_auto struct rv_str sql = {0};
    rv_log_create_sql(&sql, db->engine->books, version->log_quoted);
    if (!rv_version_create_table(db, rv_str_text(&sql), err)) {
        rv_error_prefix(*err, "creating %s: ", version->log_quoted);
        return false;
    }
    version->log_exists = true;
    return true;
}

static bool conflict(const struct rv_version *version, const char *id, long long found, rev_error **err)
{
    rv_fail(err, REV_ERROR_CONFLICT, "expected one row for %s in %s, found %lld", id, version->quoted, found);
    rv_error_hint(*err, "Somebody else changed the version rows meanwhile; nothing of this step was applied.");
    return false;
}

/* A row that is already there: PostgreSQL's unique_violation, SQLite's words. */
static bool is_duplicate(const rev_error *error)
{
    return error->code == REV_ERROR_DATABASE && ((error->sqlstate && strcmp(error->sqlstate, "23505") == 0) ||
                                                 rv_text_starts_with(error->message, "UNIQUE constraint failed"));
}

void rv_bookkeeping_clear(struct rv_bookkeeping *statement)
{
    rv_str_clear(&statement->sql);
}

void rv_version_change_sql(struct rv_bookkeeping *out, const char *quoted, const char *old_id, const char *new_id)
{
    if (old_id && new_id) {
        rv_str_printf(&out->sql, "UPDATE %s SET version_num = $1 WHERE version_num = $2", quoted);
    } else if (old_id) {
        rv_str_printf(&out->sql, "DELETE FROM %s WHERE version_num = $1", quoted);
    } else {
        rv_str_printf(&out->sql, "INSERT INTO %s (version_num) VALUES ($1)", quoted);
    }
    if (new_id) {
        out->params[out->param_count++] = new_id;
    }
    if (old_id) {
        out->params[out->param_count++] = old_id;
    }
}

/* Past a quoted name or text, whose `$1` is none. */
static const char *skip_quoted(const char *p)
{
    const char *close = strchr(p + 1, *p);
    return close ? close + 1 : p + strlen(p);
}

static void add_with_literals(struct rv_str *out, const struct rv_bookkeeping *statement)
{
    const char *p = rv_str_text(&statement->sql);
    while (*p) {
        const char *next = *p == '"' || *p == '\'' ? skip_quoted(p) : *p == '$' ? p + 1 : p + strcspn(p, "\"'$");
        size_t index = 0;
        if (*p == '$') {
            while (rv_is_digit(*next)) {
                index = index * 10 + (size_t)(*next++ - '0');
            }
        }
        if (index == 0 || index > statement->param_count) {
            rv_str_add(out, p, (size_t)(next - p));
        } else if (statement->params[index - 1]) {
            rv_sql_add_literal(out, statement->params[index - 1]);
        } else {
            rv_str_add_text(out, "NULL");
        }
        p = next;
    }
}

void rv_bookkeeping_print(struct rv_str *out, const struct rv_bookkeeping *statement)
{
    add_with_literals(out, statement);
    rv_str_add_text(out, ";\n");
}

/* A number that is none, for the count to stand in the server's message in whatever language. */
#define FOUND "rows found: "

void rv_version_change_checked_sql(struct rv_str *out, const char *quoted, const char *old_id, const char *new_id)
{
    rv_bookkeeping_auto struct rv_bookkeeping statement = {0};
    rv_version_change_sql(&statement, quoted, old_id, new_id);
    rv_str_add_text(out, "WITH changed AS (");
    add_with_literals(out, &statement);
    rv_str_add_text(out, " RETURNING 1) SELECT CAST(CASE count(*) WHEN 1 THEN '1' ELSE '" FOUND
                         "' || CAST(count(*) AS text) END AS integer) FROM changed;\n");
}

/* The rows that a change which was checked has hit; -1: that is not what is wrong. */
static int64_t rows_found(const rev_error *error)
{
    int64_t count = -1;
    const char *found = error->sqlstate && strcmp(error->sqlstate, "22P02") == 0 ? strstr(error->message, FOUND) : NULL;
    if (found) {
        found += strlen(FOUND);
        rv_num_parse(rv_view(found, strspn(found, "0123456789")), 0, INT64_MAX, &count);
    }
    return count;
}

static void fail_anew(rev_error **err)
{
    rev_error_free(*err);
    *err = NULL;
}

void rv_version_explain_change(const struct rv_version *version, const char *old_id, const char *new_id,
                               rev_error **err)
{
    int64_t found = rows_found(*err);
    if (found >= 0) {
        fail_anew(err);
        conflict(version, old_id ? old_id : new_id, (long long)found, err);
    } else if (new_id && is_duplicate(*err)) {
        fail_anew(err);
        rv_fail(err, REV_ERROR_CONFLICT, "the row for %s is in %s already", new_id, version->quoted);
        rv_error_hint(*err, "Somebody else changed the version rows meanwhile; nothing of this step was applied.");
    } else {
        rv_error_prefix(*err, "changing %s: ", version->quoted);
        if (!(*err)->hint) {
            rv_error_hint(*err, "Nothing of this step stays. If its script changed the role or made the transaction "
                                "read-only, take that out.");
        }
    }
}

bool rv_version_change(struct rv_db *db, const struct rv_version *version, const char *old_id, const char *new_id,
                       rev_error **err)
{
    rv_bookkeeping_auto struct rv_bookkeeping statement = {0};
    rv_result_auto struct rv_result result = {0};
    rv_version_change_sql(&statement, version->quoted, old_id, new_id);
    if (!db->driver->query(db, rv_str_text(&statement.sql), statement.params, statement.param_count, &result, err)) {
        rv_version_explain_change(version, old_id, new_id, err);
        return false;
    }
    if (result.affected != 1) {
        return conflict(version, old_id ? old_id : new_id, (long long)result.affected, err);
    }
    return true;
}
