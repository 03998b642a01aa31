/* `status`. */
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/out/json.h"
#include "cli/out/text.h"

static const struct option options[] = {
    {"exit-code", 0, NULL, false, "exit 3 if there is something to run"},
};

static void list(struct cli *cli, const char *name, const rev_revisions *revisions, const char *none)
{
    term_printf(&cli->out, "%-9s ", name);
    if (!revisions->count) {
        term_printf(&cli->out, "%s\n", none);
    }
    for (size_t i = 0; i < revisions->count; i++) {
        term_printf(&cli->out, "%*s", i ? 10 : 0, "");
        text_revision_line(&cli->out, revisions->items[i], TEXT_LABELS | TEXT_TREE | TEXT_MESSAGE);
    }
}

static void pending(struct cli *cli, const rev_project *project, const rev_state *state)
{
    rev_revisions *heads = rev_heads(project, true);
    list(cli, "Pending", &state->pending, "nothing");
    if (heads->count > 1) {
        cli_remark(cli, "There are %zu heads: `" PROGRAM_NAME " merge heads` joins them.", heads->count);
    }
    if (state->pending.count) {
        cli_remark(cli, "`" PROGRAM_NAME " upgrade %s` runs what is pending.", heads->count > 1 ? "heads" : "head");
    }
    rev_revisions_free(heads);
}

static void print_text(struct cli *cli, const rev_project *project, const rev_state *state, const rev_revisions *heads)
{
    term_plain(&cli->out, "Database  ");
    term_line(&cli->out, rev_project_url(project));
    term_plain(&cli->out, "\n");
    list(cli, "Current", &state->current, "<base>");
    list(cli, "Heads", heads, "none: there are no revisions yet");
    pending(cli, project, state);
}

static void print_json(struct cli *cli, const rev_project *project, const rev_state *state, const rev_revisions *heads)
{
    struct out_json *object = out_json_object();
    out_json_text(object, "url", rev_project_url(project));
    out_json_strings(object, "rows", state->rows);
    out_json_revisions(object, "current", &state->current);
    out_json_revisions(object, "heads", heads);
    out_json_revisions(object, "pending", &state->pending);
    out_json_print(&cli->out, object);
}

static int run(struct cli *cli)
{
    int status;
    const rev_project *project;
    rev_state *state = cli_read_state(cli, &project, &status);
    if (!state) {
        return status;
    }
    rev_revisions *heads = rev_heads(project, false);
    if (cli->is_json) {
        print_json(cli, project, state, heads);
    } else {
        print_text(cli, project, state, heads);
    }
    bool has_pending = state->pending.count > 0;
    rev_revisions_free(heads);
    rev_state_free(state);
    return has_pending && option_is_set(&cli->arguments, "exit-code") ? EXIT_NO : EXIT_DONE;
}

const struct command command_status = {
    .name = "status",
    .words = "",
    .summary = "show where the database stands and what would run",
    .examples = "% status\n"
                "% status --exit-code       # for scripts: 3 if something is pending",
    OPTIONS(options),
    .has_json = true,
    .run = run,
};
