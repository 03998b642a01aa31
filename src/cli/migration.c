/* Running a migration and reporting what it did: progress and remarks on stderr, the steps of a dry run on stdout. */
#include "cli/migration.h"

#include "base/str.h"
#include "cli/exit.h"
#include "cli/out/text.h"

void migration_nothing(struct cli *cli, rev_strings rows)
{
    rv_str_auto struct rv_str ids = {0};
    for (size_t i = 0; i < rows.count; i++) {
        rv_str_printf(&ids, "%s%s", i ? ", " : "", rows.items[i]);
    }
    cli_remark(cli, "nothing to do: the database is at %s", rows.count ? rv_str_text(&ids) : "base");
}

int migration_run(struct cli *cli, migration_function *run)
{
    int status;
    const rev_project *project = cli_open(cli, &status);
    if (!project) {
        return status;
    }
    struct cli_migration migration;
    rev_error *error = NULL;
    cli_migration_init(cli, &migration);
    migration.options.dry_run = option_is_set(&cli->arguments, "dry-run");
    rev_result *result = run(project, cli->arguments.words[0], &migration.options, &error);
    if (!result) {
        return cli_fail(cli, error);
    }
    if (!result->step_count) {
        migration_nothing(cli, result->rows);
    }
    for (size_t i = 0; i < result->step_count && migration.options.dry_run; i++) {
        text_step(&cli->out, &result->steps[i]);
        term_plain(&cli->out, "\n");
    }
    if (result->step_count && migration.options.dry_run) {
        cli_remark(cli, "%zu %s would run; nothing was touched", result->step_count,
                   result->step_count == 1 ? "step" : "steps");
    }
    rev_result_free(result);
    return EXIT_DONE;
}
