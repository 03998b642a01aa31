#include "harness.h"

#include "db/driver.h"

static void urls_find_their_driver(void **state)
{
    (void)state;
    static const struct {
        const char *url, *name;
    } cases[] = {
        {"postgresql://u@h/d", "postgresql"}, {"postgres:///", "postgresql"},   {"host=h user=u", "postgresql"},
        {"service=x", "postgresql"},          {" dbname = d", "postgresql"},    {"sqlite://", "sqlite"},
        {"sqlite:////a b?.db", "sqlite"},     {"sqlite:///:memory:", "sqlite"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rev_error *err = NULL;
        const struct rv_driver *driver = rv_driver_for(cases[i].url, &err);
        if (driver) {
            assert_string_equal(driver->name, cases[i].name);
        } else {
            /* This build was made without it, and says so. */
            assert_fails(false, &err, REV_ERROR_CONFIG, "has no driver for");
        }
    }
}

static void other_urls_are_refused_without_secrets(void **state)
{
    (void)state;
    static const struct {
        const char *url, *message;
    } cases[] = {
        {"mysql://u:secret@h/d", "begin with 'mysql://'"},
        {"u:secret@h/d", "no known form"},
        {"", "no known form"},
        {"://secret", "no known form"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rev_error *err = NULL;
        const struct rv_driver *driver = rv_driver_for(cases[i].url, &err);
        assert_null(driver);
        assert_null(strstr(err->message, "secret"));
        assert_fails(driver != NULL, &err, REV_ERROR_CONFIG, cases[i].message);
    }
}

TESTS(TEST(urls_find_their_driver), TEST(other_urls_are_refused_without_secrets))
