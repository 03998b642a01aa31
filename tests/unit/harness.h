/* The one main of every unit test: a group a program, reported as TAP where meson asks for it. */
#ifndef RV_TESTS_HARNESS_H
#define RV_TESTS_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"

#define TEST(name) cmocka_unit_test(name)

/* TESTS(TEST(a), TEST(b)); — cmocka reports failures in the TAP stream, so main always returns 0 under TAP. */
#define TESTS(...)                                                                                                     \
    int main(void)                                                                                                     \
    {                                                                                                                  \
        const struct CMUnitTest tests[] = {__VA_ARGS__};                                                               \
        const char *format = getenv("CMOCKA_MESSAGE_OUTPUT");                                                          \
        int failed = cmocka_run_group_tests(tests, NULL, NULL);                                                        \
        return format && strcmp(format, "TAP") == 0 ? 0 : failed;                                                      \
    }

/* A function's promise: false or NULL means that *err is set, and the reverse. Frees the error. */
static inline void assert_fails(int succeeded, rev_error **err, rev_error_code code, const char *message_part)
{
    assert_false(succeeded);
    assert_non_null(*err);
    if ((*err)->code != code || !strstr((*err)->message, message_part)) {
        fail_msg("expected code %d and '%s', got code %d: %s", (int)code, message_part, (int)(*err)->code,
                 (*err)->message);
    }
    rev_error_free(*err);
    *err = NULL;
}

static inline void assert_succeeds(int succeeded, rev_error **err)
{
    if (*err) {
        fail_msg("unexpected error: %s", (*err)->message);
    }
    assert_true(succeeded);
}

/* For tables of cases: what fails is named by its case. */
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define CHECK(name, condition)                                                                                         \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fail_msg("%s: not true: %s", (name), #condition);                                                          \
        }                                                                                                              \
    } while (0)

static inline void check_text(const char *name, const char *actual, const char *expected)
{
    if ((!actual || !expected) ? actual != expected : strcmp(actual, expected) != 0) {
        fail_msg("%s: expected '%s', got '%s'", name, expected ? expected : "(NULL)", actual ? actual : "(NULL)");
    }
}

static inline void check_none(const char *name, const rev_error *error)
{
    if (error) {
        fail_msg("%s: unexpected error at %s:%u:%u: %s", name, error->file ? error->file : "", (unsigned)error->line,
                 (unsigned)error->column, error->message);
    }
}

/* This error alone: its code, its place (0: none) and a part of its message. */
static inline void check_error(const char *name, const rev_error *error, rev_error_code code, uint32_t line,
                               uint32_t column, const char *message_part)
{
    if (!error) {
        fail_msg("%s: expected '%s', got no error", name, message_part);
    } else if (error->code != code || error->line != line || error->column != column ||
               !strstr(error->message, message_part)) {
        fail_msg("%s: expected code %d at %u:%u with '%s', got code %d at %u:%u: %s", name, (int)code, (unsigned)line,
                 (unsigned)column, message_part, (int)error->code, (unsigned)error->line, (unsigned)error->column,
                 error->message);
    }
}

#endif
