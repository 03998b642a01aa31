#include "sql/index.h"

#include "harness.h"

static void what_is_made_is_found(void **state)
{
    (void)state;
    static const struct {
        const char *text, *name, *table; /* table NULL: no such statement */
    } cases[] = {
        {"CREATE INDEX CONCURRENTLY i ON t (a)", "i", "t"},
        {"create unique index concurrently if not exists i on only s.t using btree (a)", "i", "s.t"},
        {"CREATE INDEX CONCURRENTLY ON t (a)", "", "t"},
        {"CREATE /* x */ INDEX\nCONCURRENTLY \"On\" ON \"S\" . \"T\" (a)", "\"On\"", "\"S\" . \"T\""},
        {"CREATE INDEX CONCURRENTLY \"a.b\" ON t(a)", "\"a.b\"", "t"},
        {"CREATE INDEX i ON t (a)", NULL, NULL},
        {"DROP INDEX CONCURRENTLY i", NULL, NULL},
        {"CREATE INDEX CONCURRENTLY", NULL, NULL},
        {"CREATE INDEX CONCURRENTLY i ON", NULL, NULL},
        {"VACUUM", NULL, NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct rv_statement statement = {.text = rv_view_of(cases[i].text)};
        struct rv_new_index index;
        bool is_one = rv_sql_new_index(&rv_dialect_postgresql, &statement, &index);
        CHECK(cases[i].text, is_one == (cases[i].table != NULL));
        CHECK(cases[i].text,
              !is_one || (rv_view_equals(index.name, cases[i].name) && rv_view_equals(index.table, cases[i].table)));
    }
}

TESTS(TEST(what_is_made_is_found))
