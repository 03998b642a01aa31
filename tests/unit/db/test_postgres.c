/* Against a real server: the one that REV_TEST_PG_URL names, which tests/run.sh starts. Without it nothing is run. */
#include "connection.h"

#include "db/version.h"

#include <unistd.h>

static const char *url;
static char schema[40];

static void not_run(void **state)
{
    (void)state;
    print_message("# REV_TEST_PG_URL is not set: not run\n");
}

static struct rv_db *connect_test(void)
{
    return open_with(url, NULL, 5000, false);
}

static void execute(struct rv_db *db, const char *sql)
{
    rev_error *err = NULL;
    assert_succeeds(db->driver->query(db, sql, NULL, 0, NULL, &err), &err);
}

/* A schema of its own for each test, first in the search_path. */
static struct rv_db *open_test(const rev_observer *observer)
{
    struct rv_db *db = open_with(url, observer, 5000, false);
    char sql[400];
    snprintf(sql, sizeof sql,
             "SET client_min_messages = warning; DROP SCHEMA IF EXISTS %s CASCADE; CREATE SCHEMA %s;"
             "RESET client_min_messages; SET search_path = %s",
             schema, schema, schema);
    execute(db, sql);
    return db;
}

static void close_test(struct rv_db *db)
{
    db->driver->rollback(db);
    char sql[200];
    snprintf(sql, sizeof sql, "SET client_min_messages = warning; DROP SCHEMA %s CASCADE", schema);
    execute(db, sql);
    db->driver->close(db);
}

static void parameters_and_nulls_go_both_ways(void **state)
{
    (void)state;
    struct rv_db *db = open_test(NULL);
    rev_error *err = NULL;
    rv_result_auto struct rv_result result = {0};
    const char *const params[] = {"o'ne", NULL};
    assert_succeeds(db->driver->query(db, "SELECT $1::text, $2::int UNION ALL SELECT '', 2", params, 2, &result, &err),
                    &err);
    assert_int_equal(result.row_count, 2);
    assert_int_equal(result.column_count, 2);
    assert_string_equal(result.values[0], "o'ne");
    assert_null(result.values[1]);
    assert_string_equal(result.values[2], "");
    rv_result_clear(&result);
    execute(db, "CREATE TABLE t AS SELECT generate_series(1, 5) AS a");
    assert_succeeds(db->driver->query(db, "DELETE FROM t WHERE a > 2", NULL, 0, &result, &err), &err);
    assert_int_equal(result.affected, 3);
    assert_value(db, "SELECT current_setting('application_name')", "rev test");
    assert_value(db, "SELECT current_setting('client_encoding')", "UTF8");
    close_test(db);
}

static void errors_have_words_and_place(void **state)
{
    (void)state;
    struct rv_db *db = open_test(NULL);
    rev_error *err = NULL;
    size_t offset = 0;
    bool is_done = run_script_at(db, "SELECT 1; SELECT '\xC3\xA9', nope", &offset, &err);
    assert_int_equal(offset, 13); /* bytes, where the server counts characters */
    assert_string_equal(err->sqlstate, "42703");
    assert_fails(is_done, &err, REV_ERROR_DATABASE, "column \"nope\" does not exist");
    is_done = run_script_at(db,
                            "DO $$BEGIN RAISE EXCEPTION 'boom' USING DETAIL = 'why', HINT = 'what', ERRCODE = 'XX123'; "
                            "END$$",
                            &offset, &err);
    assert_string_equal(err->sqlstate, "XX123");
    assert_non_null(strstr(err->detail, "DETAIL: why\nHINT: what\nCONTEXT: PL/pgSQL function"));
    assert_int_equal(offset, SIZE_MAX);
    assert_fails(is_done, &err, REV_ERROR_DATABASE, "boom");
    close_test(db);
}

