/* Splitting in tests: a case is a script and the texts of its statements. */
#ifndef RV_TESTS_SQL_PIECES_H
#define RV_TESTS_SQL_PIECES_H

#include "harness.h"

#include "base/vec.h"
#include "sql/script.h"

struct split_case {
    const char *name, *script;
    const char *texts[8]; /* of the pieces that are not EMPTY */
};

/* All pieces of a text. */
struct pieces {
    struct rv_view source;
    const struct rv_dialect *dialect;
    RV_VEC(struct rv_statement) list;
    struct rv_statement *statements;
    size_t count;
};

static inline void pieces_clear(struct pieces *pieces)
{
    rv_vec_clear(&pieces->list);
}
#define pieces_auto __attribute__((cleanup(pieces_clear)))

static inline struct pieces pieces_of(const struct rv_dialect *dialect, struct rv_view source)
{
    struct pieces pieces = {.source = source, .dialect = dialect};
    struct rv_splitter splitter;
    struct rv_statement piece;
    rv_splitter_init(&splitter, source);
    while (dialect->next(&splitter, &piece)) {
        rv_vec_push(&pieces.list, piece);
    }
    pieces.count = pieces.list.count;
    pieces.statements = pieces.list.items;
    return pieces;
}

/* The promise of every split: nothing lost, nothing twice, texts inside their pieces. */
static inline void assert_whole(const struct pieces *script)
{
    size_t at = 0;
    for (size_t i = 0; i < script->count; i++) {
        const struct rv_statement *piece = &script->statements[i];
        assert_int_equal(piece->start, at);
        assert_true(piece->end > piece->start);
        assert_true(piece->text_offset >= piece->start && piece->text_offset + piece->text.len <= piece->end);
        if (piece->text.len > 0) {
            assert_ptr_equal(piece->text.ptr, script->source.ptr + piece->text_offset);
        }
        struct rv_position position = rv_sql_position(script->source, piece->text_offset);
        assert_int_equal(piece->line, position.line);
        assert_int_equal(piece->column, position.column);
        at = piece->end;
    }
    assert_int_equal(at, script->source.len);
}

static inline void assert_split(const struct rv_dialect *dialect, const struct split_case *item)
{
    pieces_auto struct pieces script = pieces_of(dialect, rv_view_of(item->script));
    assert_whole(&script);
    size_t found = 0;
    for (size_t i = 0; i < script.count; i++) {
        struct rv_view text = script.statements[i].text;
        if (script.statements[i].kind == RV_STATEMENT_EMPTY) {
            continue;
        }
        const char *expected = found < 8 ? item->texts[found] : NULL;
        if (!expected || !rv_view_equals(text, expected)) {
            fail_msg("%s: statement %zu is '%.*s', not '%s'", item->name, found + 1, (int)text.len, text.ptr,
                     expected ? expected : "(none)");
        }
        found++;
    }
    if (found < 8 && item->texts[found]) {
        fail_msg("%s: only %zu statements, '%s' is missing", item->name, found, item->texts[found]);
    }
}

struct kind_case {
    const char *sql;
    enum rv_statement_kind kind;
    const char *command;
};

static inline void assert_kind(const struct rv_dialect *dialect, const struct kind_case *item)
{
    pieces_auto struct pieces script = pieces_of(dialect, rv_view_of(item->sql));
    assert_whole(&script);
    assert_true(script.count >= 1);
    const struct rv_statement *first = &script.statements[0];
    if (first->kind != item->kind || strcmp(first->command, item->command) != 0) {
        fail_msg("'%s' is of kind %d, command '%s'", item->sql, (int)first->kind, first->command);
    }
}

/* Random scripts of the characters that matter: whatever they are, no piece is lost. The seed is printed on failure. */
static inline void assert_random_scripts_are_whole(const struct rv_dialect *dialect, const char *const *parts,
                                                   size_t part_count)
{
    uint64_t state = 42;
    for (int round = 0; round < 20000; round++) {
        rv_str_auto struct rv_str text = {0};
        for (int i = 0; i < 24; i++) {
            state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            rv_str_add_text(&text, parts[(state >> 33) % part_count]);
        }
        pieces_auto struct pieces script = pieces_of(dialect, rv_view_of(rv_str_text(&text)));
        assert_whole(&script);
    }
}

#endif
