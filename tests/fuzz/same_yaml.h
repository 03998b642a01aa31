/* Whether the short way to a YAML tree and libyaml's agree about a text: used by the fuzz target and by the unit test.
 */
#ifndef RV_TESTS_SAME_YAML_H
#define RV_TESTS_SAME_YAML_H

#include "base/yaml_plain.h"

#include <string.h>

static inline bool same_node(const struct rv_yaml *a, const struct rv_yaml *b)
{
    return a->kind == b->kind && a->line == b->line && a->column == b->column && a->count == b->count &&
           a->is_plain == b->is_plain && (!a->text || strcmp(a->text, b->text) == 0) && !a->text == !b->text;
}

static inline bool same_list(struct rv_yaml *const *a, struct rv_yaml *const *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!same_node(a[i], b[i])) {
            return false;
        }
    }
    return true;
}

/* A plain tree is a map of scalars and of lists of scalars. */
static inline bool same_plain_tree(const struct rv_yaml *a, const struct rv_yaml *b)
{
    if (!same_node(a, b) || !same_list(a->keys, b->keys, a->count) || !same_list(a->items, b->items, a->count)) {
        return false;
    }
    for (size_t i = 0; i < a->count; i++) {
        if (!same_list(a->items[i]->items, b->items[i]->items, a->items[i]->count)) {
            return false;
        }
    }
    return true;
}

/* libyaml's tree of the same text: behind a comment that is not ASCII, nothing goes the short way. */
static inline struct rv_yaml *libyaml_tree(struct rv_arena *arena, struct rv_view text)
{
    static const char comment[] = "\n# \xc3\xa9\n";
    char *longer = rv_arena_alloc(arena, text.len + sizeof comment);
    memcpy(longer, text.ptr, text.len);
    memcpy(longer + text.len, comment, sizeof comment);
    struct rv_view whole = rv_view(longer, text.len + sizeof comment - 1);
    rev_error *error = NULL;
    struct rv_yaml *tree =
        rv_yaml_parse_plain(arena, whole) ? NULL : rv_yaml_parse(arena, whole, "file", REV_ERROR_HEADER, &error);
    rev_error_free(error);
    return tree;
}

#endif
