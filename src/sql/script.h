/* What a script may hold when it runs as one transactional step; refused here, before anything ran. */
#ifndef RV_SQL_SCRIPT_H
#define RV_SQL_SCRIPT_H

#include "sql/dialect.h"

/* Checks a split script for a transactional step and says which statements to run: EMPTY pieces are dropped, and so is
 * the pair of a file wholly wrapped in BEGIN … COMMIT. Refused (REV_ERROR_SCRIPT, with file:line:column, every one of
 * them chained): transaction control, statements that can't run in a transaction block, backslash commands (but
 * \restrict and \unrestrict, which are dropped). `file` is for messages. */
bool rv_script_prepare(struct rv_script *script, const char *file, rev_error **err);

/* Whether the last statement comes to its end: no quote, comment, parenthesis or body is left open, in which all that
 * follows would be lost. Otherwise REV_ERROR_SCRIPT with the place where that begins. The script as split gave it. */
bool rv_script_is_finished(const struct rv_script *script, const struct rv_dialect *dialect, const char *file,
                           rev_error **err);

/* Fills in statement, number, position and excerpt of an error that happened in statement `index`;
 * `offset` is the byte in the statement's text the server complained of, or SIZE_MAX if it did not say. */
void rv_script_locate(const struct rv_script *script, size_t index, size_t offset, const char *file, rev_error *error);

#endif
