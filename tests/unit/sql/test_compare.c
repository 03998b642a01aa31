#include "sql/compare.h"

#include "harness.h"

static void blanks_make_no_difference(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool is_same;
    } cases[] = {
        {"", "", true},
        {"", "-- only a comment\n;", true},
        {"SELECT 1;", "select 1;", false},
        {"SELECT 1;", "SELECT  1 -- one\n;\n", true},
        {"SELECT 1;", "/* x */ SELECT /* y */ 1", true},
        {"SELECT 1;", "SELECT 1; SELECT 2;", false},
        {"SELECT 12;", "SELECT 1 2;", false},
        {"SELECT 'a  b';", "SELECT 'a b';", false},
        {"SELECT $$ -- x\n$$;", "SELECT $$ $$;", false},
        {"SELECT 1;;", "SELECT 1;", true},
        {"COPY t FROM STDIN;\n1\t2\n\\.\n", "COPY  t FROM STDIN;\n1\t2\n\\.\n", true},
        {"COPY t FROM STDIN;\n1\t2\n\\.\n", "COPY t FROM STDIN;\n1\t 2\n\\.\n", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        CHECK(cases[i].b, rv_sql_same_but_blanks(&rv_dialect_postgresql, rv_view_of(cases[i].a),
                                                 rv_view_of(cases[i].b)) == cases[i].is_same);
    }
    assert_true(rv_sql_same_but_blanks(&rv_dialect_sqlite, rv_view_of("SELECT [a b];"), rv_view_of("SELECT\n[a b]")));
}

TESTS(TEST(blanks_make_no_difference))
