/* The comments `-- rev: …` before a statement, which say how to run it. */
#ifndef RV_SQL_DIRECTIVE_H
#define RV_SQL_DIRECTIVE_H

#include "sql/script.h"

/* Reads
 *
 *     -- rev: repeat until 0 rows [limit N times] [sleep 100ms]
 *
 * on a line of its own among the comments before the statement; in no such line, is_wanted stays false. False, with
 * *out_offset the byte of the source to look at: the directive is none that is known, or the statement is none that
 * changes rows. Whatever *out_offset, a comment such as `-- rev: 3` that looks like no directive is a comment. */
bool rv_directive_read(const struct rv_dialect *dialect, struct rv_view source, const struct rv_statement *statement,
                       struct rv_repeat *out, size_t *out_offset, rev_error **err);

#endif
