/* A script as a step runs it: checked once, before anything ran, and then read statement by statement, so that it takes
 * no memory beyond its text. */
#ifndef RV_SQL_SCRIPT_H
#define RV_SQL_SCRIPT_H

#include "sql/dialect.h"

/* What a comment `-- rev: repeat until 0 rows` before a statement asks for. */
struct rv_repeat {
    bool is_wanted;
    int64_t limit; /* of times; 0: none */
    int64_t sleep_ms;
};

struct rv_script {
    struct rv_view source; /* borrowed from the caller, BOM included */
    const struct rv_dialect *dialect;
    size_t count;            /* of the statements to run */
    bool is_wrapped;         /* in BEGIN … COMMIT, which mean the step's own transaction and do not run… */
    const char *begin_modes; /* …but for the modes of BEGIN: "SET TRANSACTION …" in its place; NULL: none */
};

/* Checks a script for a step and counts what it runs: EMPTY pieces do not count, nor does the pair of a transactional
 * script wholly wrapped in BEGIN … COMMIT. Refused (REV_ERROR_SCRIPT, with file:line:column, every one of them
 * chained): backslash commands (but \restrict and \unrestrict, which are dropped); a last statement that never ends, in
 * whose open quote, comment, parenthesis or body all that follows would be lost; directives that are not understood or
 * that no statement follows; transaction control, but, where the step is no single transaction, pairs of BEGIN and
 * COMMIT, and what has no effect outside of such a pair; and inside a transaction what can't run there or is to be
 * repeated. `file` is for messages. */
bool rv_script_prepare(struct rv_script *out, const struct rv_dialect *dialect, struct rv_view source,
                       bool is_transactional, struct rv_arena *arena, const char *file, rev_error **err);

/* Reads the statements that a prepared script runs, in order. */
struct rv_reader {
    const struct rv_script *script;
    struct rv_splitter splitter;
    size_t count;   /* statements read so far */
    bool has_begun; /* past the BEGIN of a wrapped script */
};
void rv_reader_init(struct rv_reader *reader, const struct rv_script *script);
bool rv_reader_next(struct rv_reader *reader, struct rv_statement *out);

/* The modes of a BEGIN, as a statement "SET TRANSACTION …"; nothing where it has none. */
void rv_statement_begin_modes(const struct rv_statement *begin, struct rv_str *out);

/* What the comments before a statement that a prepared script runs ask for. */
struct rv_repeat rv_statement_repeat(const struct rv_script *script, const struct rv_statement *statement);

/* The error of a script whose last piece never ends, with the place where that begins. */
void rv_script_fail_open(struct rv_view source, const struct rv_statement *last, size_t index, const char *file,
                         rev_error **err);

/* Fills in statement, number (index + 1), position and excerpt of an error that happened in a statement of `source`;
 * `offset` is the byte in the statement's text the server complained of, or SIZE_MAX if it did not say. */
void rv_script_locate(struct rv_view source, const struct rv_statement *statement, size_t index, size_t offset,
                      const char *file, rev_error *error);

#endif
