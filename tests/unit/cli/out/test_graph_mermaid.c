#include "cli/out/graph_picture.h"

#include "listed.h"

static void check(const struct listed *rows, size_t count, const char *expected)
{
    struct rv_arena *arena = rv_arena_new();
    rev_revisions list;
    rev_error *err = NULL;
    listed_new(arena, rows, count, &list);
    struct graph_picture *picture = graph_picture_new(NULL, &list, NULL);
    rv_str_auto struct rv_str out = {0};
    static const char beginning[] = "%% " GRAPH_MARK "\nflowchart BT\n";
    assert_true(graph_mermaid(picture, &out, &err));
    assert_int_equal(strncmp(rv_str_text(&out), beginning, strlen(beginning)), 0);
    char *end = strstr(out.ptr, "    classDef ");
    assert_non_null(end);
    *end = '\0';
    assert_string_equal(rv_str_text(&out) + strlen(beginning), expected);
    graph_picture_free(picture);
    rv_arena_free(arena);
}

/* `end` is a word of Mermaid's. */
static void edges_lead_to_children(void **state)
{
    (void)state;
    const struct listed rows[] = {{"end", "b gone", "a"}, {"b"}, {"a"}};
    check(rows, COUNT(rows),
          "    r_a[\"a\"]\n"
          "    r_b[\"b\"]\n"
          "    r_end[\"end (mergepoint)\"]\n"
          "    r_a -.-> r_end\n"
          "    r_b --> r_end\n"
          "    before_end[\"…\"] -.- r_end\n");
}

static void messages_stay_texts(void **state)
{
    (void)state;
    static const struct {
        const char *message, *label;
    } cases[] = {
        {"add orders, (twice) a/b.c: d_e-f", "add orders, (twice) a/b.c: d_e-f"},
        {"say \"hi\"]", "say #34;hi#34;#93;"},
        {"#quot; <script>", "#35;quot#59; #60;script#62;"},
        {"%%{init: {}}%%", "#37;#37;#123;init: #123;#125;#125;#37;#37;"},
        {"1. first", "1#46; first"},
        {"- 1) a - b", "#45; 1#41; a - b"},
        {"`a` *b*", "#96;a#96; #42;b#42;"},
        {"\xC3\xA9t\xC3\xA9-1", "\xC3\xA9t\xC3\xA9-1"},
        {"a\nb\x1b", "a b#92;x1B"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct listed row = {"a", .message = cases[i].message};
        char expected[256];
        snprintf(expected, sizeof expected, "    r_a[\"a<br/>%s\"]\n", cases[i].label);
        check(&row, 1, expected);
    }
}

TESTS(TEST(edges_lead_to_children), TEST(messages_stay_texts))
