#include "fuzz.h"

#include "base/utf8.h"
#include "sql/dialect.h"

static bool ends_a_line(uint32_t point)
{
    return (point >= '\n' && point <= '\r') || point == 0x85 || point == 0x2028 || point == 0x2029;
}

/* On one line, of the same length as characters go, and clean already. */
static void check_text(const struct rv_str *comment, struct rv_view text)
{
    rv_str_auto struct rv_str again = {0};
    struct rv_view line = rv_view(comment->ptr, comment->len);
    PROMISE(rv_utf8_invalid_at(line) == line.len);
    PROMISE(rv_utf8_count(line) == rv_utf8_count(text));
    for (size_t i = 0; i < line.len;) {
        uint32_t point = 0;
        i += rv_utf8_decode(line.ptr + i, line.len - i, &point);
        PROMISE(point >= 0x20 && !ends_a_line(point));
    }
    rv_utf8_add_one_line(&again, line);
    PROMISE(strcmp(rv_str_text(&again), rv_str_text(comment)) == 0);
}

/* Both databases read what stands behind it as the first statement, on the second line. */
static void check_script(const struct rv_dialect *dialect, const struct rv_str *comment)
{
    rv_str_auto struct rv_str text = {0};
    rv_str_printf(&text, "-- %s\nSELECT 1;", rv_str_text(comment));
    struct rv_splitter splitter;
    struct rv_statement statement, none;
    rv_splitter_init(&splitter, rv_view(text.ptr, text.len));
    PROMISE(dialect->next(&splitter, &statement) && !dialect->next(&splitter, &none));
    PROMISE(rv_view_equals(statement.text, "SELECT 1"));
    PROMISE(statement.line == 2 && statement.column == 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rv_view text = fuzz_view(data, size);
    rv_str_auto struct rv_str comment = {0};
    rv_utf8_add_one_line(&comment, text);
    check_text(&comment, text);
    check_script(&rv_dialect_postgresql, &comment);
    check_script(&rv_dialect_sqlite, &comment);
    return 0;
}
