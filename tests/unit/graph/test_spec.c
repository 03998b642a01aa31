/* Specs taken apart. */
#include "harness.h"

#include "graph/spec.h"

static void specs(void **state)
{
    static const struct {
        const char *text, *where;
        enum rv_symbol symbol;
        const char *name;
        char sign;
        uint32_t distance;
    } cases[] = {
        {"head", NULL, RV_SYMBOL_HEAD, "head", 0, 0},
        {"heads", NULL, RV_SYMBOL_HEADS, "heads", 0, 0},
        {"base", NULL, RV_SYMBOL_BASE, "base", 0, 0},
        {"current", NULL, RV_SYMBOL_CURRENT, "current", 0, 0},
        {"header", NULL, RV_SYMBOL_NAME, "header", 0, 0},
        {"abc", NULL, RV_SYMBOL_NAME, "abc", 0, 0},
        {"0012", NULL, RV_SYMBOL_NAME, "0012", 0, 0},
        {"+2", NULL, RV_SYMBOL_NONE, "", '+', 2},
        {"-1", NULL, RV_SYMBOL_NONE, "", '-', 1},
        {"+0", NULL, RV_SYMBOL_NONE, "", '+', 0},
        {"L@head", "L", RV_SYMBOL_HEAD, "head", 0, 0},
        {"L@heads", "L", RV_SYMBOL_HEADS, "heads", 0, 0},
        {"my-label@-12", "my-label", RV_SYMBOL_NONE, "", '-', 12},
        {"L@abc+007", "L", RV_SYMBOL_NAME, "abc", '+', 7},
        {"abc-1", NULL, RV_SYMBOL_NAME, "abc", '-', 1},
        {"head-2", NULL, RV_SYMBOL_HEAD, "head", '-', 2},
        {"base+1", NULL, RV_SYMBOL_BASE, "base", '+', 1},
        {"a-b", NULL, RV_SYMBOL_NAME, "a-b", 0, 0},
        {"a--1", NULL, RV_SYMBOL_NAME, "a-", '-', 1},
        {"abc-1x", NULL, RV_SYMBOL_NAME, "abc-1x", 0, 0}, /* a name, if there is one: nothing is cut off */
        {"-", NULL, RV_SYMBOL_NAME, "-", 0, 0},
        {"a+99999999999999999999", NULL, RV_SYMBOL_NAME, "a", '+', UINT32_MAX},
        {"a-4294967296", NULL, RV_SYMBOL_NAME, "a", '-', UINT32_MAX},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct rv_spec spec;
        rev_error *err = NULL;
        bool is_parsed = rv_spec_parse(rv_view_of(cases[i].text), &spec, &err);
        check_none(cases[i].text, err);
        CHECK(cases[i].text, is_parsed);
        CHECK(cases[i].text, spec.has_where == (cases[i].where != NULL));
        CHECK(cases[i].text, !spec.has_where || rv_view_equals(spec.where, cases[i].where));
        CHECK(cases[i].text, spec.symbol == cases[i].symbol && rv_view_equals(spec.name, cases[i].name));
        CHECK(cases[i].text, spec.sign == cases[i].sign && spec.distance == cases[i].distance);
    }
}

static void refused(void **state)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"", "is empty"},
        {"@", "nothing before the @"},
        {"@head", "nothing before the @"},
        {"L@", "nothing after the @"},
        {"head@x", "reserved word before the @"},
        {"heads@head", "reserved word before the @"},
        {"base@-1", "reserved word before the @"},
        {"current@head", "reserved word before the @"},
        {"a@b@c", "more than one @"},
        {"a@b@+1", "more than one @"},
        {"a:b", "'a:b' is a range"},
        {":", "is a range"},
        {"a+", "does not parse"},
        {"a+1x", "does not parse"},
        {"a+1-1", "does not parse"},
        {"+", "does not parse"},
        {"a\xff", "is not UTF-8"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct rv_spec spec;
        rev_error *err = NULL;
        assert_fails(rv_spec_parse(rv_view_of(cases[i].text), &spec, &err), &err, REV_ERROR_SPEC, cases[i].message);
    }
}

static void long_specs_are_refused(void **state)
{
    (void)state;
    char text[RV_SPEC_LIMIT + 2] = {0};
    memset(text, 'a', sizeof text - 1);
    struct rv_spec spec;
    rev_error *err = NULL;
    assert_fails(rv_spec_parse(rv_view_of(text), &spec, &err), &err, REV_ERROR_SPEC, "longer than 1024");
    assert_succeeds(rv_spec_parse(rv_view(text, RV_SPEC_LIMIT), &spec, &err), &err);
}

static void ranges(void **state)
{
    struct rv_view first, last;
    rev_error *err = NULL;
    (void)state;
    assert_succeeds(rv_spec_split("a:b@c", &first, &last, &err), &err);
    assert_true(rv_view_equals(first, "a") && rv_view_equals(last, "b@c"));
    assert_succeeds(rv_spec_split(":", &first, &last, &err), &err);
    assert_true(first.len == 0 && last.len == 0);
    assert_fails(rv_spec_split("abc", &first, &last, &err), &err, REV_ERROR_SPEC, "'abc' has no colon");
    assert_fails(rv_spec_split("a:b:c", &first, &last, &err), &err, REV_ERROR_SPEC, "more than one colon");
}

TESTS(TEST(specs), TEST(refused), TEST(long_specs_are_refused), TEST(ranges))
