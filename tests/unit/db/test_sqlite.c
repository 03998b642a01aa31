#include "connection.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* A folder for one test's files. */
struct place {
    char folder[64], path[80], url[100];
};

static void make_place(struct place *place)
{
    const char *parent = getenv("TMPDIR");
    snprintf(place->folder, sizeof place->folder, "%s/rev-test-XXXXXX", parent && parent[0] ? parent : "/tmp");
    assert_non_null(mkdtemp(place->folder));
    snprintf(place->path, sizeof place->path, "%s/a.db", place->folder);
    snprintf(place->url, sizeof place->url, "sqlite:///%s", place->path);
}

static void remove_place(const struct place *place)
{
    char side[100];
    unlink(place->path);
    snprintf(side, sizeof side, "%s-journal", place->path);
    unlink(side);
    assert_int_equal(rmdir(place->folder), 0);
}

static void parameters_and_nulls_go_both_ways(void **state)
{
    (void)state;
    struct rv_db *db = open_url("sqlite://");
    rev_error *err = NULL;
    rv_result_auto struct rv_result result = {0};
    const char *const params[] = {"one", NULL};
    bool is_done = db->driver->query(db, "SELECT $1, $2, ?1 UNION ALL SELECT 1, 2, 3", params, 2, &result, &err);
    assert_succeeds(is_done, &err);
    assert_int_equal(result.row_count, 2);
    assert_int_equal(result.column_count, 3);
    assert_string_equal(result.values[0], "one");
    assert_null(result.values[1]);
    assert_string_equal(result.values[2], "one");
    assert_string_equal(result.values[5], "3");
    assert_int_equal(result.affected, -1);
    rv_result_clear(&result);
    run_script(db, "CREATE TABLE t (a); INSERT INTO t VALUES (1), (2), (3)");
    is_done = db->driver->query(db, "DELETE FROM t WHERE a > 1", NULL, 0, &result, &err);
    assert_succeeds(is_done, &err);
    assert_int_equal(result.affected, 2);
    db->driver->close(db);
}

static void errors_have_words_and_place(void **state)
{
    (void)state;
    struct rv_db *db = open_url("sqlite://");
    rev_error *err = NULL;
    size_t offset = 0;
    bool is_done = run_script_at(db, "SELECT 1; SELECT nope FROM sqlite_master", &offset, &err);
    assert_int_equal(offset, 7);
    assert_fails(is_done, &err, REV_ERROR_DATABASE, "no such column: nope");
    is_done = run_script_at(db, "CREATE TABLE t (a UNIQUE); INSERT INTO t VALUES (1); INSERT INTO t VALUES (1)",
                            &offset, &err);
    assert_int_equal(offset, SIZE_MAX);
    assert_fails(is_done, &err, REV_ERROR_DATABASE, "UNIQUE constraint failed: t.a");
    db->driver->close(db);
}

static void nothing_behind_a_statement_is_lost(void **state)
{
    (void)state;
    struct rv_db *db = open_url("sqlite://");
    rev_error *err = NULL;
    struct rv_ran ran;
    struct rv_statement two = {.text = rv_view_of("SELECT 1; SELECT 2"), .command = ""};
    bool is_done = db->driver->run(db, &two, &ran, &err);
    assert_int_equal(ran.offset, 9);
    assert_fails(is_done, &err, REV_ERROR_DATABASE, "more than one statement");
    struct rv_statement one = {.text = rv_view_of("SELECT 1; -- done"), .command = ""};
    is_done = db->driver->run(db, &one, &ran, &err);
    assert_succeeds(is_done, &err);
    db->driver->close(db);
}

