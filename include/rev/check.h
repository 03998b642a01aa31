/** @file
 * Questions whose answer is a list of findings: none means yes.
 */
#ifndef REV_CHECK_H
#define REV_CHECK_H

#include <stddef.h>

#include <rev/error.h>
#include <rev/export.h>
#include <rev/graph.h>
#include <rev/migrate.h>
#include <rev/project.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum rev_finding_kind {
    REV_FINDING_NOT_AT_HEADS = 1,  /**< The database is not at the real heads. */
    REV_FINDING_HEADS = 2,         /**< There would be several heads. */
    REV_FINDING_DUPLICATE = 3,     /**< One id would stand for two revisions. */
    REV_FINDING_EDITED = 4,        /**< A revision that is published elsewhere was changed here. */
    REV_FINDING_DELETED = 5,       /**< A revision that is published elsewhere is missing here. */
    REV_FINDING_GRAPH = 6,         /**< The merged revisions would not form a graph. */
    REV_FINDING_CHANGED = 7,       /**< The files of an applied revision are not what ran. */
    REV_FINDING_INTERRUPTED = 8,   /**< A step is not finished: it is running, or awaits rev_recover(). */
    REV_FINDING_VERSION_TABLE = 9, /**< The version table is gone, or is not what it should be. */
    REV_FINDING_ROWS = 10,         /**< Version rows that nothing defines, or that others imply. */
    REV_FINDING_LOG = 11,          /**< The log and the version rows tell different stories. */
    REV_FINDING_INDEX = 12,        /**< An index that no query uses, since building it failed half-way. */
    REV_FINDING_LOCK = 13,         /**< Somebody holds the lock, or a row of it was left behind. */
    REV_FINDING_BOOKS = 14,        /**< rev_log or rev_script is not what it should be. */
    REV_FINDING_READ_ONLY = 15,    /**< The database takes no changes. */
} rev_finding_kind;

/** One finding. Fields are added only at the end. */
typedef struct rev_finding {
    rev_finding_kind kind;
    const char *message;   /**< What was found. */
    const char *hint;      /**< What to type or do next. */
    rev_strings revisions; /**< The ids concerned. */
} rev_finding;

/** Findings; to be freed with rev_findings_free(). */
typedef struct rev_findings {
    size_t count;
    const rev_finding *items;
    const char *remark; /**< Something to know that is no finding; NULL if none. */
} rev_findings;

/** Frees them. NULL is fine. */
REV_API void rev_findings_free(rev_findings *findings);

/** Is the database at the real heads, by finished steps, and are the files what ran on it? Errors as rev_state_read().
 */
REV_API rev_findings *rev_check(const rev_project *project, const rev_migrate_options *options, rev_error **err);

/** What the engine of a database can do that matters to migrations. Static texts. Fields are added only at the end. */
typedef struct rev_engine {
    const char *name; /**< "PostgreSQL", "CockroachDB", "SQLite", … */
    /** What keeps other migrators out, where no pooler stands in between and rev.yaml says nothing else: "advisory" (a
     * session's lock), "row" (a row of rev_lock), "transaction" (each step's own), "none". */
    const char *lock;
    bool has_transactional_ddl; /**< Else no step is atomic: every script runs statement by statement. */
    bool has_jobs;              /**< Schema changes may go on in the background; steps wait for them. */
} rev_engine;

/** What rev_doctor() found out; to be freed with rev_health_free(). Fields are added only at the end. */
typedef struct rev_health {
    const char *server; /**< What the database calls itself. */
    rev_findings *findings;
    rev_engine engine; /**< By what the database calls itself, and by its catalog where that can be read. */
} rev_health;

/**
 * Looks for everything that can be wrong between a project and its database; each finding says what to type. Writes
 * nothing, takes no lock.
 * @param options may be NULL.
 * @param err receives REV_ERROR_CONFIG, REV_ERROR_CONNECT, REV_ERROR_DATABASE, REV_ERROR_IO, REV_ERROR_CANCELLED.
 */
REV_API rev_health *rev_doctor(const rev_project *project, const rev_migrate_options *options, rev_error **err);

/** Frees it. NULL is fine. */
REV_API void rev_health_free(rev_health *health);

/**
 * Would the project still be fit once it is merged with another line of work? No database and no checkout are needed.
 * @param with a git ref of the repository in which the migrations lie (read through git's plumbing), or a folder (with
 * a slash in its name, or where no such ref is): a migrations folder or a project.
 * @param err receives REV_ERROR_USAGE (no such ref), REV_ERROR_IO, or REV_ERROR_HEADER for what lies there.
 */
REV_API rev_findings *rev_check_merged(const rev_project *project, const char *with, rev_error **err);

/** Are the revisions that exist at a git ref (or in a folder) all here, unchanged? As rev_check_merged(). */
REV_API rev_findings *rev_check_against(const rev_project *project, const char *with, rev_error **err);

#ifdef __cplusplus
}
#endif
#endif
