#include "cli/out/graph_picture.h"

#include "listed.h"

/* What stands behind the lines that are the same in each drawing. */
static void check(const struct listed *rows, size_t count, const char *expected)
{
    struct rv_arena *arena = rv_arena_new();
    rev_revisions list;
    rev_error *err = NULL;
    listed_new(arena, rows, count, &list);
    struct graph_picture *picture = graph_picture_new(NULL, &list, NULL);
    rv_str_auto struct rv_str out = {0};
    assert_true(graph_dot(picture, &out, &err));
    assert_ptr_equal(strstr(rv_str_text(&out), "// " GRAPH_MARK "\ndigraph revisions {\n"), rv_str_text(&out));
    const char *first = strstr(rv_str_text(&out), "  edge [");
    assert_non_null(first);
    assert_string_equal(strchr(first, '\n') + 1, expected);
    graph_picture_free(picture);
    rv_arena_free(arena);
}

static void edges_lead_to_children(void **state)
{
    (void)state;
    const struct listed rows[] = {{"c", "b gone", "a"}, {"b"}, {"a"}};
    check(rows, COUNT(rows),
          "  \"a\" [label=\"a\" tooltip=\"a\"];\n"
          "  \"b\" [label=\"b\" tooltip=\"b\"];\n"
          "  \"c\" [label=\"c (mergepoint)\" tooltip=\"c\"];\n"
          "  \"a\" -> \"c\" [style=dashed constraint=false];\n"
          "  \"b\" -> \"c\";\n"
          "  \"before c\" [label=\"…\" tooltip=\"\" shape=plaintext style=\"\"];\n"
          "  \"before c\" -> \"c\" [style=dotted];\n"
          "}\n");
}

static void messages_stay_texts(void **state)
{
    (void)state;
    const struct listed quotes[] = {{"a", .message = "say \"hi\"]; b -> c; \\N \\\" &lt; <b>"}};
    check(quotes, 1,
          "  \"a\" [label=\"a\\nsay \\\"hi\\\"]; b -> c; \\\\N \\\\\\\" &amp;lt; <b>\""
          " tooltip=\"say \\\"hi\\\"]; b -> c; \\\\N \\\\\\\" &amp;lt; <b>\"];\n}\n");
    const struct listed controls[] = {{"a", .message = "one\ntwo \x1b[0m\xE2\x80\xAE"}};
    check(controls, 1,
          "  \"a\" [label=\"a\\none two \\\\x1B[0m\\\\u202E\" tooltip=\"one two \\\\x1B[0m\\\\u202E\"];\n}\n");
}

TESTS(TEST(edges_lead_to_children), TEST(messages_stay_texts))