static void notices_are_passed_on(void **state)
{
    (void)state;
    struct heard heard = {0};
    rev_observer observer = {.struct_size = sizeof observer, .user = &heard, .event = hear};
    struct rv_db *db = open_test(&observer);
    run_script(db, "DO $$BEGIN RAISE NOTICE 'hello' USING HINT = 'there'; END$$");
    assert_int_equal(heard.notices, 1);
    assert_string_equal(heard.last, "NOTICE:  hello\nHINT:  there");
    execute(db, "DROP TABLE IF EXISTS nothing"); /* our own statements are silent */
    assert_int_equal(heard.notices, 1);
    close_test(db);
}

static void transactions_are_told_apart(void **state)
{
    (void)state;
    struct rv_db *db = open_test(NULL);
    const struct rv_driver *driver = db->driver;
    rev_error *err = NULL;
    size_t offset;
    assert_int_equal(driver->transaction(db), RV_IDLE);
    do_begin(db);
    run_script(db, "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; CREATE TABLE t (a int)");
    run_script(db, "SAVEPOINT s; INSERT INTO t VALUES (1); ROLLBACK TO s; RELEASE s; RESET ALL");
    assert_true(driver->is_our_transaction(db));
    bool is_done = run_script_at(db, "SELECT 1/0", &offset, &err);
    assert_int_equal(driver->transaction(db), RV_FAILED_TRANSACTION);
    assert_false(driver->is_our_transaction(db));
    assert_fails(is_done, &err, REV_ERROR_DATABASE, "division by zero");
    is_done = driver->commit(db, &err);
    assert_fails(is_done, &err, REV_ERROR_DATABASE, "rolled the transaction back");
    static const char *const ways_out[] = {"COMMIT; BEGIN", "ROLLBACK; BEGIN", "COMMIT AND CHAIN", "ROLLBACK AND CHAIN",
                                           "COMMIT"};
    for (size_t i = 0; i < sizeof ways_out / sizeof ways_out[0]; i++) {
        do_begin(db);
        assert_true(driver->is_our_transaction(db));
        run_script(db, ways_out[i]);
        assert_false(driver->is_our_transaction(db));
        driver->rollback(db);
        assert_int_equal(driver->transaction(db), RV_IDLE);
    }
    /* In one piece, as if it had slipped through the splitter. */
    do_begin(db);
    struct rv_statement hidden = {.text = rv_view_of("COMMIT; BEGIN; SELECT 1"), .command = "SELECT"};
    assert_succeeds(driver->run(db, &hidden, &(struct rv_ran){0}, &err), &err);
    assert_int_equal(driver->transaction(db), RV_IN_TRANSACTION);
    assert_false(driver->is_our_transaction(db));
    driver->rollback(db);
    close_test(db);
}

static void copy_goes_through_its_protocol(void **state)
{
    (void)state;
    struct rv_db *db = open_test(NULL);
    rev_error *err = NULL;
    size_t offset;
    run_script(db, "CREATE TABLE t (a int, b text);\nCOPY t FROM STDIN;\n1\tone;\n2\t\\N\n\\.\n"
                   "COPY t (a, b) FROM STDIN WITH (FORMAT csv);\r\n3,\"a\"\"b\"\r\n\\.\r\n COPY t TO STDOUT;");
    assert_value(db, "SELECT string_agg(a || coalesce(b, '-'), ' ' ORDER BY a) FROM t", "1one; 2- 3a\"b");
    bool is_done = run_script_at(db, "COPY t FROM STDIN;\nx\ty\n\\.\n", &offset, &err);
    assert_non_null(strstr(err->detail, "COPY t, line 1"));
    assert_fails(is_done, &err, REV_ERROR_DATABASE, "invalid input syntax");
    is_done = run_script_at(db, "COPY t FROM STDIN", &offset, &err);
    assert_fails(is_done, &err, REV_ERROR_DATABASE, "COPY from stdin failed: no data follow");
    /* Hidden in another statement: ended at once, never waited for. */
    struct rv_statement hidden = {.text = rv_view_of("SELECT 1; COPY t FROM STDIN; SELECT 2"), .command = "SELECT"};
    is_done = db->driver->run(db, &hidden, &(struct rv_ran){0}, &err);
    assert_fails(is_done, &err, REV_ERROR_DATABASE, "COPY from stdin failed");
    rv_str_auto struct rv_str big = {0};
    rv_str_add_text(&big, "COPY t FROM STDIN;\n");
    for (int i = 0; i < 300000; i++) {
        rv_str_add_text(&big, "7\tseven seven seven\n");
    }
    run_script(db, rv_str_text(&big));
    assert_value(db, "SELECT count(*) FROM t WHERE a = 7", "300000");
    rv_str_add_text(&big, "oops\n\\.\n");
    is_done = run_script_at(db, rv_str_text(&big), &offset, &err);
    assert_fails(is_done, &err, REV_ERROR_DATABASE, "invalid input syntax");
    run_script(db, "SELECT repeat('x', 1000) FROM generate_series(1, 20000)");
    close_test(db);
}

