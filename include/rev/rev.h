/** @file
 * librev: everything the `rev` command does, as a library.
 *
 * An application that brings its database up to date when it starts:
 *
 *     rev_error *error = NULL;
 *     rev_project *project = rev_project_open(NULL, &error);
 *     rev_result *result = project ? rev_upgrade(project, "head", NULL, &error) : NULL;
 *     if (!result)
 *         fprintf(stderr, "%s\n", error->message);
 *     rev_result_free(result);
 *     rev_project_free(project);
 *     rev_error_free(error);
 *
 * Threads: a project may be used by several threads at once, since nothing changes it; every other object by one at a
 * time, but for rev_cancel. Nothing here prints, exits, or keeps state outside the objects it returns, with two
 * exceptions: libpq, once a database needs it, stays loaded; and where there is no memory for something small, a word
 * goes to standard error and abort() is called. What is as large as a file or a row fails as an error.
 *
 * Pointers: an `rev_error **` may be NULL; otherwise it must point to NULL, and is set exactly when a function fails.
 * No other pointer may be NULL unless its function says so. What a function returns is the caller's, to be freed with
 * the function named beside its type, unless it says whose it is; it is NULL exactly on error.
 *
 * Structs that a caller fills begin with struct_size, which must be set to sizeof of the struct: a library that has
 * learnt more fields takes those that an older caller does not know as zero. Left at zero it is REV_ERROR_USAGE.
 */
#ifndef REV_REV_H
#define REV_REV_H

#include <rev/author.h>
#include <rev/bundle.h>
#include <rev/check.h>
#include <rev/error.h>
#include <rev/export.h>
#include <rev/graph.h>
#include <rev/log.h>
#include <rev/migrate.h>
#include <rev/observer.h>
#include <rev/project.h>
#include <rev/split.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The version of these headers. A program may run with a later library: see rev_version(). */
#define REV_VERSION_MAJOR 0
#define REV_VERSION_MINOR 1
#define REV_VERSION_PATCH 0
/** The same as one number to compare with, in three digits each: 0.1.0 is 1000. */
#define REV_VERSION_NUMBER (REV_VERSION_MAJOR * 1000000 + REV_VERSION_MINOR * 1000 + REV_VERSION_PATCH)

/** The version of the library that is running, "0.1.0". A static text. */
REV_API const char *rev_version(void);

#ifdef __cplusplus
}
#endif
#endif