static void transactions_are_told_apart(void **state)
{
    (void)state;
    struct rv_db *db = open_url("sqlite://");
    assert_int_equal(db->driver->transaction(db), RV_IDLE);
    assert_false(db->driver->is_our_transaction(db));
    do_begin(db);
    assert_int_equal(db->driver->transaction(db), RV_IN_TRANSACTION);
    run_script(db, "CREATE TABLE t (a); SAVEPOINT s; INSERT INTO t VALUES (1); ROLLBACK TO s; RELEASE s");
    assert_true(db->driver->is_our_transaction(db));
    run_script(db, "COMMIT; BEGIN");
    assert_int_equal(db->driver->transaction(db), RV_IN_TRANSACTION);
    assert_false(db->driver->is_our_transaction(db));
    db->driver->rollback(db);
    do_begin(db);
    run_script(db, "ROLLBACK; BEGIN IMMEDIATE");
    assert_false(db->driver->is_our_transaction(db));
    db->driver->rollback(db);
    do_begin(db);
    run_script(db, "INSERT INTO t VALUES (1)");
    do_commit(db);
    do_begin(db);
    assert_true(db->driver->is_our_transaction(db));
    run_script(db, "DELETE FROM t");
    db->driver->rollback(db);
    db->driver->rollback(db); /* again is fine */
    assert_value(db, "SELECT count(*) FROM t", "1");
    db->driver->close(db);
}

static void a_reader_creates_nothing(void **state)
{
    (void)state;
    struct place place;
    make_place(&place);
    struct rv_db *db = open_with(place.url, NULL, 0, true);
    assert_value(db, "SELECT count(*) FROM sqlite_master", "0");
    db->driver->close(db);
    struct stat status;
    assert_int_not_equal(stat(place.path, &status), 0);

    struct rv_db *writer = open_url(place.url);
    run_script(writer, "CREATE TABLE t (a)");
    writer->driver->close(writer);
    db = open_with(place.url, NULL, 0, true);
    assert_value(db, "SELECT count(*) FROM sqlite_master", "1");
    rev_error *err = NULL;
    bool is_done = db->driver->query(db, "DROP TABLE t", NULL, 0, NULL, &err);
    assert_fails(is_done, &err, REV_ERROR_DATABASE, "read-only");
    db->driver->close(db);
    remove_place(&place);
}

static void bad_files_are_explained(void **state)
{
    (void)state;
    rev_error *err = NULL;
    struct rv_db_settings settings = {.url = "sqlite:////nonexistent-folder/a.db", .application_name = "rev test"};
    const struct rv_driver *driver = rv_driver_for(settings.url, &err);
    struct rv_db *db = driver->open(&settings, &err);
    assert_non_null(strstr(err->message, "/nonexistent-folder/a.db"));
    assert_non_null(err->hint);
    assert_fails(db != NULL, &err, REV_ERROR_CONNECT, "can't be opened");

    struct place place;
    make_place(&place);
    FILE *file = fopen(place.path, "w");
    assert_non_null(file);
    for (int i = 0; i < 100; i++) {
        fputs("this is no database\n", file);
    }
    fclose(file);
    db = open_url(place.url);
    bool is_done = db->driver->begin(db, &err);
    assert_fails(is_done, &err, REV_ERROR_DATABASE, "not an SQLite database");
    db->driver->close(db);
    remove_place(&place);
}

static void waiting_ends_at_the_deadline(void **state)
{
    (void)state;
    struct place place;
    make_place(&place);
    struct rv_db *first = open_url(place.url);
    run_script(first, "CREATE TABLE t (a)");
    do_begin(first);
    struct heard heard = {0};
    rev_observer observer = {.struct_size = sizeof observer, .user = &heard, .event = hear};
    struct rv_db *second = open_with(place.url, &observer, 1300, false);
    int64_t start = rv_time_now_ms();
    rev_error *err = NULL;
    bool is_done = second->driver->begin(second, &err);
    int64_t waited = rv_time_now_ms() - start;
    assert_fails(is_done, &err, REV_ERROR_LOCKED, "another process is using");
    assert_in_range(waited, 1000, 3000);
    assert_int_equal(heard.waits, 1);
    do_commit(first);
    do_begin(second); /* free by now, deadline or not */
    second->driver->rollback(second);
    second->driver->close(second);
    first->driver->close(first);
    remove_place(&place);
}

static void a_commit_waits_for_readers_past_the_deadline(void **state)
{
    (void)state;
    struct place place;
    make_place(&place);
    struct rv_db *writer = open_with(place.url, NULL, 0, false);
    run_script(writer, "CREATE TABLE t (a)");
    struct rv_db *reader = open_url(place.url);
    run_script(reader, "BEGIN; SELECT * FROM t");
    do_begin(writer);
    run_script(writer, "INSERT INTO t VALUES (1)");
    rev_error *err = NULL;
    int64_t start = rv_time_now_ms();
    bool is_done = writer->driver->commit(writer, &err);
    assert_true(rv_time_now_ms() - start > 2000);
    assert_fails(is_done, &err, REV_ERROR_LOCKED, "another process");
    run_script(reader, "COMMIT");
    do_commit(writer);
    writer->driver->close(writer);
    reader->driver->close(reader);
    remove_place(&place);
}

