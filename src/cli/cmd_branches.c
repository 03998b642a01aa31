/* `branches`. */
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/out/json.h"
#include "cli/out/text.h"

#include <string.h>

static void branch(struct cli *cli, const rev_project *project, const rev_revision *point)
{
    if (cli->verbose) {
        text_revision_verbose(&cli->out, point, false);
    } else {
        text_revision_line(&cli->out, point, TEXT_LABELS | TEXT_TREE);
    }
    int indent = (int)strlen(point->id) + 1;
    term_fit_begin(&cli->out);
    for (size_t i = 0; i < point->children.count; i++) {
        term_printf(&cli->out, "%*s-> ", indent, "");
        text_revision_line(&cli->out, rev_find(project, point->children.items[i]),
                           TEXT_LABELS | TEXT_TREE | (cli->verbose ? TEXT_MESSAGE : 0));
    }
    term_fit_end(&cli->out);
    term_plain(&cli->out, "\n");
}

static int run(struct cli *cli)
{
    int status;
    const rev_project *project = cli_open(cli, &status);
    if (!project) {
        return status;
    }
    rev_revisions *points = rev_branch_points(project);
    if (cli->is_json) {
        out_json_print_revisions(&cli->out, points, NULL);
    }
    for (size_t i = 0; i < points->count && !cli->is_json; i++) {
        branch(cli, project, points->items[i]);
    }
    rev_revisions_free(points);
    return EXIT_DONE;
}

const struct command command_branches = {
    .name = "branches",
    .words = "",
    .summary = "show where the history branches, and into what",
    .examples = "% branches --verbose",
    .has_json = true,
    .run = run,
};
