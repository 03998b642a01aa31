/* What `upgrade`, `downgrade` and `stamp` share. */
#ifndef RV_CLI_MIGRATION_H
#define RV_CLI_MIGRATION_H

#include "cli/cli.h"

typedef rev_result *migration_function(const rev_project *project, const char *spec, const rev_migrate_options *options,
                                       rev_error **err);

/* Runs it on the first word of the command line and reports; the exit status. */
int migration_run(struct cli *cli, rev_direction direction, migration_function *run);

/* With --sql, prints the script: true, and the exit status. Options that don't go together are refused here, too. */
bool migration_is_offline(struct cli *cli, rev_direction direction, int *out_status);

/* Reports what an upgrade, downgrade or stamp did, or the error; the exit status. Takes over both. */
int migration_finish(struct cli *cli, rev_result *result, rev_error *error, bool dry_run);

/* The same of a resolved step. */
int migration_resolved(struct cli *cli, rev_result *result, rev_error *error);

#define MIGRATION_SQL                                                                                                  \
    {                                                                                                                  \
        "sql", 0, NULL, false, "print the script that does it, for psql or sqlite3, and touch nothing"                 \
    }

#define MIGRATION_TAG                                                                                                  \
    {                                                                                                                  \
        "tag", 0, "TEXT", false, "with --sql: a comment for the top of the script"                                     \
    }

#define MIGRATION_TRANSACTION                                                                                          \
    {                                                                                                                  \
        "transaction", 0, "KIND", false, "migration: one transaction each (default); all: one for the whole command",  \
            "migration all"                                                                                            \
    }

#define MIGRATION_DRY_RUN                                                                                              \
    {                                                                                                                  \
        "dry-run", 0, NULL, false, "show the steps in order and touch nothing"                                         \
    }

#endif
