#include "pieces.h"

static const struct split_case cases[] = {
    {"nothing", "", {NULL}},
    {"blanks only", " \n\t", {NULL}},
    {"comments only", "-- a;\n/* b; */", {NULL}},
    {"empty statements", ";;\n;", {NULL}},
    {"two", "SELECT 1; SELECT 2;", {"SELECT 1", "SELECT 2"}},
    {"no final semicolon", "SELECT 1;\nSELECT 2", {"SELECT 1", "SELECT 2"}},
    {"no final newline after a comment", "SELECT 1; -- end", {"SELECT 1"}},
    {"trailing comment is no text", "SELECT 1 -- x\n;", {"SELECT 1"}},
    {"comment inside is text", "SELECT /* ; */ 1;", {"SELECT /* ; */ 1"}},
    {"byte order mark", "\xEF\xBB\xBFSELECT 1;", {"SELECT 1"}},
    {"byte order mark alone", "\xEF\xBB\xBF", {NULL}},
    {"CRLF", "SELECT 1;\r\n-- c;\r\nSELECT 2;\r\n", {"SELECT 1", "SELECT 2"}},
    {"quoted semicolon", "SELECT ';'; SELECT 2", {"SELECT ';'", "SELECT 2"}},
    {"doubled quote", "SELECT 'it''s;'; SELECT 2", {"SELECT 'it''s;'", "SELECT 2"}},
    {"backslash in a plain text", "SELECT '\\'; SELECT 2", {"SELECT '\\'", "SELECT 2"}},
    {"backslash in E text", "SELECT E'\\';'; SELECT 2", {"SELECT E'\\';'", "SELECT 2"}},
    {"lower e", "SELECT e'a\\'b;'; SELECT 2", {"SELECT e'a\\'b;'", "SELECT 2"}},
    {"E text with doubled quote", "SELECT E'''\\';'; SELECT 2", {"SELECT E'''\\';'", "SELECT 2"}},
    {"E text goes on in the next line", "SELECT E'a'\n '\\';'; SELECT 2", {"SELECT E'a'\n '\\';'", "SELECT 2"}},
    {"E text goes on behind a comment", "SELECT E'a' -- c\n'\\';'; SELECT 2", {"SELECT E'a' -- c\n'\\';'", "SELECT 2"}},
    {"E text does not go on in its line", "SELECT E'a' '\\'; SELECT 2", {"SELECT E'a' '\\'", "SELECT 2"}},
    {"a word that ends in e is no E", "SELECT typE'\\'; SELECT 2", {"SELECT typE'\\'", "SELECT 2"}},
    {"U& texts", "SELECT U&'\\0041;', U&\"\\0041;\"; SELECT 2", {"SELECT U&'\\0041;', U&\"\\0041;\"", "SELECT 2"}},
    {"B and X texts", "SELECT B'1;', X'F;'; SELECT 2", {"SELECT B'1;', X'F;'", "SELECT 2"}},
    {"N texts", "SELECT N'\\'; SELECT 2", {"SELECT N'\\'", "SELECT 2"}},
    {"letters before a quote that mean nothing", "SELECT a'\\', U'\\'; SELECT 2", {"SELECT a'\\', U'\\'", "SELECT 2"}},
    {"strings that do not conform",
     "SET standard_conforming_strings = off; SELECT 'a\\';', \"b\\\"; SELECT 2",
     {"SET standard_conforming_strings = off", "SELECT 'a\\';', \"b\\\"", "SELECT 2"}},
    {"the same, spelled otherwise",
     "set session \"standard_conforming_strings\" to 'false'; SELECT N'a\\';'; SELECT 2",
     {"set session \"standard_conforming_strings\" to 'false'", "SELECT N'a\\';'", "SELECT 2"}},
    {"the same, and a text that goes on",
     "SET LOCAL standard_conforming_strings TO 0; SELECT 'a'\n'\\';', E'\\';'; SELECT 2",
     {"SET LOCAL standard_conforming_strings TO 0", "SELECT 'a'\n'\\';', E'\\';'", "SELECT 2"}},
    {"the same, and texts without escapes",
     "SET standard_conforming_strings = no; SELECT B'\\', x'\\'\n'\\', U&'\\'; SELECT 2",
     {"SET standard_conforming_strings = no", "SELECT B'\\', x'\\'\n'\\', U&'\\'", "SELECT 2"}},
    {"and conform again",
     "SET standard_conforming_strings=off;SELECT '\\';';SET standard_conforming_strings=on;SELECT '\\';SELECT 2",
     {"SET standard_conforming_strings=off", "SELECT '\\';'", "SET standard_conforming_strings=on", "SELECT '\\'",
      "SELECT 2"}},
    {"and are reset",
     "SET standard_conforming_strings=off;RESET standard_conforming_strings;SELECT '\\';SELECT 2",
     {"SET standard_conforming_strings=off", "RESET standard_conforming_strings", "SELECT '\\'", "SELECT 2"}},
    {"another setting changes nothing",
     "SET standard = off; SET escape_string_warning = off; SELECT '\\'; SELECT 2",
     {"SET standard = off", "SET escape_string_warning = off", "SELECT '\\'", "SELECT 2"}},
    {"quoted identifier", "SELECT \"a;\"\"b;\"; SELECT 2", {"SELECT \"a;\"\"b;\"", "SELECT 2"}},
    {"open quote", "SELECT 1; SELECT 'a; b", {"SELECT 1", "SELECT 'a; b"}},
    {"dollar quotes", "SELECT $$a;b$$; SELECT 2", {"SELECT $$a;b$$", "SELECT 2"}},
    {"tagged dollar quotes", "SELECT $a$ $$;$b$; $a$; SELECT 2", {"SELECT $a$ $$;$b$; $a$", "SELECT 2"}},
    {"tag of other letters",
     "SELECT $\xC3\xA9_1$;$\xC3\xA9_1$; SELECT 2",
     {"SELECT $\xC3\xA9_1$;$\xC3\xA9_1$", "SELECT 2"}},
    {"dollar in an identifier", "SELECT a$$; SELECT b$$", {"SELECT a$$", "SELECT b$$"}},
    {"dollar and digit is a parameter", "SELECT $1$; SELECT 2", {"SELECT $1$", "SELECT 2"}},
    {"dollar quote behind a number", "SELECT 1$$;$$; SELECT 2", {"SELECT 1$$;$$", "SELECT 2"}},
    {"dollars behind an exponent quote nothing", "SELECT 1e5$$; SELECT 0x1F$$", {"SELECT 1e5$$", "SELECT 0x1F$$"}},
    {"a plain quote behind 1E", "SELECT 1E'\\'; SELECT 2", {"SELECT 1E'\\'", "SELECT 2"}},
    {"open dollar quote", "SELECT $x$ ; SELECT 2", {"SELECT $x$ ; SELECT 2"}},
    {"nested comment", "/* a /* b; */ c; */ SELECT 1; SELECT 2", {"SELECT 1", "SELECT 2"}},
    {"open comment is for the server", "SELECT 1; /* a /* b */ ;", {"SELECT 1", "/* a /* b */ ;"}},
    {"operator that ends in a line comment", "SELECT 1 +-- c;\n 2; SELECT 3", {"SELECT 1 +-- c;\n 2", "SELECT 3"}},
    {"operator that ends in a comment", "SELECT 1 */* ; */ 2; SELECT 3", {"SELECT 1 */* ; */ 2", "SELECT 3"}},
    {"star slash outside", "SELECT 1 @*/ 2; SELECT 3", {"SELECT 1 @*/ 2", "SELECT 3"}},
    {"quote in a comment", "-- it's\nSELECT 1; /* ' */ SELECT 2", {"SELECT 1", "SELECT 2"}},
    {"comment in a quote", "SELECT '--', '/*'; SELECT 2", {"SELECT '--', '/*'", "SELECT 2"}},
    {"parentheses",
     "CREATE RULE r AS ON INSERT TO t DO (DELETE FROM a; DELETE FROM b); SELECT 2",
     {"CREATE RULE r AS ON INSERT TO t DO (DELETE FROM a; DELETE FROM b)", "SELECT 2"}},
    {"too many closing parentheses", "SELECT 1); SELECT 2", {"SELECT 1)", "SELECT 2"}},
    {"brackets do not count", "SELECT a[1; SELECT 2", {"SELECT a[1", "SELECT 2"}},

    {"function with a text body",
     "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$BEGIN; COMMIT; END$$; SELECT 2",
     {"CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$BEGIN; COMMIT; END$$", "SELECT 2"}},
    {"function with a standard body",
     "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END; SELECT 3",
     {"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END", "SELECT 3"}},
    {"procedure, replaced, in lower case",
     "create or replace procedure p()\nbegin /* c */ atomic\n select 1;\nend;\nselect 2;",
     {"create or replace procedure p()\nbegin /* c */ atomic\n select 1;\nend", "select 2"}},
    {"CASE inside a body",
     "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN CASE 1 WHEN 1 THEN 2 END END; END; "
     "SELECT 3",
     {"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN CASE 1 WHEN 1 THEN 2 END END; END",
      "SELECT 3"}},
    {"CASE in parentheses inside a body",
     "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT (CASE WHEN true THEN 1 END); END; SELECT 3",
     {"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT (CASE WHEN true THEN 1 END); END", "SELECT 3"}},
    {"a column named end",
     "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT t.end AS end, \"end\" FROM t; SELECT 2; END; SELECT 3",
     {"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT t.end AS end, \"end\" FROM t; SELECT 2; END", "SELECT 3"}},
    {"CASE before the body",
     "CREATE FUNCTION f(a int DEFAULT CASE WHEN true THEN 1 END) RETURNS int RETURN a; SELECT 3",
     {"CREATE FUNCTION f(a int DEFAULT CASE WHEN true THEN 1 END) RETURNS int RETURN a", "SELECT 3"}},
    {"a function named begin",
     "CREATE FUNCTION begin() RETURNS int RETURN 1; SELECT 3",
     {"CREATE FUNCTION begin() RETURNS int RETURN 1", "SELECT 3"}},
    {"BEGIN ATOMIC elsewhere",
     "CREATE VIEW v AS SELECT begin atomic; SELECT 2; END; SELECT 3",
     {"CREATE VIEW v AS SELECT begin atomic", "SELECT 2", "END", "SELECT 3"}},
    {"a body that is not closed",
     "CREATE FUNCTION f() BEGIN ATOMIC SELECT 1; SELECT 2",
     {"CREATE FUNCTION f() BEGIN ATOMIC SELECT 1; SELECT 2"}},
    {"the next function starts anew",
     "CREATE FUNCTION f() RETURN 1; CREATE FUNCTION g() BEGIN ATOMIC SELECT 1; END; SELECT 2",
     {"CREATE FUNCTION f() RETURN 1", "CREATE FUNCTION g() BEGIN ATOMIC SELECT 1; END", "SELECT 2"}},

    {"backslash command",
     "\\set x 1\nSELECT 1;\n  \\echo hi; ho\r\nSELECT 2;",
     {"\\set x 1", "SELECT 1", "\\echo hi; ho", "SELECT 2"}},
    {"backslash behind a statement", "SELECT 1 \\gexec\nSELECT 2;", {"SELECT 1", "\\gexec", "SELECT 2"}},
    {"backslash in parentheses", "SELECT (1 \\g\n; SELECT 2", {"SELECT (1", "\\g", "SELECT 2"}},

    {"COPY data", "COPY t FROM STDIN;\n1\ta;b\n2\t'\n\\.\nSELECT 1;", {"COPY t FROM STDIN", "SELECT 1"}},
    {"COPY data with CRLF", "COPY t FROM stdin;\r\n1;\r\n\\.\r\nSELECT 1;", {"COPY t FROM stdin", "SELECT 1"}},
    {"COPY data to the end", "COPY t FROM STDIN;\n1;\n2;", {"COPY t FROM STDIN"}},
    {"COPY with a comment behind it", "COPY t FROM STDIN; -- c\n1;\n\\.\nSELECT 1;", {"COPY t FROM STDIN", "SELECT 1"}},
    {"COPY with a statement behind it",
     "COPY t FROM STDIN; SELECT 1;\nSELECT 2;",
     {"COPY t FROM STDIN", "SELECT 1", "SELECT 2"}},
    {"COPY from a file has no data", "COPY t FROM '/x';\nSELECT 1;", {"COPY t FROM '/x'", "SELECT 1"}},
};

