/* What `revision` and `merge` share. */
#ifndef RV_CLI_AUTHOR_H
#define RV_CLI_AUTHOR_H

#include "cli/cli.h"

/* Prints the new revision's directory, or the error; the exit status. Takes over both. */
int author_finish(struct cli *cli, rev_created *created, rev_error *error);

#define AUTHOR_BRANCH_LABEL                                                                                            \
    {                                                                                                                  \
        "branch-label", 0, "LABEL", false, "a name for the branch that begins here"                                    \
    }
#define AUTHOR_MESSAGE                                                                                                 \
    {                                                                                                                  \
        "message", 'm', "MSG", false, "what the revision does"                                                         \
    }
#define AUTHOR_REV_ID                                                                                                  \
    {                                                                                                                  \
        "rev-id", 0, "ID", false, "its id instead of a random one"                                                     \
    }
#define AUTHOR_SPLICE                                                                                                  \
    {                                                                                                                  \
        "splice", 0, NULL, false, "allow a parent that is not a head"                                                  \
    }

#endif
