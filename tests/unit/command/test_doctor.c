#include "folder.h"

#include <rev/rev.h>

/* The profile of the database at a URL, as rev_doctor() tells it. */
static rev_engine engine_at(const char *url)
{
    rev_error *err = NULL;
    make_dir("migrations");
    rev_project *project =
        rev_project_open(&(rev_project_options){.struct_size = sizeof(rev_project_options), .url = url}, &err);
    assert_succeeds(project != NULL, &err);
    rev_health *health = rev_doctor(project, NULL, &err);
    assert_succeeds(health != NULL, &err);
    rev_engine engine = health->engine; /* its texts are static */
    assert_true(strlen(health->server) > strlen(engine.name));
    rev_health_free(health);
    rev_project_free(project);
    return engine;
}

static void sqlite_is_described(void **state)
{
    (void)state;
    rev_engine engine = engine_at("sqlite://");
    assert_string_equal(engine.name, "SQLite");
    assert_string_equal(engine.lock, "transaction");
    assert_true(engine.has_transactional_ddl);
    assert_false(engine.has_jobs);
}

/* On the server that REV_TEST_PG_URL names, which tests/run.sh starts. */
static void postgresql_is_described(void **state)
{
    (void)state;
    const char *url = getenv("REV_TEST_PG_URL");
    if (!url || !*url) {
        print_message("# REV_TEST_PG_URL is not set: not run\n");
        return;
    }
    rev_engine engine = engine_at(url);
    assert_string_equal(engine.name, "PostgreSQL");
    assert_string_equal(engine.lock, "advisory");
    assert_true(engine.has_transactional_ddl);
    assert_false(engine.has_jobs);
}

TESTS(IN_FOLDER(sqlite_is_described), IN_FOLDER(postgresql_is_described))