static void guard_and_reset_put_the_session_back(void **state)
{
    (void)state;
    struct rv_db *db = open_test(NULL);
    rev_error *err = NULL;
    assert_succeeds(db->driver->lock(db, schema, "reset-test", &err), &err);
    execute(db, "DROP ROLE IF EXISTS rev_test_role; CREATE ROLE rev_test_role");
    do_begin(db);
    run_script(db, "CREATE TEMP TABLE x (a int) ON COMMIT PRESERVE ROWS; SET ROLE rev_test_role;"
                   "SET search_path = ''; SET statement_timeout = '1ms'; SET standard_conforming_strings = off;"
                   "PREPARE p AS SELECT 1; LISTEN l; SELECT pg_advisory_unlock_all()");
    do_guard(db);
    assert_value(db, "SELECT current_user = session_user", "t");
    assert_value(db, "SHOW statement_timeout", "0");
    assert_value(db, "SHOW standard_conforming_strings", "on");
    do_commit(db);
    do_reset(db);
    assert_value(db, "SELECT to_regclass('pg_temp.x')", NULL);
    assert_value(db, "SHOW standard_conforming_strings", "on");
    assert_value(db, "SELECT current_setting('search_path') <> ''", "t");
    assert_value(db, "SELECT count(*) FROM pg_prepared_statements", "0");
    assert_value(db, "SELECT current_setting('application_name')", "rev test");
    /* The lock that the script gave away is ours again. */
    assert_value(db, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()", "1");
    do_begin(db);
    run_script(db, "CREATE TEMP TABLE x (a int)");
    do_reset(db);
    assert_true(db->driver->is_our_transaction(db));
    db->driver->rollback(db);
    execute(db, "DROP ROLE rev_test_role");
    close_test(db);
}

static void limits_hold_where_they_should(void **state)
{
    (void)state;
    struct rv_db *db = open_test(NULL);
    rev_error *err = NULL;
    db->driver->set_limits(db, &(struct rv_limits){.lock_timeout_ms = 700, .statement_timeout_ms = 80000});
    do_begin(db);
    assert_value(db, "SHOW lock_timeout", "0");
    assert_succeeds(db->driver->limit(db, &err), &err);
    assert_value(db, "SHOW lock_timeout", "700ms");
    assert_value(db, "SHOW statement_timeout", "80s");
    run_script(db, "SET LOCAL lock_timeout = '1ms'");
    do_guard(db);
    assert_value(db, "SHOW lock_timeout", "700ms");
    assert_value(db, "SHOW statement_timeout", "0");
    do_commit(db);
    assert_succeeds(db->driver->limit(db, &err), &err);
    assert_value(db, "SHOW lock_timeout", "0");
    assert_value(db, "SHOW statement_timeout", "80s");
    rv_result_auto struct rv_result result = {0};
    assert_succeeds(db->driver->read(db, "SHOW lock_timeout", &result, &err), &err);
    assert_string_equal(result.values[0], "700ms");
    assert_value(db, "SHOW lock_timeout", "0");
    do_reset(db);
    assert_value(db, "SHOW statement_timeout", "0");
    close_test(db);
}

static void one_holds_the_lock(void **state)
{
    (void)state;
    rev_error *err = NULL;
    struct heard heard = {0};
    rev_observer observer = {.struct_size = sizeof observer, .user = &heard, .event = hear};
    struct rv_db *first = connect_test(), *second = open_with(url, &observer, 400, false);
    assert_succeeds(first->driver->lock(first, "public", "lock-test", &err), &err);
    assert_succeeds(first->driver->lock(first, "public", "lock-test", &err), &err);
    int64_t start = rv_time_now_ms();
    bool is_done = second->driver->lock(second, "public", "lock-test", &err);
    assert_in_range(rv_time_now_ms() - start, 300, 2000);
    assert_non_null(strstr(err->message, ", rev test, connected since 20"));
    assert_fails(is_done, &err, REV_ERROR_LOCKED, "another migrator holds the lock: pid ");
    assert_int_equal(heard.waits, 1);
    assert_succeeds(second->driver->lock(second, "public", "other", &err), &err);
    second->driver->close(second);
    first->driver->unlock(first);
    second = open_with(url, NULL, 0, false);
    assert_succeeds(second->driver->lock(second, "public", "lock-test", &err), &err);
    second->driver->close(second);
    first->driver->close(first);
}

/* With the row each transaction may be in another session: nothing is left to a reset outside. */
static void with_the_row_transactions_leave_nothing(void **state)
{
    (void)state;
    static const char script[] = "CREATE TEMP TABLE x (a int) ON COMMIT PRESERVE ROWS; SET lock_timeout = '1ms';"
                                 "SET application_name = 'script'; PREPARE p AS SELECT 1; LISTEN l";
    rev_error *err = NULL;
    struct rv_db *db = open_test(NULL);
    struct rv_db_settings settings = {
        .url = url, .application_name = "rev test", .deadline_ms = rv_time_now_ms() + 5000, .lock = RV_LOCK_ROW};
    struct rv_db *locked = db->driver->open(&settings, &err);
    assert_succeeds(locked != NULL, &err);
    assert_succeeds(locked->driver->lock(locked, schema, "alembic_version", &err), &err);
    assert_succeeds(locked->driver->lock(locked, schema, "alembic_version", &err), &err);
    for (int commits = 0; commits < 2; commits++) {
        do_begin(locked);
        run_script(locked, script);
        do_guard(locked);
        if (commits) {
            do_commit(locked);
        } else {
            locked->driver->rollback(locked);
        }
        assert_value(locked, "SELECT to_regclass('pg_temp.x')", NULL);
        assert_value(locked, "SHOW lock_timeout", "0");
        assert_value(locked, "SELECT current_setting('application_name')", "rev test");
        assert_value(locked, "SELECT count(*) FROM pg_prepared_statements", "0");
        assert_value(locked, "SELECT count(*) FROM pg_listening_channels()", "0");
    }
    execute(locked, "SET lock_timeout = '1h'"); /* somebody else's, in the session that comes next */
    do_reset(locked);
    assert_value(locked, "SHOW lock_timeout", "1h");
    assert_value(db, "SELECT count(*) FROM rev_lock", "1");
    do_begin(locked);
    locked->driver->close(locked);
    assert_value(db, "SELECT count(*) FROM rev_lock", "0");
    close_test(db);
}

static void a_lock_row_that_was_taken_over_stops_the_commit(void **state)
{
    (void)state;
    rev_error *err = NULL;
    struct rv_db *db = open_test(NULL);
    struct rv_db_settings settings = {.url = url, .application_name = "rev test", .lock = RV_LOCK_ROW};
    struct rv_db *locked = db->driver->open(&settings, &err);
    assert_succeeds(locked != NULL, &err);
    assert_succeeds(locked->driver->lock(locked, schema, "alembic_version", &err), &err);
    do_begin(locked);
    execute(db, "UPDATE rev_lock SET owner = 'another'");
    bool is_done = locked->driver->commit(locked, &err);
    assert_fails(is_done, &err, REV_ERROR_LOCKED, "another migrator has taken the lock over");
    locked->driver->rollback(locked);
    locked->driver->unlock(locked);
    assert_value(db, "SELECT owner FROM rev_lock", "another");
    locked->driver->close(locked);
    close_test(db);
}

static void the_wish_to_stop_is_heard(void **state)
{
    (void)state;
    static const char *const scripts[] = {"SELECT pg_sleep(30)", "DO $$BEGIN LOOP PERFORM 1; END LOOP; END$$",
                                          "SELECT * FROM generate_series(1, 10000000000)",
                                          "COPY (SELECT * FROM generate_series(1, 10000000000)) TO STDOUT"};
    for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
        rev_observer observer = {.struct_size = sizeof observer, .cancel = rev_cancel_new()};
        struct rv_db *db = open_with(url, &observer, 5000, false);
        do_begin(db);
        struct later later;
        stop_later(&later, observer.cancel);
        rev_error *err = NULL;
        size_t offset;
        int64_t start = rv_time_now_ms();
        bool is_done = run_script_at(db, scripts[i], &offset, &err);
        assert_true(rv_time_now_ms() - start < 2000);
        assert_fails(is_done, &err, REV_ERROR_CANCELLED, "cancel");
        db->driver->rollback(db);
        assert_int_equal(db->driver->transaction(db), RV_IDLE);
        /* Having been told, the caller still writes its log. */
        do_reset(db);
        do_begin(db);
        do_guard(db);
        assert_value(db, "SELECT 1", "1");
        do_commit(db);
        pthread_join(later.thread, NULL);
        db->driver->close(db);
        rev_cancel_free(observer.cancel);
    }
}

