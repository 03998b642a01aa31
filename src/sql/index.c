/* Reads CREATE [UNIQUE] INDEX CONCURRENTLY [IF NOT EXISTS] [name] ON [ONLY] table … token by token. */
#include "sql/index.h"

#include "sql/scan.h"

struct words {
    const struct rv_dialect *dialect;
    struct rv_view text;
    struct rv_token token; /* the one at hand; blanks are skipped */
};

static void step(struct words *words)
{
    do {
        words->token = words->dialect->token(words->text, words->token.end);
    } while (words->token.kind == RV_TOKEN_BLANK);
}

static bool is_word(const struct words *words, const char *word)
{
    return words->token.kind == RV_TOKEN_WORD && rv_view_equals_nocase(rv_token_text(words->text, words->token), word);
}

static bool take(struct words *words, const char *word)
{
    bool is_there = is_word(words, word);
    if (is_there) {
        step(words);
    }
    return is_there;
}

/* a, "b", a . "b": from its first to its last byte. */
static struct rv_view take_name(struct words *words)
{
    size_t start = words->token.start, end = words->token.end;
    step(words);
    while (words->token.kind == RV_TOKEN_OTHER && words->text.ptr[words->token.start] == '.') {
        step(words);
        end = words->token.end;
        step(words);
    }
    return rv_view(words->text.ptr + start, end - start);
}

bool rv_sql_new_index(const struct rv_dialect *dialect, const struct rv_statement *statement, struct rv_new_index *out)
{
    struct words words = {.dialect = dialect, .text = statement->text};
    step(&words);
    bool is_create = take(&words, "create");
    take(&words, "unique");
    if (!is_create || !take(&words, "index") || !take(&words, "concurrently")) {
        return false;
    }
    if (take(&words, "if")) {
        take(&words, "not");
        take(&words, "exists");
    }
    *out = (struct rv_new_index){0};
    if (!is_word(&words, "on")) {
        out->name = take_name(&words);
    }
    if (!take(&words, "on")) {
        return false;
    }
    take(&words, "only");
    out->table = take_name(&words);
    return out->table.len > 0;
}
