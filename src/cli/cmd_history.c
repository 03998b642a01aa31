/* `history`. */
#include "cli/commands.h"
#include "base/error.h"
#include "cli/exit.h"
#include "cli/out/graph_text.h"
#include "cli/out/json.h"
#include "cli/out/text.h"

static const struct option options[] = {
    {"graph", 0, NULL, false, "draw the graph beside the list"},
    {"indicate-current", 'i', NULL, false, "mark the revisions at which the database is"},
    {"rev-range", 'r', "A:B", false, "only from A to B; an empty end is base or heads", .kinds = WORD_RANGE},
};

static void print_one(struct cli *cli, struct term *out, const rev_revision *revision, const rev_state *state)
{
    bool is_current = state && text_is_among(state->rows, revision->id);
    if (cli->verbose) {
        text_revision_verbose(out, revision, is_current);
    } else {
        text_revision_line(out, revision,
                           TEXT_PARENTS | TEXT_LABELS | TEXT_TREE | TEXT_MESSAGE | (is_current ? TEXT_CURRENT : 0));
    }
}

/* The text of one revision, line by line behind what the drawing has there. */
static void print_beside(struct cli *cli, struct graph_text *graph, size_t i, const char *text)
{
    rv_str_auto struct rv_str drawn = {0};
    graph_text_above(graph, i, &drawn);
    graph_text_star(graph, i, &drawn);
    for (size_t line = 0; *text; line++) {
        size_t len = strcspn(text, "\n");
        if (line) {
            graph_text_beside(graph, i, &drawn);
        }
        rv_str_add(&drawn, text, len);
        while (drawn.ptr[drawn.len - 1] == ' ') {
            drawn.len--;
        }
        rv_str_add_char(&drawn, '\n');
        text += len + 1;
    }
    graph_text_below(graph, i, &drawn);
    term_plain(&cli->out, rv_str_text(&drawn));
}

static void print_graph(struct cli *cli, const rev_revisions *list, const rev_state *state)
{
    struct graph_text *graph = graph_text_new(list);
    for (size_t i = 0; i < list->count; i++) {
        char *text = NULL;
        size_t size = 0;
        struct term memory = cli->out;
        memory.stream = open_memstream(&text, &size);
        print_one(cli, &memory, list->items[i], state);
        fclose(memory.stream);
        print_beside(cli, graph, i, text);
        free(text);
    }
    graph_text_free(graph);
}

static void print_text(struct cli *cli, const rev_revisions *list, const rev_state *state)
{
    if (option_is_set(&cli->arguments, "graph")) {
        print_graph(cli, list, state);
    } else {
        for (size_t i = 0; i < list->count; i++) {
            print_one(cli, &cli->out, list->items[i], state);
        }
    }
}

static void print(struct cli *cli, const rev_revisions *list, const rev_state *state)
{
    if (cli->is_json) {
        out_json_print_revisions(&cli->out, list, state ? &state->rows : NULL);
    } else if (cli->verbose) {
        print_text(cli, list, state);
    } else {
        term_fit_begin(&cli->out);
        print_text(cli, list, state);
        term_fit_end(&cli->out);
    }
}

static int run(struct cli *cli)
{
    rev_error *error = NULL;
    if (cli->is_json && option_is_set(&cli->arguments, "graph")) {
        rv_fail(&error, REV_ERROR_USAGE, "--graph is drawn in text: it has no JSON form");
        return cli_fail(cli, error);
    }
    int status;
    const rev_project *project = cli_open(cli, &status);
    if (!project) {
        return status;
    }
    const char *range = option_value(&cli->arguments, "rev-range");
    rev_state *state = NULL;
    if (option_is_set(&cli->arguments, "indicate-current")) {
        struct cli_migration migration;
        cli_migration_init(cli, &migration);
        state = rev_rows_read(project, &migration.options, &error);
        if (!state) {
            return cli_fail(cli, error);
        }
    }
    rev_revisions *list = cli_history(cli, project, range, state, &error);
    if (list) {
        print(cli, list, state);
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
                "% history --graph\n"
                "% history -r 5cd0:head         # that one and all after it\n"
                "% history -r -3:current        # the last three that ran, and the one before",
    OPTIONS(options),
    .has_json = true,
    .run = run,
};
