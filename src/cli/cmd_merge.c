/* `merge`. */
#include "cli/author.h"
#include "cli/commands.h"

static const struct option options[] = {
    AUTHOR_BRANCH_LABEL,
    AUTHOR_MESSAGE,
    AUTHOR_REV_ID,
    AUTHOR_SPLICE,
};

static int run(struct cli *cli)
{
    int status;
    const rev_project *project = cli_open(cli, &status);
    if (!project) {
        return status;
    }
    const struct arguments *arguments = &cli->arguments;
    rev_new_revision revision = {
        .struct_size = sizeof revision,
        .message = option_value(arguments, "message"),
        .rev_id = option_value(arguments, "rev-id"),
        .parents = {arguments->word_count, arguments->words},
        .splice = option_is_set(arguments, "splice"),
        .branch_label = option_value(arguments, "branch-label"),
    };
    rev_error *error = NULL;
    rev_created *created = rev_merge(project, &revision, &error);
    return author_finish(cli, created, error);
}

const struct command command_merge = {
    .name = "merge",
    .words = "REV REV…",
    .summary = "create a revision that joins two or more heads",
    .description =
        "Creates a merge point: a revision with several parents, in the order given, whose scripts do nothing.\n"
        "`heads` stands for all heads.",
    .examples = "% merge heads\n"
                "% merge 5cd0 a813 -m \"join users and orders\"",
    .min_words = 1,
    .max_words = 1000,
    .word_kinds = WORD_SPEC,
    OPTIONS(options),
    .has_json = true,
    .run = run,
};
