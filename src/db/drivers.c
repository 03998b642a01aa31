/* The table of drivers. A URL is looked at only as far as its scheme, and nothing behind the scheme is ever shown: it
 * may hold a password. */
#include "db/drivers.h"

#include "base/arena.h"
#include "base/error.h"

static const struct rv_driver *const drivers[] = {
#ifdef RV_HAVE_POSTGRESQL
    &rv_driver_postgresql,
#endif
#ifdef RV_HAVE_SQLITE
    &rv_driver_sqlite,
#endif
    NULL,
};

bool rv_url_is_postgresql(const char *url)
{
    if (rv_text_starts_with(url, "postgresql://") || rv_text_starts_with(url, "postgres://")) {
        return true;
    }
    /* A keyword string: host=… user=…, service=… */
    size_t len = 0;
    while (rv_is_alpha(url[len]) || rv_is_space(url[len]) || url[len] == '_') {
        len++;
    }
    return len > 0 && url[len] == '=';
}

bool rv_url_is_sqlite(const char *url)
{
    return rv_text_starts_with(url, "sqlite:");
}

static bool left_out(const char *name, rev_error **err)
{
    rv_fail(err, REV_ERROR_CONFIG, "this build of rev has no driver for %s", name);
    rv_error_hint(*err, "It was built without it; install or build one that has it.");
    return false;
}

static const struct rv_driver *driver_named(const char *name)
{
    for (size_t i = 0; drivers[i]; i++) {
        if (strcmp(drivers[i]->name, name) == 0) {
            return drivers[i];
        }
    }
    return NULL;
}

const struct rv_driver *rv_driver_for_loan(const struct rv_db_settings *settings, rev_error **err)
{
    if (settings->sqlite && settings->postgresql) {
        rv_fail(err, REV_ERROR_USAGE, "two connections were handed over: one to SQLite, one to PostgreSQL");
        return NULL;
    }
    const struct rv_driver *driver = driver_named(settings->sqlite ? "sqlite" : "postgresql");
    if (!driver) {
        left_out(settings->sqlite ? "SQLite" : "PostgreSQL", err);
    }
    return driver;
}

const struct rv_driver *rv_driver_for(const char *url, rev_error **err)
{
    for (size_t i = 0; drivers[i]; i++) {
        if (drivers[i]->takes_url(url)) {
            return drivers[i];
        }
    }
    if (rv_url_is_postgresql(url)) {
        left_out("PostgreSQL", err);
        return NULL;
    }
    if (rv_url_is_sqlite(url)) {
        left_out("SQLite", err);
        return NULL;
    }
    int scheme = 0;
    while (rv_is_alpha(url[scheme]) || rv_is_digit(url[scheme]) || url[scheme] == '+' || url[scheme] == '-') {
        scheme++;
    }
    if (scheme > 0 && scheme < 40 && rv_text_starts_with(url + scheme, "://")) {
        rv_fail(err, REV_ERROR_CONFIG, "no driver for database URLs that begin with '%.*s://'", scheme, url);
    } else {
        rv_fail(err, REV_ERROR_CONFIG, "the database URL has no known form");
    }
    rv_error_hint(*err, "Known are postgresql://…, a libpq keyword string such as 'service=…', and sqlite:///path.");
    return NULL;
}

void rv_result_clear(struct rv_result *result)
{
    rv_arena_free(result->arena);
    *result = (struct rv_result){0};
}
