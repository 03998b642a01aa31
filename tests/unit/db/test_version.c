#include "connection.h"

#include "db/version.h"

static void read_version(struct rv_db *db, struct rv_version *out)
{
    rev_error *err = NULL;
    bool is_done = rv_version_read(db, NULL, "alembic_version", -1, out, &err);
    assert_succeeds(is_done, &err);
}

static void create_version(struct rv_db *db, struct rv_version *version)
{
    rev_error *err = NULL;
    bool is_done = rv_version_create(db, version, &err);
    assert_succeeds(is_done, &err);
}

static void reading_creates_nothing(void **state)
{
    (void)state;
    struct rv_db *db = open_url("sqlite://");
    struct rv_version version;
    read_version(db, &version);
    assert_false(version.exists);
    assert_false(version.log_exists);
    assert_int_equal(version.row_count, 0);
    assert_string_equal(version.schema, "main");
    assert_string_equal(version.quoted, "\"main\".alembic_version");
    assert_string_equal(version.log_quoted, "\"main\".rev_log");
    assert_value(db, "SELECT count(*) FROM sqlite_master", "0");
    assert_true(rv_text_starts_with(version.server, "SQLite 3."));
    assert_string_equal(db->engine->name, "SQLite");
    rv_version_clear(&version);
    db->driver->close(db);
}

static void tables_are_as_alembic_makes_them(void **state)
{
    (void)state;
    struct rv_db *db = open_url("sqlite://");
    struct rv_version version;
    read_version(db, &version);
    create_version(db, &version);
    create_version(db, &version);
    assert_value(db, "SELECT sql FROM sqlite_master WHERE type = 'table'",
                 "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT "
                 "alembic_version_pkc PRIMARY KEY (version_num))");
    version.exists = false; /* as if somebody else had made it meanwhile */
    do_begin(db);
    create_version(db, &version);
    assert_true(version.exists);
    do_commit(db);
    rv_version_clear(&version);
    db->driver->close(db);
}

static void odd_names_are_quoted(void **state)
{
    (void)state;
    struct rv_db *db = open_url("sqlite://");
    struct rv_version version;
    rev_error *err = NULL;
    const char *name = "a \"b\"; DROP";
    assert_succeeds(rv_version_read(db, "main", name, -1, &version, &err), &err);
    create_version(db, &version);
    rv_version_clear(&version);
    assert_succeeds(rv_version_read(db, "MAIN", name, -1, &version, &err), &err);
    assert_true(version.exists);
    rv_version_clear(&version);
    bool is_done = rv_version_read(db, "other", name, -1, &version, &err);
    assert_fails(is_done, &err, REV_ERROR_DATABASE, "no schema 'other'");
    db->driver->close(db);
}

static void rows_change_one_at_a_time(void **state)
{
    (void)state;
    struct rv_db *db = open_url("sqlite://");
    struct rv_version version;
    read_version(db, &version);
    create_version(db, &version);
    rev_error *err = NULL;
    assert_succeeds(rv_version_change(db, &version, NULL, "bbb", &err), &err);
    assert_succeeds(rv_version_change(db, &version, NULL, "aaa", &err), &err);
    assert_succeeds(rv_version_change(db, &version, "bbb", "ccc", &err), &err);
    rv_version_clear(&version);
    read_version(db, &version);
    assert_int_equal(version.row_count, 2);
    assert_string_equal(version.rows[0], "aaa");
    assert_string_equal(version.rows[1], "ccc");
    static const struct {
        const char *old_id, *new_id;
        const char *message;
    } conflicts[] = {
        {"bbb", "ddd", "expected one row for bbb in \"main\".alembic_version, found 0"},
        {"bbb", NULL, "expected one row for bbb"},
        {NULL, "aaa", "the row for aaa is in"},
        {"aaa", "ccc", "the row for ccc is in"},
    };
    for (size_t i = 0; i < sizeof conflicts / sizeof conflicts[0]; i++) {
        bool is_done = rv_version_change(db, &version, conflicts[i].old_id, conflicts[i].new_id, &err);
        assert_fails(is_done, &err, REV_ERROR_CONFLICT, conflicts[i].message);
    }
    assert_succeeds(rv_version_change(db, &version, "aaa", NULL, &err), &err);
    assert_succeeds(rv_version_change(db, &version, "ccc", NULL, &err), &err);
    assert_value(db, "SELECT count(*) FROM alembic_version", "0");
    rv_version_clear(&version);
    db->driver->close(db);
}

