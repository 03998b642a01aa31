/* Findings that more than one question can have. */
#ifndef RV_COMMAND_TROUBLE_H
#define RV_COMMAND_TROUBLE_H

#include "command/findings.h"

/* A list of this one id, in the arena. */
rev_strings rv_one_id(struct rv_arena *arena, const char *id);
void rv_find_interrupted(rev_findings *findings, const rev_interrupted *step);
void rv_find_changed(rev_findings *findings, const rev_change *change);

#endif
