/* Facts that all pictures show alike: what a revision is, and its texts, made so that nothing in them can act on
 * whoever reads the picture. What a format's syntax needs besides is escaped by that format. */
#include "cli/out/graph_picture.h"

#include "base/alloc.h"
#include "base/map.h"
#include "base/utf8.h"
#include "cli/out/text.h"

static void set_statuses(struct graph_picture *picture, const rev_state *state)
{
    rv_map_auto struct rv_map *places = rv_map_new();
    uint32_t place;
    for (size_t i = 0; i < picture->revisions->count; i++) {
        rv_map_put(places, rv_view_of(picture->revisions->items[i]->id), (uint32_t)i);
        picture->statuses[i] = state ? GRAPH_APPLIED : GRAPH_UNKNOWN;
    }
    for (size_t i = 0; state && i < state->pending.count; i++) {
        if (rv_map_get(places, rv_view_of(state->pending.items[i]->id), &place)) {
            picture->statuses[place] = GRAPH_PENDING;
        }
    }
    for (size_t i = 0; state && i < state->interrupted_count; i++) {
        if (rv_map_get(places, rv_view_of(state->interrupted[i].revision), &place)) {
            picture->statuses[place] = GRAPH_INTERRUPTED;
        }
    }
}

struct graph_picture *graph_picture_new(const rev_project *project, const rev_revisions *revisions,
                                        const rev_state *state)
{
    struct graph_picture *picture = rv_alloc(sizeof *picture);
    *picture = (struct graph_picture){.project = project, .revisions = revisions, .state = state};
    picture->layout = graph_layout_new(revisions);
    picture->statuses = rv_alloc(revisions->count);
    set_statuses(picture, state);
    return picture;
}

void graph_picture_free(struct graph_picture *picture)
{
    if (picture) {
        graph_layout_free(picture->layout);
        free(picture->statuses);
        free(picture);
    }
}

enum graph_status graph_status(const struct graph_picture *picture, size_t i)
{
    return (enum graph_status)picture->statuses[i];
}

size_t graph_words(const struct graph_picture *picture, size_t i, const char *out[GRAPH_WORDS_MAX])
{
    static const char *const statuses[] = {NULL, "applied", "pending", "interrupted"};
    const rev_revision *revision = picture->revisions->items[i];
    const enum graph_status status = graph_status(picture, i);
    const struct {
        bool holds;
        const char *word;
    } words[GRAPH_WORDS_MAX] = {
        {status != GRAPH_UNKNOWN, statuses[status]},
        {picture->state && text_is_among(picture->state->rows, revision->id), "current"},
        {revision->is_head && !revision->is_effective_head, "head"},
        {revision->is_effective_head, "effective-head"},
        {revision->is_branch_point, "branchpoint"},
        {revision->is_merge_point, "mergepoint"},
        {revision->is_base, "base"},
    };
    size_t count = 0;
    for (size_t k = 0; k < GRAPH_WORDS_MAX; k++) {
        if (words[k].holds) {
            out[count++] = words[k].word;
        }
    }
    return count;
}

const char *graph_color_word(const struct graph_picture *picture, size_t i)
{
    static const char *const urgent[] = {"interrupted", "current", "pending", "head", "applied"};
    const char *words[GRAPH_WORDS_MAX];
    size_t count = graph_words(picture, i, words);
    for (size_t u = 0; u < sizeof urgent / sizeof urgent[0]; u++) {
        for (size_t k = 0; k < count; k++) {
            if (strcmp(words[k], urgent[u]) == 0) {
                return urgent[u];
            }
        }
    }
    return NULL;
}

void graph_add_title(struct rv_str *out, const rev_revision *revision, size_t width)
{
    rv_str_auto struct rv_str title = {0};
    text_add_title(&title, revision->message);
    rv_utf8_add_beginning(out, rv_view_of(rv_str_text(&title)), width);
}

void graph_add_name(struct rv_str *out, const struct graph_picture *picture, size_t i)
{
    const rev_revision *revision = picture->revisions->items[i];
    const char *words[GRAPH_WORDS_MAX];
    size_t count = graph_words(picture, i, words);
    rv_str_add_text(out, revision->id);
    for (size_t k = 0; k < revision->branch_labels.count; k++) {
        rv_str_add_text(out, k ? ", " : " (");
        rv_utf8_escape_line(out, rv_view_of(revision->branch_labels.items[k]));
        rv_str_add_text(out, k + 1 == revision->branch_labels.count ? ")" : "");
    }
    for (size_t k = 0; k < count; k++) {
        if (strcmp(words[k], "applied") != 0 && strcmp(words[k], "base") != 0) {
            rv_str_printf(out, " (%s)", words[k]);
        }
    }
}

void graph_add_xml(struct rv_str *out, const char *text)
{
    rv_str_auto struct rv_str shown = {0};
    rv_utf8_escape_line(&shown, rv_view_of(text));
    for (const char *c = rv_str_text(&shown); *c; c++) {
        switch (*c) {
        case '<':
            rv_str_add_text(out, "&lt;");
            break;
        case '>':
            rv_str_add_text(out, "&gt;");
            break;
        case '&':
            rv_str_add_text(out, "&amp;");
            break;
        case '"':
            rv_str_add_text(out, "&quot;");
            break;
        case '\'':
            rv_str_add_text(out, "&#39;");
            break;
        default:
            rv_str_add_char(out, *c);
            break;
        }
    }
}
