/* Between the lexers of this room: tokens, the splitter's pieces, the rules by which a statement is classified. */
#ifndef RV_SQL_SCAN_H
#define RV_SQL_SCAN_H

#include "sql/dialect.h"

/* As coarse as splitting allows: a number, an operator's character and a quoted text are all OTHER. */
enum rv_token_kind {
    RV_TOKEN_END,
    RV_TOKEN_BLANK, /* white space or a comment */
    RV_TOKEN_WORD,  /* a keyword or an unquoted identifier */
    RV_TOKEN_SEMICOLON,
    RV_TOKEN_OPEN,
    RV_TOKEN_CLOSE,
    RV_TOKEN_SHELL, /* begins a command of psql or of the sqlite3 shell */
    RV_TOKEN_OTHER,
};
struct rv_token {
    enum rv_token_kind kind;
    size_t start, end;
    bool is_open; /* the source ends before the quote or comment does */
};
/* The token at a byte; an unfinished quote reaches to the end of the source. */
typedef struct rv_token rv_tokenizer(struct rv_view source, size_t at);

static inline struct rv_view rv_token_text(struct rv_view source, struct rv_token token)
{
    return rv_view(source.ptr + token.start, token.end - token.start);
}

/* 3 if the source begins with a byte order mark, else 0. */
size_t rv_sql_bom(struct rv_view source);

/* A pattern is words with a space between: `A|B` alternatives, `A?` optional, `*` any tokens, `()` a group in
 * parentheses, `(A)` a group that holds the word A and does not switch it off, `~A` the word A or the same quoted,
 * `$` the statement's end. It matches the statement's beginning; groups count as one token. */
struct rv_command_rule {
    const char *pattern;
    enum rv_statement_kind kind;
    const char *command;
};
struct rv_rules {
    rv_tokenizer *next;
    const struct rv_command_rule *items; /* the first that matches counts */
    size_t count;
};

static inline bool rv_splitter_has_text(const struct rv_splitter *splitter)
{
    return splitter->text_end > splitter->text_start;
}
/* A token that is not blank belongs to the piece. */
static inline void rv_splitter_add(struct rv_splitter *splitter, struct rv_token token)
{
    if (!rv_splitter_has_text(splitter)) {
        splitter->text_start = token.start;
    }
    splitter->text_end = token.end;
}
/* Ends the piece, classifies it, and goes on behind it. */
void rv_splitter_cut(struct rv_splitter *splitter, size_t end, const struct rv_rules *rules, struct rv_statement *out);
/* Ends the piece as a shell command: from the token to the end of the line. */
void rv_splitter_cut_line(struct rv_splitter *splitter, struct rv_token token, struct rv_statement *out);
/* At the end of the script: the last piece, which no semicolon closes; false if none is left. */
bool rv_splitter_cut_last(struct rv_splitter *splitter, const struct rv_rules *rules, struct rv_statement *out);

/* The end of the line at `at`, its newline included. */
size_t rv_line_end(struct rv_view source, size_t at);
/* Behind the quoted text that begins at `at`; a doubled quote does not end it. Past the end where it is not closed. */
size_t rv_quote_end(struct rv_view source, size_t at, char quote);
/* A token that may not be closed: its end is past the source's then. */
static inline struct rv_token rv_token_quoted(struct rv_view source, size_t start, size_t end)
{
    bool is_open = end > source.len;
    return (struct rv_token){RV_TOKEN_OTHER, start, is_open ? source.len : end, is_open};
}

#endif
