/* `heads`. */
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/out/json.h"
#include "cli/out/text.h"

static const struct option options[] = {
    {"resolve-dependencies", 0, NULL, false, "leave out heads on which another revision depends"},
};

static int run(struct cli *cli)
{
    int status;
    const rev_project *project = cli_open(cli, &status);
    if (!project) {
        return status;
    }
    rev_revisions *heads = rev_heads(project, option_is_set(&cli->arguments, "resolve-dependencies"));
    if (cli->is_json) {
        out_json_print_revisions(&cli->out, heads, NULL);
    }
    for (size_t i = 0; i < heads->count && !cli->is_json; i++) {
        if (cli->verbose) {
            text_revision_verbose(&cli->out, heads->items[i], false);
        } else {
            text_revision_line(&cli->out, heads->items[i], TEXT_LABELS);
        }
    }
    rev_revisions_free(heads);
    return EXIT_DONE;
}

const struct command command_heads = {
    .name = "heads",
    .words = "",
    .summary = "show the revisions that nothing follows yet",
    .examples = "% heads --verbose",
    OPTIONS(options),
    .has_json = true,
    .run = run,
};