static void the_wish_to_stop_is_heard(void **state)
{
    (void)state;
    rev_observer observer = {.struct_size = sizeof observer, .cancel = rev_cancel_new()};
    struct rv_db *db = open_with("sqlite://", &observer, 5000, false);
    do_begin(db);
    struct later later;
    stop_later(&later, observer.cancel);
    rev_error *err = NULL;
    size_t offset;
    int64_t start = rv_time_now_ms();
    bool is_done = run_script_at(
        db, "CREATE TABLE t AS WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT max(n) FROM c",
        &offset, &err);
    assert_true(rv_time_now_ms() - start < 2000);
    assert_fails(is_done, &err, REV_ERROR_CANCELLED, "cancelled");
    db->driver->rollback(db);
    assert_int_equal(db->driver->transaction(db), RV_IDLE);
    /* Having been told, the caller still writes its log. */
    do_reset(db);
    do_begin(db);
    run_script(db, "CREATE TABLE log (a)");
    do_commit(db);
    pthread_join(later.thread, NULL);
    db->driver->close(db);
    rev_cancel_free(observer.cancel);
}

static void the_wish_to_stop_ends_waiting(void **state)
{
    (void)state;
    struct place place;
    make_place(&place);
    struct rv_db *first = open_url(place.url);
    do_begin(first);
    rev_observer observer = {.struct_size = sizeof observer, .cancel = rev_cancel_new()};
    struct rv_db *second = open_with(place.url, &observer, 60000, false);
    struct later later;
    stop_later(&later, observer.cancel);
    rev_error *err = NULL;
    int64_t start = rv_time_now_ms();
    bool is_done = second->driver->begin(second, &err);
    assert_true(rv_time_now_ms() - start < 2000);
    assert_fails(is_done, &err, REV_ERROR_CANCELLED, "cancelled");
    pthread_join(later.thread, NULL);
    second->driver->close(second);
    first->driver->close(first);
    rev_cancel_free(observer.cancel);
    remove_place(&place);
}

/* What a script leaves of the connection is gone for the next one: a file is opened anew, memory is tidied. */
static void reset_puts_the_connection_back(void **state)
{
    (void)state;
    struct place place;
    make_place(&place);
    const char *const urls[] = {place.url, "sqlite://"};
    for (size_t i = 0; i < 2; i++) {
        struct rv_db *db = open_url(urls[i]);
        run_script(db, "CREATE TABLE t (a); ATTACH ':memory:' AS other");
        do_begin(db);
        run_script(db, "CREATE TEMP TABLE main_t (a); CREATE TEMP VIEW v AS SELECT 1;"
                       "CREATE TEMP TRIGGER g AFTER INSERT ON main.t BEGIN SELECT 1; END;"
                       "PRAGMA query_only = 1; PRAGMA ignore_check_constraints = 1");
        do_guard(db);
        run_script(db, "INSERT INTO main.t VALUES (1)");
        do_commit(db);
        do_reset(db);
        assert_value(db, "SELECT count(*) FROM sqlite_temp_master", "0");
        assert_value(db, "PRAGMA query_only", "0");
        assert_value(db, "PRAGMA ignore_check_constraints", "0");
        assert_value(db, "SELECT count(*) FROM pragma_database_list WHERE name = 'other'", "0");
        run_script(db, "INSERT INTO t VALUES (1)");
        assert_value(db, "SELECT count(*) FROM t", "2");
        db->driver->close(db);
    }
    remove_place(&place);
}

static void reset_works_inside_a_transaction(void **state)
{
    (void)state;
    struct rv_db *db = open_url("sqlite://");
    do_begin(db);
    run_script(db, "CREATE TEMP TABLE x (a); CREATE TABLE t (a)");
    do_reset(db);
    assert_true(db->driver->is_our_transaction(db));
    assert_value(db, "SELECT count(*) FROM sqlite_temp_master", "0");
    do_commit(db);
    assert_value(db, "SELECT count(*) FROM t", "0");
    db->driver->close(db);
}

