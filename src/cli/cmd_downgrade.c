/* `downgrade`. */
#include "cli/commands.h"
#include "cli/migration.h"

static const struct option options[] = {MIGRATION_DRY_RUN, MIGRATION_SQL, MIGRATION_TAG, MIGRATION_TRANSACTION};

static int run(struct cli *cli)
{
    return migration_run(cli, REV_DOWNGRADE, rev_downgrade);
}

const struct command command_downgrade = {
    .name = "downgrade",
    .words = "SPEC",
    .summary = "undo what stands above SPEC",
    .description =
        "Runs the down.sql of every applied revision above SPEC, newest first, each in a transaction of its own.\n"
        "If one of them has no down.sql, nothing runs.",
    .examples = "% downgrade -1         # undo the last one\n"
                "% downgrade base       # undo everything\n"
                "% downgrade 5cd0       # down to that revision, which stays\n"
                "% downgrade head:5cd0 --sql    # the script for it",
    .min_words = 1,
    .max_words = 1,
    .word_kinds = WORD_SPEC | WORD_RANGE,
    OPTIONS(options),
    .has_json = true,
    .run = run,
};
