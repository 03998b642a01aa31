#include "cli/exit.h"

#include "harness.h"

/* Each code of include/rev/error.h stands here; a new one fails the last test until it does. */
static const struct {
    rev_error_code code;
    int status;
} cases[] = {
    {REV_ERROR_USAGE, 2},       {REV_ERROR_CONFIG, 2},    {REV_ERROR_HEADER, 2},
    {REV_ERROR_GRAPH, 2},       {REV_ERROR_SPEC, 2},      {REV_ERROR_MULTIPLE_HEADS, 2},
    {REV_ERROR_UNKNOWN_ROW, 2}, {REV_ERROR_SCRIPT, 2},    {REV_ERROR_IRREVERSIBLE, 1},
    {REV_ERROR_IO, 1},          {REV_ERROR_EXISTS, 2},    {REV_ERROR_CONNECT, 1},
    {REV_ERROR_DATABASE, 1},    {REV_ERROR_CONFLICT, 1},  {REV_ERROR_LOCKED, 4},
    {REV_ERROR_CANCELLED, 130}, {REV_ERROR_TOO_LARGE, 2}, {REV_ERROR_INTERRUPTED, 5},
    {REV_ERROR_CHANGED, 5},
};

static void statuses_are_those_of_the_contract(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(exit_status_of(cases[i].code), cases[i].status);
    }
    assert_int_equal(EXIT_DONE, 0);
    assert_int_equal(EXIT_NO, 3);
    assert_int_equal(EXIT_SIGNAL, 128);
}

/* The numbers are stable, and none is left out. */
static void codes_keep_their_numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(cases[i].code, i + 1);
    }
}

/* What a later library might say is a failure, never success. */
static void an_unknown_code_is_a_failure(void **state)
{
    (void)state;
    assert_int_equal(exit_status_of((rev_error_code)0), 1);
    assert_int_equal(exit_status_of((rev_error_code)1000), 1);
}

TESTS(TEST(statuses_are_those_of_the_contract), TEST(codes_keep_their_numbers), TEST(an_unknown_code_is_a_failure))
