#include "harness.h"

#include "sql/script.h"

static void prepare(struct rv_script *out, const struct rv_dialect *dialect, const char *text, bool is_transactional,
                    struct rv_arena *arena)
{
    rev_error *err = NULL;
    bool is_fine = rv_script_prepare(out, dialect, rv_view_of(text), is_transactional, arena, "up.sql", &err);
    assert_succeeds(is_fine, &err);
}

static void scripts_are_let_through(void **state)
{
    (void)state;
    static const struct {
        const char *script;
        const char *texts[4];
    } cases[] = {
        {"", {NULL}},
        {"-- nothing\n;", {NULL}},
        {"SELECT 1; ; SELECT 2;", {"SELECT 1", "SELECT 2"}},
        {"-- x\nBEGIN;\nSELECT 1;\nCOMMIT;\n-- y", {"SELECT 1"}},
        {"START TRANSACTION; SELECT 1; END TRANSACTION", {"SELECT 1"}},
        {"BEGIN; COMMIT", {NULL}},
        {"BEGIN ISOLATION LEVEL SERIALIZABLE, READ WRITE; SELECT 1; COMMIT;",
         {"SET TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ WRITE", "SELECT 1"}},
        {"START TRANSACTION READ ONLY; COMMIT;", {"SET TRANSACTION READ ONLY"}},
        {"BEGIN WORK NOT DEFERRABLE; COMMIT;", {"SET TRANSACTION NOT DEFERRABLE"}},
        {"SAVEPOINT a; ROLLBACK TO a; RELEASE a", {"SAVEPOINT a", "ROLLBACK TO a", "RELEASE a"}},
        {"\\restrict abc\nSELECT 1;\n\\unrestrict abc\n", {"SELECT 1"}},
        {"COPY t FROM STDIN;\n1\n\\.\n", {"COPY t FROM STDIN"}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rv_arena_auto struct rv_arena *arena = rv_arena_new();
        struct rv_script script;
        prepare(&script, &rv_dialect_postgresql, cases[i].script, true, arena);
        struct rv_reader reader;
        struct rv_statement statement;
        rv_reader_init(&reader, &script);
        while (rv_reader_next(&reader, &statement)) {
            const char *expected = cases[i].texts[reader.count - 1];
            if (!expected || !rv_view_equals(statement.text, expected)) {
                fail_msg("case %zu: '%.*s'", i, (int)statement.text.len, statement.text.ptr);
            }
        }
        assert_int_equal(reader.count, script.count);
        assert_null(cases[i].texts[script.count]);
    }
}

static void sqlite_wrappers_are_dropped(void **state)
{
    (void)state;
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    struct rv_script script;
    prepare(&script, &rv_dialect_sqlite, "BEGIN EXCLUSIVE TRANSACTION; SELECT 1; COMMIT;", true, arena);
    struct rv_reader reader;
    struct rv_statement statement;
    rv_reader_init(&reader, &script);
    assert_int_equal(script.count, 1);
    assert_true(rv_reader_next(&reader, &statement));
    assert_true(rv_view_equals(statement.text, "SELECT 1"));
    assert_false(rv_reader_next(&reader, &statement));
}

static void scripts_are_refused(void **state)
{
    (void)state;
    static const struct {
        const struct rv_dialect *dialect;
        const char *script, *message;
        uint32_t line, column, faults;
        bool is_statementwise;
    } cases[] = {
        {&rv_dialect_postgresql, "SELECT 1;\n  COMMIT;", "COMMIT can't stand", 2, 3, 1},
        {&rv_dialect_postgresql, "BEGIN; SELECT 1;", "BEGIN can't stand", 1, 1, 1},
        {&rv_dialect_postgresql, "BEGIN; COMMIT; BEGIN; COMMIT;", "COMMIT can't stand", 1, 8, 2},
        {&rv_dialect_postgresql, "ROLLBACK", "ROLLBACK can't stand", 1, 1, 1},
        {&rv_dialect_postgresql, "SELECT 1; COMMIT AND CHAIN; SELECT 2", "COMMIT AND CHAIN can't stand", 1, 11, 1},
        {&rv_dialect_postgresql, "CREATE INDEX CONCURRENTLY i ON t (a)", "can't run inside a transaction", 1, 1, 1},
        {&rv_dialect_postgresql, "VACUUM; VACUUM; VACUUM", "VACUUM can't run", 1, 1, 3},
        {&rv_dialect_postgresql, "SELECT 1; COMMIT PREPARED 'x'", "COMMIT PREPARED can't run inside", 1, 11, 1},
        {&rv_dialect_postgresql, "SELECT 1;\n\\i other.sql\n", "a command of psql", 2, 1, 1},
        {&rv_dialect_sqlite, ".read x\n", "a command of the sqlite3 shell", 1, 1, 1},
        {&rv_dialect_sqlite, "PRAGMA foreign_keys = 0;", "PRAGMA foreign_keys can't run", 1, 1, 1},
        {&rv_dialect_postgresql, "BEGIN; BEGIN; SELECT 1; COMMIT; COMMIT", "BEGIN can't stand here", 1, 8, 2, true},
        {&rv_dialect_postgresql, "BEGIN;\nVACUUM; COMMIT;", "VACUUM can't run inside", 2, 1, 1, true},
        {&rv_dialect_postgresql, "SELECT 1; BEGIN; SELECT 1;", "this BEGIN has no COMMIT", 1, 11, 1, true},
        {&rv_dialect_postgresql, "BEGIN;\n-- rev: repeat until 0 rows\nDELETE FROM t; COMMIT", "a repeated statement",
         2, 1, 1, true},
        {&rv_dialect_postgresql, "SET LOCAL x = 1; SET x = 1; BEGIN; SET LOCAL x = 1; COMMIT",
         "SET LOCAL has no effect", 1, 1, 1, true},
        {&rv_dialect_sqlite, "SAVEPOINT a; RELEASE a;\nBEGIN; SAVEPOINT b; COMMIT", "SAVEPOINT has no effect", 1, 1, 2,
         true},
        {&rv_dialect_postgresql, "SELECT 1; LOCK TABLE t; ROLLBACK TO a", "LOCK has no effect", 1, 11, 2, true},
        {&rv_dialect_postgresql, "VACUUM;\nROLLBACK", "ROLLBACK can't stand here", 2, 1, 1, true},
        {&rv_dialect_postgresql, "-- rev: repeat until 0 rows\nDELETE FROM t", "a repeated statement can't", 1, 1, 1},
        {&rv_dialect_postgresql, "SELECT 1;\n -- rev: repeat\nDELETE FROM t", "'repeat' is not understood", 2, 2, 1,
         true},
        {&rv_dialect_postgresql, "-- rev: repat until 0 rows\nDELETE FROM t", "is not understood", 1, 1, 1, true},
        {&rv_dialect_postgresql, "-- rev: repeat until 0 rows\nVACUUM", "changes no rows", 1, 1, 1, true},
        {&rv_dialect_postgresql, "SELECT 1; -- rev: repeat until 0 rows\nDELETE FROM t", "same line", 1, 11, 1, true},
        {&rv_dialect_postgresql, "-- rev: repeat until 0 rows\n-- rev: repeat until 0 rows\nDELETE FROM t",
         "a second directive", 2, 1, 1, true},
        {&rv_dialect_postgresql, "DELETE FROM t;\n-- rev: repeat until 0 rows\n", "no statement follows", 2, 1, 1,
         true},
        {&rv_dialect_sqlite, "-- rev: repeat until 0 rows\n;\nDELETE FROM t", "no statement follows", 1, 1, 1, true},
        {&rv_dialect_postgresql, "BEGIN; DELETE FROM t; COMMIT; -- rev: repat", "is not understood", 1, 31, 1, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rv_arena_auto struct rv_arena *arena = rv_arena_new();
        struct rv_script script;
        rev_error *err = NULL;
        bool is_fine = rv_script_prepare(&script, cases[i].dialect, rv_view_of(cases[i].script),
                                         !cases[i].is_statementwise, arena, "migrations/x/up.sql", &err);
        assert_non_null(err);
        assert_int_equal(err->line, cases[i].line);
        assert_int_equal(err->column, cases[i].column);
        assert_string_equal(err->file, "migrations/x/up.sql");
        assert_non_null(err->hint);
        assert_non_null(err->excerpt);
        uint32_t faults = 0;
        for (const rev_error *fault = err; fault; fault = fault->next) {
            faults++;
        }
        assert_int_equal(faults, cases[i].faults);
        assert_fails(is_fine, &err, REV_ERROR_SCRIPT, cases[i].message);
    }
}

static void errors_are_placed(void **state)
{
    (void)state;
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    struct rv_script script;
    prepare(&script, &rv_dialect_postgresql, "SELECT 1;\nSELECT \xC3\xA9,\n  boom;", true, arena);
    struct rv_reader reader;
    struct rv_statement statement;
    rv_reader_init(&reader, &script);
    assert_true(rv_reader_next(&reader, &statement) && rv_reader_next(&reader, &statement));
    rev_error *err = NULL;
    rv_fail(&err, REV_ERROR_DATABASE, "no");
    rv_script_locate(script.source, &statement, 1, 13, "up.sql", err);
    assert_int_equal(err->line, 3);
    assert_int_equal(err->column, 3);
    assert_int_equal(err->statement_number, 2);
    assert_string_equal(err->excerpt, "  boom;");
    assert_string_equal(err->statement, "SELECT \xC3\xA9,\n  boom");
    rv_script_locate(script.source, &statement, 1, SIZE_MAX, "up.sql", err);
    assert_int_equal(err->line, 2);
    assert_int_equal(err->column, 1);
    rev_error_free(err);
}

/* What would follow an open quote, comment, parenthesis or body would be part of it. */
static void scripts_that_never_end_are_told(void **state)
{
    (void)state;
    static const struct {
        const struct rv_dialect *dialect;
        const char *script;
        bool is_finished;
    } cases[] = {
        {&rv_dialect_postgresql, "", true},
        {&rv_dialect_postgresql, "SELECT 1", true},
        {&rv_dialect_postgresql, "SELECT 1;", true},
        {&rv_dialect_postgresql, "SELECT 1; -- it's", true},
        {&rv_dialect_postgresql, "SELECT '';", true},
        {&rv_dialect_postgresql, "SELECT ''", true},
        {&rv_dialect_postgresql, "SELECT E'\\\\'", true},
        {&rv_dialect_postgresql, "SELECT $$$$", true},
        {&rv_dialect_postgresql, "SELECT $a$ $a$", true},
        {&rv_dialect_postgresql, "SELECT 1 /* */", true},
        {&rv_dialect_postgresql, "COPY t FROM STDIN;\n(", true},
        {&rv_dialect_postgresql, "SELECT 1;\n\\set x '", true},
        {&rv_dialect_postgresql, "SELECT 1; SELECT '", false},
        {&rv_dialect_postgresql, "SELECT 'a''", false},
        {&rv_dialect_postgresql, "SELECT \"a", false},
        {&rv_dialect_postgresql, "SELECT E'a\\'", false},
        {&rv_dialect_postgresql, "SELECT $$ $a$", false},
        {&rv_dialect_postgresql, "SELECT 1 /* /* */", false},
        {&rv_dialect_postgresql, "SELECT 1; /*", false},
        {&rv_dialect_postgresql, "SELECT (1;\n", false},
        {&rv_dialect_postgresql, "CREATE FUNCTION f() BEGIN ATOMIC SELECT 1;", false},
        {&rv_dialect_sqlite, "SELECT 1", true},
        {&rv_dialect_sqlite, "SELECT (1", true},
        {&rv_dialect_sqlite, "SELECT [a]", true},
        {&rv_dialect_sqlite, "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END", true},
        {&rv_dialect_sqlite, "SELECT 'a", false},
        {&rv_dialect_sqlite, "SELECT [a", false},
        {&rv_dialect_sqlite, "SELECT `a", false},
        {&rv_dialect_sqlite, "SELECT 1; /* x", false},
        {&rv_dialect_sqlite, "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1;", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        rv_arena_auto struct rv_arena *arena = rv_arena_new();
        struct rv_script script;
        rev_error *err = NULL;
        rv_script_prepare(&script, cases[i].dialect, rv_view_of(cases[i].script), false, arena, "up.sql", &err);
        CHECK(cases[i].script, !(err && strstr(err->message, "never ends")) == cases[i].is_finished);
        rev_error_free(err);
    }
}

TESTS(TEST(scripts_are_let_through), TEST(sqlite_wrappers_are_dropped), TEST(scripts_are_refused),
      TEST(errors_are_placed), TEST(scripts_that_never_end_are_told))
