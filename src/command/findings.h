/* The answer of whatever looks for faults. */
#ifndef RV_COMMAND_FINDINGS_H
#define RV_COMMAND_FINDINGS_H

#include <rev/check.h>

#include "base/arena.h"

rev_findings *rv_findings_new(void);
struct rv_arena *rv_findings_arena(rev_findings *findings); /* owns what the answer holds */
/* The new finding, to be extended; `message` in the arena. Valid until the next one. */
rev_finding *rv_findings_add(rev_findings *findings, rev_finding_kind kind, const char *message, const char *hint);

#endif
