/* Revisions as text, in Alembic's forms (docs/specs.md, section 8). */
#ifndef RV_CLI_OUT_TEXT_H
#define RV_CLI_OUT_TEXT_H

#include <rev/rev.h>

#include "base/str.h"
#include "cli/out/term.h"

/* Which tokens a line has. */
enum {
    TEXT_LABELS = 1,
    TEXT_TREE = 2,    /* (branchpoint) (mergepoint) */
    TEXT_PARENTS = 4, /* PARENTS (DEPENDS) -> */
    TEXT_MESSAGE = 8,
    TEXT_CURRENT = 16, /* (current) */
};

/* "PARENTS (DEPENDS) -> ID (LABELS) (head) (current) (branchpoint) (mergepoint), MESSAGE" and a line's end. */
void text_revision_line(struct term *out, const rev_revision *revision, int tokens);
/* All of a revision, with an empty line after it. */
void text_revision_verbose(struct term *out, const rev_revision *revision, bool is_current);
/* "a, b" */
void text_ids(struct term *out, rev_strings ids);
/* The first paragraph of a message on one line, not escaped; the same on a terminal. */
void text_add_title(struct rv_str *out, const char *message);
void text_message(struct term *out, const char *message);
/* A moment of the database or of a header, in the zone of whoever reads. */
void text_time(struct term *out, const char *time);
/* "upgrade a, b -> c, message" */
void text_step(struct term *out, const rev_step *step);

bool text_is_among(rev_strings ids, const char *id);

#endif