static void scripts_split_as_psql_does(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_split(&rv_dialect_postgresql, &cases[i]);
    }
}

static void copy_data_are_kept_apart(void **state)
{
    (void)state;
    static const struct {
        const char *script, *data;
    } copies[] = {
        {"COPY t FROM STDIN;\n1\n2\n\\.\nSELECT 1;", "1\n2\n"},
        {"COPY t FROM STDIN;\n\\.\n", ""},
        {"COPY t FROM STDIN;\n1\n\\.", "1\n"},
        {"COPY t FROM STDIN;\n1\n", "1\n"},
        {"COPY t FROM STDIN;\n1\\.\n \\.\n\\.\n", "1\\.\n \\.\n"},
        {"COPY t FROM STDIN;\r\n1\r\n\\.\r\n", "1\r\n"},
    };
    for (size_t i = 0; i < sizeof copies / sizeof copies[0]; i++) {
        pieces_auto struct pieces script = pieces_of(&rv_dialect_postgresql, rv_view_of(copies[i].script));
        assert_whole(&script);
        assert_int_equal(script.statements[0].kind, RV_STATEMENT_COPY_STDIN);
        if (!rv_view_equals(script.statements[0].data, copies[i].data)) {
            fail_msg("case %zu: '%.*s'", i, (int)script.statements[0].data.len, script.statements[0].data.ptr);
        }
    }
}

