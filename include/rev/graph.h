/** @file
 * Read-only facts about the revisions of a project.
 */
#ifndef REV_GRAPH_H
#define REV_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <rev/error.h>
#include <rev/export.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A read-only list of texts; its owner is the object that holds it. */
typedef struct rev_strings {
    size_t count;
    const char *const *items;
} rev_strings;

/**
 * One revision with all that the graph knows of it. Lives as long as its project. Lists are in the
 * order written in the header where they come from there, otherwise sorted by id. Fields are added
 * only at the end.
 */
typedef struct rev_revision {
    const char *id;
    const char *message;     /**< As written; "" if there is none. */
    const char *create_date; /**< As written; NULL if there is none. */
    const char *
        path; /**< The revision's directory: relative to the working directory where it lies below it, else absolute. */

    rev_strings down_revision;  /**< Parents, as written. */
    rev_strings depends_on;     /**< Ids and labels, as written. */
    rev_strings depends_on_ids; /**< The same with labels resolved to ids. */
    rev_strings branch_labels;  /**< Declared here. */
    rev_strings labels;         /**< Carried: declared here or spread to here; sorted. */
    rev_strings tags;           /**< Declared here. */
    rev_strings children;       /**< Revisions whose down_revision names this one. */

    bool is_base;           /**< No down_revision. */
    bool is_head;           /**< No versioned child. */
    bool is_effective_head; /**< A head on which another revision depends. */
    bool is_branch_point;   /**< Two or more versioned children. */
    bool is_merge_point;    /**< Two or more parents. */

    bool is_transactional; /**< Runs as one transaction; otherwise (`transactional: false`) statement by statement. */
    bool foreign_keys_off; /**< `foreign_keys: off`: SQLite does not enforce foreign keys while it runs. */

    /* What the header says for this step on PostgreSQL; -1: nothing. */
    int64_t lock_timeout_ms;      /**< How long it waits for a lock; 0: for ever. */
    int64_t lock_retries;         /**< How often it is tried again. */
    int64_t statement_timeout_ms; /**< How long a statement may run; 0: for ever. */
} rev_revision;

/** A list of revisions. The list is the caller's, to be freed; the revisions are the project's. */
typedef struct rev_revisions {
    size_t count;
    const rev_revision *const *items;
} rev_revisions;

/** Frees a list (not the revisions). NULL is fine. */
REV_API void rev_revisions_free(rev_revisions *revisions);

struct rev_project;

/** The revision with exactly this id; NULL if there is none. */
REV_API const rev_revision *rev_find(const struct rev_project *project, const char *id);

/** The heads, sorted by id. `real_only` leaves out those on which another revision depends. Never NULL. */
REV_API rev_revisions *rev_heads(const struct rev_project *project, bool real_only);

/** The branch points, newest first. Never NULL. */
REV_API rev_revisions *rev_branch_points(const struct rev_project *project);

/**
 * Revisions newest first.
 * @param range "A:B" as `rev history -r` takes it; NULL for all.
 * @param rows the database's version rows, where the range needs them (see rev_spec_needs_rows()).
 * @param err receives REV_ERROR_SPEC, REV_ERROR_MULTIPLE_HEADS or REV_ERROR_UNKNOWN_ROW.
 * @return a list to be freed; NULL on error.
 */
REV_API rev_revisions *rev_history(const struct rev_project *project, const char *range, rev_strings rows,
                                   rev_error **err);

/** The revisions that a spec names; otherwise as rev_history(). */
REV_API rev_revisions *rev_resolve(const struct rev_project *project, const char *spec, rev_strings rows,
                                   rev_error **err);

/** Whether a spec or range speaks of the database's version rows (`current`). */
REV_API bool rev_spec_needs_rows(const char *spec);

#ifdef __cplusplus
}
#endif
#endif
