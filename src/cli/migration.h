/* What `upgrade` and `downgrade` share. */
#ifndef RV_CLI_MIGRATION_H
#define RV_CLI_MIGRATION_H

#include "cli/cli.h"

typedef rev_result *migration_function(const rev_project *project, const char *spec, const rev_migrate_options *options,
                                       rev_error **err);

/* Runs it on the first word of the command line and reports; the exit status. */
int migration_run(struct cli *cli, migration_function *run);

/* Reports what an upgrade, downgrade or stamp did, or the error; the exit status. Takes over both. */
int migration_finish(struct cli *cli, rev_result *result, rev_error *error, bool dry_run);

#define MIGRATION_DRY_RUN                                                                                              \
    {                                                                                                                  \
        "dry-run", 0, NULL, false, "show the steps in order and touch nothing"                                         \
    }

#endif
