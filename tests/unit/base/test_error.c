#include "base/error.h"

#include "harness.h"

static void a_failure_is_false_and_set(void **state)
{
    (void)state;
    rev_error *err = NULL;
    assert_false(rv_fail(&err, REV_ERROR_SPEC, "no %s", "such thing"));
    assert_string_equal(err->message, "no such thing");
    assert_int_equal(err->code, REV_ERROR_SPEC);
    assert_null(err->hint);
    assert_null(err->file);
    assert_null(err->next);
    assert_int_equal(err->line + err->column, 0);
    rev_error_free(err);
    rev_error_free(NULL);
    err = NULL;
    rv_fail(&err, REV_ERROR_IO, "%s", "");
    assert_string_equal(err->message, "");
    rev_error_free(err);
}

static rev_error *full_error(void)
{
    rev_error *err = NULL;
    rv_fail(&err, REV_ERROR_DATABASE, "message");
    rv_error_hint(err, "first hint");
    rv_error_hint(err, "hint %d", 2);
    rv_error_detail(err, "detail");
    rv_error_prefix(err, "%s: ", "where");
    rv_error_prefix(err, "outer: ");
    rv_error_at(err, "first", 1, 1);
    rv_error_at(err, "file", 3, 4);
    rv_error_sqlstate(err, "42P01");
    rv_error_statement(err, "select 1; more", 8, 5);
    rv_error_excerpt(err, "an excerpt", 2);
    return err;
}

static void check_full(const rev_error *err)
{
    assert_string_equal(err->message, "outer: where: message");
    assert_string_equal(err->hint, "hint 2");
    assert_string_equal(err->detail, "detail");
    assert_string_equal(err->file, "file");
    assert_int_equal(err->line, 3);
    assert_int_equal(err->column, 4);
    assert_string_equal(err->sqlstate, "42P01");
    assert_string_equal(err->statement, "select 1");
    assert_int_equal(err->statement_number, 5);
    assert_string_equal(err->excerpt, "an");
}

static void the_later_word_wins_and_prefixes_add_up(void **state)
{
    (void)state;
    rev_error *err = full_error();
    check_full(err);
    rv_error_at(err, NULL, 0, 0);
    assert_null(err->file);
    rv_error_sqlstate(err, NULL);
    assert_null(err->sqlstate);
    rv_error_statement(err, NULL, 0, 0);
    assert_string_equal(err->statement, "");
    rev_error_free(err);
}

static void a_copy_is_alone(void **state)
{
    (void)state;
    rev_error *err = full_error();
    rv_fail(&err->next, REV_ERROR_IO, "behind");
    rev_error *copy = rv_error_copy(err);
    rev_error_free(err);
    check_full(copy);
    assert_null(copy->next);
    rev_error_free(copy);
    rv_fail(&err, REV_ERROR_IO, "bare");
    copy = rv_error_copy(err);
    assert_null(copy->hint);
    assert_null(copy->statement);
    rev_error_free(err);
    rev_error_free(copy);
}

static void nobody_is_told_what_nobody_asks(void **state)
{
    (void)state;
    rev_error *err = full_error(), *got = NULL;
    rv_error_give(&got, err);
    assert_ptr_equal(got, err);
    rv_error_give(NULL, got);
    rv_error_hint(NULL, "x");
    rv_error_detail(NULL, "x");
    rv_error_prefix(NULL, "x");
    rv_error_at(NULL, "x", 1, 1);
    rv_error_sqlstate(NULL, "x");
    rv_error_statement(NULL, "x", 1, 1);
    rv_error_excerpt(NULL, "x", 1);
}

static size_t length_of(const rev_error *err)
{
    size_t length = 0;
    for (; err; err = err->next) {
        length++;
    }
    return length;
}

static void faults_are_bounded(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t faults, shown;
        const char *last;
    } cases[] = {
        {"one", 1, 1, "fault 1"},
        {"at the limit", 20, 20, "fault 20"},
        {"one more", 21, 21, "and 1 more"},
        {"many more", 100000, 21, "and 99980 more"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct rv_faults added = {0}, taken = {0};
        for (size_t n = 1; n <= cases[i].faults; n++) {
            rev_error *fault = rv_faults_add(&added, REV_ERROR_GRAPH, "fault %zu", n);
            CHECK(cases[i].name, (fault != NULL) == (n <= RV_FAULT_LIMIT));
            rv_error_hint(fault, "hint");
            rev_error *made = NULL;
            rv_fail(&made, REV_ERROR_GRAPH, "fault %zu", n);
            rv_faults_take(&taken, made);
        }
        struct rv_faults *both[] = {&added, &taken};
        for (size_t k = 0; k < 2; k++) {
            rev_error *err = NULL;
            CHECK(cases[i].name, !rv_faults_done(both[k], &err));
            CHECK(cases[i].name, length_of(err) == cases[i].shown);
            const rev_error *last = err;
            while (last->next) {
                last = last->next;
            }
            check_text(cases[i].name, err->message, "fault 1");
            check_text(cases[i].name, last->message, cases[i].last);
            CHECK(cases[i].name, last->code == REV_ERROR_GRAPH);
            rev_error_free(err);
        }
    }
}

static void lists_of_faults_join(void **state)
{
    (void)state;
    struct rv_faults faults = {0};
    rev_error *err = NULL;
    assert_true(rv_faults_done(&faults, &err));
    assert_null(err);
    rv_faults_take(&faults, NULL);
    rv_faults_add(&faults, REV_ERROR_GRAPH, "first");
    rev_error *list = NULL;
    rv_fail(&list, REV_ERROR_IO, "second");
    rv_fail(&list->next, REV_ERROR_IO, "third");
    rv_faults_take(&faults, list);
    rv_faults_add(&faults, REV_ERROR_GRAPH, "fourth");
    assert_int_equal(faults.count, 4);
    assert_false(rv_faults_done(&faults, &err));
    assert_int_equal(length_of(err), 4);
    assert_string_equal(err->next->next->message, "third");
    assert_string_equal(err->next->next->next->message, "fourth");
    rev_error_free(err);
}

TESTS(TEST(a_failure_is_false_and_set), TEST(the_later_word_wins_and_prefixes_add_up), TEST(a_copy_is_alone),
      TEST(nobody_is_told_what_nobody_asks), TEST(faults_are_bounded), TEST(lists_of_faults_join))
