/** @file
 * Read-only facts about the revisions of a project.
 */
#ifndef REV_GRAPH_H
#define REV_GRAPH_H

#include <stdbool.h>
#include <stddef.h>

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
    const char *path;        /**< The revision's directory, as a path to show. */

    rev_strings down_revision;          /**< Parents, as written. */
    rev_strings depends_on;             /**< Ids and labels, as written. */
    rev_strings depends_on_ids;         /**< The same with labels resolved to ids. */
    rev_strings branch_labels;          /**< Declared here. */
    rev_strings labels;                 /**< Carried: declared here or spread to here; sorted. */
    rev_strings tags;                   /**< Declared here. */
    rev_strings children;               /**< Revisions whose down_revision names this one. */

    bool is_base;           /**< No down_revision. */
    bool is_head;           /**< No versioned child. */
    bool is_effective_head; /**< A head on which another revision depends. */
    bool is_branch_point;   /**< Two or more versioned children. */
    bool is_merge_point;    /**< Two or more parents. */
} rev_revision;

#ifdef __cplusplus
}
#endif
#endif
