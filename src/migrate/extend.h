/* Revisions that a database has applied and whose files are gone: defined by what it has kept of them. */
#ifndef RV_MIGRATE_EXTEND_H
#define RV_MIGRATE_EXTEND_H

#include "migrate/run.h"

/* A project together with what a database has kept; NULL where nothing had to be added. */
struct rv_extension;

/* Where version rows name revisions that no file defines, looks for them, and for the parents that they need, among
 * what was kept, and makes the session's project one that has them. Only what has the checksum that the log recorded is
 * used, and the observer is told. What is not found stays unknown: planning will say so. The extension is to be freed
 * after all that points at its revisions. */
bool rv_session_extend(struct rv_session *session, struct rv_extension **out, rev_error **err);
/* Whether what was kept under a checksum is not what has that checksum: somebody wrote in rev_script. Of a revision
 * with a file too large to be kept nothing can be said: false. */
bool rv_kept_is_altered(const struct rv_kept *kept, const char *checksum);
void rv_extension_free(struct rv_extension *extension); /* NULL is fine */

#endif