static void what_is_committed_is_not_cancelled(void **state)
{
    (void)state;
    rev_observer observer = {.struct_size = sizeof observer, .cancel = rev_cancel_new()};
    struct rv_db *db = open_with(url, &observer, 5000, false);
    do_begin(db);
    do_commit(db);
    rev_cancel_request(observer.cancel);
    do_reset(db); /* behind a commit: no reason to say that the step has failed */
    rev_error *err = NULL;
    bool is_done = db->driver->begin(db, &err);
    assert_fails(is_done, &err, REV_ERROR_CANCELLED, "cancelled");
    db->driver->close(db);
    rev_cancel_free(observer.cancel);
}

static void a_lost_connection_is_noticed(void **state)
{
    (void)state;
    struct rv_db *db = connect_test(), *killer = connect_test();
    do_begin(db);
    rv_result_auto struct rv_result pid = {0};
    rev_error *err = NULL;
    assert_succeeds(db->driver->query(db, "SELECT pg_backend_pid()", NULL, 0, &pid, &err), &err);
    rv_result_auto struct rv_result ignored = {0};
    assert_succeeds(
        killer->driver->query(killer, "SELECT pg_terminate_backend($1, 5000)", pid.values, 1, &ignored, &err), &err);
    bool is_done = db->driver->commit(db, &err);
    assert_non_null(err->hint);
    assert_fails(is_done, &err, REV_ERROR_CONNECT, "whether the COMMIT went through is not known");
    assert_int_equal(db->driver->transaction(db), RV_UNKNOWN_TRANSACTION);
    db->driver->rollback(db);
    is_done = db->driver->begin(db, &err);
    assert_fails(is_done, &err, REV_ERROR_CONNECT, "connection");
    db->driver->close(db);
    killer->driver->close(killer);
}

