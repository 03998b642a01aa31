/* From bytes to lines and columns as editors count them: lines end in LF, columns are characters, a byte order mark is
 * neither. Knows nothing of SQL. */
#include "sql/scan.h"

#include "base/utf8.h"

size_t rv_sql_bom(struct rv_view source)
{
    return rv_view_starts_with(source, "\xEF\xBB\xBF") ? 3 : 0;
}

void rv_cursor_init(struct rv_cursor *cursor, struct rv_view source)
{
    *cursor = (struct rv_cursor){.offset = rv_sql_bom(source), .line = 1, .column = 1};
}

void rv_cursor_move(struct rv_cursor *cursor, struct rv_view source, size_t offset)
{
    while (cursor->offset < offset) {
        const char *from = source.ptr + cursor->offset;
        size_t rest = offset - cursor->offset;
        const char *newline = memchr(from, '\n', rest);
        if (!newline) {
            cursor->column += (uint32_t)rv_utf8_count(rv_view(from, rest));
            cursor->offset = offset;
            return;
        }
        cursor->line++;
        cursor->column = 1;
        cursor->offset += (size_t)(newline - from) + 1;
    }
}

struct rv_position rv_sql_position(struct rv_view source, size_t offset)
{
    if (offset > source.len) {
        offset = source.len;
    }
    struct rv_cursor cursor;
    rv_cursor_init(&cursor, source);
    rv_cursor_move(&cursor, source, offset);
    size_t start = offset > rv_sql_bom(source) ? offset : rv_sql_bom(source);
    while (start > rv_sql_bom(source) && source.ptr[start - 1] != '\n') {
        start--;
    }
    size_t end = start;
    while (end < source.len && source.ptr[end] != '\n') {
        end++;
    }
    if (end > start && source.ptr[end - 1] == '\r') {
        end--;
    }
    return (struct rv_position){cursor.line, cursor.column, rv_view(source.ptr + start, end - start)};
}
