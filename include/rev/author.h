/** @file
 * Whatever writes files: new projects and new revisions. Nothing is ever written over, and a directory appears whole or
 * not at all.
 */
#ifndef REV_AUTHOR_H
#define REV_AUTHOR_H

#include <stdbool.h>
#include <stddef.h>

#include <rev/error.h>
#include <rev/export.h>
#include <rev/project.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What was created; to be freed with rev_created_free(). */
typedef struct rev_created {
    const char *id;    /**< The new revision's; NULL for a project. */
    const char *path;  /**< The new directory. */
    rev_strings files; /**< The new files, as paths to show. */
} rev_created;

/** Frees it. NULL is fine. */
REV_API void rev_created_free(rev_created *created);

/** A template that is compiled in. Static memory. */
typedef struct rev_template_info {
    const char *name;
    const char *description;
} rev_template_info;

/** The number of templates, and one of them (index below the number). */
REV_API size_t rev_template_info_count(void);
REV_API rev_template_info rev_template_info_at(size_t index);

/**
 * Starts a project: rev.yaml and migrations/ with a README.
 * @param dir the folder; created with those above it if it is not there; NULL for the working directory.
 * @param template_name a template's name, or a folder (with a slash in its name); NULL for "generic".
 * @param err receives REV_ERROR_EXISTS where rev.yaml or migrations/ is there, REV_ERROR_USAGE for the template or an
 * empty folder name, REV_ERROR_IO or REV_ERROR_TOO_LARGE where a file can't be read or written.
 * @return what was created, to be freed with rev_created_free(); NULL on error.
 */
REV_API rev_created *rev_init(const char *dir, const char *template_name, rev_error **err);

/** A revision to be. Zero and NULL are the defaults. */
typedef struct rev_new_revision {
    size_t struct_size;
    const char *message;      /**< NULL: none. */
    const char *rev_id;       /**< NULL: 12 digits of a random UUID. */
    rev_strings parents;      /**< Specs; none: `head` (rev_create), refused (rev_merge). */
    bool splice;              /**< Allow parents that are no heads. */
    const char *branch_label; /**< NULL: none. */
    rev_strings depends_on;   /**< Specs for one revision each; a label is written as the label. */
} rev_new_revision;

/**
 * Creates a revision with scripts from the template. Nothing is written unless the graph with it is valid.
 * @param err receives REV_ERROR_SPEC, REV_ERROR_MULTIPLE_HEADS, REV_ERROR_USAGE (an illegal id or label, a message that
 * is too long), REV_ERROR_EXISTS (an id or label in use), REV_ERROR_CONFIG (file_template), REV_ERROR_GRAPH (it would
 * not be one with the new revision), REV_ERROR_IO.
 * @return what was created, to be freed with rev_created_free(); NULL on error.
 */
REV_API rev_created *rev_create(const rev_project *project, const rev_new_revision *revision, rev_error **err);

/** Creates a merge point of two or more parents, in the order given, with scripts that do nothing. Otherwise as
 * rev_create(). */
REV_API rev_created *rev_merge(const rev_project *project, const rev_new_revision *revision, rev_error **err);

#ifdef __cplusplus
}
#endif
#endif
