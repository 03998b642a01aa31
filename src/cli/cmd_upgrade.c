/* `upgrade`. */
#include "cli/commands.h"
#include "cli/migration.h"

static const struct option options[] = {MIGRATION_DRY_RUN, MIGRATION_SQL, MIGRATION_TAG, MIGRATION_TRANSACTION};

static int run(struct cli *cli)
{
    return migration_run(cli, REV_UPGRADE, rev_upgrade);
}

const struct command command_upgrade = {
    .name = "upgrade",
    .words = "SPEC",
    .summary = "run what the database does not have yet, up to SPEC",
    .description =
        "Runs the up.sql of every revision that SPEC needs and the database does not have, parents first, each in\n"
        "a transaction of its own. When one fails, those before it stay; the next run goes on from there.",
    .examples = "% upgrade head\n"
                "% upgrade heads        # all heads, where there are several\n"
                "% upgrade +1           # one more\n"
                "% upgrade 5cd0         # up to the revision whose id begins so\n"
                "% upgrade a813:head --sql | psql -f - …    # offline, for a database at a813",
    .min_words = 1,
    .max_words = 1,
    .word_kinds = WORD_SPEC | WORD_RANGE,
    OPTIONS(options),
    .has_json = true,
    .run = run,
};
