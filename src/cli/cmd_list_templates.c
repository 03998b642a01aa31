/* `list_templates`. */
#include "cli/commands.h"
#include "cli/exit.h"

static int run(struct cli *cli)
{
    for (size_t i = 0; i < rev_template_info_count(); i++) {
        rev_template_info info = rev_template_info_at(i);
        term_printf(&cli->out, "%-12s %s\n", info.name, info.description);
    }
    return EXIT_DONE;
}

const struct command command_list_templates = {
    .name = "list_templates",
    .words = "",
    .summary = "show the templates that `init` knows",
    .examples = "% list_templates",
    .run = run,
};
