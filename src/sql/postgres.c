/* PostgreSQL's lexer as far as splitting needs it, by the rules of psql (psqlscan.l): what psql sends as one statement
 * is one piece here. Parses nothing beyond CREATE FUNCTION … BEGIN ATOMIC and must never fail: a server says better
 * what is wrong. A script starts with standard-conforming strings, as a session of ours does. */
#include "sql/classify.h"
#include "sql/scan.h"

static bool is_word_start(char c)
{
    return rv_is_alpha(c) || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_word(char c)
{
    return is_word_start(c) || rv_is_digit(c) || c == '$';
}

static bool is_newline(char c)
{
    return c == '\n' || c == '\r';
}

static size_t line_comment_end(struct rv_view s, size_t at)
{
    while (at < s.len && !is_newline(s.ptr[at])) {
        at++;
    }
    return at;
}

/* Behind a comment that may hold others; past the end where it is not closed. */
static size_t block_comment_end(struct rv_view s, size_t at)
{
    size_t depth = 0;
    while (at + 1 < s.len) {
        if (s.ptr[at] == '/' && s.ptr[at + 1] == '*') {
            depth++;
            at += 2;
        } else if (s.ptr[at] == '*' && s.ptr[at + 1] == '/') {
            at += 2;
            if (--depth == 0) {
                return at;
            }
        } else {
            at++;
        }
    }
    return s.len + 1;
}

static bool at_line_comment(struct rv_view s, size_t at)
{
    return at + 1 < s.len && s.ptr[at] == '-' && s.ptr[at + 1] == '-';
}

static bool at_block_comment(struct rv_view s, size_t at)
{
    return at + 1 < s.len && s.ptr[at] == '/' && s.ptr[at + 1] == '*';
}

static struct rv_token blank_token(struct rv_view s, size_t at)
{
    size_t start = at;
    while (at < s.len) {
        if (rv_is_space(s.ptr[at])) {
            at++;
        } else if (at_line_comment(s, at)) {
            at = line_comment_end(s, at);
        } else if (at_block_comment(s, at)) {
            size_t end = block_comment_end(s, at);
            if (end > s.len) {
                /* Not closed: a token, so that the server gets to see and refuse it. */
                return at > start ? (struct rv_token){RV_TOKEN_BLANK, start, at} : rv_token_quoted(s, at, end);
            }
            at = end;
        } else {
            break;
        }
    }
    return (struct rv_token){RV_TOKEN_BLANK, start, at};
}

/* A text goes on after white space with a newline in it (line comments count as such); returns where, or 0. */
static size_t continued_quote(struct rv_view s, size_t at)
{
    bool has_newline = false;
    while (at < s.len) {
        if (rv_is_space(s.ptr[at])) {
            has_newline = has_newline || is_newline(s.ptr[at]);
            at++;
        } else if (at_line_comment(s, at)) {
            at = line_comment_end(s, at);
        } else {
            break;
        }
    }
    return has_newline && at < s.len && s.ptr[at] == '\'' ? at : 0;
}

/* Behind a text with all its continuations; past the end where it is not closed. In an E text a backslash takes the
 * next character with it. */
static size_t text_end(struct rv_view s, size_t at, bool has_escapes)
{
    for (size_t i = at + 1; i < s.len; i++) {
        if (has_escapes && s.ptr[i] == '\\') {
            i++;
        } else if (s.ptr[i] == '\'') {
            if (i + 1 < s.len && s.ptr[i + 1] == '\'') {
                i++;
                continue;
            }
            size_t next = continued_quote(s, i + 1);
            if (next == 0) {
                return i + 1;
            }
            i = next;
        }
    }
    return s.len + 1;
}

/* 12, 1.5e3, 0x1F; and what wrongly follows a number, which the lexer takes for junk and not for a word: so a quote
 * behind 1E is a plain one, and dollars in 1e5$$ quote nothing. */
static size_t number_end(struct rv_view s, size_t at)
{
    while (at < s.len && (rv_is_digit(s.ptr[at]) || s.ptr[at] == '.')) {
        at++;
    }
    if (at < s.len && is_word_start(s.ptr[at])) {
        while (at < s.len && is_word(s.ptr[at])) {
            at++;
        }
    }
    return at;
}

/* $tag$…$tag$ (past the end where it is not closed), $1, or a lone dollar. */
static size_t dollar_end(struct rv_view s, size_t at)
{
    size_t i = at + 1;
    if (i < s.len && rv_is_digit(s.ptr[i])) {
        return number_end(s, i);
    }
    while (i < s.len && s.ptr[i] != '$' && is_word(s.ptr[i])) {
        i++;
    }
    if (i >= s.len || s.ptr[i] != '$') {
        return at + 1;
    }
    size_t tag_len = i + 1 - at;
    const char *close = memmem(s.ptr + i + 1, s.len - i - 1, s.ptr + at, tag_len);
    return close ? (size_t)(close - s.ptr) + tag_len : s.len + 1;
}

/* A word, or a text with a letter before it: E'', B'', X'', U&''. Only the first knows escapes, always. */
static struct rv_token word_token(struct rv_view s, size_t at)
{
    size_t end = at + 1;
    while (end < s.len && is_word(s.ptr[end])) {
        end++;
    }
    if (end == at + 1) {
        char letter = rv_lower(s.ptr[at]);
        size_t quote = letter == 'u' && end < s.len && s.ptr[end] == '&' ? end + 1 : end;
        if (quote < s.len && s.ptr[quote] == '\'' && (strchr("ebx", letter) || quote > end)) {
            return rv_token_quoted(s, at, text_end(s, quote, letter == 'e'));
        }
    }
    return (struct rv_token){RV_TOKEN_WORD, at, end};
}

static struct rv_token token_at(struct rv_view s, size_t at, bool has_escapes)
{
    if (at >= s.len) {
        return (struct rv_token){RV_TOKEN_END, s.len, s.len};
    }
    char c = s.ptr[at];
    if (is_word_start(c)) {
        return word_token(s, at);
    }
    if (rv_is_space(c) || at_line_comment(s, at) || at_block_comment(s, at)) {
        return blank_token(s, at);
    }
    if (rv_is_digit(c)) {
        return (struct rv_token){RV_TOKEN_OTHER, at, number_end(s, at)};
    }
    switch (c) {
    case '\'':
        return rv_token_quoted(s, at, has_escapes ? text_end(s, at, true) : rv_quote_end(s, at, c));
    case '"':
        return rv_token_quoted(s, at, rv_quote_end(s, at, c));
    case '$':
        return rv_token_quoted(s, at, dollar_end(s, at));
    case ';':
        return (struct rv_token){RV_TOKEN_SEMICOLON, at, at + 1};
    case '(':
        return (struct rv_token){RV_TOKEN_OPEN, at, at + 1};
    case ')':
        return (struct rv_token){RV_TOKEN_CLOSE, at, at + 1};
    case '\\':
        return (struct rv_token){RV_TOKEN_SHELL, at, at + 1};
    default:
        return (struct rv_token){RV_TOKEN_OTHER, at, at + 1};
    }
}

static struct rv_token next_token(struct rv_view s, size_t at)
{
    return token_at(s, at, false);
}

static struct rv_token next_token_with_escapes(struct rv_view s, size_t at)
{
    return token_at(s, at, true);
}

/* The first rule that matches counts, so the longer pattern comes first. */
static const struct rv_command_rule rules[] = {
    {"BEGIN", RV_STATEMENT_BEGIN, "BEGIN"},
    {"START TRANSACTION", RV_STATEMENT_BEGIN, "START TRANSACTION"},
    {"COMMIT PREPARED", RV_STATEMENT_NO_TRANSACTION, "COMMIT PREPARED"},
    {"COMMIT WORK|TRANSACTION? AND CHAIN", RV_STATEMENT_TRANSACTION, "COMMIT AND CHAIN"},
    {"COMMIT", RV_STATEMENT_COMMIT, "COMMIT"},
    {"END WORK|TRANSACTION? AND CHAIN", RV_STATEMENT_TRANSACTION, "END AND CHAIN"},
    {"END", RV_STATEMENT_COMMIT, "END"},
    {"ROLLBACK WORK|TRANSACTION? TO", RV_STATEMENT_OTHER, "ROLLBACK TO"},
    {"ROLLBACK PREPARED", RV_STATEMENT_NO_TRANSACTION, "ROLLBACK PREPARED"},
    {"ROLLBACK", RV_STATEMENT_TRANSACTION, "ROLLBACK"},
    {"ABORT", RV_STATEMENT_TRANSACTION, "ABORT"},
    {"PREPARE TRANSACTION", RV_STATEMENT_TRANSACTION, "PREPARE TRANSACTION"},
    {"SAVEPOINT", RV_STATEMENT_OTHER, "SAVEPOINT"},
    {"RELEASE", RV_STATEMENT_OTHER, "RELEASE"},

    {"COPY * FROM STDIN|STDOUT", RV_STATEMENT_COPY_STDIN, "COPY"},
    {"COPY", RV_STATEMENT_OTHER, "COPY"},

    {"CREATE UNIQUE? INDEX CONCURRENTLY", RV_STATEMENT_NO_TRANSACTION, "CREATE INDEX CONCURRENTLY"},
    {"DROP INDEX CONCURRENTLY", RV_STATEMENT_NO_TRANSACTION, "DROP INDEX CONCURRENTLY"},
    {"REINDEX ()? INDEX|TABLE|SCHEMA|DATABASE|SYSTEM CONCURRENTLY", RV_STATEMENT_NO_TRANSACTION,
     "REINDEX CONCURRENTLY"},
    {"REINDEX (CONCURRENTLY)", RV_STATEMENT_NO_TRANSACTION, "REINDEX CONCURRENTLY"},
    {"REINDEX ()? SCHEMA", RV_STATEMENT_NO_TRANSACTION, "REINDEX SCHEMA"},
    {"REINDEX ()? DATABASE", RV_STATEMENT_NO_TRANSACTION, "REINDEX DATABASE"},
    {"REINDEX ()? SYSTEM", RV_STATEMENT_NO_TRANSACTION, "REINDEX SYSTEM"},
    {"REINDEX", RV_STATEMENT_OTHER, "REINDEX"},
    {"ALTER TABLE * DETACH PARTITION * CONCURRENTLY $", RV_STATEMENT_NO_TRANSACTION,
     "ALTER TABLE DETACH PARTITION CONCURRENTLY"},
    {"VACUUM", RV_STATEMENT_NO_TRANSACTION, "VACUUM"},
    {"CLUSTER VERBOSE? $", RV_STATEMENT_NO_TRANSACTION, "CLUSTER"},
    {"CLUSTER () $", RV_STATEMENT_NO_TRANSACTION, "CLUSTER"},
    {"ALTER SYSTEM", RV_STATEMENT_NO_TRANSACTION, "ALTER SYSTEM"},
    {"ALTER DATABASE * SET TABLESPACE", RV_STATEMENT_NO_TRANSACTION, "ALTER DATABASE SET TABLESPACE"},
    {"CREATE DATABASE", RV_STATEMENT_NO_TRANSACTION, "CREATE DATABASE"},
    {"DROP DATABASE", RV_STATEMENT_NO_TRANSACTION, "DROP DATABASE"},
    {"CREATE TABLESPACE", RV_STATEMENT_NO_TRANSACTION, "CREATE TABLESPACE"},
    {"DROP TABLESPACE", RV_STATEMENT_NO_TRANSACTION, "DROP TABLESPACE"},
    {"DISCARD ALL", RV_STATEMENT_NO_TRANSACTION, "DISCARD ALL"},

    {"INSERT", RV_STATEMENT_OTHER, "INSERT"},
    {"UPDATE", RV_STATEMENT_OTHER, "UPDATE"},
    {"DELETE", RV_STATEMENT_OTHER, "DELETE"},
    {"SELECT", RV_STATEMENT_OTHER, "SELECT"},
    {"SET LOCAL", RV_STATEMENT_OTHER, "SET LOCAL"},
    {"SET TRANSACTION", RV_STATEMENT_OTHER, "SET TRANSACTION"},
    {"SET CONSTRAINTS", RV_STATEMENT_OTHER, "SET CONSTRAINTS"},
    {"SET", RV_STATEMENT_OTHER, "SET"},
    {"RESET", RV_STATEMENT_OTHER, "RESET"},
    {"CREATE GLOBAL|LOCAL? TEMP|TEMPORARY|UNLOGGED? TABLE", RV_STATEMENT_OTHER, "CREATE TABLE"},
    {"CREATE UNIQUE? INDEX", RV_STATEMENT_OTHER, "CREATE INDEX"},
    {"CREATE OR? REPLACE? FUNCTION", RV_STATEMENT_OTHER, "CREATE FUNCTION"},
    {"CREATE OR? REPLACE? PROCEDURE", RV_STATEMENT_OTHER, "CREATE PROCEDURE"},
    {"CREATE OR? REPLACE? CONSTRAINT? TRIGGER", RV_STATEMENT_OTHER, "CREATE TRIGGER"},
    {"CREATE OR? REPLACE? TEMP|TEMPORARY? RECURSIVE? VIEW", RV_STATEMENT_OTHER, "CREATE VIEW"},
    {"CREATE MATERIALIZED VIEW", RV_STATEMENT_OTHER, "CREATE MATERIALIZED VIEW"},
    {"CREATE TEMP|TEMPORARY|UNLOGGED? SEQUENCE", RV_STATEMENT_OTHER, "CREATE SEQUENCE"},
    {"CREATE TYPE", RV_STATEMENT_OTHER, "CREATE TYPE"},
    {"CREATE DOMAIN", RV_STATEMENT_OTHER, "CREATE DOMAIN"},
    {"CREATE SCHEMA", RV_STATEMENT_OTHER, "CREATE SCHEMA"},
    {"CREATE EXTENSION", RV_STATEMENT_OTHER, "CREATE EXTENSION"},
    {"CREATE POLICY", RV_STATEMENT_OTHER, "CREATE POLICY"},
    {"CREATE ROLE|USER|GROUP", RV_STATEMENT_OTHER, "CREATE ROLE"},
    {"ALTER TABLE", RV_STATEMENT_OTHER, "ALTER TABLE"},
    {"ALTER INDEX", RV_STATEMENT_OTHER, "ALTER INDEX"},
    {"ALTER TYPE", RV_STATEMENT_OTHER, "ALTER TYPE"},
    {"ALTER SEQUENCE", RV_STATEMENT_OTHER, "ALTER SEQUENCE"},
    {"ALTER FUNCTION", RV_STATEMENT_OTHER, "ALTER FUNCTION"},
    {"ALTER VIEW", RV_STATEMENT_OTHER, "ALTER VIEW"},
    {"ALTER SCHEMA", RV_STATEMENT_OTHER, "ALTER SCHEMA"},
    {"DROP TABLE", RV_STATEMENT_OTHER, "DROP TABLE"},
    {"DROP INDEX", RV_STATEMENT_OTHER, "DROP INDEX"},
    {"DROP VIEW", RV_STATEMENT_OTHER, "DROP VIEW"},
    {"DROP MATERIALIZED VIEW", RV_STATEMENT_OTHER, "DROP MATERIALIZED VIEW"},
    {"DROP TYPE", RV_STATEMENT_OTHER, "DROP TYPE"},
    {"DROP FUNCTION", RV_STATEMENT_OTHER, "DROP FUNCTION"},
    {"DROP PROCEDURE", RV_STATEMENT_OTHER, "DROP PROCEDURE"},
    {"DROP TRIGGER", RV_STATEMENT_OTHER, "DROP TRIGGER"},
    {"DROP SEQUENCE", RV_STATEMENT_OTHER, "DROP SEQUENCE"},
    {"DROP SCHEMA", RV_STATEMENT_OTHER, "DROP SCHEMA"},
    {"DROP EXTENSION", RV_STATEMENT_OTHER, "DROP EXTENSION"},
    {"DO", RV_STATEMENT_OTHER, "DO"},
    {"CALL", RV_STATEMENT_OTHER, "CALL"},
    {"GRANT", RV_STATEMENT_OTHER, "GRANT"},
    {"REVOKE", RV_STATEMENT_OTHER, "REVOKE"},
    {"COMMENT", RV_STATEMENT_OTHER, "COMMENT"},
    {"TRUNCATE", RV_STATEMENT_OTHER, "TRUNCATE"},
    {"LOCK", RV_STATEMENT_OTHER, "LOCK"},
    {"ANALYZE", RV_STATEMENT_OTHER, "ANALYZE"},
    {"REFRESH MATERIALIZED VIEW", RV_STATEMENT_OTHER, "REFRESH MATERIALIZED VIEW"},
};
/* By whether plain quotes know escapes. */
static const struct rv_rules postgres_rules[] = {
    {next_token, rules, sizeof rules / sizeof rules[0]},
    {next_token_with_escapes, rules, sizeof rules / sizeof rules[0]},
};

/* What switches that: the server tells psql, we read it from the script. */
static const struct rv_command_rule string_rules[] = {
    {"SET SESSION|LOCAL? ~standard_conforming_strings =|TO ~off|of|false|fals|fal|fa|f|no|n|0", RV_STATEMENT_OTHER,
     "off"},
    {"SET SESSION|LOCAL? ~standard_conforming_strings", RV_STATEMENT_OTHER, "on"},
    {"RESET ~standard_conforming_strings|all", RV_STATEMENT_OTHER, "on"},
};
static const struct rv_rules string_switch = {next_token, string_rules, sizeof string_rules / sizeof string_rules[0]};

static void follow_setting(struct rv_splitter *splitter, const struct rv_statement *piece)
{
    struct rv_statement copy = *piece;
    if (strcmp(piece->command, "SET") == 0 || strcmp(piece->command, "SET LOCAL") == 0 ||
        strcmp(piece->command, "RESET") == 0) {
        copy.command = "";
        rv_sql_classify(&copy, &string_switch);
        splitter->has_escapes = copy.command[0] ? strcmp(copy.command, "off") == 0 : splitter->has_escapes;
    }
}

/* What decides whether a semicolon ends the statement. */
struct nesting {
    size_t parentheses, body;
    size_t parenthesis_offset, body_offset; /* of the outermost */
    enum { START, CREATE, CREATE_OR, CREATE_OR_REPLACE, ROUTINE, NO_ROUTINE } head;
    bool after_begin, after_name_sign; /* behind BEGIN; behind AS or a dot, where any word is a name */
};

static bool is(struct rv_view word, const char *keyword)
{
    return rv_view_equals_nocase(word, keyword);
}

static void follow_head(struct nesting *nesting, struct rv_view word)
{
    switch (nesting->head) {
    case START:
        nesting->head = is(word, "create") ? CREATE : NO_ROUTINE;
        break;
    case CREATE:
    case CREATE_OR_REPLACE:
        if (is(word, "function") || is(word, "procedure")) {
            nesting->head = ROUTINE;
        } else {
            nesting->head = nesting->head == CREATE && is(word, "or") ? CREATE_OR : NO_ROUTINE;
        }
        break;
    case CREATE_OR:
        nesting->head = is(word, "replace") ? CREATE_OR_REPLACE : NO_ROUTINE;
        break;
    case ROUTINE:
    case NO_ROUTINE:
        break;
    }
}

static void follow_word(struct nesting *nesting, struct rv_view source, struct rv_token token)
{
    if (nesting->head == NO_ROUTINE) {
        return;
    }
    struct rv_view word = rv_token_text(source, token);
    bool after_begin = nesting->after_begin, is_name = nesting->after_name_sign;
    nesting->after_begin = false;
    nesting->after_name_sign = is(word, "as");
    if (nesting->head != ROUTINE) {
        follow_head(nesting, word);
        return;
    }
    if (nesting->parentheses > 0 || is_name) {
        return;
    }
    if (nesting->body == 0) {
        nesting->body += after_begin && is(word, "atomic");
        nesting->body_offset = token.start;
        nesting->after_begin = is(word, "begin");
    } else if (is(word, "case")) {
        nesting->body++;
    } else if (is(word, "end")) {
        nesting->body--;
    }
}

static void follow(struct nesting *nesting, struct rv_view source, struct rv_token token)
{
    if (token.kind == RV_TOKEN_WORD) {
        follow_word(nesting, source, token);
        return;
    }
    nesting->after_begin = false;
    nesting->after_name_sign = source.ptr[token.start] == '.';
    nesting->head = nesting->head == ROUTINE ? ROUTINE : NO_ROUTINE;
    nesting->parenthesis_offset = nesting->parentheses > 0 ? nesting->parenthesis_offset : token.start;
    nesting->parentheses += token.kind == RV_TOKEN_OPEN;
    nesting->parentheses -= token.kind == RV_TOKEN_CLOSE && nesting->parentheses > 0;
}

/* COPY's data are the lines from the next one on, up to one that is `\.` or the end. Anything but a comment on COPY's
 * own line would be left out or read as data: then there are none, and the server complains. */
static void take_copy_data(struct rv_splitter *splitter, struct rv_statement *copy)
{
    struct rv_view s = splitter->source;
    size_t line_end = rv_line_end(s, copy->end);
    struct rv_token rest = next_token(rv_view(s.ptr, line_end), copy->end);
    if (rest.kind != RV_TOKEN_END && (rest.kind != RV_TOKEN_BLANK || rest.end < line_end)) {
        return;
    }
    size_t at = line_end, end = s.len, data_end = s.len;
    while (at < s.len) {
        size_t next = rv_line_end(s, at);
        if (s.ptr[at] == '\\' && rv_view_equals(rv_view_trim(rv_view(s.ptr + at, next - at)), "\\.")) {
            data_end = at;
            end = next;
            break;
        }
        at = next;
    }
    copy->data = rv_view(s.ptr + line_end, data_end - line_end);
    copy->end = splitter->at = splitter->piece_start = splitter->text_start = splitter->text_end = end;
}

static bool next(struct rv_splitter *splitter, struct rv_statement *out)
{
    const struct rv_rules *own_rules = &postgres_rules[splitter->has_escapes];
    struct nesting nesting = {0};
    struct rv_token last = {0};
    for (;;) {
        struct rv_token token = own_rules->next(splitter->source, splitter->at);
        switch (token.kind) {
        case RV_TOKEN_END:
            if (!rv_splitter_cut_last(splitter, own_rules, out)) {
                return false;
            }
            out->is_open = last.is_open || nesting.parentheses > 0 || nesting.body > 0;
            out->open_offset = last.is_open              ? last.start
                               : nesting.parentheses > 0 ? nesting.parenthesis_offset
                                                         : nesting.body_offset;
            return true;
        case RV_TOKEN_SHELL:
            if (rv_splitter_has_text(splitter)) {
                rv_splitter_cut(splitter, token.start, own_rules, out);
            } else {
                rv_splitter_cut_line(splitter, token, out);
            }
            return true;
        case RV_TOKEN_SEMICOLON:
            if (nesting.parentheses > 0 || nesting.body > 0) {
                break;
            }
            rv_splitter_cut(splitter, token.end, own_rules, out);
            if (out->kind == RV_STATEMENT_COPY_STDIN) {
                take_copy_data(splitter, out);
            }
            follow_setting(splitter, out);
            return true;
        case RV_TOKEN_BLANK:
        case RV_TOKEN_WORD:
        case RV_TOKEN_OPEN:
        case RV_TOKEN_CLOSE:
        case RV_TOKEN_OTHER:
            break;
        }
        splitter->at = token.end;
        if (token.kind != RV_TOKEN_BLANK) {
            rv_splitter_add(splitter, token);
            follow(&nesting, splitter->source, token);
            last = token;
        }
    }
}

const struct rv_dialect rv_dialect_postgresql = {
    .name = "postgresql", .nests_comments = true, .next = next, .token = next_token};
