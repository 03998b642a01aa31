#include "sql/directive.h"

#include "harness.h"

/* The directive before the first statement of a text. */
static bool read_first(const struct rv_dialect *dialect, const char *text, struct rv_repeat *out, size_t *out_offset,
                       rev_error **err)
{
    struct rv_view source = rv_view_of(text);
    struct rv_splitter splitter;
    struct rv_statement statement;
    rv_splitter_init(&splitter, source);
    assert_true(dialect->next(&splitter, &statement));
    return rv_directive_read(dialect, source, &statement, out, out_offset, err);
}

static void directives_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *script;
        bool is_wanted;
        int64_t limit, sleep_ms;
    } cases[] = {
        {"DELETE FROM t", false, 0, 0},
        {"-- a comment\nDELETE FROM t", false, 0, 0},
        {"-- rev: 3 of May\nDELETE FROM t", false, 0, 0},
        {"-- see rev: repeat until 0 rows\nDELETE FROM t", false, 0, 0},
        {"/* -- rev: repeat until 0 rows\n*/ DELETE FROM t", false, 0, 0},
        {"/* /* */\n-- rev: repeat until 0 rows\n*/ DELETE FROM t", false, 0, 0},
        {"-- rev: repeat until 0 rows\nDELETE FROM t", true, 0, 0},
        {"\xEF\xBB\xBF--rev:  Repeat UNTIL 0 rows \r\nDELETE FROM t", true, 0, 0},
        {"-- rev: repeat until 0 rows limit 5 times\nupdate t SET a = 1", true, 5, 0},
        {"-- rev: repeat until 0 rows, sleep 2s\n-- why\n\nINSERT INTO t SELECT 1", true, 0, 2000},
        {"/* x */\n  -- rev: repeat until 0 rows sleep 100ms, limit 7 times\nWITH a AS (SELECT 1) DELETE FROM t", true,
         7, 100},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct rv_repeat repeat;
        size_t offset;
        rev_error *err = NULL;
        assert_succeeds(read_first(&rv_dialect_postgresql, cases[i].script, &repeat, &offset, &err), &err);
        CHECK(cases[i].script, repeat.is_wanted == cases[i].is_wanted);
        CHECK(cases[i].script, repeat.limit == cases[i].limit && repeat.sleep_ms == cases[i].sleep_ms);
    }
}

static void misspelt_directives_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *script, *message;
        size_t offset;
    } cases[] = {
        {"-- rev: repeat\nDELETE FROM t", "is not understood", 0},
        {"-- rev: repeat until 0\nDELETE FROM t", "is not understood", 0},
        {"-- rev: repeat until 1 rows\nDELETE FROM t", "is not understood", 0},
        {"\n-- rev: repeat until 0 rows limit 0 times\nDELETE FROM t", "is not understood", 1},
        {"-- rev: repeat until 0 rows limit 5\nDELETE FROM t", "is not understood", 0},
        {"-- rev: repeat until 0 rows limit 5 times limit 6 times\nDELETE FROM t", "is not understood", 0},
        {"-- rev: repeat until 0 rows sleep\nDELETE FROM t", "is not understood", 0},
        {"-- rev: repeat until 0 rows sleep 9 years\nDELETE FROM t", "is not understood", 0},
        {"-- rev: repeat until 0 rows sleep 2h\nDELETE FROM t", "is not understood", 0},
        {"-- rev: repeat until 0 rows a b c d e f g h i j k l m\nDELETE FROM t", "is not understood", 0},
        {"-- rev: repaet until 0 rows\nDELETE FROM t", "is not understood", 0},
        {"-- rev: repeat until 0 rows\nSELECT 1", "changes no rows", 0},
        {"-- rev: repeat until 0 rows\nUPDATED t", "changes no rows", 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct rv_repeat repeat;
        size_t offset = SIZE_MAX;
        rev_error *err = NULL;
        bool is_read = read_first(&rv_dialect_postgresql, cases[i].script, &repeat, &offset, &err);
        CHECK(cases[i].script, offset == cases[i].offset && err && err->hint);
        assert_fails(is_read, &err, REV_ERROR_SCRIPT, cases[i].message);
    }
}

static void comments_nest_only_where_they_do(void **state)
{
    (void)state;
    struct rv_repeat repeat;
    size_t offset;
    rev_error *err = NULL;
    const char *text = "/* a /* */\n-- rev: repeat until 0 rows\nDELETE FROM t";
    assert_succeeds(read_first(&rv_dialect_sqlite, text, &repeat, &offset, &err), &err);
    assert_true(repeat.is_wanted);
}

TESTS(TEST(comments_nest_only_where_they_do), TEST(directives_are_read), TEST(misspelt_directives_are_refused))
