/* A bundle: one file that holds a project's settings and revisions.
 *
 *     rev-bundle 1 SHA-256 of all that follows, as hexadecimal digits, and a line feed
 *     settings SIZE             and a line feed, SIZE bytes, a line feed: keys of rev.yaml, resolved
 *     DIRECTORY/NAME SIZE       likewise, for each file, sorted by directory, then by name
 *
 * NAME is revision.yaml, up.sql or down.sql. The same files give the same bytes, so the same checksums, too.
 */
#ifndef RV_TREE_BUNDLE_H
#define RV_TREE_BUNDLE_H

#include "tree/source.h"

/* What is read borrows the bundle's bytes. */
struct rv_bundle {
    struct rv_source_memory source;
    struct rv_view settings;
};

/* REV_ERROR_CONFIG, at the file `shown`, for any bytes that are no bundle, or not a whole one. */
bool rv_bundle_read(struct rv_arena *arena, struct rv_view data, const char *shown, struct rv_bundle *out,
                    rev_error **err);

/* Makes one: the files of these directories (sorted) as the source has them now. */
bool rv_bundle_write(const struct rv_source *source, const char *const *directories, size_t count,
                     struct rv_view settings, struct rv_str *out, rev_error **err);

/* Puts the first line before the rest. */
void rv_bundle_seal(struct rv_view rest, struct rv_str *out);

#endif
