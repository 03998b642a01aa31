/* Compares token by token, statement by statement; data of a COPY byte by byte. */
#include "sql/compare.h"

#include "sql/scan.h"

static struct rv_token next_token(const struct rv_dialect *dialect, struct rv_view text, size_t at)
{
    struct rv_token token = dialect->token(text, at);
    while (token.kind == RV_TOKEN_BLANK) {
        token = dialect->token(text, token.end);
    }
    return token;
}

static bool same_bytes(struct rv_view a, struct rv_view b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static bool same_tokens(const struct rv_dialect *dialect, struct rv_view a, struct rv_view b)
{
    struct rv_token left = next_token(dialect, a, 0), right = next_token(dialect, b, 0);
    while (left.kind != RV_TOKEN_END && right.kind != RV_TOKEN_END) {
        if (!same_bytes(rv_token_text(a, left), rv_token_text(b, right))) {
            return false;
        }
        left = next_token(dialect, a, left.end);
        right = next_token(dialect, b, right.end);
    }
    return left.kind == right.kind;
}

static bool next_statement(const struct rv_dialect *dialect, struct rv_splitter *splitter, struct rv_statement *out)
{
    while (dialect->next(splitter, out)) {
        if (out->kind != RV_STATEMENT_EMPTY) {
            return true;
        }
    }
    return false;
}

bool rv_sql_same_but_blanks(const struct rv_dialect *dialect, struct rv_view a, struct rv_view b)
{
    struct rv_splitter left, right;
    struct rv_statement x, y;
    rv_splitter_init(&left, a);
    rv_splitter_init(&right, b);
    for (;;) {
        bool has_x = next_statement(dialect, &left, &x), has_y = next_statement(dialect, &right, &y);
        if (!has_x || !has_y) {
            return has_x == has_y;
        }
        if (!same_tokens(dialect, x.text, y.text) || !same_bytes(x.data, y.data)) {
            return false;
        }
    }
}
