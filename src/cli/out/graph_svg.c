/* The drawing: rows from the newest down, lanes from the left, texts in columns beside them. Its elements carry
 * classes, no colours: graph_drawing.css has them, for light and for dark. Ids, dates and labels are of one character's
 * width, so that columns and frames fit without the fonts at hand. */
#include "cli/out/graph_picture.h"

#include "base/utf8.h"

enum {
    ROW = 32, /* px */
    LEFT = 22,
    LANE_WIDTH = 20,
    LANE_LEAST = 9,
    LANES_WIDTH = 360, /* beyond that, lanes come closer */
    TOP = 14,
    LEGEND = 64, /* above the rows, where the drawing stands alone */
    LEGEND_Y = 48,
    LEGEND_GAP = 15, /* from a mark to its text */
    GAP = 12,
    TITLE_WIDTH = 72, /* characters */
    TOOLTIP_WIDTH = 240,
    DATE_WIDTH = 10,
    COLORS = 8,
};

/* px a character: ids, dates and labels in a font of one width; the others on average, rather too much. */
static const double ID_CHARACTER = 7.6, SMALL_CHARACTER = 6.7, TEXT_CHARACTER = 7.2;

struct drawing {
    const struct graph_picture *picture;
    struct rv_str *out;
    double lane_width, top;
    double ids, dates, texts; /* where these columns begin */
    double width;             /* of all, so far */
};

static double lane_x(const struct drawing *drawing, uint32_t lane)
{
    return LEFT + lane * drawing->lane_width;
}

static double row_y(const struct drawing *drawing, uint32_t row)
{
    return drawing->top + row * (double)ROW + ROW / 2.0;
}

static void reach(struct drawing *drawing, double x)
{
    drawing->width = x > drawing->width ? x : drawing->width;
}

/* From where the path is to a row below: "C…". */
static void curve(struct rv_str *out, double x, double y, double to_x, double to_y)
{
    rv_str_printf(out, "C%.8g %.8g %.8g %.8g %.8g %.8g", x, (y + to_y) / 2, to_x, (y + to_y) / 2, to_x, to_y);
}

static void add_edge(struct drawing *drawing, const struct graph_edge *edge)
{
    const struct graph_layout *layout = drawing->picture->layout;
    double x = lane_x(drawing, layout->lanes[edge->child]), y = row_y(drawing, edge->child);
    double to_x = lane_x(drawing, layout->lanes[edge->parent]), to_y = row_y(drawing, edge->parent);
    double along = lane_x(drawing, edge->lane);
    bool is_pending = graph_status(drawing->picture, edge->child) == GRAPH_PENDING;
    rv_str_printf(drawing->out, "<path class=\"l%u%s%s\" data-ends=\"%u %u\" d=\"M%.8g %.8g",
                  (unsigned)edge->lane % COLORS, edge->is_dependency ? " dependency" : "", is_pending ? " pending" : "",
                  (unsigned)edge->child, (unsigned)edge->parent, x, y);
    if (edge->parent - edge->child == 1) {
        curve(drawing->out, x, y, to_x, to_y);
    } else {
        if (edge->lane != layout->lanes[edge->child]) {
            curve(drawing->out, x, y, along, y + ROW);
        }
        rv_str_printf(drawing->out, "V%.8g", to_y - ROW);
        curve(drawing->out, along, to_y - ROW, to_x, to_y);
    }
    rv_str_add_text(drawing->out, "\"/>\n");
}

static void add_edges(struct drawing *drawing)
{
    const struct graph_layout *layout = drawing->picture->layout;
    rv_str_add_text(drawing->out, "<g class=\"edges\">\n");
    for (size_t i = 0; i < layout->edge_count; i++) {
        add_edge(drawing, &layout->edges[i]);
    }
    for (uint32_t i = 0; i < layout->count; i++) {
        if (layout->is_cut[i]) {
            rv_str_printf(drawing->out, "<path class=\"l%u cut\" d=\"M%.8g %.8gv%.8g\"/>\n",
                          (unsigned)layout->lanes[i] % COLORS, lane_x(drawing, layout->lanes[i]), row_y(drawing, i),
                          ROW * 0.7);
        }
    }
    rv_str_add_text(drawing->out, "</g>\n");
}

/* A branch point is a diamond, a merge point a square, what is both a star of the two; a head has a ring. */
static void add_mark(struct rv_str *out, const rev_revision *revision, double x, double y)
{
    rv_str_printf(out, "<g class=\"mark\" transform=\"translate(%.8g %.8g)\">", x, y);
    if (revision->is_head) {
        rv_str_add_text(out, "<circle class=\"ring\" r=\"9.5\"/>");
    }
    if (revision->is_branch_point) {
        rv_str_add_text(out, "<path class=\"dot\" d=\"M0-7 7 0 0 7-7 0z\"/>");
    }
    if (revision->is_merge_point) {
        rv_str_add_text(out, "<rect class=\"dot\" x=\"-5\" y=\"-5\" width=\"10\" height=\"10\" rx=\"1\"/>");
    }
    if (!revision->is_branch_point && !revision->is_merge_point) {
        rv_str_add_text(out, "<circle class=\"dot\" r=\"5\"/>");
    }
    rv_str_add_text(out, "</g>");
}

