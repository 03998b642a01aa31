/* What both splitters promise of any bytes. */
#ifndef RV_TESTS_FUZZ_SPLIT_H
#define RV_TESTS_FUZZ_SPLIT_H

#include "fuzz.h"

#include "base/vec.h"
#include "sql/script.h"

/* All pieces of a text. */
struct pieces {
    struct rv_view source;
    RV_VEC(struct rv_statement) list;
};

static inline void pieces_clear(struct pieces *pieces)
{
    rv_vec_clear(&pieces->list);
}
#define pieces_auto __attribute__((cleanup(pieces_clear)))

static inline struct pieces pieces_of(const struct rv_dialect *dialect, struct rv_view source)
{
    struct pieces pieces = {.source = source};
    struct rv_splitter splitter;
    struct rv_statement piece;
    rv_splitter_init(&splitter, source);
    while (dialect->next(&splitter, &piece)) {
        rv_vec_push(&pieces.list, piece);
    }
    return pieces;
}

/* Nothing lost, nothing twice, texts inside their pieces. */
static inline void split_whole(const struct pieces *pieces)
{
    const struct rv_statement *items = pieces->list.items;
    size_t at = 0;
    for (size_t i = 0; i < pieces->list.count; i++) {
        const struct rv_statement *piece = &items[i];
        PROMISE(piece->start == at && piece->end > piece->start);
        PROMISE(piece->text_offset >= piece->start && piece->text_offset + piece->text.len <= piece->end);
        PROMISE(piece->text.ptr == pieces->source.ptr + piece->text_offset);
        PROMISE((piece->kind == RV_STATEMENT_EMPTY) == (piece->text.len == 0));
        PROMISE(piece->command);
        struct rv_position position = rv_sql_position(pieces->source, piece->text_offset);
        PROMISE(piece->line == position.line && piece->column == position.column);
        bool is_last = i + 1 == pieces->list.count;
        PROMISE(is_last || (!piece->is_open && (piece->is_closed || piece->kind == RV_STATEMENT_BACKSLASH ||
                                                items[i + 1].kind == RV_STATEMENT_BACKSLASH)));
        if (piece->is_open) {
            PROMISE(piece->open_offset >= piece->start && piece->open_offset < piece->end);
        }
        if (piece->kind == RV_STATEMENT_COPY_STDIN && piece->data.ptr) {
            size_t data = (size_t)(piece->data.ptr - pieces->source.ptr);
            PROMISE(data >= piece->text_offset + piece->text.len && data + piece->data.len <= piece->end);
        } else {
            PROMISE(piece->data.len == 0);
        }
        at = piece->end;
    }
    PROMISE(at == pieces->source.len);
}

/* A piece that a semicolon closes stands for itself: alone it is split, and classified, as it was. */
static inline void split_alone(const struct rv_dialect *dialect, const struct pieces *pieces)
{
    for (size_t i = 0; i < pieces->list.count; i++) {
        const struct rv_statement *piece = &pieces->list.items[i];
        struct rv_view source = rv_view(pieces->source.ptr + piece->start, piece->end - piece->start);
        if (!piece->is_closed || (i > 0 && rv_view_starts_with(source, "\xEF\xBB\xBF"))) {
            continue;
        }
        pieces_auto struct pieces alone = pieces_of(dialect, source);
        PROMISE(alone.list.count == 1);
        const struct rv_statement *again = &alone.list.items[0];
        PROMISE(again->kind == piece->kind && again->command == piece->command);
        PROMISE(again->text.ptr == piece->text.ptr && again->text.len == piece->text.len);
        PROMISE(again->data.len == piece->data.len);
    }
}

/* What a prepared script runs is what it counts, each statement with its place. */
static inline void split_read(const struct rv_script *script)
{
    struct rv_reader reader;
    struct rv_statement statement;
    rv_reader_init(&reader, script);
    while (rv_reader_next(&reader, &statement)) {
        struct rv_repeat repeat = rv_statement_repeat(script, &statement);
        PROMISE(statement.text.len > 0 && repeat.limit >= 0 && repeat.sleep_ms >= 0);
        rev_error *error = NULL;
        rv_fail(&error, REV_ERROR_DATABASE, "no");
        rv_script_locate(script->source, &statement, reader.count - 1, statement.text.len / 2, "up.sql", error);
        PROMISE(error->line > 0 && error->column > 0 && error->statement_number == reader.count);
        rev_error_free(error);
    }
    PROMISE(reader.count == script->count);
}

/* `is_read`: what is let through is read, too, with places that each cost a look at all the script. */
static inline void split_prepare(const struct rv_dialect *dialect, struct rv_view source, bool is_open, bool is_read)
{
    for (int is_transactional = 0; is_transactional < 2; is_transactional++) {
        rv_arena_auto struct rv_arena *arena = rv_arena_new();
        struct rv_script script;
        rev_error *error = NULL;
        bool is_fine = rv_script_prepare(&script, dialect, source, is_transactional, arena, "up.sql", &error);
        PROMISE(!is_fine || !is_open);
        fuzz_promised(is_fine, error);
        if (is_fine && is_read) {
            split_read(&script);
        }
    }
}

/* The bytes over and over, a quarter of a megabyte: a moment, unless the time grows faster than the size, which
 * libFuzzer's -timeout notices. */
static inline void split_long(const struct rv_dialect *dialect, struct rv_view source)
{
    enum { SIZE = 256 * 1024 };
    rv_str_auto struct rv_str text = {0};
    while (text.len < SIZE) {
        rv_str_add(&text, source.ptr, source.len);
    }
    pieces_auto struct pieces pieces = pieces_of(dialect, rv_view(text.ptr, text.len));
    PROMISE(pieces.list.count > 0);
    const struct rv_statement *last = &pieces.list.items[pieces.list.count - 1];
    PROMISE(last->end == text.len);
    split_prepare(dialect, pieces.source, last->is_open, false);
}

/* Every promise. `is_alone_the_same`: no statement changes how the next is read. */
static inline void split_fuzz(const struct rv_dialect *dialect, struct rv_view source, bool is_alone_the_same)
{
    pieces_auto struct pieces pieces = pieces_of(dialect, source);
    size_t count = pieces.list.count;
    split_whole(&pieces);
    if (is_alone_the_same) {
        split_alone(dialect, &pieces);
    }
    split_prepare(dialect, source, count && pieces.list.items[count - 1].is_open, true);
    /* Not each time: that takes longer than all the rest. */
    uint32_t hash = 2166136261;
    for (size_t i = 0; i < source.len; i++) {
        hash = (hash ^ (unsigned char)source.ptr[i]) * 16777619;
    }
    if (source.len > 0 && hash % 512 == 0) {
        split_long(dialect, source);
    }
}

#endif
