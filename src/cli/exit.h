/* Exit statuses. */
#ifndef RV_CLI_EXIT_H
#define RV_CLI_EXIT_H

#include <rev/error.h>

enum {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,
    EXIT_UNUSABLE = 2, /* usage, configuration, graph, spec, script */
    EXIT_NO = 3,       /* a question answered no */
    EXIT_LOCKED = 4,
    EXIT_REFUSED = 5,  /* for safety: an interrupted step, a changed file */
    EXIT_SIGNAL = 128, /* plus the signal's number */
};

int exit_status_of(rev_error_code code);

#endif
