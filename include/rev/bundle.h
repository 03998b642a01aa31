/** @file
 * A project in one piece, for an application that ships without a migrations folder.
 *
 *     rev bundle --as c --name shop_migrations --output shop_migrations.c
 *
 *     extern const unsigned char shop_migrations[];
 *     extern const size_t shop_migrations_size;
 *     rev_project *project = rev_open_bundle(shop_migrations, shop_migrations_size, NULL, &error);
 */
#ifndef REV_BUNDLE_H
#define REV_BUNDLE_H

#include <stdbool.h>
#include <stddef.h>

#include <rev/error.h>
#include <rev/export.h>
#include <rev/project.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Opens a bundle in memory. Its revisions have the checksums that they have as files, so a database may be migrated by
 * the one today and by the other tomorrow. No file is read and no database touched; what it can't do is make revisions
 * and be compared with git (REV_ERROR_USAGE). A bundle that is a file is opened by rev_project_open(), which takes its
 * path as `migrations`.
 * @param data the bundle's bytes; borrowed: they must stay as they are until rev_project_free(). Any bytes may be
 * handed in: what is no bundle, or a damaged one, is an error.
 * @param options may be NULL; only `url` may be set. Without one, REV_DATABASE_URL and DATABASE_URL count; a relative
 * SQLite path starts in the working directory. None is needed where a connection is handed over in rev_migrate_options.
 * @param err receives REV_ERROR_CONFIG (no bundle, a damaged one, or one of a later kind), REV_ERROR_USAGE (options
 * that do not go with a bundle), REV_ERROR_HEADER, REV_ERROR_GRAPH or REV_ERROR_IO (no working directory).
 * @return the project, to be freed with rev_project_free(); NULL on error.
 */
REV_API rev_project *rev_open_bundle(const void *data, size_t size, const rev_project_options *options,
                                     rev_error **err);

/**
 * Makes a bundle of a project: of every revision revision.yaml, up.sql and down.sql, as they are now, and of the
 * settings version_table, version_table_schema, lock, lock_timeout, lock_retries and statement_timeout, with variables
 * replaced by what they are now. The URL is not in it. The same project gives the same bytes.
 * @param out_data receives the bundle, to be freed with rev_text_free().
 * @param out_size receives its size in bytes.
 * @param err receives REV_ERROR_IO, or REV_ERROR_USAGE for a folder whose name holds a line feed.
 * @return false on error: nothing was received.
 */
REV_API bool rev_make_bundle(const rev_project *project, char **out_data, size_t *out_size, rev_error **err);

/** Whether the project was opened from a bundle. */
REV_API bool rev_project_is_bundle(const rev_project *project);

#ifdef __cplusplus
}
#endif
#endif
