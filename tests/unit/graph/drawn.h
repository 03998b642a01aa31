/* Graphs for tests, drawn as docs/specs.md draws them: "a; b<a (L M) #t; c<a,b !x,L". Each part is one header: its
 * number is the line of all that is written in it, the place in the drawing the column, and its file is m1, m2, … */
#ifndef RV_TESTS_DRAWN_H
#define RV_TESTS_DRAWN_H

#include "harness.h"

#include "base/arena.h"
#include "base/str.h"
#include "graph/graph.h"

enum { DRAWN_NAMES_LIMIT = 32 };

struct drawn {
    struct rv_arena *arena;
    struct rv_descriptor *items;
    size_t count;
};

static inline struct rv_name drawn_name(struct drawn *drawn, const char *start, const char **at, uint32_t line)
{
    size_t len = strcspn(*at, " ,;)<!(#");
    struct rv_name name = {rv_arena_text(drawn->arena, *at, len), line, (uint32_t)(*at - start) + 1};
    *at += len;
    return name;
}

static inline void drawn_push(struct drawn *drawn, struct rv_names *names, struct rv_name name)
{
    if (!names->items) {
        names->items = RV_NEW_ARRAY(drawn->arena, struct rv_name, DRAWN_NAMES_LIMIT);
    }
    assert_true(names->count < DRAWN_NAMES_LIMIT);
    names->items[names->count++] = name;
}

/* One revision: what stands between two semicolons. */
static inline void drawn_revision(struct drawn *drawn, const char *start, const char **at)
{
    uint32_t line = (uint32_t)drawn->count + 1;
    struct rv_descriptor *item = &drawn->items[drawn->count++];
    item->file = rv_arena_printf(drawn->arena, "m%u", (unsigned)line);
    item->path = item->file;
    item->id = drawn_name(drawn, start, at, line);
    item->message = rv_arena_printf(drawn->arena, "make %s", item->id.text);
    while (**at && **at != ';') {
        char sign = *(*at)++;
        struct rv_names *names = sign == '<'   ? &item->down_revision
                                 : sign == '!' ? &item->depends_on
                                 : sign == '(' ? &item->branch_labels
                                 : sign == '#' ? &item->tags
                                               : NULL;
        while (names && **at && !strchr(";)<!#", **at)) {
            drawn_push(drawn, names, drawn_name(drawn, start, at, line));
            if (**at == ' ' && sign != '(') {
                break;
            }
            *at += **at == ',' || **at == ' ';
        }
    }
}

static inline struct drawn drawn_read(const char *text)
{
    struct drawn drawn = {.arena = rv_arena_new()};
    drawn.items = RV_NEW_ARRAY(drawn.arena, struct rv_descriptor, strlen(text) + 1);
    for (const char *at = text; *at;) {
        if (*at == ' ' || *at == ';') {
            at++;
        } else {
            drawn_revision(&drawn, text, &at);
        }
    }
    return drawn;
}

static inline struct rv_graph *drawn_try(const char *text, rev_error **err)
{
    struct drawn drawn = drawn_read(text);
    struct rv_graph *graph = rv_graph_new(drawn.items, drawn.count, err);
    rv_arena_free(drawn.arena);
    return graph;
}

static inline struct rv_graph *drawn_graph(const char *text)
{
    rev_error *err = NULL;
    struct rv_graph *graph = drawn_try(text, &err);
    assert_succeeds(graph != NULL, &err);
    return graph;
}

/* "a b c" → texts; they live in the arena. */
static inline rev_strings drawn_strings(struct rv_arena *arena, const char *text)
{
    const char **items = RV_NEW_ARRAY(arena, const char *, strlen(text) + 1);
    size_t count = 0;
    for (const char *at = text; *at;) {
        size_t len = strcspn(at, " ");
        if (len > 0) {
            items[count++] = rv_arena_text(arena, at, len);
        }
        at += len + (at[len] == ' ');
    }
    return (rev_strings){count, items};
}

static inline void drawn_join(struct rv_str *out, const char *text)
{
    rv_str_printf(out, "%s%s", out->len > 0 ? " " : "", text);
}

static inline void assert_strings(rev_strings strings, const char *expected)
{
    rv_str_auto struct rv_str joined = {0};
    for (size_t i = 0; i < strings.count; i++) {
        drawn_join(&joined, strings.items[i]);
    }
    assert_string_equal(rv_str_text(&joined), expected);
}

static inline void assert_nodes(const struct rv_graph *graph, struct rv_node_list nodes, const char *expected)
{
    rv_str_auto struct rv_str joined = {0};
    for (size_t i = 0; i < nodes.count; i++) {
        drawn_join(&joined, rv_graph_id(graph, nodes.items[i]));
    }
    assert_string_equal(rv_str_text(&joined), expected);
}

#endif