static void failing_to_connect_tells_no_secrets(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        rev_error_code code;
        const char *message;
    } cases[] = {
        {"postgresql://u:sesame@127.0.0.1:1/d", REV_ERROR_CONNECT,
         "no connection to the database: connection to server"},
        {"postgresql://u:sesame%zz@127.0.0.1/d", REV_ERROR_CONFIG, "can't be read"},
        {"postgresql://u:ses/ame@127.0.0.1/d", REV_ERROR_CONFIG, "port"},
        {"postgresql://u:x@sesame@127.0.0.1/d", REV_ERROR_CONFIG, "'@'"},
        {"postgresql://u:sesame@127.0.0.1/d?sslmode=sesame", REV_ERROR_CONFIG, "sslmode"},
        {"postgresql://u:sesame@127.0.0.1/d?sesame=1", REV_ERROR_CONFIG, "can't be read"},
        {"password=ses ame host=127.0.0.1", REV_ERROR_CONFIG, "can't be read"},
        {"password='sesame host=127.0.0.1", REV_ERROR_CONFIG, "can't be read"},
        {"host=127.0.0.1 password=sesame port=sesame", REV_ERROR_CONFIG, "port"},
        {"host=/nonexistent-folder password=sesame", REV_ERROR_CONNECT, "no connection to the database"},
        {"service=sesame", REV_ERROR_CONNECT, "no connection"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rev_error *err = NULL;
        const struct rv_driver *driver = rv_driver_for(cases[i].url, &err);
        struct rv_db_settings settings = {.url = cases[i].url, .application_name = "rev test"};
        struct rv_db *db = driver->open(&settings, &err);
        assert_null(db);
        assert_non_null(err->hint);
        if (i != 10) { /* a service's name is no secret */
            assert_null(strstr(err->message, "sesame"));
            assert_true(!err->detail || !strstr(err->detail, "sesame"));
        }
        assert_fails(db != NULL, &err, cases[i].code, cases[i].message);
    }
}

