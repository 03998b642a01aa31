/** @file
 * What was done to a database, and what has changed since.
 */
#ifndef REV_LOG_H
#define REV_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <rev/error.h>
#include <rev/export.h>
#include <rev/migrate.h>
#include <rev/project.h>

#ifdef __cplusplus
extern "C" {
#endif

/** One step that was tried, as rev_log has it. Texts are what the database holds, never NULL unless it says so. Times
 * are UTC, "2025-10-24T17:40:00.000Z", by the server's clock. Fields are added only at the end. */
typedef struct rev_log_row {
    const char *revision;  /**< Of a stamp: where it led. */
    const char *direction; /**< "upgrade", "downgrade", "stamp". */
    const char *outcome;   /**< "running", "done", "failed", "applied", "rolled_back". */
    const char *started_at;
    const char *finished_at;   /**< NULL: running, or interrupted and not resolved. */
    int64_t execution_time_ms; /**< -1 if not known. */
    const char *applied_by;    /**< user@host; NULL if not known. */
    const char *checksum;      /**< NULL for a stamp. */
    int64_t statements_total, statements_done;
    const char *rev_version;
} rev_log_row;

/** Steps, newest first; to be freed with rev_log_free(). */
typedef struct rev_log {
    size_t count;
    const rev_log_row *rows;
    bool has_more; /**< There are older ones than those asked for. */
} rev_log;

/**
 * Reads the newest steps of the project's version table. Writes nothing, takes no lock.
 * @param limit how many at most, 1 to 100000; else REV_ERROR_USAGE.
 * @param options may be NULL.
 * @param err as rev_state_read().
 * @return NULL on error. A database without a log gives an empty one.
 */
REV_API rev_log *rev_log_read(const rev_project *project, size_t limit, const rev_migrate_options *options,
                              rev_error **err);

/** Frees it. NULL is fine. */
REV_API void rev_log_free(rev_log *log);

/** The files of a revision as a database has kept them; to be freed with rev_kept_free(). A text is NULL where there
 * was no such file, or where it was too large to be kept. */
typedef struct rev_kept {
    const char *revision;
    const char *checksum;
    const char *header, *up, *down; /**< Their bytes; behind each stands a NUL that does not count. */
    size_t header_size, up_size, down_size;
} rev_kept;

/**
 * What was run for a revision last, as rev_script has it.
 * @param revision an id, exactly: no file needs to define it any more.
 * @param err receives REV_ERROR_SPEC where nothing is kept for it, or what rev_state_read() can say.
 */
REV_API rev_kept *rev_kept_read(const rev_project *project, const char *revision, const rev_migrate_options *options,
                                rev_error **err);

/** Frees it. NULL is fine. */
REV_API void rev_kept_free(rev_kept *kept);

#ifdef __cplusplus
}
#endif
#endif
