/* Mermaid's flowchart. A node's name gets a prefix, since `end` and others are words of the language. In a label, all
 * but letters, digits and harmless marks becomes Mermaid's #NN; (quotes would end it, `%%{` sets options anywhere in
 * the text, a tag would be HTML, and what begins like a list would be read as Markdown). */
#include "cli/out/graph_picture.h"

enum { TITLE_WIDTH = 48 };

static void add_label(struct rv_str *out, const char *text)
{
    bool has_begun = false;
    for (const char *c = text; *c; c++) {
        bool is_plain = rv_is_alpha(*c) || rv_is_digit(*c) || *c == ' ' || (*c & 0x80);
        has_begun = has_begun || rv_is_alpha(*c) || (*c & 0x80);
        if (is_plain || (has_begun && strchr("_-.,:/()", *c))) {
            rv_str_add_char(out, *c);
        } else {
            rv_str_printf(out, "#%d;", *c);
        }
    }
}

static void add_node(struct rv_str *out, const struct graph_picture *picture, size_t i)
{
    const rev_revision *revision = picture->revisions->items[i];
    const char *color = graph_color_word(picture, i);
    rv_str_auto struct rv_str name = {0}, title = {0};
    graph_add_name(&name, picture, i);
    graph_add_title(&title, revision, TITLE_WIDTH);
    rv_str_printf(out, "    r_%s[\"", revision->id);
    add_label(out, rv_str_text(&name));
    rv_str_add_text(out, title.len ? "<br/>" : "");
    add_label(out, rv_str_text(&title));
    rv_str_printf(out, "\"]%s%s\n", color ? ":::" : "", color ? color : "");
}

static void add_edges(struct rv_str *out, const struct graph_picture *picture)
{
    const rev_revision *const *revisions = picture->revisions->items;
    const struct graph_layout *layout = picture->layout;
    for (size_t i = layout->edge_count; i-- > 0;) {
        const struct graph_edge *edge = &layout->edges[i];
        rv_str_printf(out, "    r_%s %s r_%s\n", revisions[edge->parent]->id, edge->is_dependency ? "-.->" : "-->",
                      revisions[edge->child]->id);
    }
    for (size_t i = layout->count; i-- > 0;) {
        if (layout->is_cut[i]) {
            rv_str_printf(out, "    before_%s[\"…\"] -.- r_%s\n", revisions[i]->id, revisions[i]->id);
        }
    }
}

bool graph_mermaid(const struct graph_picture *picture, struct rv_str *out, rev_error **err)
{
    (void)err;
    rv_str_add_text(out, "%% " GRAPH_MARK "\nflowchart BT\n");
    for (size_t i = picture->revisions->count; i-- > 0;) {
        add_node(out, picture, i);
    }
    add_edges(out, picture);
    rv_str_add_text(out, "    classDef interrupted fill:#ffd8d3,stroke:#c4291c,color:#1f2328\n"
                         "    classDef current fill:#b7ebc6,stroke:#1a7f37,stroke-width:2px,color:#1f2328\n"
                         "    classDef pending fill:#fff3cd,stroke:#9a6700,stroke-dasharray:4 3,color:#1f2328\n"
                         "    classDef head fill:#dbeafe,stroke:#0b5fca,stroke-width:2px,color:#1f2328\n"
                         "    classDef applied fill:#e6f6ea,stroke:#1a7f37,color:#1f2328\n");
    return true;
}