static void a_silent_server_is_given_up(void **state)
{
    (void)state;
    /* An address that nothing answers on; sandboxes without a route refuse it at once, which is fine too. */
    rev_error *err = NULL;
    struct rv_db_settings settings = {.url = "postgresql://u@203.0.113.1/d?connect_timeout=2",
                                      .application_name = "rev test"};
    int64_t start = rv_time_now_ms();
    const struct rv_driver *driver = rv_driver_for(settings.url, &err);
    struct rv_db *db = driver->open(&settings, &err);
    assert_true(rv_time_now_ms() - start < 4000);
    assert_fails(db != NULL, &err, REV_ERROR_CONNECT, "no connection to the database");
}

static void version_tables_are_found_and_changed(void **state)
{
    (void)state;
    struct rv_db *db = open_test(NULL);
    struct rv_version version;
    rev_error *err = NULL;
    assert_succeeds(rv_version_read(db, NULL, "alembic_version", -1, &version, &err), &err);
    assert_true(rv_text_starts_with(version.server, "PostgreSQL "));
    assert_ptr_equal(db->engine, &rv_engine_postgresql);
    assert_string_equal(version.schema, schema);
    assert_false(version.exists);
    do_begin(db);
    assert_succeeds(rv_version_create(db, &version, &err), &err);
    version.exists = false; /* as if another tool had made it first */
    assert_succeeds(rv_version_create(db, &version, &err), &err);
    assert_succeeds(rv_log_create(db, &version, &err), &err);
    assert_succeeds(rv_version_change(db, &version, NULL, "bbb", &err), &err);
    assert_succeeds(rv_version_change(db, &version, NULL, "AAA", &err), &err);
    assert_succeeds(rv_version_change(db, &version, "bbb", "aaa", &err), &err);
    struct rv_log_entry entry = {"aaa", REV_UPGRADE, 1500, "c0ffee", 2, 2, "done", "somebody@here"};
    assert_succeeds(rv_log_add(db, &version, &entry, &err), &err);
    entry.execution_time_ms = -1;
    assert_succeeds(rv_log_add(db, &version, &entry, &err), &err);
    do_commit(db);
    assert_value(db, "SELECT round(extract(epoch FROM finished_at - started_at), 1) FROM rev_log WHERE id = 1", "1.5");
    assert_value(db, "SELECT execution_time_ms IS NULL AND started_at <= finished_at FROM rev_log WHERE id = 2", "t");
    assert_value(db,
                 "SELECT string_agg(column_name || ' ' || data_type, ', ' ORDER BY ordinal_position) FROM "
                 "information_schema.columns WHERE table_name = 'alembic_version' AND table_schema = "
                 "current_schema()",
                 "version_num character varying");
    rv_version_clear(&version);

    assert_succeeds(rv_version_read(db, schema, "alembic_version", -1, &version, &err), &err);
    assert_true(version.exists && version.log_exists);
    assert_int_equal(version.row_count, 2);
    assert_string_equal(version.rows[0], "AAA"); /* by bytes, whatever the collation */
    bool is_done = rv_version_change(db, &version, "zzz", NULL, &err);
    assert_fails(is_done, &err, REV_ERROR_CONFLICT, "expected one row for zzz");
    is_done = rv_version_change(db, &version, NULL, "aaa", &err);
    assert_fails(is_done, &err, REV_ERROR_CONFLICT, "the row for aaa is in");
    rv_version_clear(&version);

    /* A schema behind the first that has the table is where it is; new ones go to the first. */
    char sql[400];
    snprintf(sql, sizeof sql, "CREATE SCHEMA %s_2; SET search_path = %s_2, %s", schema, schema, schema);
    execute(db, sql);
    assert_succeeds(rv_version_read(db, NULL, "alembic_version", -1, &version, &err), &err);
    assert_string_equal(version.schema, schema);
    rv_version_clear(&version);
    snprintf(sql, sizeof sql, "DROP SCHEMA %s_2", schema);
    execute(db, sql);
    close_test(db);
}

