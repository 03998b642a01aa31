/* What every picture of the graph shows, whatever it is drawn with. */
#ifndef RV_CLI_OUT_GRAPH_PICTURE_H
#define RV_CLI_OUT_GRAPH_PICTURE_H

#include <rev/rev.h>

#include "base/str.h"
#include "cli/out/graph_layout.h"

/* In each picture's first lines, as a comment: such a file is replaced without a question. */
#define GRAPH_MARK "drawn by rev graph"

enum graph_status { GRAPH_UNKNOWN, GRAPH_APPLIED, GRAPH_PENDING, GRAPH_INTERRUPTED };

struct graph_picture {
    const rev_project *project;
    const rev_revisions *revisions; /* newest first */
    const rev_state *state;         /* NULL: no database was asked */
    struct graph_layout *layout;
    char *statuses; /* an enum graph_status each */
};

struct graph_picture *graph_picture_new(const rev_project *project, const rev_revisions *revisions,
                                        const rev_state *state);
void graph_picture_free(struct graph_picture *picture);

enum graph_status graph_status(const struct graph_picture *picture, size_t i);

/* The words for what a revision is: "head", "branchpoint", "pending", …; their number. */
enum { GRAPH_WORDS_MAX = 8 };
size_t graph_words(const struct graph_picture *picture, size_t i, const char *out[GRAPH_WORDS_MAX]);
/* The word by which it is coloured: the most urgent of them; NULL if there is none. */
const char *graph_color_word(const struct graph_picture *picture, size_t i);

/* The message's first paragraph, at most so many columns of it: one line, nothing in it acts on a reader. */
void graph_add_title(struct rv_str *out, const rev_revision *revision, size_t width);
/* "5cd038a8f131 (label) (head) (current)" */
void graph_add_name(struct rv_str *out, const struct graph_picture *picture, size_t i);

/* A text as XML's or HTML's: on one line, what acts on a reader is shown as \uNNNN. */
void graph_add_xml(struct rv_str *out, const char *text);

/* The pictures. False with *err if a script can't be read; only the page shows scripts. */
typedef bool graph_draw(const struct graph_picture *picture, struct rv_str *out, rev_error **err);
graph_draw graph_dot, graph_mermaid, graph_svg, graph_html;

/* The drawing alone, as an element; with a title and a legend in it, and a style of its own, if it is to stand alone.
 */
void graph_svg_element(const struct graph_picture *picture, bool stands_alone, struct rv_str *out);

/* What the drawing's marks mean and how often each occurs, as buttons of a page. */
void graph_svg_legend(const struct graph_picture *picture, struct rv_str *out);

/* Made from the files beside this one while building: see embed.py. */
extern const char graph_drawing_style[], graph_page[];

#endif
