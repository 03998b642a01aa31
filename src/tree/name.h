/* file_template: the name of a new revision's directory. */
#ifndef RV_TREE_NAME_H
#define RV_TREE_NAME_H

#include "base/arena.h"
#include "base/error.h"
#include "base/time.h"

/* The words of a message as [a-z0-9_], at most 40 characters, cut at a word as Alembic does. */
char *rv_slug(struct rv_arena *arena, const char *message);

/* Fills Alembic's tokens in: rev, slug, year, month, day, hour, minute, second, epoch, each as %(name)s or %(name)d
 * with Python's width and precision: %(month).2d, %(slug).20s. %% is a percent sign, and %%( reads as %(, as in files
 * that escape it for INI. The result must be one path component, not hidden: else REV_ERROR_CONFIG. */
char *rv_directory_name(struct rv_arena *arena, const char *file_template, const char *id, const char *message,
                        const struct rv_time *now, rev_error **err);

#endif
