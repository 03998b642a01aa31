#include "folder.h"
#include "lent.h"

#include <sqlite3.h>

#define TABLE "CREATE TABLE made (id integer)"
#define NO_TABLE "DROP TABLE made"

static void execute(sqlite3 *db, const char *sql)
{
    char *message = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK) {
        fail_msg("%s: %s", sql, message);
    }
}

static void assert_one(sqlite3 *db, const char *sql, const char *expected)
{
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    check_text(sql, (const char *)sqlite3_column_text(statement, 0), expected);
    sqlite3_finalize(statement);
}

static sqlite3 *open_memory(void)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    return db;
}

static rev_migrate_options on(sqlite3 *db)
{
    return (rev_migrate_options){.struct_size = sizeof(rev_migrate_options), .sqlite = db};
}

static void it_is_migrated_and_stays_open(void **state)
{
    (void)state;
    sqlite3 *db = open_memory();
    struct lent lent = lent_project("", TABLE, NO_TABLE);
    const rev_migrate_options options = on(db);
    const char *const spec = "a";
    assert_rows(&lent, &options, "");
    assert_int_equal(steps_of(&lent, rev_upgrade(lent.project, "head", &options, &lent.err)), 2);
    assert_int_equal(steps_of(&lent, rev_upgrade(lent.project, "head", &options, &lent.err)), 0);
    assert_rows(&lent, &options, "b");
    assert_int_equal(steps_of(&lent, rev_downgrade(lent.project, "base", &options, &lent.err)), 2);
    assert_one(db, "SELECT count(*) FROM sqlite_master WHERE name = 'made'", "0");
    assert_int_equal(steps_of(&lent, rev_stamp(lent.project, (rev_strings){1, &spec}, &options, &lent.err)), 1);
    assert_rows(&lent, &options, "a");
    rev_log *log = rev_log_read(lent.project, 10, &options, &lent.err);
    assert_succeeds(log != NULL, &lent.err);
    assert_int_equal(log->count, 5);
    rev_log_free(log);
    lent_free(&lent);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void one_in_use_is_refused_and_left_alone(void **state)
{
    (void)state;
    sqlite3 *db = open_memory();
    struct lent lent = lent_project("", TABLE, NO_TABLE);
    const rev_migrate_options options = on(db);
    execute(db, "CREATE TABLE own (id integer); BEGIN; INSERT INTO own VALUES (1)");
    lent_fails(&lent, rev_upgrade(lent.project, "head", &options, &lent.err), REV_ERROR_USAGE, "in use");
    assert_int_equal(sqlite3_get_autocommit(db), 0);
    execute(db, "COMMIT");
    assert_one(db, "SELECT count(*) FROM own", "1");

    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT 1 UNION SELECT 2", -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    lent_fails(&lent, rev_upgrade(lent.project, "head", &options, &lent.err), REV_ERROR_USAGE, "in use");
    sqlite3_reset(statement);
    assert_int_equal(steps_of(&lent, rev_upgrade(lent.project, "head", &options, &lent.err)), 2);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    sqlite3_finalize(statement);
    lent_free(&lent);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* What the script changes is put back, what the application had stays; so too where the script fails. */
static void it_is_given_back_as_it_was(void **state)
{
    (void)state;
    static const char meddling[] =
        "CREATE TABLE made (id integer);\n"
        "PRAGMA recursive_triggers = 0; PRAGMA busy_timeout = 1; PRAGMA cache_size = 10; PRAGMA foreign_keys = 0;\n"
        "CREATE TEMP TABLE theirs (id integer); ATTACH ':memory:' AS their_db;\n";
    rv_str_auto struct rv_str failing = {0};
    rv_str_printf(&failing, "%s this is no SQL;\n", meddling);
    const char *const scripts[] = {meddling, rv_str_text(&failing)};
    for (size_t i = 0; i < COUNT(scripts); i++) {
        sqlite3 *db = open_memory();
        struct lent lent = lent_project("transactional: false\n", scripts[i], NO_TABLE);
        const rev_migrate_options options = on(db);
        execute(db, "PRAGMA foreign_keys = 1; PRAGMA recursive_triggers = 1; PRAGMA busy_timeout = 1234;"
                    "PRAGMA cache_size = 77; CREATE TEMP TABLE own (id integer); INSERT INTO own VALUES (5);"
                    "ATTACH ':memory:' AS own_db");
        rev_result *result = rev_upgrade(lent.project, "head", &options, &lent.err);
        CHECK(scripts[i], (result != NULL) == (i == 0));
        rev_result_free(result);
        rev_error_free(lent.err);
        assert_one(db, "PRAGMA foreign_keys", "1");
        assert_one(db, "PRAGMA recursive_triggers", "1");
        assert_one(db, "PRAGMA busy_timeout", "1234");
        assert_one(db, "PRAGMA cache_size", "77");
        assert_one(db, "PRAGMA query_only", "0");
        assert_one(db, "SELECT id FROM temp.own", "5");
        assert_one(db, "SELECT group_concat(name) FROM pragma_database_list", "main,temp,own_db");
        assert_one(db, "SELECT count(*) FROM sqlite_temp_master", "1");
        assert_int_equal(sqlite3_get_autocommit(db), 1);
        lent_free(&lent);
        assert_int_equal(sqlite3_close(db), SQLITE_OK);
    }
}

static int deny_pragmas(void *user, int action, const char *a, const char *b, const char *c, const char *d)
{
    (void)user, (void)a, (void)b, (void)c, (void)d;
    return action == SQLITE_PRAGMA ? SQLITE_DENY : SQLITE_OK;
}

static int interrupt(void *user)
{
    (void)user;
    return 1;
}

/* Reading makes the connection read-only for a while. */
static void an_authorizer_does_not_leave_it_read_only(void **state)
{
    (void)state;
    sqlite3 *db = open_memory();
    struct lent lent = lent_project("", TABLE, NO_TABLE);
    const rev_migrate_options options = on(db);
    sqlite3_set_authorizer(db, deny_pragmas, NULL);
    sqlite3_progress_handler(db, 1, interrupt, NULL);
    assert_rows(&lent, &options, "");
    assert_one(db, "PRAGMA query_only", "0");
    assert_int_equal(steps_of(&lent, rev_upgrade(lent.project, "head", &options, &lent.err)), 2);
    lent_free(&lent);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void a_failing_step_is_rolled_back(void **state)
{
    (void)state;
    sqlite3 *db = open_memory();
    struct lent lent = lent_project("", TABLE "; this is no SQL;", NO_TABLE);
    const rev_migrate_options options = on(db);
    rev_result *result = rev_upgrade(lent.project, "head", &options, &lent.err);
    check_text("file", lent.err ? lent.err->file : NULL, "bundle/a/up.sql");
    lent_fails(&lent, result, REV_ERROR_DATABASE, "syntax error");
    assert_one(db, "SELECT count(*) FROM sqlite_master WHERE name = 'made'", "0");
    assert_rows(&lent, &options, "");
    lent_free(&lent);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* Between two uses the application's own writes count, and what is prepared stays prepared. */
static void what_the_application_does_in_between_counts(void **state)
{
    (void)state;
    sqlite3 *db = open_memory();
    struct lent lent = lent_project("", TABLE, NO_TABLE);
    const rev_migrate_options options = on(db);
    sqlite3_stmt *statement = NULL;
    execute(db, "CREATE TABLE own (id integer)");
    assert_int_equal(sqlite3_prepare_v2(db, "INSERT INTO own VALUES (1)", -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(steps_of(&lent, rev_upgrade(lent.project, "a", &options, &lent.err)), 1);
    assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
    sqlite3_finalize(statement);
    execute(db, "DROP TABLE made; DELETE FROM alembic_version");
    assert_rows(&lent, &options, "");
    assert_int_equal(steps_of(&lent, rev_upgrade(lent.project, "head", &options, &lent.err)), 2);
    assert_one(db, "SELECT count(*) FROM own", "1");
    lent_free(&lent);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void request_stop(void *user, const rev_event *event)
{
    if (event->kind == REV_EVENT_STATEMENT) {
        rev_cancel_request(user);
    }
}

static void after_a_stop_it_can_be_used(void **state)
{
    (void)state;
    sqlite3 *db = open_memory();
    struct lent lent = lent_project("",
                                    TABLE "; CREATE TABLE slow AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT "
                                          "i + 1 FROM n WHERE i < 3000000000) SELECT count(*) AS n FROM n",
                                    NO_TABLE);
    rev_cancel *cancel = rev_cancel_new();
    const rev_observer observer = {.struct_size = sizeof observer,
                                   .user = cancel,
                                   .event = request_stop,
                                   .cancel = cancel,
                                   .wants_statements = true};
    rev_migrate_options options = on(db);
    options.observer = &observer;
    lent_fails(&lent, rev_upgrade(lent.project, "head", &options, &lent.err), REV_ERROR_CANCELLED, "");
    assert_int_equal(sqlite3_get_autocommit(db), 1);
    assert_one(db, "SELECT count(*) FROM sqlite_master WHERE name = 'made'", "0");
    execute(db, "CREATE TABLE made (id integer)");
    rev_cancel_free(cancel);
    lent_free(&lent);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void let_go(void *user, const rev_event *event)
{
    if (event->kind == REV_EVENT_WAITING) {
        execute(user, "COMMIT");
    }
}

static void the_longest_wait_is_no_short_one(void **state)
{
    (void)state;
    sqlite3 *db = NULL, *other = NULL;
    assert_int_equal(sqlite3_open("wait.db", &db) | sqlite3_open("wait.db", &other), SQLITE_OK);
    struct lent lent = lent_project("", TABLE, NO_TABLE);
    const rev_observer observer = {.struct_size = sizeof observer, .user = other, .event = let_go};
    rev_migrate_options options = on(db);
    options.observer = &observer;
    options.wait_ms = INT64_MAX;
    execute(other, "BEGIN IMMEDIATE");
    assert_int_equal(steps_of(&lent, rev_upgrade(lent.project, "head", &options, &lent.err)), 2);
    lent_free(&lent);
    assert_int_equal(sqlite3_close(db) | sqlite3_close(other), SQLITE_OK);
}

static void there_is_one_connection_or_none(void **state)
{
    (void)state;
    sqlite3 *db = open_memory();
    struct lent lent = lent_project("", TABLE, NO_TABLE);
    rev_migrate_options options = on(db);
    options.postgresql = (struct pg_conn *)db;
    lent_fails(&lent, rev_upgrade(lent.project, "head", &options, &lent.err), REV_ERROR_USAGE, "two connections");
    lent_fails(&lent, rev_upgrade(lent.project, "head", NULL, &lent.err), REV_ERROR_CONFIG, "no database URL");
    lent_free(&lent);
    sqlite3_close(db);
}

static int no_url(void **state)
{
    (void)state;
    unsetenv("REV_DATABASE_URL");
    return unsetenv("DATABASE_URL");
}
#define WITHOUT_URL(name) cmocka_unit_test_setup(name, no_url)

TESTS(WITHOUT_URL(it_is_migrated_and_stays_open), WITHOUT_URL(one_in_use_is_refused_and_left_alone),
      WITHOUT_URL(it_is_given_back_as_it_was), WITHOUT_URL(an_authorizer_does_not_leave_it_read_only),
      WITHOUT_URL(a_failing_step_is_rolled_back), WITHOUT_URL(there_is_one_connection_or_none),
      WITHOUT_URL(what_the_application_does_in_between_counts), WITHOUT_URL(after_a_stop_it_can_be_used),
      IN_FOLDER(the_longest_wait_is_no_short_one))
