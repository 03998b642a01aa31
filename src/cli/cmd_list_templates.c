/* `list_templates`. */
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/out/json.h"

static struct out_json *make_template(const void *context, size_t i)
{
    (void)context;
    rev_template_info info = rev_template_info_at(i);
    struct out_json *object = out_json_object();
    out_json_text(object, "name", info.name);
    out_json_text(object, "description", info.description);
    return object;
}

static int run(struct cli *cli)
{
    if (cli->is_json) {
        out_json_print_list(&cli->out, rev_template_info_count(), make_template, NULL);
        return EXIT_DONE;
    }
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
    .has_json = true,
    .has_no_project = true,
    .run = run,
};
