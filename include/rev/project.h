/** @file
 * A project: its settings, its revisions and the graph they form.
 */
#ifndef REV_PROJECT_H
#define REV_PROJECT_H

#include <stdbool.h>
#include <stddef.h>

#include <rev/error.h>
#include <rev/export.h>
#include <rev/graph.h>
#include <rev/observer.h>

#ifdef __cplusplus
extern "C" {
#endif

/** An opened project; immutable, so threads may share it. */
typedef struct rev_project rev_project;

/** Where the project lies and what overrules its rev.yaml. Every pointer may be NULL: then rev.yaml is looked for in
 * the working directory and upwards, and says the rest. Paths start in the working directory. */
typedef struct rev_project_options {
    size_t struct_size;      /**< sizeof(rev_project_options). */
    const char *config_file; /**< A rev.yaml, or the folder that holds one. */
    const char *migrations;  /**< The migrations folder, or a bundle: see rev/bundle.h. */
    const char *url;         /**< The database; a relative SQLite path in it starts at rev.yaml's folder. */
    const char *environment; /**< The environment in rev.yaml to overlay. */
} rev_project_options;

/**
 * Reads rev.yaml and every revision's header, and checks the graph. No database is touched; files are only read.
 * @param options may be NULL.
 * @param err receives REV_ERROR_CONFIG, REV_ERROR_HEADER, REV_ERROR_GRAPH or REV_ERROR_IO; all faults found are
 * chained.
 * @return the project, to be freed with rev_project_free(); NULL on error.
 */
REV_API rev_project *rev_project_open(const rev_project_options *options, rev_error **err);

/** Frees a project and every revision it handed out. NULL is fine. */
REV_API void rev_project_free(rev_project *project);

/** Sentences about what looks wrong but stopped nothing. Valid until the project is freed. */
REV_API rev_strings rev_project_warnings(const rev_project *project);

/** The database's URL with passwords replaced by ***; NULL if there is none. Valid until the project is freed. */
REV_API const char *rev_project_url(const rev_project *project);

/** The names of the environments in its rev.yaml, in the file's order. Valid until the project is freed. */
REV_API rev_strings rev_project_environments(const rev_project *project);

/** The number of revisions. */
REV_API size_t rev_project_size(const rev_project *project);

/**
 * One of a revision's scripts, as its file is now. No database is touched.
 * @param revision one of the project's.
 * @param direction REV_UPGRADE for up.sql, REV_DOWNGRADE for down.sql.
 * @param out_text receives the file's bytes with a NUL behind them, to be freed with rev_text_free(); NULL where there
 * is no such file.
 * @param out_size receives their number, without that NUL; may be NULL.
 * @param err receives REV_ERROR_IO.
 * @return false on error: nothing was received.
 */
REV_API bool rev_revision_script(const rev_project *project, const rev_revision *revision, rev_direction direction,
                                 char **out_text, size_t *out_size, rev_error **err);

#ifdef __cplusplus
}
#endif
#endif