static const struct kind_case kinds[] = {
    {"", RV_STATEMENT_EMPTY, ""},
    {";", RV_STATEMENT_EMPTY, ""},
    {"-- x", RV_STATEMENT_EMPTY, ""},
    {"BEGIN", RV_STATEMENT_BEGIN, "BEGIN"},
    {"begin work isolation level serializable;", RV_STATEMENT_BEGIN, "BEGIN"},
    {"START TRANSACTION READ ONLY", RV_STATEMENT_BEGIN, "START TRANSACTION"},
    {"/* x */ COMMIT", RV_STATEMENT_COMMIT, "COMMIT"},
    {"COMMIT WORK", RV_STATEMENT_COMMIT, "COMMIT"},
    {"COMMIT AND NO CHAIN", RV_STATEMENT_COMMIT, "COMMIT"},
    {"COMMIT AND CHAIN", RV_STATEMENT_TRANSACTION, "COMMIT AND CHAIN"},
    {"COMMIT TRANSACTION AND CHAIN", RV_STATEMENT_TRANSACTION, "COMMIT AND CHAIN"},
    {"COMMIT PREPARED 'x'", RV_STATEMENT_NO_TRANSACTION, "COMMIT PREPARED"},
    {"END", RV_STATEMENT_COMMIT, "END"},
    {"END WORK AND CHAIN", RV_STATEMENT_TRANSACTION, "END AND CHAIN"},
    {"ROLLBACK", RV_STATEMENT_TRANSACTION, "ROLLBACK"},
    {"ROLLBACK WORK", RV_STATEMENT_TRANSACTION, "ROLLBACK"},
    {"ROLLBACK PREPARED 'x'", RV_STATEMENT_NO_TRANSACTION, "ROLLBACK PREPARED"},
    {"ROLLBACK TO a", RV_STATEMENT_OTHER, "ROLLBACK TO"},
    {"ROLLBACK TRANSACTION TO SAVEPOINT a", RV_STATEMENT_OTHER, "ROLLBACK TO"},
    {"ABORT", RV_STATEMENT_TRANSACTION, "ABORT"},
    {"PREPARE TRANSACTION 'x'", RV_STATEMENT_TRANSACTION, "PREPARE TRANSACTION"},
    {"PREPARE p AS SELECT 1", RV_STATEMENT_OTHER, ""},
    {"SAVEPOINT commit", RV_STATEMENT_OTHER, "SAVEPOINT"},
    {"RELEASE a", RV_STATEMENT_OTHER, "RELEASE"},
    {"SELECT 'COMMIT'", RV_STATEMENT_OTHER, "SELECT"},
    {"\"commit\"", RV_STATEMENT_OTHER, ""},
    {"COMMENT ON TABLE t IS 'COMMIT;'", RV_STATEMENT_OTHER, "COMMENT"},

    {"CREATE INDEX CONCURRENTLY i ON t (a)", RV_STATEMENT_NO_TRANSACTION, "CREATE INDEX CONCURRENTLY"},
    {"CREATE UNIQUE INDEX /* x */ CONCURRENTLY ON t (a)", RV_STATEMENT_NO_TRANSACTION, "CREATE INDEX CONCURRENTLY"},
    {"CREATE INDEX concurrently_x ON t (a)", RV_STATEMENT_OTHER, "CREATE INDEX"},
    {"CREATE INDEX \"concurrently\" ON t (a)", RV_STATEMENT_OTHER, "CREATE INDEX"},
    {"CREATE INDEX i ON t (a) -- CONCURRENTLY", RV_STATEMENT_OTHER, "CREATE INDEX"},
    {"DROP INDEX CONCURRENTLY i", RV_STATEMENT_NO_TRANSACTION, "DROP INDEX CONCURRENTLY"},
    {"DROP INDEX i", RV_STATEMENT_OTHER, "DROP INDEX"},
    {"REINDEX TABLE CONCURRENTLY t", RV_STATEMENT_NO_TRANSACTION, "REINDEX CONCURRENTLY"},
    {"REINDEX (VERBOSE) INDEX CONCURRENTLY i", RV_STATEMENT_NO_TRANSACTION, "REINDEX CONCURRENTLY"},
    {"REINDEX (CONCURRENTLY) TABLE t", RV_STATEMENT_NO_TRANSACTION, "REINDEX CONCURRENTLY"},
    {"REINDEX (VERBOSE, CONCURRENTLY on) TABLE t", RV_STATEMENT_NO_TRANSACTION, "REINDEX CONCURRENTLY"},
    {"REINDEX (CONCURRENTLY off) TABLE t", RV_STATEMENT_OTHER, "REINDEX"},
    {"REINDEX TABLE t", RV_STATEMENT_OTHER, "REINDEX"},
    {"REINDEX SCHEMA s", RV_STATEMENT_NO_TRANSACTION, "REINDEX SCHEMA"},
    {"REINDEX (VERBOSE) DATABASE d", RV_STATEMENT_NO_TRANSACTION, "REINDEX DATABASE"},
    {"REINDEX SYSTEM d", RV_STATEMENT_NO_TRANSACTION, "REINDEX SYSTEM"},
    {"ALTER TABLE IF EXISTS ONLY a.\"b\" DETACH PARTITION c.d CONCURRENTLY", RV_STATEMENT_NO_TRANSACTION,
     "ALTER TABLE DETACH PARTITION CONCURRENTLY"},
    {"ALTER TABLE a DETACH PARTITION d", RV_STATEMENT_OTHER, "ALTER TABLE"},
    {"ALTER TABLE a DETACH PARTITION d FINALIZE", RV_STATEMENT_OTHER, "ALTER TABLE"},
    {"REFRESH MATERIALIZED VIEW CONCURRENTLY v", RV_STATEMENT_OTHER, "REFRESH MATERIALIZED VIEW"},
    {"VACUUM", RV_STATEMENT_NO_TRANSACTION, "VACUUM"},
    {"VACUUM (ANALYZE) t", RV_STATEMENT_NO_TRANSACTION, "VACUUM"},
    {"ANALYZE t", RV_STATEMENT_OTHER, "ANALYZE"},
    {"CLUSTER", RV_STATEMENT_NO_TRANSACTION, "CLUSTER"},
    {"CLUSTER VERBOSE", RV_STATEMENT_NO_TRANSACTION, "CLUSTER"},
    {"CLUSTER (VERBOSE)", RV_STATEMENT_NO_TRANSACTION, "CLUSTER"},
    {"CLUSTER t USING i", RV_STATEMENT_OTHER, ""},
    {"ALTER SYSTEM SET a = 1", RV_STATEMENT_NO_TRANSACTION, "ALTER SYSTEM"},
    {"CREATE DATABASE d", RV_STATEMENT_NO_TRANSACTION, "CREATE DATABASE"},
    {"DROP DATABASE IF EXISTS d", RV_STATEMENT_NO_TRANSACTION, "DROP DATABASE"},
    {"ALTER DATABASE d SET TABLESPACE t", RV_STATEMENT_NO_TRANSACTION, "ALTER DATABASE SET TABLESPACE"},
    {"ALTER DATABASE d SET search_path = a", RV_STATEMENT_OTHER, ""},
    {"CREATE TABLESPACE t LOCATION '/x'", RV_STATEMENT_NO_TRANSACTION, "CREATE TABLESPACE"},
    {"DROP TABLESPACE t", RV_STATEMENT_NO_TRANSACTION, "DROP TABLESPACE"},
    {"DISCARD ALL", RV_STATEMENT_NO_TRANSACTION, "DISCARD ALL"},
    {"DISCARD TEMP", RV_STATEMENT_OTHER, ""},
    {"CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p", RV_STATEMENT_OTHER, ""},

    {"COPY t FROM STDIN", RV_STATEMENT_COPY_STDIN, "COPY"},
    {"COPY BINARY a.b (x, \"y\") FROM STDIN WITH (FORMAT csv)", RV_STATEMENT_COPY_STDIN, "COPY"},
    {"COPY t FROM STDOUT", RV_STATEMENT_COPY_STDIN, "COPY"},
    {"COPY t TO STDOUT", RV_STATEMENT_OTHER, "COPY"},
    {"COPY (SELECT * FROM stdin) TO STDOUT", RV_STATEMENT_OTHER, "COPY"},
    {"COPY t FROM PROGRAM 'x'", RV_STATEMENT_OTHER, "COPY"},
    {"\\i x.sql", RV_STATEMENT_BACKSLASH, ""},

    {"CREATE TABLE t ()", RV_STATEMENT_OTHER, "CREATE TABLE"},
    {"CREATE UNLOGGED TABLE t ()", RV_STATEMENT_OTHER, "CREATE TABLE"},
    {"CREATE OR REPLACE FUNCTION f() RETURN 1", RV_STATEMENT_OTHER, "CREATE FUNCTION"},
    {"DO $$BEGIN COMMIT; END$$", RV_STATEMENT_OTHER, "DO"},
    {"(SELECT 1)", RV_STATEMENT_OTHER, ""},
    {"EXPLAIN ANALYZE SELECT 1", RV_STATEMENT_OTHER, ""},
};