static void other_tables_are_not_taken_for_ours(void **state)
{
    (void)state;
    static const struct {
        const char *script, *message;
    } cases[] = {
        {"CREATE VIEW alembic_version AS SELECT 'a' AS version_num", "is a view, not a table"},
        {"CREATE TABLE alembic_version (id INTEGER)", "has no column version_num"},
        {"CREATE TABLE alembic_version (version_num); INSERT INTO alembic_version VALUES (NULL)", "is NULL"},
        {"CREATE TABLE alembic_version (version_num); INSERT INTO alembic_version VALUES ('a'), ('a')", "twice"},
        {"CREATE TABLE alembic_version (version_num); INSERT INTO alembic_version VALUES (hex(zeroblob(20)))",
         "40 bytes"},
        {"CREATE TABLE alembic_version (version_num); INSERT INTO alembic_version VALUES ('a' || char(0) || 'b')",
         "no text"},
        {"CREATE TABLE alembic_version (version_num); WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c "
         "LIMIT 10001) INSERT INTO alembic_version SELECT n FROM c",
         "more than 10000 rows"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rv_db *db = open_url("sqlite://");
        run_script(db, cases[i].script);
        rev_error *err = NULL;
        struct rv_version version;
        bool is_done = rv_version_read(db, NULL, "alembic_version", -1, &version, &err);
        assert_fails(is_done, &err, REV_ERROR_DATABASE, cases[i].message);
        db->driver->close(db);
    }
}

static void log_rows_hold_what_happened(void **state)
{
    (void)state;
    struct rv_db *db = open_url("sqlite://");
    struct rv_version version;
    read_version(db, &version);
    rev_error *err = NULL;
    assert_succeeds(rv_log_create(db, &version, &err), &err);
    assert_true(version.log_exists);
    const struct rv_log_entry entries[] = {
        {"abc", REV_UPGRADE, 1500, "c0ffee", 3, 3, "done", "somebody@here"},
        {"abc", REV_DOWNGRADE, 7, "c0ffee", 3, 1, "failed", "somebody@here"},
        {NULL, REV_STAMP, -1, NULL, 0, 0, "done", NULL} /* as an offline script writes it */,
    };
    for (size_t i = 0; i < 3; i++) {
        assert_succeeds(rv_log_add(db, &version, &entries[i], &err), &err);
    }
    assert_value(
        db,
        "SELECT group_concat(version_table || ' ' || coalesce(revision, '-') || ' ' || direction || ' ' || "
        "coalesce(execution_time_ms, 0) || ' ' || coalesce(checksum, '-') || ' ' || statements_total || ' ' || "
        "statements_done || ' ' || outcome || ' ' || rev_version, ', ') FROM rev_log ORDER BY id",
        "alembic_version abc upgrade 1500 c0ffee 3 3 done " REV_VERSION
        ", alembic_version abc downgrade 7 c0ffee 3 1 failed " REV_VERSION
        ", alembic_version - stamp 0 - 0 0 done " REV_VERSION);
    assert_value(db, "SELECT count(*) FROM rev_log WHERE execution_time_ms IS NULL", "1");
    assert_value(db, "SELECT count(*) FROM rev_log WHERE finished_at GLOB '20[0-9][0-9]-*T*:*:*.[0-9][0-9][0-9]Z'",
                 "3");
    assert_value(db,
                 "SELECT round((julianday(finished_at) - julianday(started_at)) * 86400, 1) FROM rev_log WHERE id = 1",
                 "1.5");
    assert_value(db, "SELECT count(*) FROM rev_log WHERE applied_by LIKE '_%@_%'", "2");
    assert_value(db, "SELECT typeof(execution_time_ms) FROM rev_log WHERE id = 1", "integer");
    rv_version_clear(&version);
    read_version(db, &version);
    assert_true(version.log_exists);
    assert_false(version.exists);
    rv_version_clear(&version);
    db->driver->close(db);
}

/* A temporary table of a script does not catch what is meant for ours. */
static void writes_name_the_schema(void **state)
{
    (void)state;
    struct rv_db *db = open_url("sqlite://");
    struct rv_version version;
    read_version(db, &version);
    create_version(db, &version);
    run_script(db, "CREATE TEMP TABLE alembic_version (version_num)");
    rev_error *err = NULL;
    assert_succeeds(rv_version_change(db, &version, NULL, "abc", &err), &err);
    assert_value(db, "SELECT version_num FROM main.alembic_version", "abc");
    rv_version_clear(&version);
    db->driver->close(db);
}

TESTS(TEST(reading_creates_nothing), TEST(tables_are_as_alembic_makes_them), TEST(odd_names_are_quoted),
      TEST(rows_change_one_at_a_time), TEST(other_tables_are_not_taken_for_ours), TEST(log_rows_hold_what_happened),
      TEST(writes_name_the_schema))
