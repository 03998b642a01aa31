/* `resolve`. */
#include "base/error.h"
#include "cli/commands.h"
#include "cli/migration.h"

static const struct option options[] = {
    {"accept-changes", 0, NULL, false, "the files of an applied revision were changed: record them as they are"},
    {"applied", 0, NULL, false, "the rest was done by hand: count the step as done"},
    {"continue", 0, NULL, false, "go on with the statement that failed, or is in doubt"},
    {"rolled-back", 0, NULL, false, "nothing of it is left: count the step as not begun"},
    {"run-down", 0, NULL, false, "with --rolled-back: run the revision's down.sql first"},
};

/* Exactly one of the ways out. */
static bool choose(const struct arguments *arguments, rev_recovery *out, rev_error **err)
{
    static const struct {
        const char *option;
        rev_recovery how;
    } ways[] = {{"accept-changes", REV_RECOVER_ACCEPT_CHANGES},
                {"continue", REV_RECOVER_CONTINUE},
                {"applied", REV_RECOVER_APPLIED},
                {"rolled-back", REV_RECOVER_ROLLED_BACK}};
    size_t count = 0;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        if (option_is_set(arguments, ways[i].option)) {
            *out = ways[i].how;
            count++;
        }
    }
    if (count != 1) {
        rv_fail(err, REV_ERROR_USAGE, "%s", count ? "only one of these goes at a time" : "how is it to be resolved?");
        rv_error_hint(*err, "Give one of --continue, --applied, --rolled-back and --accept-changes.");
        return false;
    }
    if (option_is_set(arguments, "run-down") && *out != REV_RECOVER_ROLLED_BACK) {
        return rv_fail(err, REV_ERROR_USAGE, "--run-down goes with --rolled-back");
    }
    return true;
}

static int run(struct cli *cli)
{
    rev_recovery how;
    rev_error *error = NULL;
    int status;
    if (!choose(&cli->arguments, &how, &error)) {
        return cli_fail(cli, error);
    }
    const rev_project *project = cli_open(cli, &status);
    if (!project) {
        return status;
    }
    struct cli_migration migration;
    cli_migration_init(cli, &migration);
    rev_result *result = rev_recover(project, cli->arguments.words[0], how, option_is_set(&cli->arguments, "run-down"),
                                     &migration.options, &error);
    return migration_resolved(cli, result, error);
}

const struct command command_resolve = {
    .name = "resolve",
    .words = "REV",
    .summary = "finish, accept or forget an interrupted step; accept a changed file",
    .description =
        "A revision with `transactional: false` runs statement by statement. When it is interrupted, what was done\n"
        "stays, and nothing else runs until it is said how to go on. --continue repeats the statement that failed\n"
        "(mend the script before, if it is wrong) and runs the rest; what was done must stand in the script as it\n"
        "was. --applied and --rolled-back run nothing and believe you.\n"
        "\n"
        "An upgrade refuses, too, when a file of an applied revision is not what ran: bring it back as it was, or say\n"
        "with --accept-changes that it is right as it is now.",
    .examples = "% resolve 5cd0 --continue\n"
                "% resolve 5cd0 --rolled-back --run-down\n"
                "% resolve 5cd0 --accept-changes",
    .min_words = 1,
    .max_words = 1,
    .word_kinds = WORD_ID,
    OPTIONS(options),
    .has_json = true,
    .run = run,
};
