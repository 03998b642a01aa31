/* `show`. */
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/out/json.h"
#include "cli/out/text.h"

static int run(struct cli *cli)
{
    int status;
    const rev_project *project = cli_open(cli, &status);
    if (!project) {
        return status;
    }
    const char *spec = cli->arguments.words[0];
    rev_error *error = NULL;
    rev_state *state = NULL;
    if (rev_spec_needs_rows(spec)) {
        struct cli_migration migration;
        cli_migration_init(cli, &migration);
        state = rev_rows_read(project, &migration.options, &error);
        if (!state) {
            return cli_fail(cli, error);
        }
    }
    rev_revisions *list = rev_resolve(project, spec, state ? state->rows : (rev_strings){0}, &error);
    if (list && cli->is_json) {
        out_json_print_revisions(&cli->out, list, NULL);
    }
    for (size_t i = 0; list && i < list->count && !cli->is_json; i++) {
        text_revision_verbose(&cli->out, list->items[i], false);
    }
    bool ok = list != NULL;
    rev_revisions_free(list);
    rev_state_free(state);
    return ok ? EXIT_DONE : cli_fail(cli, error);
}

const struct command command_show = {
    .name = "show",
    .words = "SPEC",
    .summary = "show the revisions that SPEC names",
    .examples = "% show head\n"
                "% show 5cd0",
    .min_words = 1,
    .max_words = 1,
    .has_json = true,
    .run = run,
};