/* A writer that was killed leaves a journal, which the next reader has to roll back. */
static void a_reader_rolls_back_a_hot_journal(void **state)
{
    (void)state;
    struct place place;
    make_place(&place);
    struct rv_db *db = open_url(place.url);
    run_script(db, "CREATE TABLE t (a); INSERT INTO t VALUES ('before')");
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        struct rv_db *writer = open_url(place.url);
        run_script(writer, "PRAGMA cache_size = 1; BEGIN IMMEDIATE; UPDATE t SET a = 'after';"
                           "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 3000) "
                           "INSERT INTO t SELECT hex(randomblob(200)) FROM c");
        _exit(0);
    }
    assert_true(child > 0);
    db->driver->close(db);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    struct stat journal;
    char path[100];
    snprintf(path, sizeof path, "%s-journal", place.path);
    assert_int_equal(stat(path, &journal), 0);
    db = open_with(place.url, NULL, 1000, true);
    assert_value(db, "SELECT a FROM t", "before");
    db->driver->close(db);
    remove_place(&place);
}

static bool is_unchanged(struct rv_db *db)
{
    do_begin(db);
    bool answer = db->driver->is_unchanged(db);
    do_commit(db);
    return answer;
}

static void what_others_write_is_noticed(void **state)
{
    (void)state;
    struct place place;
    make_place(&place);
    struct rv_db *db = open_url(place.url), *other = open_url(place.url);
    run_script(other, "CREATE TABLE t (a); CREATE TABLE alembic_version (version_num)");
    assert_false(is_unchanged(db));
    assert_true(is_unchanged(db));
    run_script(db, "INSERT INTO t VALUES (1)");
    assert_true(is_unchanged(db));
    run_script(other, "INSERT INTO t VALUES (2)");
    assert_false(is_unchanged(db));
    assert_true(is_unchanged(db));
    run_script(db, "ATTACH ':memory:' AS x");
    do_reset(db);
    assert_false(is_unchanged(db));
    assert_true(is_unchanged(db));
    db->driver->close(other);
    db->driver->close(db);
    remove_place(&place);
}

static void what_a_script_does_to_our_tables_is_noticed(void **state)
{
    (void)state;
    static const char *const scripts[] = {
        "INSERT INTO alembic_version VALUES ('x')",
        "UPDATE ALEMBIC_VERSION SET version_num = 'x'",
        "DELETE FROM main.alembic_version",
        "DROP TABLE alembic_version",
        "ALTER TABLE alembic_version RENAME TO other",
        "DELETE FROM rev_log",
        "CREATE TRIGGER g AFTER INSERT ON rev_log BEGIN DELETE FROM t; END",
        "CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM alembic_version; END; INSERT INTO t VALUES (1)",
    };
    for (size_t i = 0; i < COUNT(scripts); i++) {
        struct rv_db *db = open_url("sqlite://");
        run_script(db, "CREATE TABLE t (a)");
        rev_error *err = NULL;
        bool is_done = db->driver->query(db, "CREATE TABLE alembic_version (version_num)", NULL, 0, NULL, &err) &&
                       db->driver->query(db, "CREATE TABLE rev_log (id)", NULL, 0, NULL, &err);
        assert_succeeds(is_done, &err);
        assert_false(is_unchanged(db));
        assert_true(is_unchanged(db));
        run_script(db, scripts[i]);
        assert_false(is_unchanged(db));
        db->driver->close(db);
    }
}

TESTS(TEST(what_others_write_is_noticed), TEST(what_a_script_does_to_our_tables_is_noticed),
      TEST(parameters_and_nulls_go_both_ways), TEST(errors_have_words_and_place),
      TEST(nothing_behind_a_statement_is_lost), TEST(transactions_are_told_apart), TEST(a_reader_creates_nothing),
      TEST(bad_files_are_explained), TEST(waiting_ends_at_the_deadline),
      TEST(a_commit_waits_for_readers_past_the_deadline), TEST(the_wish_to_stop_is_heard),
      TEST(the_wish_to_stop_ends_waiting), TEST(reset_puts_the_connection_back), TEST(reset_works_inside_a_transaction),
      TEST(a_reader_rolls_back_a_hot_journal))
