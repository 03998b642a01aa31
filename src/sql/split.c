/* What both lexers share: collecting the pieces of a script so that they follow each other without a gap. Knows no
 * dialect; must stay linear in the source. */
#include "sql/scan.h"

#include "sql/classify.h"

size_t rv_line_end(struct rv_view source, size_t at)
{
    const char *newline = at < source.len ? memchr(source.ptr + at, '\n', source.len - at) : NULL;
    return newline ? (size_t)(newline - source.ptr) + 1 : source.len;
}

size_t rv_quote_end(struct rv_view source, size_t at, char quote)
{
    for (size_t i = at + 1; i < source.len;) {
        const char *found = memchr(source.ptr + i, quote, source.len - i);
        if (!found) {
            break;
        }
        i = (size_t)(found - source.ptr);
        if (i + 1 >= source.len || source.ptr[i + 1] != quote) {
            return i + 1;
        }
        i += 2;
    }
    return source.len + 1;
}

void rv_splitter_init(struct rv_splitter *splitter, struct rv_view source)
{
    *splitter = (struct rv_splitter){.source = source, .at = rv_sql_bom(source)};
    rv_cursor_init(&splitter->cursor, source);
}

static void cut(struct rv_splitter *splitter, size_t end, enum rv_statement_kind kind, struct rv_statement *out)
{
    bool is_empty = !rv_splitter_has_text(splitter);
    size_t start = is_empty ? end : splitter->text_start;
    size_t len = is_empty ? 0 : splitter->text_end - start;
    rv_cursor_move(&splitter->cursor, splitter->source, start);
    *out = (struct rv_statement){
        .start = splitter->piece_start,
        .end = end,
        .text = rv_view(splitter->source.ptr + start, len),
        .text_offset = start,
        .line = splitter->cursor.line,
        .column = splitter->cursor.column,
        .is_closed = true,
        .kind = kind,
        .command = "",
    };
    splitter->at = splitter->piece_start = splitter->text_start = splitter->text_end = end;
}

void rv_splitter_cut(struct rv_splitter *splitter, size_t end, const struct rv_rules *rules, struct rv_statement *out)
{
    bool is_empty = !rv_splitter_has_text(splitter);
    cut(splitter, end, RV_STATEMENT_EMPTY, out);
    if (!is_empty) {
        rv_sql_classify(out, rules);
    }
}

void rv_splitter_cut_line(struct rv_splitter *splitter, struct rv_token token, struct rv_statement *out)
{
    size_t end = rv_line_end(splitter->source, token.start);
    size_t text_end = end;
    while (text_end > token.end &&
           (splitter->source.ptr[text_end - 1] == '\n' || splitter->source.ptr[text_end - 1] == '\r')) {
        text_end--;
    }
    rv_splitter_add(splitter, (struct rv_token){RV_TOKEN_SHELL, token.start, text_end});
    cut(splitter, end, RV_STATEMENT_BACKSLASH, out);
}

bool rv_splitter_cut_last(struct rv_splitter *splitter, const struct rv_rules *rules, struct rv_statement *out)
{
    if (splitter->piece_start >= splitter->source.len) {
        return false;
    }
    rv_splitter_cut(splitter, splitter->source.len, rules, out);
    out->is_closed = false;
    return true;
}
