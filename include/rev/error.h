/** @file
 * The one error type of librev.
 */
#ifndef REV_ERROR_H
#define REV_ERROR_H

#include <stdint.h>

#include <rev/export.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What kind of thing went wrong. The numbers are stable: they never change their meaning. */
typedef enum rev_error_code {
    REV_ERROR_USAGE = 1,          /**< An argument or option is not acceptable. */
    REV_ERROR_CONFIG = 2,         /**< rev.yaml, the environment or the URL is wrong or missing. */
    REV_ERROR_HEADER = 3,         /**< A revision.yaml, or the directory around it, is wrong. */
    REV_ERROR_GRAPH = 4,          /**< The revisions do not form a graph: unknown parent, cycle, duplicate, clash. */
    REV_ERROR_SPEC = 5,           /**< A revision spec does not parse or does not resolve. */
    REV_ERROR_MULTIPLE_HEADS = 6, /**< A spec asked for the one head, and there are several. */
    REV_ERROR_UNKNOWN_ROW = 7,    /**< The database is at a revision that no file defines. */
    REV_ERROR_SCRIPT = 8,         /**< A script was refused before anything ran. */
    REV_ERROR_IRREVERSIBLE = 9,   /**< A revision in the plan has no down.sql. */
    REV_ERROR_IO = 10,            /**< A file could not be read or written. */
    REV_ERROR_EXISTS = 11,        /**< What should be made is already there. */
    REV_ERROR_CONNECT = 12,       /**< No connection to the database. */
    REV_ERROR_DATABASE = 13,      /**< The database refused a statement. */
    REV_ERROR_CONFLICT = 14,      /**< Somebody else changed the version rows meanwhile. */
    REV_ERROR_LOCKED = 15,        /**< Another migrator held the lock for longer than the wait. */
    REV_ERROR_CANCELLED = 16,     /**< rev_cancel_request() was called. */
    REV_ERROR_TOO_LARGE = 17,     /**< A header or rev.yaml is over its limit. */
    REV_ERROR_INTERRUPTED = 18,   /**< A step that ran statement by statement is not finished: see rev_recover(). */
    REV_ERROR_CHANGED = 19,       /**< The files of an applied revision were changed: see rev_recover(). */
    REV_ERROR_NO_VERSIONS = 20,   /**< The version table is gone, though the log has applied revisions. */
} rev_error_code;

/**
 * One error. All texts are UTF-8 as they came, not escaped for a terminal, and live as long as the
 * error. A NULL text or a zero line means "not known". Fields are added only at the end.
 */
typedef struct rev_error {
    rev_error_code code;
    char *message;   /**< What failed: lower case, no full stop. Never NULL. */
    char *hint;      /**< What to do next: sentences. */
    char *detail;    /**< The server's own DETAIL and HINT, or more facts, possibly several lines. */
    char *sqlstate;  /**< PostgreSQL's five characters. */
    char *file;      /**< The file at fault: relative to the working directory where it lies below it, else absolute. */
    uint32_t line;   /**< 1-based. */
    uint32_t column; /**< 1-based, in characters. */
    char *statement; /**< The SQL statement at fault; of a long one its first 16 KiB. */
    uint32_t statement_number; /**< 1-based place of that statement in its file. */
    char *excerpt;             /**< The line of the file at fault. */
    struct rev_error *next;    /**< The next fault of the same call (loading reports all it finds). */
} rev_error;

/** Frees an error and all errors chained behind it. NULL is fine. */
REV_API void rev_error_free(rev_error *error);

#ifdef __cplusplus
}
#endif
#endif