/* A word in a frame; where the next thing begins. */
static double add_pill(struct rv_str *out, const char *class, const char *text, double x, double y)
{
    double width = (double)rv_utf8_width(rv_view_of(text)) * SMALL_CHARACTER + GAP;
    rv_str_printf(out, "<rect class=\"pill %s\" x=\"%.8g\" y=\"%.8g\" width=\"%.8g\" height=\"18\" rx=\"9\"/>", class,
                  x, y - 9, width);
    rv_str_printf(out, "<text class=\"in-pill %s\" x=\"%.8g\" y=\"%.8g\">", class, x + width / 2, y + 3.8);
    graph_add_xml(out, text);
    rv_str_add_text(out, "</text>");
    return x + width + GAP / 2.0;
}

static double add_pills(struct rv_str *out, const struct graph_picture *picture, size_t i, double x, double y)
{
    const rev_revision *revision = picture->revisions->items[i];
    const char *words[GRAPH_WORDS_MAX];
    size_t count = graph_words(picture, i, words);
    double start = x;
    for (size_t k = 0; k < count; k++) {
        /* What the mark's shape says is said once, and what holds for nearly all not at all. */
        if (!strstr("applied base branchpoint mergepoint", words[k])) {
            x = add_pill(out, words[k], words[k], x, y);
        }
    }
    for (size_t k = 0; k < revision->branch_labels.count; k++) {
        x = add_pill(out, "label", revision->branch_labels.items[k], x, y);
    }
    for (size_t k = 0; k < revision->tags.count; k++) {
        x = add_pill(out, "tag", revision->tags.items[k], x, y);
    }
    return x > start ? x + 2 : x;
}

static void add_text(struct rv_str *out, const char *class, double x, double y, const char *text)
{
    rv_str_printf(out, "<text class=\"%s\" x=\"%.8g\" y=\"%.8g\">", class, x, y + 4.3);
    graph_add_xml(out, text);
    rv_str_add_text(out, "</text>");
}

static void add_tooltip(struct rv_str *out, const struct graph_picture *picture, size_t i)
{
    rv_str_auto struct rv_str name = {0}, title = {0};
    graph_add_name(&name, picture, i);
    graph_add_title(&title, picture->revisions->items[i], TOOLTIP_WIDTH);
    rv_str_add_text(out, "<title>");
    graph_add_xml(out, rv_str_text(&name));
    rv_str_add_text(out, title.len ? ": " : "");
    graph_add_xml(out, rv_str_text(&title));
    rv_str_add_text(out, "</title>");
}

static void add_revision(struct drawing *drawing, uint32_t i)
{
    const struct graph_picture *picture = drawing->picture;
    const rev_revision *revision = picture->revisions->items[i];
    uint32_t lane = picture->layout->lanes[i];
    struct rv_str *out = drawing->out;
    rv_str_auto struct rv_str title = {0}, date = {0};
    const char *words[GRAPH_WORDS_MAX];
    size_t count = graph_words(picture, i, words);
    double y = row_y(drawing, i);
    rv_str_printf(out, "<g class=\"revision l%u", (unsigned)lane % COLORS);
    for (size_t k = 0; k < count; k++) {
        rv_str_printf(out, " %s", words[k]);
    }
    rv_str_add_text(out, "\">");
    add_tooltip(out, picture, i);
    add_mark(out, revision, lane_x(drawing, lane), y);
    add_text(out, "id", drawing->ids, y, revision->id);
    if (revision->create_date) {
        rv_str_add(&date, revision->create_date, strnlen(revision->create_date, DATE_WIDTH));
        add_text(out, "date", drawing->dates, y, rv_str_text(&date));
    }
    double x = add_pills(out, picture, i, drawing->texts, y);
    graph_add_title(&title, revision, TITLE_WIDTH);
    add_text(out, "title", x, y, rv_str_text(&title));
    rv_str_add_text(out, "</g>\n");
    reach(drawing, x + (double)rv_utf8_width(rv_view_of(rv_str_text(&title))) * TEXT_CHARACTER);
}

static void set_columns(struct drawing *drawing)
{
    const struct graph_picture *picture = drawing->picture;
    size_t longest = 0, lanes = picture->layout->lane_count;
    bool has_dates = false;
    for (size_t i = 0; i < picture->revisions->count; i++) {
        const rev_revision *revision = picture->revisions->items[i];
        size_t len = strlen(revision->id);
        longest = len > longest ? len : longest;
        has_dates = has_dates || revision->create_date;
    }
    double width = lanes ? (double)LANES_WIDTH / (double)lanes : LANE_WIDTH;
    drawing->lane_width = width > LANE_WIDTH ? LANE_WIDTH : width < LANE_LEAST ? LANE_LEAST : width;
    drawing->ids = LEFT + (double)lanes * drawing->lane_width + GAP / 2.0;
    drawing->dates = drawing->ids + (double)longest * ID_CHARACTER + GAP;
    drawing->texts = drawing->dates + (has_dates ? DATE_WIDTH * SMALL_CHARACTER + GAP : 0) + GAP / 2.0;
}

