/* Against a real server: the one that REV_TEST_PG_URL names, which tests/run.sh starts. Without it nothing is run. */
#include "lent.h"

#include <libpq-fe.h>
#include <unistd.h>

#define TABLE "CREATE TABLE made (id integer)"
#define NO_TABLE "DROP TABLE made"

static const char *url;
static char schema[40];

static void not_run(void **state)
{
    (void)state;
    print_message("# REV_TEST_PG_URL is not set: not run\n");
}

static void execute(PGconn *db, const char *sql)
{
    PGresult *result = PQexec(db, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK) {
        fail_msg("%s: %s", sql, PQerrorMessage(db));
    }
    PQclear(result);
}

static void assert_one(PGconn *db, const char *sql, const char *expected)
{
    PGresult *result = PQexec(db, sql);
    if (PQntuples(result) != 1) {
        fail_msg("%s: %s", sql, PQerrorMessage(db));
    }
    check_text(sql, PQgetvalue(result, 0, 0), expected);
    PQclear(result);
}

/* A schema of its own, first in the session's search_path: so a lost SET is seen. */
static PGconn *open_test(void)
{
    PGconn *db = PQconnectdb(url);
    char sql[300];
    assert_int_equal(PQstatus(db), CONNECTION_OK);
    snprintf(sql, sizeof sql,
             "SET client_min_messages = warning; DROP SCHEMA IF EXISTS %s CASCADE; CREATE SCHEMA %s; RESET "
             "client_min_messages; SET search_path = %s, public",
             schema, schema, schema);
    execute(db, sql);
    return db;
}

static void close_test(PGconn *db)
{
    char sql[200];
    snprintf(sql, sizeof sql, "SET client_min_messages = warning; DROP SCHEMA %s CASCADE", schema);
    execute(db, sql);
    PQfinish(db);
}

static rev_migrate_options on(PGconn *db)
{
    return (rev_migrate_options){.struct_size = sizeof(rev_migrate_options), .postgresql = db};
}

