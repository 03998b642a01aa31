/* Progress on stderr: a line that moves on a terminal, plain lines elsewhere. */
#ifndef RV_CLI_OUT_PROGRESS_H
#define RV_CLI_OUT_PROGRESS_H

#include "cli/cli.h"

/* The observer's callback; `user` is the struct cli. */
void progress_event(void *user, const rev_event *event);

/* Ends a line that would be written again: what comes next has a line of its own. */
void progress_close(struct cli *cli);

#endif
