/* The one file that uses jansson. Text that is not UTF-8 (a database may hold anything) has its bad bytes replaced by
 * U+FFFD before jansson sees it, which would otherwise give NULL. */
#include "cli/out/json.h"

#include "base/str.h"
#include "base/utf8.h"
#include "cli/out/text.h"

#include <jansson.h>

static json_t *as_json(struct out_json *object)
{
    return (json_t *)object;
}

static struct out_json *as_out(json_t *value)
{
    return (struct out_json *)value;
}

static json_t *clean_string(const char *text)
{
    struct rv_view rest = rv_view_of(text);
    if (rv_utf8_invalid_at(rest) == rest.len) {
        return json_string(text);
    }
    rv_str_auto struct rv_str clean = {0};
    while (rest.len) {
        uint32_t point;
        size_t n = rv_utf8_decode(rest.ptr, rest.len, &point);
        rv_str_add(&clean, n ? rest.ptr : RV_UTF8_REPLACEMENT, n ? n : 3);
        n = n ? n : 1;
        rest = rv_view(rest.ptr + n, rest.len - n);
    }
    return json_string(rv_str_text(&clean));
}

static json_t *strings(rev_strings texts)
{
    json_t *array = json_array();
    for (size_t i = 0; i < texts.count; i++) {
        json_array_append_new(array, clean_string(texts.items[i]));
    }
    return array;
}

struct out_json *out_json_object(void)
{
    return as_out(json_object());
}

void out_json_text(struct out_json *object, const char *name, const char *text)
{
    json_object_set_new(as_json(object), name, text ? clean_string(text) : json_null());
}

void out_json_flag(struct out_json *object, const char *name, bool value)
{
    json_object_set_new(as_json(object), name, json_boolean(value));
}

void out_json_count(struct out_json *object, const char *name, int64_t value)
{
    json_object_set_new(as_json(object), name, value < 0 ? json_null() : json_integer(value));
}

void out_json_number(struct out_json *object, const char *name, int64_t value)
{
    json_object_set_new(as_json(object), name, json_integer(value));
}

void out_json_strings(struct out_json *object, const char *name, rev_strings texts)
{
    json_object_set_new(as_json(object), name, strings(texts));
}

static struct out_json *revision_object(const rev_revision *revision)
{
    struct out_json *object = out_json_object();
    out_json_text(object, "revision", revision->id);
    out_json_strings(object, "down_revision", revision->down_revision);
    out_json_strings(object, "depends_on", revision->depends_on);
    out_json_strings(object, "depends_on_ids", revision->depends_on_ids);
    out_json_strings(object, "branch_labels", revision->branch_labels);
    out_json_strings(object, "labels", revision->labels);
    out_json_strings(object, "tags", revision->tags);
    out_json_strings(object, "children", revision->children);
    out_json_text(object, "message", revision->message);
    out_json_text(object, "create_date", revision->create_date);
    out_json_text(object, "path", revision->path);
    out_json_flag(object, "is_base", revision->is_base);
    out_json_flag(object, "is_head", revision->is_head);
    out_json_flag(object, "is_effective_head", revision->is_effective_head);
    out_json_flag(object, "is_branch_point", revision->is_branch_point);
    out_json_flag(object, "is_merge_point", revision->is_merge_point);
    out_json_flag(object, "transactional", revision->is_transactional);
    return object;
}

void out_json_revisions(struct out_json *object, const char *name, const rev_revisions *revisions)
{
    json_t *array = json_array();
    for (size_t i = 0; i < revisions->count; i++) {
        json_array_append_new(array, as_json(revision_object(revisions->items[i])));
    }
    json_object_set_new(as_json(object), name, array);
}

void out_json_steps(struct out_json *object, const char *name, const rev_step *steps, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) {
        struct out_json *step = out_json_object();
        out_json_text(step, "direction", rev_direction_name(steps[i].direction));
        out_json_text(step, "revision", steps[i].revision ? steps[i].revision->id : NULL);
        out_json_text(step, "message", steps[i].revision ? steps[i].revision->message : NULL);
        out_json_strings(step, "from", steps[i].from);
        out_json_strings(step, "to", steps[i].to);
        json_array_append_new(array, as_json(step));
    }
    json_object_set_new(as_json(object), name, array);
}

static void print_value(struct term *out, json_t *value, size_t flags)
{
    char *text = json_dumps(value, flags);
    term_plain(out, text ? text : "null");
    free(text);
    json_decref(value);
}

void out_json_list(struct out_json *object, const char *name, size_t count,
                   struct out_json *(*make)(const void *context, size_t i), const void *context)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(array, as_json(make(context, i)));
    }
    json_object_set_new(as_json(object), name, array);
}

void out_json_print(struct term *out, struct out_json *object)
{
    print_value(out, as_json(object), JSON_INDENT(2));
    term_plain(out, "\n");
}

void out_json_add_ascii(struct rv_str *out, struct out_json *object)
{
    char *text = json_dumps(as_json(object), JSON_COMPACT | JSON_ENSURE_ASCII);
    for (const char *c = text ? text : "null"; *c; c++) {
        if (*c == '<' || *c == 0x7F) {
            rv_str_printf(out, "\\u%04x", (unsigned)*c);
        } else {
            rv_str_add_char(out, *c);
        }
    }
    free(text);
    json_decref(as_json(object));
}

/* A slice at a time, each escaped by jansson. */
void out_json_print_text(struct term *out, const char *ptr, size_t len)
{
    enum { SLICE = 4096 };
    rv_str_auto struct rv_str slice = {0};
    term_plain(out, "\"");
    for (size_t at = 0; at < len;) {
        slice.len = 0;
        while (at < len && slice.len < SLICE) {
            uint32_t point;
            size_t n = rv_utf8_decode(ptr + at, len - at, &point);
            rv_str_add(&slice, n ? ptr + at : RV_UTF8_REPLACEMENT, n ? n : 3);
            at += n ? n : 1;
        }
        json_t *value = json_stringn(slice.ptr, slice.len);
        char *text = json_dumps(value, JSON_ENCODE_ANY);
        if (text) {
            text[strlen(text) - 1] = '\0';
            term_plain(out, text + 1);
        }
        free(text);
        json_decref(value);
    }
    term_plain(out, "\"");
}

void out_json_print_list(struct term *out, size_t count, struct out_json *(*make)(const void *context, size_t i),
                         const void *context)
{
    term_plain(out, "[");
    for (size_t i = 0; i < count; i++) {
        term_plain(out, i ? ",\n " : "\n ");
        print_value(out, as_json(make(context, i)), JSON_COMPACT);
    }
    term_plain(out, count ? "\n]\n" : "]\n");
}

struct revision_list {
    const rev_revisions *revisions;
    const rev_strings *rows;
};

static struct out_json *make_revision(const void *context, size_t i)
{
    const struct revision_list *list = context;
    const rev_revision *revision = list->revisions->items[i];
    struct out_json *object = revision_object(revision);
    if (list->rows) {
        out_json_flag(object, "is_current", text_is_among(*list->rows, revision->id));
    }
    return object;
}

void out_json_print_revisions(struct term *out, const rev_revisions *revisions, const rev_strings *rows)
{
    const struct revision_list list = {revisions, rows};
    out_json_print_list(out, revisions->count, make_revision, &list);
}
