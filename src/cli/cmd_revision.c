/* `revision`. */
#include "cli/author.h"
#include "cli/commands.h"

#include "base/error.h"

static const struct option options[] = {
    AUTHOR_BRANCH_LABEL,
    {"depends-on", 0, "REV", true, "a revision or label that must be applied first", .kinds = WORD_ID | WORD_LABEL},
    {"head", 0, "SPEC", true, "the parent, instead of `head`; `base` starts a new line", .kinds = WORD_SPEC},
    AUTHOR_MESSAGE,
    AUTHOR_REV_ID,
    AUTHOR_SPLICE,
};

static int run(struct cli *cli)
{
    rev_error *error = NULL;
    if (!option_value(&cli->arguments, "message")) {
        rv_fail(&error, REV_ERROR_USAGE, "`revision` needs -m MSG");
        rv_error_hint(error, "Say in a few words what it does: " PROGRAM_NAME " revision -m \"add users\".");
        return cli_fail(cli, error);
    }
    int status;
    const rev_project *project = cli_open(cli, &status);
    if (!project) {
        return status;
    }
    const char *heads[VALUES_MAX], *depends_on[VALUES_MAX];
    const struct arguments *arguments = &cli->arguments;
    rev_new_revision revision = {
        .struct_size = sizeof revision,
        .message = option_value(arguments, "message"),
        .rev_id = option_value(arguments, "rev-id"),
        .parents = {option_values(arguments, "head", heads, VALUES_MAX), heads},
        .splice = option_is_set(arguments, "splice"),
        .branch_label = option_value(arguments, "branch-label"),
        .depends_on = {option_values(arguments, "depends-on", depends_on, VALUES_MAX), depends_on},
    };
    rev_created *created = rev_create(project, &revision, &error);
    return author_finish(cli, created, error);
}

const struct command command_revision = {
    .name = "revision",
    .words = "-m MSG",
    .summary = "create a revision: a header, up.sql and down.sql",
    .description =
        "Creates a revision on top of the head and prints its folder. Edit up.sql and down.sql there; without\n"
        "a down.sql the revision can't be undone. With several heads, --head says which one to build on.",
    .examples = "% revision -m \"add users\"\n"
                "% revision -m \"fix\" --head 5cd0 --splice    # a branch off an older revision",
    OPTIONS(options),
    .has_json = true,
    .run = run,
};
