/* What differs between SQL dialects as text: splitting, classifying, quoting. No connection is needed here. */
#ifndef RV_SQL_DIALECT_H
#define RV_SQL_DIALECT_H

#include <rev/error.h>

#include "base/arena.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a statement is to the one who runs it. Looks at the statement's command, never at words inside it. */
enum rv_statement_kind {
    RV_STATEMENT_OTHER,
    RV_STATEMENT_EMPTY,          /* nothing but white space, comments, perhaps a semicolon */
    RV_STATEMENT_BEGIN,          /* BEGIN, START TRANSACTION */
    RV_STATEMENT_COMMIT,         /* COMMIT, END: the plain one */
    RV_STATEMENT_TRANSACTION,    /* what else ends or splits a transaction: ROLLBACK, ABORT, PREPARE TRANSACTION, COMMIT
                                    AND CHAIN… (SAVEPOINT, RELEASE, ROLLBACK TO are OTHER) */
    RV_STATEMENT_NO_TRANSACTION, /* can't run in a transaction block, or silently does nothing there: CREATE INDEX
                                    CONCURRENTLY, VACUUM, COMMIT PREPARED, PRAGMA foreign_keys = … */
    RV_STATEMENT_COPY_STDIN,     /* COPY … FROM STDIN: `data` holds what follows it */
    RV_STATEMENT_BACKSLASH, /* a command of psql (\i …) or of the sqlite3 shell (.read …); text: the whole line */
};

/* One statement of a script. The pieces [start, end) follow each other without a gap and together are the script. */
struct rv_statement {
    size_t start, end;     /* the piece: leading blanks and comments, the text, the semicolon */
    struct rv_view text;   /* the statement proper, without leading blanks and comments, without the semicolon */
    size_t text_offset;    /* of text in the script */
    uint32_t line, column; /* of the text's first character, 1-based, column in characters */
    bool is_closed;        /* a semicolon ends it; otherwise the end of the script does */
    bool is_open;          /* the script ends inside a quote, comment, parenthesis or body of it… */
    size_t open_offset;    /* …which begins here in the script */
    enum rv_statement_kind kind;
    const char *command; /* "CREATE TABLE": static text for messages; "" if not known */
    struct rv_view data; /* COPY_STDIN: the lines up to and without `\.` */
};

/* Where the bytes seen so far end; moving it forward costs what it moves over. */
struct rv_cursor {
    size_t offset;
    uint32_t line, column;
};
void rv_cursor_init(struct rv_cursor *cursor, struct rv_view source);
void rv_cursor_move(struct rv_cursor *cursor, struct rv_view source, size_t offset);

/* Reads a script piece by piece, without memory of its own. The source is borrowed. */
struct rv_splitter {
    struct rv_view source;
    size_t at; /* of the next token */
    struct rv_cursor cursor;
    size_t piece_start;
    size_t text_start, text_end; /* of the piece being read; equal: nothing but blanks so far */
    bool has_escapes;            /* PostgreSQL: a backslash escapes in plain quotes, too */
};
void rv_splitter_init(struct rv_splitter *splitter, struct rv_view source);

struct rv_token;
struct rv_dialect {
    const char *name; /* "postgresql", "sqlite" */
    /* The next piece; false at the end. Never fails: what is not finished (an open quote) becomes the last statement,
     * and the server says what is wrong with it. All calls together are linear in the size. */
    bool (*next)(struct rv_splitter *splitter, struct rv_statement *out);
    bool nests_comments; /* a comment in slashes and stars may hold others */
    /* The token at a byte, as scan.h has it. */
    struct rv_token (*token)(struct rv_view source, size_t at);
};

extern const struct rv_dialect rv_dialect_postgresql;
extern const struct rv_dialect rv_dialect_sqlite;
/* By name; NULL if there is none. */
const struct rv_dialect *rv_dialect_find(const char *name);

/* SQL texts: both dialects quote alike. An identifier doubles `"`, a literal doubles `'`. The literal is standard SQL
 * (SQLite knows no E''), so PostgreSQL has to read it with standard_conforming_strings on, its default: a driver's
 * guard() sees to that, and a printed script has to. */
void rv_sql_add_identifier(struct rv_str *out, const char *name);
/* The same, but the names that our tables have by default stay as Alembic writes them, without quotes: they need none.
 */
void rv_sql_add_own_name(struct rv_str *out, const char *name);
/* A table of ours: schema.table, or the table alone (schema NULL). */
void rv_sql_add_table(struct rv_str *out, const char *schema, const char *table);
void rv_sql_add_literal(struct rv_str *out, const char *text);

/* Where a byte of a script is: line and column (in characters), and that line without its end. */
struct rv_position {
    uint32_t line, column;
    struct rv_view line_text;
};
struct rv_position rv_sql_position(struct rv_view source, size_t offset);

#endif