static void other_tables_are_not_taken_for_ours(void **state)
{
    (void)state;
    static const struct {
        const char *script, *message;
    } cases[] = {
        {"CREATE VIEW alembic_version AS SELECT 'a' AS version_num", "is a view, not a table"},
        {"CREATE MATERIALIZED VIEW alembic_version AS SELECT 1", "is a materialized view, not a table"},
        {"CREATE SEQUENCE alembic_version", "is a relation of another kind, not a table"},
        {"CREATE TABLE alembic_version (id int)", "has no column version_num"},
        {"CREATE TABLE alembic_version AS SELECT NULL::text AS version_num", "is NULL"},
        {"CREATE TABLE alembic_version AS SELECT repeat('x', 40) AS version_num", "40 bytes"},
        {"CREATE TABLE alembic_version AS SELECT generate_series(1, 10001) AS version_num", "more than 10000 rows"},
        {"SET search_path = ''", "no schema to work in"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rv_db *db = open_test(NULL);
        execute(db, cases[i].script);
        rev_error *err = NULL;
        struct rv_version version;
        bool is_done = rv_version_read(db, NULL, "alembic_version", -1, &version, &err);
        assert_fails(is_done, &err, REV_ERROR_DATABASE, cases[i].message);
        is_done = rv_version_read(db, "no_such_schema", "alembic_version", -1, &version, &err);
        assert_fails(is_done, &err, REV_ERROR_DATABASE, "no schema 'no_such_schema'");
        close_test(db);
    }
}

int main(void)
{
    url = getenv("REV_TEST_PG_URL");
    snprintf(schema, sizeof schema, "rev_test_%ld", (long)getpid());
    const struct CMUnitTest none[] = {TEST(not_run)};
    const struct CMUnitTest tests[] = {
        TEST(parameters_and_nulls_go_both_ways),
        TEST(errors_have_words_and_place),
        TEST(notices_are_passed_on),
        TEST(transactions_are_told_apart),
        TEST(copy_goes_through_its_protocol),
        TEST(guard_and_reset_put_the_session_back),
        TEST(limits_hold_where_they_should),
        TEST(one_holds_the_lock),
        TEST(with_the_row_transactions_leave_nothing),
        TEST(a_lock_row_that_was_taken_over_stops_the_commit),
        TEST(the_wish_to_stop_is_heard),
        TEST(what_is_committed_is_not_cancelled),
        TEST(a_lost_connection_is_noticed),
        TEST(failing_to_connect_tells_no_secrets),
        TEST(a_silent_server_is_given_up),
        TEST(version_tables_are_found_and_changed),
        TEST(other_tables_are_not_taken_for_ours),
    };
    const char *format = getenv("CMOCKA_MESSAGE_OUTPUT");
    int failed = url && *url ? cmocka_run_group_tests(tests, NULL, NULL) : cmocka_run_group_tests(none, NULL, NULL);
    return format && strcmp(format, "TAP") == 0 ? 0 : failed;
}
