#include "split.h"

#include <sqlite3.h>

/* Where a statement of the script ends is where sqlite3_complete() sees one end, and not before. It differs from what
 * the library compiles in three cases: EXPLAIN before what it can't explain, a byte order mark, and a vertical tab. */
static void ends_where_the_library_says(const struct rv_statement *piece, struct rv_view source)
{
    enum { LIMIT = 1024 };
    struct rv_view text = rv_view(source.ptr + piece->start, piece->end - piece->start);
    if (!piece->is_closed || piece->kind == RV_STATEMENT_BACKSLASH || text.len > LIMIT ||
        memchr(text.ptr, '\0', text.len) || memchr(text.ptr, '\v', text.len) ||
        memmem(text.ptr, text.len, "\xEF\xBB\xBF", 3)) {
        return;
    }
    char copy[LIMIT + 1];
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    if (strcasestr(copy, "explain")) {
        return;
    }
    PROMISE(sqlite3_complete(copy) == 1);
    for (size_t i = text.len - 1; i > 0; i--) {
        if (copy[i - 1] == ';') {
            copy[i] = '\0';
            PROMISE(sqlite3_complete(copy) == 0);
        }
    }
}

/* Compiling a PRAGMA may already act. */
static int refuse_pragmas(void *context, int action, const char *a, const char *b, const char *c, const char *d)
{
    (void)context, (void)a, (void)b, (void)c, (void)d;
    return action == SQLITE_PRAGMA ? SQLITE_DENY : SQLITE_OK;
}

static sqlite3 *database(void)
{
    static sqlite3 *db;
    if (!db) {
        PROMISE(sqlite3_open(":memory:", &db) == SQLITE_OK);
        PROMISE(sqlite3_exec(db, "CREATE TABLE t (a, b)", NULL, NULL, NULL) == SQLITE_OK);
        PROMISE(sqlite3_set_authorizer(db, refuse_pragmas, NULL) == SQLITE_OK);
    }
    return db;
}

/* What compiles is taken from the rest of the script just as far as the piece reaches. (A piece without a statement is
 * one for us only: the library goes on to the next.) */
static void ends_where_it_compiles(const struct pieces *pieces)
{
    if (memchr(pieces->source.ptr, '\0', pieces->source.len)) {
        return;
    }
    rv_str_auto struct rv_str text = {0};
    rv_str_add(&text, pieces->source.ptr, pieces->source.len);
    for (size_t i = 0; i < pieces->list.count; i++) {
        const struct rv_statement *piece = &pieces->list.items[i];
        const char *start = rv_str_text(&text) + piece->start, *tail = NULL;
        sqlite3_stmt *statement = NULL;
        if (piece->kind != RV_STATEMENT_EMPTY &&
            sqlite3_prepare_v2(database(), start, -1, &statement, &tail) == SQLITE_OK && statement) {
            PROMISE(tail == rv_str_text(&text) + piece->end);
        }
        sqlite3_finalize(statement);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rv_view source = fuzz_view(data, size);
    split_fuzz(&rv_dialect_sqlite, source, true);
    pieces_auto struct pieces pieces = pieces_of(&rv_dialect_sqlite, source);
    for (size_t i = 0; i < pieces.list.count; i++) {
        ends_where_the_library_says(&pieces.list.items[i], source);
    }
    if (size > 0) {
        ends_where_it_compiles(&pieces);
    }
    return 0;
}
