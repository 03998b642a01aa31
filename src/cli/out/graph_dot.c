/* Graphviz. Ids are letters, digits and underscores, so that in quotes they name nothing but nodes; in labels a
 * backslash and an ampersand begin escapes of Graphviz's own (its manual: escString, and HTML's entities). Time goes
 * upwards, as in every picture of rev. */
#include "cli/out/graph_picture.h"

enum { TITLE_WIDTH = 48, TOOLTIP_WIDTH = 240 };

static void add_label(struct rv_str *out, const char *text)
{
    for (const char *c = text; *c; c++) {
        if (*c == '"' || *c == '\\') {
            rv_str_add_char(out, '\\');
        }
        rv_str_add_text(out, *c == '&' ? "&amp;" : "");
        rv_str_add(out, c, *c == '&' ? 0 : 1);
    }
}

static const char *colors(const struct graph_picture *picture, size_t i)
{
    static const struct {
        const char *word, *attributes;
    } table[] = {
        {"interrupted", " fillcolor=\"#ffd8d3\" color=\"#c4291c\""},
        {"current", " fillcolor=\"#b7ebc6\" color=\"#1a7f37\" penwidth=2"},
        {"pending", " fillcolor=\"#fff3cd\" color=\"#9a6700\" style=\"rounded,filled,dashed\""},
        {"head", " fillcolor=\"#dbeafe\" color=\"#0b5fca\" penwidth=2"},
        {"applied", " fillcolor=\"#e6f6ea\" color=\"#1a7f37\""},
    };
    const char *word = graph_color_word(picture, i);
    for (size_t k = 0; word && k < sizeof table / sizeof table[0]; k++) {
        if (strcmp(table[k].word, word) == 0) {
            return table[k].attributes;
        }
    }
    return "";
}

static void add_node(struct rv_str *out, const struct graph_picture *picture, size_t i)
{
    const rev_revision *revision = picture->revisions->items[i];
    rv_str_auto struct rv_str name = {0}, title = {0}, tooltip = {0};
    graph_add_name(&name, picture, i);
    graph_add_title(&title, revision, TITLE_WIDTH);
    graph_add_title(&tooltip, revision, TOOLTIP_WIDTH);
    rv_str_printf(out, "  \"%s\" [label=\"", revision->id);
    add_label(out, rv_str_text(&name));
    rv_str_add_text(out, title.len ? "\\n" : "");
    add_label(out, rv_str_text(&title));
    rv_str_add_text(out, "\" tooltip=\"");
    add_label(out, tooltip.len ? rv_str_text(&tooltip) : revision->id);
    rv_str_printf(out, "\"%s];\n", colors(picture, i));
}

static void add_edges(struct rv_str *out, const struct graph_picture *picture)
{
    const rev_revision *const *revisions = picture->revisions->items;
    const struct graph_layout *layout = picture->layout;
    for (size_t i = layout->edge_count; i-- > 0;) {
        const struct graph_edge *edge = &layout->edges[i];
        rv_str_printf(out, "  \"%s\" -> \"%s\"%s;\n", revisions[edge->parent]->id, revisions[edge->child]->id,
                      edge->is_dependency ? " [style=dashed constraint=false]" : "");
    }
    for (size_t i = layout->count; i-- > 0;) {
        if (layout->is_cut[i]) {
            const char *id = revisions[i]->id;
            rv_str_printf(out, "  \"before %s\" [label=\"…\" tooltip=\"\" shape=plaintext style=\"\"];\n", id);
            rv_str_printf(out, "  \"before %s\" -> \"%s\" [style=dotted];\n", id, id);
        }
    }
}

bool graph_dot(const struct graph_picture *picture, struct rv_str *out, rev_error **err)
{
    (void)err;
    rv_str_add_text(out, "// " GRAPH_MARK "\n"
                         "digraph revisions {\n"
                         "  rankdir=BT;\n"
                         "  node [shape=box style=\"rounded,filled\" fillcolor=\"#ffffff\" color=\"#57606a\""
                         " fontname=\"Helvetica\" fontsize=11];\n"
                         "  edge [color=\"#57606a\" arrowsize=0.7];\n");
    for (size_t i = picture->revisions->count; i-- > 0;) {
        add_node(out, picture, i);
    }
    add_edges(out, picture);
    rv_str_add_text(out, "}\n");
    return true;
}
