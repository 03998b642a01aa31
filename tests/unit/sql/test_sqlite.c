#include "pieces.h"

#include <sqlite3.h>

static const struct split_case cases[] = {
    {"nothing", "", {NULL}},
    {"empty statements", ";; -- x\n;", {NULL}},
    {"two", "SELECT 1; SELECT 2;", {"SELECT 1", "SELECT 2"}},
    {"no final semicolon", "SELECT 1;\nSELECT 2", {"SELECT 1", "SELECT 2"}},
    {"quotes", "SELECT ';''', \";\"\"\", `;```, [;]; SELECT 2", {"SELECT ';''', \";\"\"\", `;```, [;]", "SELECT 2"}},
    {"backslash is nothing special", "SELECT '\\'; SELECT 2", {"SELECT '\\'", "SELECT 2"}},
    {"dollars quote nothing", "SELECT $a; SELECT 2", {"SELECT $a", "SELECT 2"}},
    {"comments do not nest", "/* a /* ; */ SELECT 1; SELECT 2", {"SELECT 1", "SELECT 2"}},
    {"an open comment is the end", "SELECT 1; /* SELECT 2;", {"SELECT 1"}},
    {"line comment", "SELECT 1 -- ;\n, 2; SELECT 3", {"SELECT 1 -- ;\n, 2", "SELECT 3"}},
    {"parentheses do not count", "SELECT (1; SELECT 2", {"SELECT (1", "SELECT 2"}},
    {"byte order mark", "\xEF\xBB\xBFSELECT 1;", {"SELECT 1"}},
    {"byte order mark of a second file",
     "SELECT 1;\n\xEF\xBB\xBFSELECT 2\xEF\xBB\xBF;",
     {"SELECT 1", "SELECT 2\xEF\xBB\xBF"}},
    {"trigger",
     "CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; SELECT 2; END; SELECT 3",
     {"CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; SELECT 2; END", "SELECT 3"}},
    {"temporary trigger",
     "create temp trigger a after insert on t begin select 1; -- c\n end /* d */ ; select 3",
     {"create temp trigger a after insert on t begin select 1; -- c\n end", "select 3"}},
    {"CASE in a trigger",
     "CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT CASE WHEN 1 THEN 2 END; SELECT CASE 1 WHEN 1 THEN 2\nEND; END; "
     "SELECT 3",
     {"CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT CASE WHEN 1 THEN 2 END; SELECT CASE 1 WHEN 1 THEN 2\nEND; END",
      "SELECT 3"}},
    {"a trigger that is not closed",
     "CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; SELECT 2",
     {"CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; SELECT 2"}},
    {"explained trigger",
     "EXPLAIN CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; END; SELECT 3",
     {"EXPLAIN CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; END", "SELECT 3"}},
    {"no trigger", "CREATE TABLE trigger_x (a); SELECT 1; END;", {"CREATE TABLE trigger_x (a)", "SELECT 1", "END"}},
    {"a vertical tab behind a blank", "SELECT 1; \v; SELECT\n\v2;\v;", {"SELECT 1", "SELECT\n\v2", "\v"}},
    {"shell command", ".mode box\nSELECT 1;\n.read x;y\n", {".mode box", "SELECT 1", ".read x;y"}},
    {"open quote", "SELECT 'a; b", {"SELECT 'a; b"}},
};

static void scripts_split_as_the_library_does(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_split(&rv_dialect_sqlite, &cases[i]);
    }
}

/* Each statement ends where sqlite3_prepare_v2() puts its tail. */
static void assert_tails_agree(const char *text)
{
    pieces_auto struct pieces script = pieces_of(&rv_dialect_sqlite, rv_view_of(text));
    assert_whole(&script);
    sqlite3 *db;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "CREATE TABLE t (a, b); CREATE TABLE \"x;y\" (a)", NULL, NULL, NULL), SQLITE_OK);
    const char *at = text;
    for (size_t i = 0; i < script.count; i++) {
        if (script.statements[i].kind == RV_STATEMENT_EMPTY) {
            continue;
        }
        sqlite3_stmt *statement = NULL;
        const char *tail = NULL;
        if (sqlite3_prepare_v2(db, at, -1, &statement, &tail) != SQLITE_OK) {
            fail_msg("'%s': %s", at, sqlite3_errmsg(db));
        }
        sqlite3_step(statement);
        sqlite3_finalize(statement);
        if (tail != text + script.statements[i].end) {
            fail_msg("'%s': piece %zu ends at %zu, the library's at %zu", text, i, script.statements[i].end,
                     (size_t)(tail - text));
        }
        at = tail;
    }
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void ends_agree_with_prepare(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "SELECT 1; SELECT 2;",
        "SELECT ';', \"a\", [a], `a` FROM t;;; -- x;\n SELECT 2 /* ; */ ; /* ;",
        "SELECT a FROM [x;y]; SELECT a FROM \"x;y\"; SELECT a FROM `x;y`; SELECT 'it''s;' \n",
        "CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; UPDATE t SET a = CASE WHEN 1 THEN ';' END; END; SELECT 1;",
        "CREATE TEMP TRIGGER a AFTER INSERT ON main.t BEGIN SELECT 1 /* ;END; */ ; -- END;\nEND -- c\n; SELECT 1;",
        ("CREATE TRIGGER IF NOT EXISTS \"end\" AFTER DELETE ON t WHEN old.a = ';END;' BEGIN DELETE FROM t; END;\n"
         "DROP TRIGGER \"end\"; SELECT 1"),
        "EXPLAIN QUERY PLAN SELECT 1; EXPLAIN CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; END; SELECT 2;",
        "CREATE VIEW v AS SELECT 1 AS trigger_x; SELECT x'00', 0x1F, 1e5, .5, a.b FROM (SELECT 1 AS b) AS a;",
        "SELECT 1 - -1, 1--1\n, 2; SELECT 3/*;*//1;",
        "\xEF\xBB\xBFSELECT 1; SELECT '\xC3\xA9;' AS \xC3\xA9; SELECT 3",
        "CREATE TABLE a$b (x); INSERT INTO a$b VALUES ('a\nb;');\r\nSELECT 1;\r\n",
        "WITH c AS (SELECT 1) INSERT INTO t (a) SELECT * FROM c; VALUES (1);",
        "SELECT ?1, ?, :a, @b, $c; SELECT 2;",
        "SELECT 1;\n\xEF\xBB\xBFSELECT 2; SELECT 3 AS a\xEF\xBB\xBF; SELECT 4 \xEF\xBB\xBF;",
        "SELECT \v1; \v SELECT 2 \v; \v\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_tails_agree(texts[i]);
    }
}

