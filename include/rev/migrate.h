/** @file
 * What touches a database. One migrator works at a time: a second one waits, then finds what is left to do.
 */
#ifndef REV_MIGRATE_H
#define REV_MIGRATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <rev/error.h>
#include <rev/export.h>
#include <rev/graph.h>
#include <rev/observer.h>
#include <rev/project.h>

#ifdef __cplusplus
extern "C" {
#endif

struct sqlite3; /* sqlite3 of <sqlite3.h> */
struct pg_conn; /* PGconn of <libpq-fe.h> */

/** The longest lock_timeout and statement_timeout: PostgreSQL's own limit. */
#define REV_TIMEOUT_MAX_MS INT64_C(2147483647)
/** The most lock_retries. */
#define REV_LOCK_RETRIES_MAX 1000

/** How to go about it. Zero and NULL are the defaults. */
typedef struct rev_migrate_options {
    size_t struct_size;
    const rev_observer *observer; /**< Told of progress; may stop the work. NULL: nobody. */
    const char *application_name; /**< As the server shows it; NULL: "rev". */
    int64_t wait_ms;              /**< How long to wait for other migrators; negative: not at all, 0: 60 seconds. */
    bool dry_run;                 /**< Make and check the plan, run nothing, write nothing. */
    bool purge;                   /**< rev_stamp(): the rows that are there count as none and go. */
    bool one_transaction;         /**< All steps in one transaction: all of them happen, or none. */
    bool compare;                 /**< rev_state_read(): also compare what is applied with what was recorded. */
    /* On PostgreSQL; 0: as the revision's header or rev.yaml says. What is said here overrules both. */
    int64_t lock_timeout_ms; /**< How long statements of a transactional step wait for a lock; negative: for ever. */
    int64_t
        lock_retries; /**< How often a step that met a lock, deadlock or conflict is tried again; negative: never. */
    int64_t statement_timeout_ms; /**< How long a statement may run; negative: for ever. */

    /* At most one: a connection of the application's, used instead of the project's URL, which need not be there. It
     * must be idle, in no transaction, else REV_ERROR_USAGE; nobody else may use it until the function returns. It is
     * not closed, and what was changed of it is put back, but for what is named here. */
    struct sqlite3 *sqlite;     /**< Its busy timeout and what PRAGMAs tell of it are put back. Gone afterwards are an
                                   authorizer, a busy handler (not a timeout), a progress handler, a commit and a rollback
                                   hook: set them again. */
    struct pg_conn *postgresql; /**< Of the shared libpq.so.5 that the application itself is linked to. Where a script
                                   has run, its session is as it was set, by SET and SET ROLE too, but for parameters
                                   of no extension's; prepared statements, cursors, LISTENs and temporary tables are
                                   gone. Notices go to the observer unless the application has a notice receiver, which
                                   gets them then. Where the lock is a row (behind a pooler, `lock: row`):
                                   REV_ERROR_USAGE. After REV_ERROR_CONNECT, or a REV_ERROR_CANCELLED that the server
                                   did not confirm, it is of no use any more: see PQstatus(), PQtransactionStatus(). A
                                   COMMIT whose answer was lost is not looked up: there is no way to connect again. */
} rev_migrate_options;

/** What an operation did, or with dry_run would do; to be freed with rev_result_free(). */
typedef struct rev_result {
    rev_strings rows; /**< The version rows afterwards (dry_run: as they are now), sorted. */
    size_t step_count;
    const rev_step *steps; /**< Its revisions are the project's. */
} rev_result;

/** Frees it. NULL is fine. */
REV_API void rev_result_free(rev_result *result);

/**
 * Brings the database up to what `spec` names ("head", "heads", "+1", an id, a label, …). Each step is one transaction;
 * when one fails, the steps before it stay and the rest does not run.
 * @param options may be NULL.
 * @param err receives REV_ERROR_CONFIG, REV_ERROR_CONNECT, REV_ERROR_SPEC, REV_ERROR_MULTIPLE_HEADS,
 * REV_ERROR_UNKNOWN_ROW, REV_ERROR_SCRIPT (refused before anything ran), REV_ERROR_DATABASE, REV_ERROR_CONFLICT,
 * REV_ERROR_LOCKED, REV_ERROR_CANCELLED, REV_ERROR_IO, REV_ERROR_HEADER (no up.sql), REV_ERROR_USAGE (struct_size).
 * @return the result, also when there was nothing to do; NULL on error.
 */
REV_API rev_result *rev_upgrade(const rev_project *project, const char *spec, const rev_migrate_options *options,
                                rev_error **err);

/** Undoes what stands above what `spec` names ("base", "-1", an id). As rev_upgrade(), and REV_ERROR_IRREVERSIBLE,
 * found before anything ran, where a down.sql is missing. */
REV_API rev_result *rev_downgrade(const rev_project *project, const char *spec, const rev_migrate_options *options,
                                  rev_error **err);

/** Sets the version rows to what the specs name and runs no script. As rev_upgrade(). */
REV_API rev_result *rev_stamp(const rev_project *project, rev_strings specs, const rev_migrate_options *options,
                              rev_error **err);

/**
 * Writes the script that does offline what rev_upgrade(), rev_downgrade() or rev_stamp() would do, for psql or the
 * sqlite3 shell: scripts, version rows and log, a transaction a step. No database is touched; its URL says which engine
 * it is.
 * @param specs for REV_UPGRADE and REV_DOWNGRADE one "A:B": from the version row A (empty: base) to B; an upgrade may
 * leave out the colon and start at base. For REV_STAMP several, with one A for all.
 * @param tag a comment for the top of the script; may be NULL.
 * @return the script, to be freed with rev_text_free(); NULL on error: as rev_upgrade().
 */
REV_API char *rev_sql(const rev_project *project, rev_direction direction, rev_strings specs, const char *tag,
                      rev_error **err);

/** Frees a text that the library made. NULL is fine. */
REV_API void rev_text_free(char *text);

/** Ways out of a step that ran statement by statement and was interrupted; and of REV_ERROR_CHANGED. */
typedef enum rev_recovery {
    REV_RECOVER_CONTINUE = 1,       /**< Go on with the statement that failed or is in doubt. */
    REV_RECOVER_APPLIED = 2,        /**< The rest was done by hand: the version rows change as if the step were done. */
    REV_RECOVER_ROLLED_BACK = 3,    /**< Nothing of it is left: the version rows stay as they are. */
    REV_RECOVER_ACCEPT_CHANGES = 4, /**< No interrupted step, but changed files: recorded as they are now. */
} rev_recovery;

/**
 * Resolves the interrupted step of a revision; until then REV_ERROR_INTERRUPTED refuses every migration.
 * @param revision its id, or the beginning of it; for REV_RECOVER_ACCEPT_CHANGES a spec.
 * @param run_down REV_RECOVER_ROLLED_BACK of an upgrade: run the revision's down.sql first, statement by statement.
 * @param options may be NULL.
 * @param err receives REV_ERROR_SPEC (no such interrupted step, or no file defines the revision), REV_ERROR_INTERRUPTED
 * (it is still, or again, interrupted), REV_ERROR_CONFLICT (the version rows have changed meanwhile), or what
 * rev_upgrade() can say.
 * @return what was done, to be freed with rev_result_free(); NULL on error.
 */
REV_API rev_result *rev_recover(const rev_project *project, const char *revision, rev_recovery how, bool run_down,
                                const rev_migrate_options *options, rev_error **err);

/** Creates the version table if it is missing, and nothing else. Errors as rev_upgrade(). */
REV_API bool rev_ensure_version(const rev_project *project, const rev_migrate_options *options, rev_error **err);

/** An applied revision whose files are not what was recorded when it ran. Fields are added only at the end. */
typedef struct rev_change {
    const rev_revision *revision;
    const char *file;       /**< The changed file (the first of several); the revision's folder if that is not known. */
    const char *applied_at; /**< When it ran; UTC, as in rev/log.h. */
    const char *applied_by; /**< user@host; "" if not known. */
    const char *diff;       /**< From what ran to what is there, as hunks of a unified diff; NULL if not known. */
    bool is_only_blanks;    /**< Nothing but comments and white space differs. */
} rev_change;

/** A step that ran statement by statement and is not finished: it is running, or was interrupted. */
typedef struct rev_interrupted {
    const char *revision, *direction, *started_at, *applied_by;
    int64_t statements_total, statements_done;
} rev_interrupted;

/** Where a database stands; to be freed with rev_state_free(). */
typedef struct rev_state {
    rev_strings rows;      /**< The version rows, sorted. */
    rev_revisions current; /**< Applied revisions with no applied versioned child, sorted by id. */
    rev_revisions pending; /**< What an upgrade to `heads` would run, in order. */
    size_t interrupted_count;
    const rev_interrupted *interrupted; /**< See rev_recover(). */
    size_t change_count;
    const rev_change *changes; /**< Only with the option `compare`. */
} rev_state;

/** Frees it. NULL is fine. */
REV_API void rev_state_free(rev_state *state);

/** Reads where the database stands and writes nothing. It takes no lock, but where SQLite's file is locked as a whole
 * by a writer it waits, as wait_ms says. Errors as rev_upgrade(). */
REV_API rev_state *rev_state_read(const rev_project *project, const rev_migrate_options *options, rev_error **err);

/** Reads only the version rows, whatever they are; `current` and `pending` are empty. Errors as rev_upgrade(). */
REV_API rev_state *rev_rows_read(const rev_project *project, const rev_migrate_options *options, rev_error **err);

#ifdef __cplusplus
}
#endif
#endif
