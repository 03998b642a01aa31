#include "harness.h"

#include "sql/dialect.h"

static const struct {
    const char *source;
    size_t offset;
    uint32_t line, column;
    const char *line_text;
} cases[] = {
    {"", 0, 1, 1, ""},
    {"abc", 0, 1, 1, "abc"},
    {"abc", 3, 1, 4, "abc"},
    {"abc", 99, 1, 4, "abc"},
    {"a\nbc\n", 2, 2, 1, "bc"},
    {"a\nbc\n", 4, 2, 3, "bc"},
    {"a\nbc\n", 5, 3, 1, ""},
    {"a\r\nbc\r\nd", 4, 2, 2, "bc"},
    {"\xEF\xBB\xBF"
     "abc",
     0, 1, 1, "abc"},
    {"\xEF\xBB\xBF"
     "abc",
     4, 1, 2, "abc"},
    {"\xC3\xA9\xE6\xBC\xA2x", 5, 1, 3, "\xC3\xA9\xE6\xBC\xA2x"},
    {"\xFFx", 1, 1, 2, "\xFFx"},
};

static void offsets_become_lines_and_columns(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rv_position position = rv_sql_position(rv_view_of(cases[i].source), cases[i].offset);
        if (position.line != cases[i].line || position.column != cases[i].column ||
            !rv_view_equals(position.line_text, cases[i].line_text)) {
            fail_msg("case %zu: %u:%u '%.*s'", i, position.line, position.column, (int)position.line_text.len,
                     position.line_text.ptr);
        }
    }
}

TESTS(TEST(offsets_become_lines_and_columns))