/* Which marks mean what. */
static const struct entry {
    const char *word, *text;
    rev_revision revision;
} entries[] = {
    {"interrupted", "interrupted", {0}},
    {"current", "current", {0}},
    {"pending", "pending", {0}},
    {"applied", "applied", {0}},
    {"head", "head", {.is_head = true}},
    {"effective-head", "effective head", {.is_head = true, .is_effective_head = true}},
    {"branchpoint", "branch point", {.is_branch_point = true}},
    {"mergepoint", "merge point", {.is_merge_point = true}},
};
enum { ENTRIES = sizeof entries / sizeof entries[0] };

/* How many revisions each entry is about. */
static void count_entries(const struct graph_picture *picture, size_t out_counts[ENTRIES])
{
    const char *words[GRAPH_WORDS_MAX];
    memset(out_counts, 0, ENTRIES * sizeof out_counts[0]);
    for (size_t i = 0; i < picture->revisions->count; i++) {
        for (size_t w = graph_words(picture, i, words); w-- > 0;) {
            for (size_t k = 0; k < ENTRIES; k++) {
                out_counts[k] += strcmp(entries[k].word, words[w]) == 0;
            }
        }
    }
}

/* As a mark on its own. */
static void add_key(struct rv_str *out, const struct entry *entry, double x, double y)
{
    rv_str_printf(out, "<g class=\"revision l0 %s\">", entry->word);
    add_mark(out, &entry->revision, x, y);
    rv_str_add_text(out, "</g>");
}

void graph_svg_legend(const struct graph_picture *picture, struct rv_str *out)
{
    size_t counts[ENTRIES];
    count_entries(picture, counts);
    for (size_t k = 0; k < ENTRIES; k++) {
        if (counts[k]) {
            rv_str_printf(out, "<button type=\"button\" data-word=\"is:%s\"><svg viewBox=\"-11 -11 22 22\">",
                          entries[k].word);
            add_key(out, &entries[k], 0, 0);
            rv_str_printf(out, "</svg>%s <b>%zu</b></button>\n", entries[k].text, counts[k]);
        }
    }
}

/* In a line above the rows. */
static void add_legend(struct drawing *drawing)
{
    double x = LEFT;
    size_t counts[ENTRIES];
    count_entries(drawing->picture, counts);
    for (size_t k = 0; k < ENTRIES; k++) {
        if (counts[k]) {
            rv_str_auto struct rv_str text = {0};
            rv_str_printf(&text, "%s %zu", entries[k].text, counts[k]);
            add_key(drawing->out, &entries[k], x, LEGEND_Y);
            add_text(drawing->out, "legend", x + LEGEND_GAP, LEGEND_Y, rv_str_text(&text));
            rv_str_add_char(drawing->out, '\n');
            x += LEGEND_GAP + (double)text.len * TEXT_CHARACTER + 2 * GAP;
        }
    }
    reach(drawing, x);
}

static void add_heading(struct drawing *drawing)
{
    rv_str_auto struct rv_str text = {0};
    size_t count = drawing->picture->revisions->count;
    rv_str_printf(&text, "%zu %s", count, count == 1 ? "revision" : "revisions");
    add_text(drawing->out, "heading", LEFT - 8, 20, rv_str_text(&text));
    add_legend(drawing);
}

void graph_svg_element(const struct graph_picture *picture, bool stands_alone, struct rv_str *out)
{
    rv_str_auto struct rv_str inside = {0};
    struct drawing drawing = {.picture = picture, .out = &inside, .top = stands_alone ? TOP + LEGEND : TOP};
    set_columns(&drawing);
    if (stands_alone) {
        rv_str_printf(&inside, "<style>\n%s</style>\n<rect class=\"paper\" width=\"100%%\" height=\"100%%\"/>\n",
                      graph_drawing_style);
        add_heading(&drawing);
    }
    add_edges(&drawing);
    rv_str_add_text(&inside, "<g class=\"revisions\">\n");
    for (uint32_t i = 0; i < picture->revisions->count; i++) {
        add_revision(&drawing, i);
    }
    rv_str_add_text(&inside, "</g>\n");
    double width = drawing.width + LEFT,
           height = row_y(&drawing, (uint32_t)picture->revisions->count) - ROW / 2.0 + TOP;
    rv_str_printf(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"drawing\" width=\"%.8g\" height=\"%.8g\""
        " viewBox=\"0 0 %.8g %.8g\" data-top=\"%d\" data-row=\"%d\" role=\"img\" aria-label=\"Revision graph\">\n",
        width, height, width, height, TOP, ROW);
    rv_str_add(out, rv_str_text(&inside), inside.len);
    rv_str_add_text(out, "</svg>\n");
}

bool graph_svg(const struct graph_picture *picture, struct rv_str *out, rev_error **err)
{
    (void)err;
    rv_str_add_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- " GRAPH_MARK " -->\n");
    graph_svg_element(picture, true, out);
    return true;
}