static const struct kind_case kinds[] = {
    {"BEGIN IMMEDIATE", RV_STATEMENT_BEGIN, "BEGIN"},
    {"COMMIT TRANSACTION", RV_STATEMENT_COMMIT, "COMMIT"},
    {"END", RV_STATEMENT_COMMIT, "END"},
    {"ROLLBACK", RV_STATEMENT_TRANSACTION, "ROLLBACK"},
    {"ROLLBACK TO a", RV_STATEMENT_OTHER, "ROLLBACK TO"},
    {"ROLLBACK TRANSACTION x TO SAVEPOINT a", RV_STATEMENT_OTHER, "ROLLBACK TO"},
    {"SAVEPOINT a", RV_STATEMENT_OTHER, "SAVEPOINT"},
    {"VACUUM INTO 'x'", RV_STATEMENT_NO_TRANSACTION, "VACUUM"},
    {"DETACH x", RV_STATEMENT_NO_TRANSACTION, "DETACH"},
    {"ATTACH 'x' AS y", RV_STATEMENT_OTHER, "ATTACH"},
    {"PRAGMA foreign_keys = OFF", RV_STATEMENT_NO_TRANSACTION, "PRAGMA foreign_keys"},
    {"pragma main.foreign_keys=0", RV_STATEMENT_NO_TRANSACTION, "PRAGMA foreign_keys"},
    {"PRAGMA \"foreign_keys\"(1)", RV_STATEMENT_NO_TRANSACTION, "PRAGMA foreign_keys"},
    {"PRAGMA foreign_keys", RV_STATEMENT_OTHER, "PRAGMA"},
    {"PRAGMA foreign_key_check(t)", RV_STATEMENT_OTHER, "PRAGMA"},
    {"PRAGMA defer_foreign_keys = 1", RV_STATEMENT_OTHER, "PRAGMA"},
    {"PRAGMA journal_mode = WAL", RV_STATEMENT_NO_TRANSACTION, "PRAGMA journal_mode"},
    {"PRAGMA journal_mode", RV_STATEMENT_OTHER, "PRAGMA"},
    {"PRAGMA synchronous = OFF", RV_STATEMENT_NO_TRANSACTION, "PRAGMA synchronous"},
    {"PRAGMA user_version = 3", RV_STATEMENT_OTHER, "PRAGMA"},
    {".read x", RV_STATEMENT_BACKSLASH, ""},
    {"CREATE TEMP TABLE t (a)", RV_STATEMENT_OTHER, "CREATE TABLE"},
    {"REPLACE INTO t VALUES (1)", RV_STATEMENT_OTHER, "INSERT"},
    {"EXPLAIN COMMIT", RV_STATEMENT_OTHER, ""},
};

static void commands_are_told_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        assert_kind(&rv_dialect_sqlite, &kinds[i]);
    }
}

/* What is refused as impossible in a transaction is impossible or without effect there, as the library sees it. */
static void refused_commands_do_not_work_in_transactions(void **state)
{
    (void)state;
    sqlite3 *db;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "ATTACH ':memory:' AS x; BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_int_not_equal(sqlite3_exec(db, "VACUUM", NULL, NULL, NULL), SQLITE_OK);
    assert_int_not_equal(sqlite3_exec(db, "DETACH x", NULL, NULL, NULL), SQLITE_OK);
    assert_int_not_equal(sqlite3_exec(db, "PRAGMA synchronous = 0", NULL, NULL, NULL), SQLITE_OK);
    int before, after;
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, -1, &before);
    assert_int_equal(sqlite3_exec(db, before ? "PRAGMA foreign_keys = 0" : "PRAGMA foreign_keys = 1", NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, -1, &after);
    assert_int_equal(before, after);
    assert_int_equal(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void random_scripts_lose_nothing(void **state)
{
    (void)state;
    static const char *const parts[] = {"'",        "\"",       "`",      "[",     "]",        ";",    "--", "/*",
                                        "*/",       "\n",       " ",      "(",     ")",        "a",    "1",  "CREATE ",
                                        "TRIGGER ", "END ",     "BEGIN ", "TEMP ", ".",        "$",    "@",  "\\",
                                        "\xFF",     "\xC3\xA9", "\r\n",   "\t",    "EXPLAIN ", ";END;"};
    assert_random_scripts_are_whole(&rv_dialect_sqlite, parts, sizeof parts / sizeof parts[0]);
}

TESTS(TEST(scripts_split_as_the_library_does), TEST(ends_agree_with_prepare), TEST(commands_are_told_apart),
      TEST(refused_commands_do_not_work_in_transactions), TEST(random_scripts_lose_nothing))
