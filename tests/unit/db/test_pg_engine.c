#include "harness.h"

#include "db/engine.h"

struct told {
    const char *name, *value;
};

static const char *parameter(void *context, const char *name)
{
    const struct told *told = context;
    return strcmp(told->name, name) == 0 ? told->value : NULL;
}

static void by_what_is_told_when_connecting(void **state)
{
    (void)state;
    static const struct {
        struct told told;
        const char *name;
    } cases[] = {
        {{"crdb_version", "CockroachDB CCL v23.1.11 (x86_64-pc-linux-gnu)"}, "CockroachDB"},
        {{"server_version", "8.0.2"}, "Amazon Redshift"},
        {{"server_version", "15.0"}, "PostgreSQL"},
        {{"server_version", "18.0"}, "PostgreSQL"},
        {{"application_name", "Redshift"}, "PostgreSQL"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct told told = cases[i].told;
        assert_string_equal(rv_pg_engine_told(parameter, &told)->name, cases[i].name);
    }
}

static void by_version_and_catalog(void **state)
{
    (void)state;
    static const struct {
        const char *version, *relation, *name;
    } cases[] = {
        {"CockroachDB CCL v23.1.11 (x86_64-pc-linux-gnu, built 2023/09/27 01:53:43, go1.19.10)", NULL, "CockroachDB"},
        {"PostgreSQL 11.2-YB-2.20.1.0-b0 on x86_64-pc-linux-gnu, compiled by clang", NULL, "YugabyteDB"},
        {"PostgreSQL 15.12-YB-2025.1.0.0-b0 on x86_64-pc-linux-gnu", NULL, "YugabyteDB"},
        {"PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC, Redshift 1.0.12103", NULL, "Amazon Redshift"},
        {"PostgreSQL 16.13", "sys.iam_pg_role_mappings", "Aurora DSQL"},
        {"PostgreSQL 16.1 on x86_64-pc-linux-gnu", "pg_catalog.pg_dist_node", "Citus"},
        {"PostgreSQL 15.20 (Debian 15.20-0+deb12u1)", NULL, NULL},
        {"PostgreSQL 16.1", "public.iam_pg_role_mappings", NULL},
        {NULL, NULL, NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct rv_engine *found = rv_pg_engine_found(cases[i].version, cases[i].relation);
        if (cases[i].name) {
            assert_non_null(found);
            assert_string_equal(found->name, cases[i].name);
        } else {
            assert_null(found);
        }
    }
}

/* What the rest of the code relies on, whatever the engine. */
static void every_engine_is_whole(void **state)
{
    (void)state;
    static const char *const versions[] = {"CockroachDB", "-YB-", "Redshift"};
    static const char *const relations[] = {"pg_catalog.pg_dist_node", "sys.iam_pg_role_mappings"};
    const struct rv_engine *engines[] = {
        rv_pg_engine_found(versions[0], NULL),  rv_pg_engine_found(versions[1], NULL),
        rv_pg_engine_found(versions[2], NULL),  rv_pg_engine_found(NULL, relations[0]),
        rv_pg_engine_found(NULL, relations[1]), &rv_engine_postgresql,
    };
    for (size_t i = 0; i < COUNT(engines); i++) {
        const struct rv_engine *engine = engines[i];
        const struct rv_books_sql *books = engine->books;
        assert_true(engine->guard_sql && engine->reset_sql);
        assert_true(books->find_version && books->log_table && books->timestamp && books->started && books->time[1]);
        assert_true(!books->kept_table || (books->hex[0] && books->hex[1]));
        assert_true(!engine->failed_jobs_sql || engine->jobs_sql);
        assert_true(rv_engine_retries(engine, "40001"));
        assert_false(rv_engine_retries(engine, "42601"));
        assert_false(rv_engine_retries(engine, NULL));
    }
}

TESTS(TEST(by_what_is_told_when_connecting), TEST(by_version_and_catalog), TEST(every_engine_is_whole))
