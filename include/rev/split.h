/** @file
 * Where the statements of a script begin and end, and what each is. No project and no database is needed.
 *
 *     rev_split *split = rev_split_open("up.sql", "postgresql", NULL, &error);
 *     const rev_statement *statement = NULL;
 *     while (split && rev_split_next(split, &statement, &error) && statement)
 *         printf("%u: %.*s\n", statement->line, (int)statement->sql_size, statement->sql);
 *     rev_split_free(split);
 */
#ifndef REV_SPLIT_H
#define REV_SPLIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <rev/error.h>
#include <rev/export.h>
#include <rev/observer.h>
#include <rev/project.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a statement is to the one who runs it: told by its command, never by words inside it. */
typedef enum rev_statement_kind {
    REV_STATEMENT_PLAIN = 1,          /**< What runs inside a transaction. */
    REV_STATEMENT_BEGIN = 2,          /**< BEGIN, START TRANSACTION. */
    REV_STATEMENT_COMMIT = 3,         /**< COMMIT, END. */
    REV_STATEMENT_TRANSACTION = 4,    /**< What else ends or splits a transaction: ROLLBACK, COMMIT AND CHAIN, … */
    REV_STATEMENT_NO_TRANSACTION = 5, /**< Can't run inside a transaction, or does nothing there: VACUUM, … */
    REV_STATEMENT_COPY = 6,           /**< COPY … FROM STDIN, whose data follow in the script. */
    REV_STATEMENT_SHELL = 7,          /**< A command of psql or of the sqlite3 shell, to the end of its line. */
} rev_statement_kind;

/** One statement of a script. Lines are 1-based and end in LF; byte offsets count from the script's first byte, a byte
 * order mark included. Valid until the next call. Fields are added only at the end. */
typedef struct rev_statement {
    rev_statement_kind kind;
    const char *command; /**< "CREATE TABLE"; "" if it is not one of the known ones. */
    const char *sql;     /**< The script's own bytes [start, end): without blanks and comments before, without the
                              semicolon and what stands before it as blanks and comments. No NUL ends it. */
    size_t sql_size;
    size_t start, end;           /**< Of the text. */
    uint32_t line, end_line;     /**< Of its first and its last character. */
    uint32_t column;             /**< Of its first character, 1-based, in characters. */
    size_t data_start, data_end; /**< REV_STATEMENT_COPY: its data, without the line `\.`; otherwise both 0. */
} rev_statement;

/** A script that is being split. For one thread at a time. */
typedef struct rev_split rev_split;

/**
 * The dialect of the database that a project names, "postgresql" or "sqlite": a static text. Reads rev.yaml and the
 * environment as rev_project_open() does, but no revision.
 * @param options may be NULL.
 * @param err receives REV_ERROR_CONFIG or REV_ERROR_IO: no project, no URL in it, or one of neither database.
 */
REV_API const char *rev_split_dialect(const rev_project_options *options, rev_error **err);

/**
 * Reads a script into memory, whatever its size.
 * @param path a file, a pipe or a device that can be read to its end; NULL: standard input.
 * @param dialect "postgresql" (as psql splits) or "sqlite" (as sqlite3_prepare_v2() and triggers have it).
 * @param cancel ends the wait for a slow pipe; may be NULL.
 * @param err receives REV_ERROR_USAGE (no such dialect), REV_ERROR_IO or REV_ERROR_CANCELLED.
 * @return to be freed with rev_split_free(); NULL on error.
 */
REV_API rev_split *rev_split_open(const char *path, const char *dialect, const rev_cancel *cancel, rev_error **err);

/** The same of a text in memory, which is borrowed: it must stay until rev_split_free(). It may hold any bytes. */
REV_API rev_split *rev_split_text(const char *text, size_t size, const char *dialect, rev_error **err);

/**
 * The next statement; what is only blanks and comments is left out. The whole script takes time in proportion to its
 * size, and no memory beyond it.
 * @param out_statement the statement, or NULL behind the last one.
 * @param err receives REV_ERROR_SCRIPT, with the place, behind a last statement that never ends: a quote, comment,
 * parenthesis or body in it is left open. That statement was handed out before, reaching to the script's end.
 * @return false on error.
 */
REV_API bool rev_split_next(rev_split *split, const rev_statement **out_statement, rev_error **err);

/** Frees it. NULL is fine. */
REV_API void rev_split_free(rev_split *split);

#ifdef __cplusplus
}
#endif
#endif
