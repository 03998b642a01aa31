/* `ensure_version`. */
#include "cli/commands.h"
#include "cli/exit.h"

static int run(struct cli *cli)
{
    int status;
    const rev_project *project = cli_open(cli, &status);
    if (!project) {
        return status;
    }
    struct cli_migration migration;
    rev_error *error = NULL;
    cli_migration_init(cli, &migration);
    return rev_ensure_version(project, &migration.options, &error) ? EXIT_DONE : cli_fail(cli, error);
}

const struct command command_ensure_version = {
    .name = "ensure_version",
    .words = "",
    .summary = "create the version table if it is missing",
    .examples = "% ensure_version",
    .run = run,
};
