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
    rev_error *error = NULL;
    rev_revisions *list = cli_resolve(cli, project, cli->arguments.words[0], &error);
    if (!list) {
        return cli_fail(cli, error);
    }
    if (cli->is_json) {
        out_json_print_revisions(&cli->out, list, NULL);
    }
    for (size_t i = 0; i < list->count && !cli->is_json; i++) {
        text_revision_verbose(&cli->out, list->items[i], false);
    }
    rev_revisions_free(list);
    return EXIT_DONE;
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
