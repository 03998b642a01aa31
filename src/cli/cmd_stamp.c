/* `stamp`. */
#include "cli/commands.h"
#include "cli/migration.h"

static const struct option options[] = {
    {"purge", 0, NULL, false, "forget the version rows that are there, known or not"},
    MIGRATION_SQL,
    MIGRATION_TAG,
};

static int run(struct cli *cli)
{
    int status;
    if (migration_is_offline(cli, REV_STAMP, &status)) {
        return status;
    }
    const rev_project *project = cli_open(cli, &status);
    if (!project) {
        return status;
    }
    struct cli_migration migration;
    rev_error *error = NULL;
    cli_migration_init(cli, &migration);
    migration.options.purge = option_is_set(&cli->arguments, "purge");
    rev_strings specs = {cli->arguments.word_count, cli->arguments.words};
    rev_result *result = rev_stamp(project, specs, &migration.options, &error);
    return migration_finish(cli, result, error, false);
}

const struct command command_stamp = {
    .name = "stamp",
    .words = "SPEC…",
    .summary = "say where the database is, without running anything",
    .description = "Writes the version rows that SPEC names and runs no script: for a database that was built from a\n"
                   "schema file, or changed by hand. Branches that SPEC does not touch keep their rows.",
    .examples = "% stamp head           # built from schema.sql: everything is there already\n"
                "% stamp --purge base   # as if nothing had ever run",
    .min_words = 1,
    .max_words = 1000,
    .word_kinds = WORD_SPEC | WORD_RANGE,
    OPTIONS(options),
    .has_json = true,
    .run = run,
};
