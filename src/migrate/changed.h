/* Applied revisions whose files are not what ran. */
#ifndef RV_MIGRATE_CHANGED_H
#define RV_MIGRATE_CHANGED_H

#include "migrate/run.h"

/* Compares every applied revision with what the log recorded for it; in memory of the arena. Revisions that the log
 * does not know (stamped, or applied by another tool) are not judged. */
bool rv_find_changes(const struct rv_session *session, struct rv_arena *arena, rev_change **out, size_t *out_count,
                     rev_error **err);
/* Whether the version table is gone, though the log has applied revisions, and how many: *out_count is 0 if not. */
bool rv_count_orphans(const struct rv_session *session, size_t *out_count, rev_error **err);
/* REV_ERROR_NO_VERSIONS: an upgrade would run again what ran. */
bool rv_check_orphans(const struct rv_session *session, rev_error **err);
/* REV_ERROR_CHANGED, one for each, if there are any. */
bool rv_check_changes(const struct rv_session *session, rev_error **err);
/* A downgrade runs down.sql as it is now: tells the observer of each step whose files have changed. */
bool rv_warn_changes(const struct rv_session *session, const struct rv_plan *plan, rev_error **err);
/* Records the files of an applied revision as they are now, under the lock. */
bool rv_accept_changes(struct rv_session *session, const rev_revision *revision, rev_error **err);

#endif