static void it_is_migrated_and_stays_open(void **state)
{
    (void)state;
    PGconn *db = open_test();
    struct lent lent = lent_project("", TABLE, NO_TABLE);
    const rev_migrate_options options = on(db);
    execute(db, "CREATE TEMP TABLE own (id integer); PREPARE mine AS SELECT 1");
    assert_rows(&lent, &options, "");
    execute(db, "EXECUTE mine");
    assert_int_equal(steps_of(&lent, rev_upgrade(lent.project, "head", &options, &lent.err)), 2);
    assert_int_equal(steps_of(&lent, rev_upgrade(lent.project, "head", &options, &lent.err)), 0);
    assert_rows(&lent, &options, "b");
    assert_one(db, "SELECT count(*) FROM made", "0");
    assert_int_equal(steps_of(&lent, rev_downgrade(lent.project, "base", &options, &lent.err)), 2);
    assert_one(db, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()", "0");
    assert_int_equal(PQisnonblocking(db), 0);
    lent_free(&lent);
    close_test(db);
}

static void one_in_use_is_refused_and_left_alone(void **state)
{
    (void)state;
    PGconn *db = open_test();
    struct lent lent = lent_project("", TABLE, NO_TABLE);
    const rev_migrate_options options = on(db);
    execute(db, "CREATE TABLE own (id integer); BEGIN; INSERT INTO own VALUES (1)");
    lent_fails(&lent, rev_upgrade(lent.project, "head", &options, &lent.err), REV_ERROR_USAGE, "in use");
    assert_int_equal(PQtransactionStatus(db), PQTRANS_INTRANS);
    execute(db, "COMMIT");
    assert_one(db, "SELECT count(*) FROM own", "1");
    assert_int_equal(PQsendQuery(db, "SELECT 1"), 1);
    lent_fails(&lent, rev_upgrade(lent.project, "head", &options, &lent.err), REV_ERROR_USAGE, "in use");
    PGresult *result;
    while ((result = PQgetResult(db))) {
        PQclear(result);
    }
    assert_int_equal(PQenterPipelineMode(db), 1);
    lent_fails(&lent, rev_upgrade(lent.project, "head", &options, &lent.err), REV_ERROR_USAGE, "pipeline mode");
    assert_int_equal(PQexitPipelineMode(db), 1);
    assert_int_equal(steps_of(&lent, rev_upgrade(lent.project, "head", &options, &lent.err)), 2);
    lent_free(&lent);
    close_test(db);
}

static void one_that_is_not_open_is_refused(void **state)
{
    (void)state;
    PGconn *db = PQconnectdb("host=127.0.0.1 port=1 connect_timeout=2");
    struct lent lent = lent_project("", TABLE, NO_TABLE);
    const rev_migrate_options options = on(db);
    lent_fails(&lent, rev_upgrade(lent.project, "head", &options, &lent.err), REV_ERROR_CONNECT, "not open");
    PQfinish(db);
    lent_free(&lent);
}

/* So too where the script fails. */
static void it_is_given_back_as_it_was(void **state)
{
    (void)state;
    static const char meddling[] = "SET work_mem = '4MB'; SET search_path = pg_catalog; SET statement_timeout = '1h';"
                                   "SET ROLE NONE; RESET client_encoding; SET lock_timeout = 7;";
    rv_str_auto struct rv_str failing = {0};
    rv_str_printf(&failing, "%s this is no SQL;\n", meddling);
    const char *const scripts[] = {meddling, rv_str_text(&failing)};
    for (size_t i = 0; i < COUNT(scripts); i++) {
        PGconn *db = open_test();
        struct lent lent = lent_project("transactional: false\n", scripts[i], "");
        const rev_migrate_options options = on(db);
        char path[80], grant[120];
        snprintf(path, sizeof path, "%s, public", schema);
        snprintf(grant, sizeof grant, "GRANT ALL ON SCHEMA %s TO pg_database_owner", schema);
        execute(db, grant);
        execute(db, "SET work_mem = '9MB'; SET client_encoding = 'LATIN1'; SET DateStyle = 'German, DMY';"
                    "SELECT set_config('lock_timeout', '1234', false); SET ROLE pg_database_owner");
        rev_result *result = rev_upgrade(lent.project, "head", &options, &lent.err);
        CHECK(lent.err ? lent.err->message : scripts[i], (result != NULL) == (i == 0));
        rev_result_free(result);
        rev_error_free(lent.err);
        assert_one(db, "SHOW role", "pg_database_owner");
        execute(db, "RESET ROLE");
        assert_one(db, "SHOW work_mem", "9MB");
        assert_one(db, "SHOW search_path", path);
        assert_one(db, "SHOW client_encoding", "LATIN1");
        assert_one(db, "SHOW DateStyle", "German, DMY");
        assert_one(db, "SHOW lock_timeout", "1234ms");
        assert_one(db, "SHOW statement_timeout", "0");
        lent_free(&lent);
        close_test(db);
    }
}

static void count_notice(void *context, const rev_event *event)
{
    *(int *)context += event->kind == REV_EVENT_NOTICE;
}

static void count_own_notice(void *context, const PGresult *result)
{
    (void)result;
    ++*(int *)context;
}

static void notices_go_to_who_listens(void **state)
{
    (void)state;
    static const char loud[] = "DO $$ BEGIN RAISE NOTICE 'hello'; END $$";
    PGconn *db = open_test();
    struct lent lent = lent_project("", loud, loud);
    int heard = 0, heard_by_own = 0;
    const rev_observer observer = {.struct_size = sizeof observer, .user = &heard, .event = count_notice};
    rev_migrate_options options = on(db);
    options.observer = &observer;
    PQnoticeReceiver before = PQsetNoticeReceiver(db, NULL, NULL);
    assert_int_equal(steps_of(&lent, rev_upgrade(lent.project, "head", &options, &lent.err)), 2);
    assert_int_equal(heard, 1);
    assert_ptr_equal(PQsetNoticeReceiver(db, NULL, NULL), before);

    PQsetNoticeReceiver(db, count_own_notice, &heard_by_own);
    assert_int_equal(steps_of(&lent, rev_downgrade(lent.project, "base", &options, &lent.err)), 2);
    assert_int_equal(heard, 1);
    assert_true(heard_by_own >= 1);
    int until_now = heard_by_own;
    execute(db, loud);
    assert_int_equal(heard_by_own, until_now + 1);
    lent_free(&lent);
    close_test(db);
}

/* The lock's key is asked of the server, by a script that runs under it. */
static void a_second_migrator_is_waited_for(void **state)
{
    (void)state;
    PGconn *db = open_test(), *other = PQconnectdb(url);
    struct lent lent = lent_project("",
                                    "CREATE TABLE key AS SELECT (classid::bigint << 32) | objid::bigint AS value FROM "
                                    "pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()",
                                    "");
    rev_migrate_options options = on(db);
    options.wait_ms = -1;
    assert_int_equal(steps_of(&lent, rev_upgrade(lent.project, "a", &options, &lent.err)), 1);
    char sql[200];
    snprintf(sql, sizeof sql, "SELECT pg_advisory_lock(value) FROM %s.key", schema);
    execute(other, sql);
    lent_fails(&lent, rev_upgrade(lent.project, "head", &options, &lent.err), REV_ERROR_LOCKED, "");
    PQfinish(other);
    options.wait_ms = 0;
    assert_int_equal(steps_of(&lent, rev_upgrade(lent.project, "head", &options, &lent.err)), 1);
    lent_free(&lent);
    close_test(db);
}

/* Stops as soon as the script runs, in the callback: the connection is fit for use afterwards. */
static void request_stop(void *user, const rev_event *event)
{
    if (event->kind == REV_EVENT_STATEMENT) {
        rev_cancel_request(user);
    }
}

static void after_a_stop_it_can_be_used(void **state)
{
    (void)state;
    PGconn *db = open_test();
    struct lent lent = lent_project("", TABLE "; SELECT pg_sleep(300)", NO_TABLE);
    rev_cancel *cancel = rev_cancel_new();
    const rev_observer observer = {.struct_size = sizeof observer,
                                   .user = cancel,
                                   .event = request_stop,
                                   .cancel = cancel,
                                   .wants_statements = true};
    rev_migrate_options options = on(db);
    options.observer = &observer;
    lent_fails(&lent, rev_upgrade(lent.project, "head", &options, &lent.err), REV_ERROR_CANCELLED, "");
    assert_int_equal(PQtransactionStatus(db), PQTRANS_IDLE);
    assert_one(db, "SELECT to_regclass('made') IS NULL", "t");
    options.observer = NULL;
    assert_rows(&lent, &options, "");
    rev_cancel_free(cancel);
    lent_free(&lent);
    close_test(db);
}

static void a_lost_connection_is_told(void **state)
{
    (void)state;
    PGconn *db = open_test();
    struct lent lent = lent_project("", TABLE "; SELECT pg_terminate_backend(pg_backend_pid())", NO_TABLE);
    const rev_migrate_options options = on(db);
    lent_fails(&lent, rev_upgrade(lent.project, "head", &options, &lent.err), REV_ERROR_CONNECT, "");
    assert_int_equal(PQstatus(db), CONNECTION_BAD);
    PQreset(db);
    char sql[80];
    snprintf(sql, sizeof sql, "SET search_path = %s", schema);
    execute(db, sql);
    assert_rows(&lent, &options, "");
    lent_free(&lent);
    close_test(db);
}

static void a_lock_row_needs_a_url(void **state)
{
    (void)state;
    PGconn *db = open_test();
    rv_str_auto struct rv_str rest = {0}, data = {0};
    struct lent lent = {0};
    add_entry(&rest, "settings", "lock: row\n");
    add_entry(&rest, "a/revision.yaml", "revision: a\n");
    add_entry(&rest, "a/up.sql", TABLE);
    rv_bundle_seal(rv_view(rest.ptr, rest.len), &data);
    lent.project = rev_open_bundle(data.ptr, data.len, NULL, &lent.err);
    assert_succeeds(lent.project != NULL, &lent.err);
    const rev_migrate_options options = on(db);
    lent_fails(&lent, rev_upgrade(lent.project, "head", &options, &lent.err), REV_ERROR_USAGE, "the lock is a row");
    assert_int_equal(PQtransactionStatus(db), PQTRANS_IDLE);
    lent_free(&lent);
    close_test(db);
}

int main(void)
{
    url = getenv("REV_TEST_PG_URL");
    unsetenv("REV_DATABASE_URL");
    unsetenv("DATABASE_URL");
    snprintf(schema, sizeof schema, "rev_lent_%ld", (long)getpid());
    const struct CMUnitTest none[] = {TEST(not_run)};
    const struct CMUnitTest tests[] = {
        TEST(it_is_migrated_and_stays_open),   TEST(one_in_use_is_refused_and_left_alone),
        TEST(one_that_is_not_open_is_refused), TEST(it_is_given_back_as_it_was),
        TEST(notices_go_to_who_listens),       TEST(a_second_migrator_is_waited_for),
        TEST(after_a_stop_it_can_be_used),     TEST(a_lost_connection_is_told),
        TEST(a_lock_row_needs_a_url),
    };
    const char *format = getenv("CMOCKA_MESSAGE_OUTPUT");
    int failed = url && *url ? cmocka_run_group_tests(tests, NULL, NULL) : cmocka_run_group_tests(none, NULL, NULL);
    return format && strcmp(format, "TAP") == 0 ? 0 : failed;
}
