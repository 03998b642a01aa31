/* `current`. */
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/out/json.h"
#include "cli/out/text.h"

static const struct option options[] = {
    {"check-heads", 0, NULL, false, "exit 3 unless the database is at the heads"},
};

/* Every revision is needed by some real head: so nothing is pending exactly where the database is at the real heads. */
static bool is_at_heads(const rev_state *state)
{
    return state->pending.count == 0;
}

static void print_text(struct cli *cli, const rev_project *project, const rev_state *state)
{
    if (cli->verbose) {
        term_plain(&cli->out, "Current revision(s) for ");
        term_line(&cli->out, rev_project_url(project));
        term_plain(&cli->out, ":\n");
    }
    for (size_t i = 0; i < state->current.count; i++) {
        if (cli->verbose) {
            text_revision_verbose(&cli->out, state->current.items[i], false);
        } else {
            text_revision_line(&cli->out, state->current.items[i], TEXT_TREE);
        }
    }
}

static void print_json(struct cli *cli, const rev_project *project, const rev_state *state)
{
    struct out_json *object = out_json_object();
    out_json_text(object, "url", rev_project_url(project));
    out_json_strings(object, "rows", state->rows);
    out_json_revisions(object, "current", &state->current);
    out_json_flag(object, "at_heads", is_at_heads(state));
    out_json_print(&cli->out, object);
}

static int run(struct cli *cli)
{
    int status;
    const rev_project *project;
    rev_state *state = cli_read_state(cli, &project, false, &status);
    if (!state) {
        return status;
    }
    if (cli->is_json) {
        print_json(cli, project, state);
    } else {
        print_text(cli, project, state);
    }
    bool no = option_is_set(&cli->arguments, "check-heads") && !is_at_heads(state);
    if (no) {
        cli_remark(cli, "the database is not at the heads; `" PROGRAM_NAME " upgrade heads` brings it there");
    }
    rev_state_free(state);
    return no ? EXIT_NO : EXIT_DONE;
}

const struct command command_current = {
    .name = "current",
    .words = "",
    .summary = "show the revisions at which the database is",
    .examples = "% current\n"
                "% current --check-heads    # for scripts: is it up to date?",
    OPTIONS(options),
    .has_json = true,
    .run = run,
};
