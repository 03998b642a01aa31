/* SQLite's lexer as far as splitting needs it: a piece ends where sqlite3_prepare_v2() would put its tail, which is at
 * a semicolon, and for a trigger at the one behind its END (sqlite3_complete()). Must never fail: the library says
 * better what is wrong. */
#include "sql/scan.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

static bool is_word_start(char c)
{
    return rv_is_alpha(c) || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_word(char c)
{
    return is_word_start(c) || rv_is_digit(c) || c == '$';
}

static bool at_pair(struct rv_view s, size_t at, char first, char second)
{
    return at + 1 < s.len && s.ptr[at] == first && s.ptr[at + 1] == second;
}

/* Behind white space: the library begins none with a vertical tab, but goes on over one. */
static size_t blanks_end(struct rv_view s, size_t at)
{
    while (at < s.len && (is_blank(s.ptr[at]) || s.ptr[at] == '\v')) {
        at++;
    }
    return at;
}

/* A byte order mark is white space anywhere: files that begin with one may have been put together. */
static size_t bom_at(struct rv_view s, size_t at)
{
    return s.ptr[at] == '\xEF' ? rv_sql_bom(rv_view(s.ptr + at, s.len - at)) : 0;
}

/* A comment that the end of the text cuts off is one all the same. */
static struct rv_token blank_token(struct rv_view s, size_t at)
{
    const size_t start = at;
    while (at < s.len) {
        if (is_blank(s.ptr[at])) {
            at = blanks_end(s, at);
        } else if (bom_at(s, at)) {
            at += bom_at(s, at);
        } else if (at_pair(s, at, '-', '-')) {
            at = rv_line_end(s, at);
        } else if (at_pair(s, at, '/', '*')) {
            const char *close = at + 2 < s.len ? memmem(s.ptr + at + 2, s.len - at - 2, "*/", 2) : NULL;
            if (!close) {
                /* A token of its own, if it is not the first: its start is told. */
                return at > start ? (struct rv_token){RV_TOKEN_BLANK, start, at}
                                  : (struct rv_token){RV_TOKEN_BLANK, at, s.len, .is_open = true};
            }
            at = (size_t)(close - s.ptr) + 2;
        } else {
            break;
        }
    }
    return (struct rv_token){RV_TOKEN_BLANK, start, at};
}

static size_t run_end(struct rv_view s, size_t at)
{
    while (at < s.len && is_word(s.ptr[at])) {
        at++;
    }
    return at;
}

static struct rv_token next_token(struct rv_view s, size_t at)
{
    if (at >= s.len) {
        return (struct rv_token){RV_TOKEN_END, s.len, s.len};
    }
    char c = s.ptr[at];
    if (is_blank(c) || at_pair(s, at, '-', '-') || at_pair(s, at, '/', '*') || bom_at(s, at)) {
        return blank_token(s, at);
    }
    if (is_word_start(c)) {
        return (struct rv_token){RV_TOKEN_WORD, at, run_end(s, at)};
    }
    if (rv_is_digit(c) || c == '$') {
        return (struct rv_token){RV_TOKEN_OTHER, at, run_end(s, at + 1)};
    }
    switch (c) {
    case '\'':
    case '"':
    case '`':
        return rv_token_quoted(s, at, rv_quote_end(s, at, c));
    case '[': {
        const char *close = memchr(s.ptr + at, ']', s.len - at);
        return rv_token_quoted(s, at, close ? (size_t)(close - s.ptr) + 1 : s.len + 1);
    }
    case ';':
        return (struct rv_token){RV_TOKEN_SEMICOLON, at, at + 1};
    case '(':
        return (struct rv_token){RV_TOKEN_OPEN, at, at + 1};
    case ')':
        return (struct rv_token){RV_TOKEN_CLOSE, at, at + 1};
    default:
        return (struct rv_token){RV_TOKEN_OTHER, at, at + 1};
    }
}

/* Where no word decides any more where the statement ends, all up to the next quote, comment or semicolon is one token:
 * big scripts are mostly that. It ends before a vertical tab and a word that holds what may be a byte order mark, which
 * are white space in some places only. */
static struct rv_token plain_token(struct rv_view s, size_t at)
{
    static const bool ends[256] = {['\''] = true, ['"'] = true, ['`'] = true,  ['['] = true, [';'] = true,
                                   ['-'] = true,  ['/'] = true, ['\v'] = true, [0xEF] = true};
    size_t end = at;
    while (end < s.len && !ends[(unsigned char)s.ptr[end]]) {
        end++;
    }
    bool may_be_bom = end < s.len && s.ptr[end] == '\xEF';
    while (may_be_bom && end > at && is_word(s.ptr[end - 1])) {
        end--;
    }
    while (end > at && is_blank(s.ptr[end - 1])) {
        end--;
    }
    return end > at ? (struct rv_token){RV_TOKEN_OTHER, at, end} : next_token(s, at);
}

static const struct rv_command_rule rules[] = {
    {"BEGIN", RV_STATEMENT_BEGIN, "BEGIN"},
    {"COMMIT", RV_STATEMENT_COMMIT, "COMMIT"},
    {"END", RV_STATEMENT_COMMIT, "END"},
    {"ROLLBACK TRANSACTION? TO", RV_STATEMENT_OTHER, "ROLLBACK TO"},
    {"ROLLBACK TRANSACTION * TO", RV_STATEMENT_OTHER, "ROLLBACK TO"},
    {"ROLLBACK", RV_STATEMENT_TRANSACTION, "ROLLBACK"},
    {"SAVEPOINT", RV_STATEMENT_OTHER, "SAVEPOINT"},
    {"RELEASE", RV_STATEMENT_OTHER, "RELEASE"},
    {"VACUUM", RV_STATEMENT_NO_TRANSACTION, "VACUUM"},
    {"DETACH", RV_STATEMENT_NO_TRANSACTION, "DETACH"},
    /* Inside a transaction the first changes nothing and says nothing, so that a table rebuild deletes by cascade; the
     * second likewise keeps the old mode; the third fails. Reading them is fine. */
    {"PRAGMA * ~foreign_keys =", RV_STATEMENT_NO_TRANSACTION, "PRAGMA foreign_keys"},
    {"PRAGMA * ~foreign_keys ()", RV_STATEMENT_NO_TRANSACTION, "PRAGMA foreign_keys"},
    {"PRAGMA * ~journal_mode =", RV_STATEMENT_NO_TRANSACTION, "PRAGMA journal_mode"},
    {"PRAGMA * ~journal_mode ()", RV_STATEMENT_NO_TRANSACTION, "PRAGMA journal_mode"},
    {"PRAGMA * ~synchronous =", RV_STATEMENT_NO_TRANSACTION, "PRAGMA synchronous"},
    {"PRAGMA * ~synchronous ()", RV_STATEMENT_NO_TRANSACTION, "PRAGMA synchronous"},
    {"PRAGMA", RV_STATEMENT_OTHER, "PRAGMA"},

    {"INSERT", RV_STATEMENT_OTHER, "INSERT"},
    {"REPLACE", RV_STATEMENT_OTHER, "INSERT"},
    {"UPDATE", RV_STATEMENT_OTHER, "UPDATE"},
    {"DELETE", RV_STATEMENT_OTHER, "DELETE"},
    {"SELECT", RV_STATEMENT_OTHER, "SELECT"},
    {"CREATE TEMP|TEMPORARY? TABLE", RV_STATEMENT_OTHER, "CREATE TABLE"},
    {"CREATE TEMP|TEMPORARY? VIEW", RV_STATEMENT_OTHER, "CREATE VIEW"},
    {"CREATE TEMP|TEMPORARY? TRIGGER", RV_STATEMENT_OTHER, "CREATE TRIGGER"},
    {"CREATE VIRTUAL TABLE", RV_STATEMENT_OTHER, "CREATE VIRTUAL TABLE"},
    {"CREATE UNIQUE? INDEX", RV_STATEMENT_OTHER, "CREATE INDEX"},
    {"ALTER TABLE", RV_STATEMENT_OTHER, "ALTER TABLE"},
    {"DROP TABLE", RV_STATEMENT_OTHER, "DROP TABLE"},
    {"DROP VIEW", RV_STATEMENT_OTHER, "DROP VIEW"},
    {"DROP INDEX", RV_STATEMENT_OTHER, "DROP INDEX"},
    {"DROP TRIGGER", RV_STATEMENT_OTHER, "DROP TRIGGER"},
    {"ATTACH", RV_STATEMENT_OTHER, "ATTACH"},
    {"ANALYZE", RV_STATEMENT_OTHER, "ANALYZE"},
    {"REINDEX", RV_STATEMENT_OTHER, "REINDEX"},
};
static const struct rv_rules sqlite_rules = {next_token, rules, sizeof rules / sizeof rules[0]};

/* [EXPLAIN [QUERY PLAN]] CREATE [TEMP|TEMPORARY] TRIGGER … ; END ; */
enum place { START, EXPLAIN, CREATE, PLAIN, TRIGGER, TRIGGER_SEMICOLON, TRIGGER_END };

static enum place follow(enum place place, struct rv_view source, struct rv_token token)
{
    struct rv_view text = rv_token_text(source, token);
    bool is_word = token.kind == RV_TOKEN_WORD;
    switch (place) {
    case START:
    case EXPLAIN:
        if (is_word && rv_view_equals_nocase(text, "create")) {
            return CREATE;
        }
        if (is_word &&
            (rv_view_equals_nocase(text, "explain") ||
             (place == EXPLAIN && (rv_view_equals_nocase(text, "query") || rv_view_equals_nocase(text, "plan"))))) {
            return EXPLAIN;
        }
        return PLAIN;
    case CREATE:
        if (is_word && (rv_view_equals_nocase(text, "temp") || rv_view_equals_nocase(text, "temporary"))) {
            return CREATE;
        }
        return is_word && rv_view_equals_nocase(text, "trigger") ? TRIGGER : PLAIN;
    case PLAIN:
        return PLAIN;
    case TRIGGER:
    case TRIGGER_END:
        return token.kind == RV_TOKEN_SEMICOLON ? TRIGGER_SEMICOLON : TRIGGER;
    case TRIGGER_SEMICOLON:
        if (token.kind == RV_TOKEN_SEMICOLON) {
            return TRIGGER_SEMICOLON;
        }
        return is_word && rv_view_equals_nocase(text, "end") ? TRIGGER_END : TRIGGER;
    }
    return PLAIN;
}

static bool is_inside_trigger(enum place place)
{
    return place == TRIGGER || place == TRIGGER_SEMICOLON;
}

static bool next(struct rv_splitter *splitter, struct rv_statement *out)
{
    enum place place = START;
    struct rv_token last = {0};
    for (;;) {
        struct rv_token token =
            place == PLAIN ? plain_token(splitter->source, splitter->at) : next_token(splitter->source, splitter->at);
        if (token.kind == RV_TOKEN_END) {
            if (!rv_splitter_cut_last(splitter, &sqlite_rules, out)) {
                return false;
            }
            out->is_open = last.is_open || is_inside_trigger(place);
            out->open_offset = last.is_open ? last.start : out->text_offset;
            return true;
        }
        if (token.kind == RV_TOKEN_SEMICOLON && !is_inside_trigger(place)) {
            rv_splitter_cut(splitter, token.end, &sqlite_rules, out);
            return true;
        }
        if (token.kind == RV_TOKEN_OTHER && splitter->source.ptr[token.start] == '.' &&
            !rv_splitter_has_text(splitter)) {
            /* `.read`, `.mode`: no statement begins with a dot. */
            rv_splitter_cut_line(splitter, token, out);
            return true;
        }
        splitter->at = token.end;
        last = token;
        if (token.kind != RV_TOKEN_BLANK) {
            rv_splitter_add(splitter, token);
            place = follow(place, splitter->source, token);
        }
    }
}

const struct rv_dialect rv_dialect_sqlite = {.name = "sqlite", .next = next, .token = next_token};
