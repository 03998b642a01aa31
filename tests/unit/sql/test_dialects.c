#include "harness.h"

#include "sql/dialect.h"

static void dialects_are_found_by_name(void **state)
{
    (void)state;
    assert_ptr_equal(rv_dialect_find("postgresql"), &rv_dialect_postgresql);
    assert_ptr_equal(rv_dialect_find("sqlite"), &rv_dialect_sqlite);
    assert_null(rv_dialect_find("mysql"));
    assert_null(rv_dialect_find(""));
}

static void quotes_are_doubled(void **state)
{
    (void)state;
    static const struct {
        const char *text, *identifier, *literal;
    } cases[] = {
        {"", "\"\"", "''"},          {"plain", "\"plain\"", "'plain'"},    {"a\"b'c", "\"a\"\"b'c\"", "'a\"b''c'"},
        {"a\\", "\"a\\\"", "'a\\'"}, {"; DROP", "\"; DROP\"", "'; DROP'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rv_str_auto struct rv_str identifier = {0}, literal = {0};
        rv_sql_add_identifier(&identifier, cases[i].text);
        rv_sql_add_literal(&literal, cases[i].text);
        assert_string_equal(rv_str_text(&identifier), cases[i].identifier);
        assert_string_equal(rv_str_text(&literal), cases[i].literal);
    }
}

TESTS(TEST(dialects_are_found_by_name), TEST(quotes_are_doubled))
