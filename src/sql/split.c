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
    return source.len;
}

void rv_splitter_init(struct rv_splitter *splitter, struct rv_view source, const struct rv_rules *rules)
{
    *splitter = (struct rv_splitter){.source = source, .rules = rules};
    rv_cursor_init(&splitter->cursor, source);
}

void rv_splitter_add(struct rv_splitter *splitter, struct rv_token token)
{
    if (!rv_splitter_has_text(splitter)) {
        splitter->text_start = token.start;
    }
    splitter->text_end = token.end;
}

static struct rv_statement *cut(struct rv_splitter *splitter, size_t end, enum rv_statement_kind kind)
{
    bool is_empty = !rv_splitter_has_text(splitter);
    size_t start = is_empty ? end : splitter->text_start;
    size_t len = is_empty ? 0 : splitter->text_end - start;
    rv_cursor_move(&splitter->cursor, splitter->source, start);
    rv_vec_push(&splitter->pieces, (struct rv_statement){
                                       .start = splitter->piece_start,
                                       .end = end,
                                       .text = rv_view(splitter->source.ptr + start, len),
                                       .text_offset = start,
                                       .line = splitter->cursor.line,
                                       .column = splitter->cursor.column,
                                       .is_closed = true,
                                       .kind = kind,
                                       .command = "",
                                   });
    splitter->piece_start = splitter->text_start = splitter->text_end = end;
    return &splitter->pieces.items[splitter->pieces.count - 1];
}

struct rv_statement *rv_splitter_cut(struct rv_splitter *splitter, size_t end)
{
    bool is_empty = !rv_splitter_has_text(splitter);
    struct rv_statement *piece = cut(splitter, end, RV_STATEMENT_EMPTY);
    if (!is_empty) {
        rv_sql_classify(piece, splitter->rules);
    }
    return piece;
}

size_t rv_splitter_cut_line(struct rv_splitter *splitter, struct rv_token token)
{
    size_t end = rv_line_end(splitter->source, token.start);
    size_t text_end = end;
    while (text_end > token.end &&
           (splitter->source.ptr[text_end - 1] == '\n' || splitter->source.ptr[text_end - 1] == '\r')) {
        text_end--;
    }
    rv_splitter_add(splitter, (struct rv_token){RV_TOKEN_SHELL, token.start, text_end});
    cut(splitter, end, RV_STATEMENT_BACKSLASH);
    return end;
}

void rv_splitter_done(struct rv_splitter *splitter, struct rv_arena *arena, struct rv_script *out)
{
    if (splitter->piece_start < splitter->source.len) {
        rv_splitter_cut(splitter, splitter->source.len)->is_closed = false;
    }
    *out = (struct rv_script){
        .source = splitter->source,
        .arena = arena,
        .statements = rv_arena_copy(arena, splitter->pieces.items,
                                    rv_size_mul(splitter->pieces.count, sizeof(struct rv_statement))),
        .count = splitter->pieces.count,
    };
    rv_vec_clear(&splitter->pieces);
}
