/* `graph`. */
#include "cli/commands.h"

#include "base/error.h"
#include "base/str.h"
#include "cli/exit.h"
#include "cli/out/graph_picture.h"
#include "cli/out/made_file.h"

/* What Mermaid's renderers draw unless they are told otherwise (its setting maxEdges). */
enum { MERMAID_EDGES = 500 };

static const struct option options[] = {
    {"applied", 0, NULL, false, "ask the database what is applied and what pending, and show it"},
    {"as", 0, "KIND", false, "dot, mermaid, svg or html (default: what FILE's name says, else dot)",
     "dot mermaid svg html"},
    {"output", 'o', "FILE", false, "write it there; an older picture is replaced", .kinds = WORD_FILE},
    {"rev-range", 'r', "A:B", false, "only from A to B; an empty end is base or heads", .kinds = WORD_RANGE},
};

static const struct kind {
    const char *name;
    const char *endings[3];
    graph_draw *draw;
} kinds[] = {
    {"dot", {".dot", ".gv"}, graph_dot},
    {"mermaid", {".mmd", ".mermaid"}, graph_mermaid},
    {"svg", {".svg"}, graph_svg},
    {"html", {".html", ".htm"}, graph_html},
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

static bool ends_in(const char *path, const char *ending)
{
    size_t len = strlen(path), size = strlen(ending);
    return len > size && rv_view_equals_nocase(rv_view(path + len - size, size), ending);
}

static const struct kind *kind_of_name(const char *path)
{
    for (size_t i = 0; i < KINDS; i++) {
        for (size_t k = 0; kinds[i].endings[k]; k++) {
            if (ends_in(path, kinds[i].endings[k])) {
                return &kinds[i];
            }
        }
    }
    return NULL;
}

static const struct kind *choose_kind(const char *as, const char *path, rev_error **err)
{
    for (size_t i = 0; as && i < KINDS; i++) {
        if (strcmp(kinds[i].name, as) == 0) {
            return &kinds[i];
        }
    }
    const struct kind *kind = path ? kind_of_name(path) : &kinds[0];
    if (!kind) {
        rv_fail(err, REV_ERROR_USAGE, "the name '%s' does not say what kind of picture it is to be", path);
        rv_error_hint(*err, "End it in .html, .svg, .dot or .mmd, or say --as. Graphviz makes any other kind: "
                            "`" PROGRAM_NAME " graph | dot -Tpng`.");
    }
    return kind;
}

static bool write_picture(struct cli *cli, const struct rv_str *text, const char *path, rev_error **err)
{
    if (!path) {
        /* A picture is data; foreign texts in it were made harmless when it was drawn. */
        fwrite(rv_str_text(text), 1, text->len, cli->out.stream);
        return true;
    }
    const struct made_file file = {"picture of the graph", GRAPH_MARK, rv_view(rv_str_text(text), text->len)};
    if (!made_file_write(path, &file, err)) {
        return false;
    }
    term_line(&cli->out, path);
    term_plain(&cli->out, "\n");
    return true;
}

static bool draw(struct cli *cli, const struct kind *kind, const rev_revisions *revisions, const rev_state *state,
                 rev_error **err)
{
    rv_str_auto struct rv_str text = {0};
    struct graph_picture *picture = graph_picture_new(cli->project, revisions, state);
    if (kind->draw == graph_mermaid && picture->layout->edge_count > MERMAID_EDGES) {
        cli_remark(cli,
                   "note: %zu edges: Mermaid draws %d unless its maxEdges is raised; -r A:B shows a part, and "
                   "--as html has no such bound",
                   picture->layout->edge_count, MERMAID_EDGES);
    }
    bool ok =
        kind->draw(picture, &text, err) && write_picture(cli, &text, option_value(&cli->arguments, "output"), err);
    graph_picture_free(picture);
    return ok;
}

static int run(struct cli *cli)
{
    rev_error *error = NULL;
    const char *path = option_value(&cli->arguments, "output");
    const struct kind *kind = choose_kind(option_value(&cli->arguments, "as"), path, &error);
    if (!kind) {
        return cli_fail(cli, error);
    }
    int status;
    const rev_project *project;
    rev_state *state = NULL;
    if (option_is_set(&cli->arguments, "applied")) {
        state = cli_read_state(cli, &project, false, &status);
        if (!state) {
            return status;
        }
    } else if (!(project = cli_open(cli, &status))) {
        return status;
    }
    rev_revisions *list = cli_history(cli, project, option_value(&cli->arguments, "rev-range"), state, &error);
    bool ok = list && draw(cli, kind, list, state, &error);
    rev_revisions_free(list);
    rev_state_free(state);
    return ok ? EXIT_DONE : cli_fail(cli, error);
}

const struct command command_graph = {
    .name = "graph",
    .words = "",
    .summary = "draw the graph: Graphviz, Mermaid, SVG, or a page to look around in",
    .description =
        "Draws the revisions, newest on top, parents below their children, dependencies as broken lines.\n"
        "\n"
        "  dot       for Graphviz\n"
        "  mermaid   for what shows Mermaid's diagrams, such as a README\n"
        "  svg       one file, light or dark as its viewer is\n"
        "  html      one file, too, to open in a browser; it uses no network. Pan, zoom,\n"
        "            search, and see the SQL of each revision:\n"
        "            whoever gets the page gets that\n"
        "\n"
        "No database is asked, except by --applied, or where the range says `current`. With --output, a file that is\n"
        "there stays as it is unless it is empty or an older picture.",
    .examples = "% graph --output graph.html --applied\n"
                "% graph | dot -Tpng >graph.png\n"
                "% graph --as mermaid -r -5:head",
    OPTIONS(options),
    .run = run,
};
