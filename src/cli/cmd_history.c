/* `history`. */
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/out/json.h"
#include "cli/out/text.h"

static const struct option options[] = {
    {"indicate-current", 'i', NULL, false, "mark the revisions at which the database is"},
    {"rev-range", 'r', "A:B", false, "only from A to B; an empty end is base or heads"},
};

static void print(struct cli *cli, const rev_revisions *list, const rev_state *state)
{
    if (cli->is_json) {
        out_json_print_revisions(&cli->out, list, state ? &state->rows : NULL);
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        const rev_revision *revision = list->items[i];
        bool is_current = state && text_is_among(state->rows, revision->id);
        if (cli->verbose) {
            text_revision_verbose(&cli->out, revision, is_current);
        } else {
            text_revision_line(&cli->out, revision,
                               TEXT_PARENTS | TEXT_LABELS | TEXT_TREE | TEXT_MESSAGE | (is_current ? TEXT_CURRENT : 0));
        }
    }
}

static int run(struct cli *cli)
{
    int status;
    const rev_project *project = cli_open(cli, &status);
    if (!project) {
        return status;
    }
    const char *range = option_value(&cli->arguments, "rev-range");
    bool indicate = option_is_set(&cli->arguments, "indicate-current");
    bool needs_rows = range && rev_spec_needs_rows(range);
    rev_error *error = NULL;
    rev_state *state = NULL;
    if (indicate || needs_rows) {
        struct cli_migration migration;
        cli_migration_init(cli, &migration);
        state = rev_rows_read(project, &migration.options, &error);
        if (!state) {
            return cli_fail(cli, error);
        }
    }
    rev_revisions *list = rev_history(project, range, needs_rows ? state->rows : (rev_strings){0}, &error);
    if (list) {
        print(cli, list, indicate ? state : NULL);
    }
    rev_revisions_free(list);
    rev_state_free(state);
    return list ? EXIT_DONE : cli_fail(cli, error);
}

const struct command command_history = {
    .name = "history",
    .words = "",
    .summary = "show the revisions, newest first",
    .examples = "% history\n"
                "% history --verbose\n"
                "% history -r 5cd0:head         # that one and all after it\n"
                "% history -r -3:current        # the last three that ran, and the one before",
    OPTIONS(options),
    .has_json = true,
    .run = run,
};
