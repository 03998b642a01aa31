/* Matches a statement's first tokens with patterns. Looks at the command, never into quotes, comments or bodies, so
 * that a word inside a function or a text changes nothing. */
#include "sql/classify.h"

/* No command that matters needs more: ALTER TABLE IF EXISTS ONLY a.b.c DETACH PARTITION d.e.f CONCURRENTLY has 18. */
enum { MAX_TOKENS = 24 };

struct head_token {
    bool is_word, is_group;
    struct rv_view text; /* of a group: what is between the parentheses */
};

/* Read only as far as a pattern looks: most statements are known by their first word. */
struct head {
    rv_tokenizer *next;
    struct rv_view text;
    size_t at; /* of the token to be read next */
    struct head_token tokens[MAX_TOKENS];
    size_t count;
    bool is_whole; /* the statement has no further tokens */
};

static struct rv_token next_token(struct rv_view text, size_t at, rv_tokenizer *next)
{
    struct rv_token token = next(text, at);
    while (token.kind == RV_TOKEN_BLANK) {
        token = next(text, token.end);
    }
    return token;
}

/* Behind the parenthesis that closes the one before `at`. */
static size_t group_end(struct rv_view text, size_t at, rv_tokenizer *next)
{
    for (size_t depth = 1; depth > 0;) {
        struct rv_token token = next(text, at);
        if (token.kind == RV_TOKEN_END) {
            return token.start;
        }
        depth += token.kind == RV_TOKEN_OPEN;
        depth -= token.kind == RV_TOKEN_CLOSE;
        at = token.end;
    }
    return at;
}

/* The token with that number; NULL where there is none. */
static const struct head_token *head_token(struct head *head, size_t number)
{
    while (head->count <= number && head->count < MAX_TOKENS && !head->is_whole) {
        struct rv_token token = next_token(head->text, head->at, head->next);
        if (token.kind == RV_TOKEN_END) {
            head->is_whole = true;
            break;
        }
        struct head_token *item = &head->tokens[head->count++];
        head->at = token.end;
        if (token.kind == RV_TOKEN_OPEN) {
            head->at = group_end(head->text, token.end, head->next);
            token.start = token.end;
            token.end = head->at > token.end ? head->at - 1 : head->at;
        }
        item->is_group = token.kind == RV_TOKEN_OPEN;
        item->is_word = token.kind == RV_TOKEN_WORD;
        item->text = rv_token_text(head->text, token);
    }
    return number < head->count ? &head->tokens[number] : NULL;
}

/* Whether an option list such as (VERBOSE, CONCURRENTLY off) switches the option on. */
static bool group_has_option(const struct head *head, struct rv_view group, const char *name)
{
    struct rv_token token = next_token(group, 0, head->next);
    for (; token.kind != RV_TOKEN_END; token = next_token(group, token.end, head->next)) {
        if (token.kind == RV_TOKEN_WORD && rv_view_equals_nocase(rv_token_text(group, token), name)) {
            struct rv_view value = rv_token_text(group, next_token(group, token.end, head->next));
            static const char *const off[] = {"off", "false", "0", "no", "'off'", "'false'", "'0'", "'no'"};
            for (size_t i = 0; i < sizeof off / sizeof off[0]; i++) {
                if (rv_view_equals_nocase(value, off[i])) {
                    return false;
                }
            }
            return true;
        }
    }
    return false;
}

static struct rv_view unquoted(const struct head_token *token)
{
    struct rv_view text = token->text;
    if (!token->is_word && text.len >= 2 && memchr("\"'`[", text.ptr[0], 4)) {
        return rv_view(text.ptr + 1, text.len - 2);
    }
    return text;
}

static bool equals_nocase(struct rv_view a, struct rv_view b)
{
    if (a.len != b.len) {
        return false;
    }
    for (size_t i = 0; i < a.len; i++) {
        if (rv_lower(a.ptr[i]) != rv_lower(b.ptr[i])) {
            return false;
        }
    }
    return true;
}

static bool word_matches(const struct head *head, const struct head_token *token, struct rv_view element)
{
    if (element.ptr[0] == '(') {
        char option[32];
        if (!token->is_group || element.len - 2 >= sizeof option) {
            return false;
        }
        memcpy(option, element.ptr + 1, element.len - 2);
        option[element.len - 2] = '\0';
        return element.len == 2 || group_has_option(head, token->text, option);
    }
    bool quoted_too = element.ptr[0] == '~';
    struct rv_view text = quoted_too ? unquoted(token) : token->text;
    if (token->is_group || (!token->is_word && !quoted_too && rv_is_alpha(element.ptr[0]))) {
        return false;
    }
    element = quoted_too ? rv_view(element.ptr + 1, element.len - 1) : element;
    while (element.len > 0) {
        const char *bar = memchr(element.ptr, '|', element.len);
        size_t len = bar ? (size_t)(bar - element.ptr) : element.len;
        if (equals_nocase(rv_view(element.ptr, len), text)) {
            return true;
        }
        element = bar ? rv_view(bar + 1, element.len - len - 1) : rv_view(element.ptr, 0);
    }
    return false;
}

/* Recursion is as deep as the pattern is long, which is ours. */
static bool matches(struct head *head, size_t at, const char *pattern)
{
    if (*pattern == '\0') {
        return true;
    }
    size_t len = strcspn(pattern, " ");
    const char *rest = pattern[len] ? pattern + len + 1 : pattern + len;
    if (*pattern == '$') {
        return !head_token(head, at) && head->is_whole;
    }
    if (*pattern == '*') {
        for (size_t i = at; !matches(head, i, rest); i++) {
            if (!head_token(head, i)) {
                return false;
            }
        }
        return true;
    }
    bool is_optional = pattern[len - 1] == '?';
    struct rv_view element = rv_view(pattern, is_optional ? len - 1 : len);
    const struct head_token *token = head_token(head, at);
    if (token && word_matches(head, token, element) && matches(head, at + 1, rest)) {
        return true;
    }
    return is_optional && matches(head, at, rest);
}

void rv_sql_classify(struct rv_statement *statement, const struct rv_rules *rules)
{
    struct head head = {.next = rules->next, .text = statement->text};
    statement->kind = RV_STATEMENT_OTHER;
    for (size_t i = 0; i < rules->count; i++) {
        /* A pattern begins with a plain word: most are out by its first letter. */
        if (rv_lower(rules->items[i].pattern[0]) == rv_lower(statement->text.ptr[0]) &&
            matches(&head, 0, rules->items[i].pattern)) {
            statement->kind = rules->items[i].kind;
            statement->command = rules->items[i].command;
            return;
        }
    }
}