static void commands_are_told_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i].sql[0]) {
            assert_kind(&rv_dialect_postgresql, &kinds[i]);
        }
    }
}

static void lines_and_columns_are_of_the_text(void **state)
{
    (void)state;
    pieces_auto struct pieces script =
        pieces_of(&rv_dialect_postgresql, rv_view_of("\xEF\xBB\xBF-- x\r\n  SELECT '\xC3\xA9'; SELECT 2;\n\nSELECT 3"));
    assert_whole(&script);
    static const uint32_t places[][2] = {{2, 3}, {2, 15}, {4, 1}};
    assert_int_equal(script.count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(script.statements[i].line, places[i][0]);
        assert_int_equal(script.statements[i].column, places[i][1]);
    }
}

static void random_scripts_lose_nothing(void **state)
{
    (void)state;
    static const char *const parts[] = {"'",     "\"",       "$$",        "$a$",    "E'",      "\\",
                                        ";",     "--",       "/*",        "*/",     "\n",      " ",
                                        "(",     ")",        "a",         "BEGIN ", "ATOMIC ", "END ",
                                        "CASE ", "CREATE ",  "FUNCTION ", "1",      ".",       "COPY t FROM STDIN;\n",
                                        "\\.\n", "\xC3\xA9", "\xFF",      "\r\n",   "[",       "]"};
    assert_random_scripts_are_whole(&rv_dialect_postgresql, parts, sizeof parts / sizeof parts[0]);
}

/* Ten megabytes in a moment: what is quadratic would take hours. */
static void time_grows_with_size(void **state)
{
    (void)state;
    static const char *const units[] = {"SELECT 1;", "$a", "/*", "(", "'x' ", "E'a'\n", "\\x\n", "$a$b$c$ "};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        rv_str_auto struct rv_str text = {0};
        while (text.len < 2000000) {
            rv_str_add_text(&text, units[i]);
        }
        pieces_auto struct pieces script = pieces_of(&rv_dialect_postgresql, rv_view(text.ptr, text.len));
        assert_true(script.count > 0);
    }
}

TESTS(TEST(scripts_split_as_psql_does), TEST(copy_data_are_kept_apart), TEST(commands_are_told_apart),
      TEST(lines_and_columns_are_of_the_text), TEST(random_scripts_lose_nothing), TEST(time_grows_with_size))
