/* The page: the drawing as an element, and beside it, as data, what the panel and the search need. The data is JSON in
 * ASCII without "<", so that it can't end its element; the page's security policy lets no other script run and asks no
 * network. */
#include "cli/out/graph_picture.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/time.h"
#include "cli/out/json.h"

/* Of a script: the page is there to be read, and to be sent to somebody. */
enum { SCRIPT_SHOWN = 32 * 1024 };

struct page {
    const struct graph_picture *picture;
    rev_error *error;
};

/* A script's beginning, and its size; null if there is none. A NUL, which SQL can't have, would end it. */
static void add_script(struct page *page, struct out_json *object, const rev_revision *revision, bool is_up)
{
    char *text = NULL;
    size_t size = 0;
    if (page->error || !rev_revision_script(page->picture->project, revision, is_up ? REV_UPGRADE : REV_DOWNGRADE,
                                            &text, &size, &page->error)) {
        return;
    }
    if (size > SCRIPT_SHOWN) {
        size_t end = SCRIPT_SHOWN;
        while (((unsigned char)text[end] & 0xC0) == 0x80) {
            end--;
        }
        text[end] = '\0';
    }
    out_json_text(object, is_up ? "up" : "down", text);
    out_json_number(object, is_up ? "up_size" : "down_size", (int64_t)size);
    out_json_flag(object, is_up ? "up_is_cut" : "down_is_cut", size > SCRIPT_SHOWN);
    rev_text_free(text);
}

static struct out_json *make_revision(const void *context, size_t i)
{
    struct page *page = *(struct page *const *)context;
    const rev_revision *revision = page->picture->revisions->items[i];
    struct out_json *object = out_json_object();
    const char *words[GRAPH_WORDS_MAX];
    size_t count = graph_words(page->picture, i, words);
    out_json_text(object, "id", revision->id);
    out_json_text(object, "message", revision->message);
    out_json_text(object, "date", revision->create_date);
    out_json_text(object, "path", revision->path);
    out_json_strings(object, "parents", revision->down_revision);
    out_json_strings(object, "children", revision->children);
    out_json_strings(object, "depends_on", revision->depends_on_ids);
    out_json_strings(object, "branch_labels", revision->branch_labels);
    out_json_strings(object, "labels", revision->labels);
    out_json_strings(object, "tags", revision->tags);
    out_json_strings(object, "is", (rev_strings){count, words});
    out_json_flag(object, "transactional", revision->is_transactional);
    out_json_number(object, "lane", page->picture->layout->lanes[i]);
    add_script(page, object, revision, true);
    add_script(page, object, revision, false);
    return object;
}

static bool add_data(const struct graph_picture *picture, struct rv_str *out, rev_error **err)
{
    struct page page = {.picture = picture}, *context = &page;
    struct out_json *object = out_json_object();
    if (picture->state) {
        char now[RV_TIME_ISO_SIZE];
        struct rv_time time = rv_time_utc();
        rv_time_iso(&time, now);
        out_json_text(object, "url", rev_project_url(picture->project));
        out_json_text(object, "read_at", now);
    }
    out_json_list(object, "revisions", picture->revisions->count, make_revision, &context);
    out_json_add_ascii(out, object);
    if (page.error) {
        *err = page.error;
        return false;
    }
    return true;
}

/* The page's text up to the next "{{name}}", whose name is given; NULL behind the last. */
static const char *next_blank(const char *page, struct rv_str *out, struct rv_view *out_name)
{
    const char *open = strstr(page, "{{");
    const char *close = open ? strstr(open, "}}") : NULL;
    if (!close) {
        rv_str_add_text(out, page);
        return NULL;
    }
    rv_str_add(out, page, (size_t)(open - page));
    *out_name = rv_view(open + 2, (size_t)(close - open) - 2);
    return close + 2;
}

bool graph_html(const struct graph_picture *picture, struct rv_str *out, rev_error **err)
{
    struct rv_view name;
    bool ok = true;
    for (const char *page = graph_page; ok && (page = next_blank(page, out, &name));) {
        if (rv_view_equals(name, "mark")) {
            rv_str_add_text(out, GRAPH_MARK);
        } else if (rv_view_equals(name, "drawing")) {
            graph_svg_element(picture, false, out);
        } else if (rv_view_equals(name, "legend")) {
            graph_svg_legend(picture, out);
        } else {
            ok = add_data(picture, out, err);
        }
    }
    return ok;
}
