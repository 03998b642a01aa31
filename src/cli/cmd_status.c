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
    term_fit_begin(&cli->out);
    term_printf(&cli->out, "%-9s ", name);
    if (!revisions->count) {
        term_printf(&cli->out, "%s\n", none);
    }
    for (size_t i = 0; i < revisions->count; i++) {
        term_printf(&cli->out, "%*s", i ? 10 : 0, "");
        text_revision_line(&cli->out, revisions->items[i], TEXT_LABELS | TEXT_TREE | TEXT_MESSAGE);
    }
    term_fit_end(&cli->out);
}

static void pending(struct cli *cli, const rev_project *project, const rev_state *state)
{
    rev_revisions *heads = rev_heads(project, true);
    list(cli, "Pending", &state->pending, "nothing");
    if (heads->count > 1) {
        cli_remark(cli, "There are %zu heads: `" PROGRAM_NAME " merge heads` joins them.", heads->count);
    }
    if (state->pending.count && !state->interrupted_count && !state->change_count) {
        cli_remark(cli, "`" PROGRAM_NAME " upgrade %s` runs what is pending.", heads->count > 1 ? "heads" : "head");
    }
    rev_revisions_free(heads);
}

/* What an upgrade would refuse to go on beside. */
static void print_troubles(struct cli *cli, const rev_state *state)
{
    for (size_t i = 0; i < state->interrupted_count; i++) {
        const rev_interrupted *step = &state->interrupted[i];
        term_plain(&cli->out, "Open      ");
        term_line(&cli->out, step->revision);
        term_printf(&cli->out, ": its %s is at statement %lld of %lld, since ", step->direction,
                    (long long)step->statements_done + 1, (long long)step->statements_total);
        text_time(&cli->out, step->started_at);
        term_plain(&cli->out, "\n");
    }
    for (size_t i = 0; i < state->change_count; i++) {
        const rev_change *change = &state->changes[i];
        term_plain(&cli->out, "Changed   ");
        term_line(&cli->out, change->file);
        term_plain(&cli->out, ", applied ");
        text_time(&cli->out, change->applied_at);
        term_plain(&cli->out, change->applied_by[0] ? " by " : "");
        term_line(&cli->out, change->applied_by);
        term_plain(&cli->out, change->is_only_blanks ? " (only comments and white space)\n" : "\n");
        if (cli->verbose && change->diff) {
            term_text(&cli->out, change->diff);
        }
    }
}

static void remark_troubles(struct cli *cli, const rev_state *state)
{
    if (state->interrupted_count) {
        cli_remark(cli,
                   "If nobody is running it: `" PROGRAM_NAME " resolve %s --continue`, --applied or --rolled-back.",
                   state->interrupted[0].revision);
    }
    if (state->change_count) {
        cli_remark(cli, "%s`" PROGRAM_NAME " resolve %s --accept-changes` records it as it is.",
                   cli->verbose ? "" : "--verbose shows what was changed; ", state->changes[0].revision->id);
    }
}

static void print_url(struct cli *cli, const rev_project *project)
{
    const char *url = rev_project_url(project);
    term_plain(&cli->out, "Database  ");
    term_line(&cli->out, url ? url : "none");
    term_plain(&cli->out, "\n");
}

static void print_heads(struct cli *cli, const rev_revisions *heads)
{
    list(cli, "Heads", heads, "none: there are no revisions yet");
}

static void print_text(struct cli *cli, const rev_project *project, const rev_state *state, const rev_revisions *heads)
{
    print_url(cli, project);
    list(cli, "Current", &state->current, "<base>");
    print_heads(cli, heads);
    print_troubles(cli, state);
    pending(cli, project, state);
    remark_troubles(cli, state);
}

static struct out_json *make_interrupted(const void *context, size_t i)
{
    const rev_interrupted *step = &((const rev_state *)context)->interrupted[i];
    struct out_json *object = out_json_object();
    out_json_text(object, "revision", step->revision);
    out_json_text(object, "direction", step->direction);
    out_json_text(object, "started_at", step->started_at);
    out_json_text(object, "applied_by", step->applied_by);
    out_json_count(object, "statements_total", step->statements_total);
    out_json_count(object, "statements_done", step->statements_done);
    return object;
}

static struct out_json *make_change(const void *context, size_t i)
{
    const rev_change *change = &((const rev_state *)context)->changes[i];
    struct out_json *object = out_json_object();
    out_json_text(object, "revision", change->revision->id);
    out_json_text(object, "file", change->file);
    out_json_text(object, "applied_at", change->applied_at);
    out_json_text(object, "applied_by", change->applied_by);
    out_json_text(object, "diff", change->diff);
    out_json_flag(object, "only_blanks", change->is_only_blanks);
    return object;
}

static void print_json(struct cli *cli, const rev_project *project, const rev_state *state, const rev_revisions *heads)
{
    struct out_json *object = out_json_object();
    out_json_text(object, "url", rev_project_url(project));
    out_json_strings(object, "rows", state->rows);
    out_json_revisions(object, "current", &state->current);
    out_json_revisions(object, "heads", heads);
    out_json_revisions(object, "pending", &state->pending);
    out_json_list(object, "interrupted", state->interrupted_count, make_interrupted, state);
    out_json_list(object, "changed", state->change_count, make_change, state);
    out_json_print(&cli->out, object);
}

static void print(struct cli *cli, const rev_project *project, const rev_state *state, const rev_revisions *heads)
{
    if (cli->is_json) {
        print_json(cli, project, state, heads);
    } else {
        print_text(cli, project, state, heads);
    }
}

int status_alone(struct cli *cli)
{
    struct cli_migration migration;
    rev_error *error = NULL;
    int status = EXIT_DONE;
    cli_migration_init(cli, &migration);
    migration.options.compare = true;
    rev_state *state = rev_state_read(cli->project, &migration.options, &error);
    rev_revisions *heads = rev_heads(cli->project, false);
    if (state) {
        print(cli, cli->project, state, heads);
    } else if (!cli->is_json) {
        print_url(cli, cli->project);
        print_heads(cli, heads);
    }
    if (error) {
        status = cli_fail(cli, error);
    }
    cli_remark(cli, "`" PROGRAM_NAME " --help` lists the commands.");
    rev_revisions_free(heads);
    rev_state_free(state);
    return status;
}

static int run(struct cli *cli)
{
    int status;
    const rev_project *project;
    rev_state *state = cli_read_state(cli, &project, true, &status);
    if (!state) {
        return status;
    }
    rev_revisions *heads = rev_heads(project, false);
    print(cli, project, state, heads);
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
