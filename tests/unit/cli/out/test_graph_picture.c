#include "cli/out/graph_picture.h"

#include "listed.h"

static void texts_are_those_of_xml(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"", ""},
        {"add orders", "add orders"},
        {"<b title=\"x\" class='y'> & more", "&lt;b title=&quot;x&quot; class=&#39;y&#39;&gt; &amp; more"},
        {"&lt;", "&amp;lt;"},
        {"]]>", "]]&gt;"},
        {"a\nb\tc\x1b[31m", "a\\nb\\tc\\x1B[31m"},
        {"\xE2\x80\xAE"
         "evil",
         "\\u202Eevil"},
        {"\xFF|\xC3", "\\xFF|\\xC3"},
        {"na\xC3\xAFve \xF0\x9F\x90\x98", "na\xC3\xAFve \xF0\x9F\x90\x98"},
        {"\xEF\xBF\xBE\xEF\xBF\xBF", "\\uFFFE\\uFFFF"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        rv_str_auto struct rv_str out = {0};
        graph_add_xml(&out, cases[i].text);
        assert_string_equal(rv_str_text(&out), cases[i].expected);
    }
}

static void titles_are_short_and_on_one_line(void **state)
{
    (void)state;
    static const struct {
        const char *message, *expected;
    } cases[] = {
        {"", ""},
        {"  add\torders \n  to it\n\nand more", "add orders to it"},
        {"0123456789", "0123456789"},
        {"01234567890123456", "012345678901234\xE2\x80\xA6"},
        {"a\xE2\x80\xAE"
         "b",
         "a\\u202Eb"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        rv_str_auto struct rv_str out = {0};
        const rev_revision revision = {.message = cases[i].message};
        graph_add_title(&out, &revision, i == 3 ? 16 : 20);
        assert_string_equal(rv_str_text(&out), cases[i].expected);
    }
}

static void check_words(const struct graph_picture *picture, size_t i, const char *expected, const char *color)
{
    const char *words[GRAPH_WORDS_MAX];
    rv_str_auto struct rv_str all = {0};
    size_t count = graph_words(picture, i, words);
    for (size_t k = 0; k < count; k++) {
        rv_str_printf(&all, "%s%s", k ? " " : "", words[k]);
    }
    assert_string_equal(rv_str_text(&all), expected);
    const char *found = graph_color_word(picture, i);
    assert_string_equal(found ? found : "", color);
}

static void words_say_what_a_revision_is(void **state)
{
    (void)state;
    struct rv_arena *arena = rv_arena_new();
    rev_revisions list;
    const struct listed rows[] = {{"e", "d"}, {"d", "b c"}, {"c", "a"}, {"b", "a"}, {"a"}};
    rev_revision *revisions = listed_new(arena, rows, COUNT(rows), &list);
    revisions[0].is_head = true;
    revisions[4].is_branch_point = true;
    struct graph_picture *picture = graph_picture_new(NULL, &list, NULL);
    check_words(picture, 0, "head", "head");
    check_words(picture, 1, "mergepoint", "");
    check_words(picture, 2, "", "");
    check_words(picture, 4, "branchpoint base", "");
    graph_picture_free(picture);

    const rev_revision *pending[] = {&revisions[1], &revisions[0]};
    const rev_interrupted interrupted = {.revision = "d"};
    const rev_state database = {.rows = listed_words(arena, "b c gone"),
                                .pending = {COUNT(pending), pending},
                                .interrupted_count = 1,
                                .interrupted = &interrupted};
    revisions[0].is_effective_head = true;
    picture = graph_picture_new(NULL, &list, &database);
    check_words(picture, 0, "pending effective-head", "pending");
    check_words(picture, 1, "interrupted mergepoint", "interrupted");
    check_words(picture, 2, "applied current", "current");
    check_words(picture, 4, "applied branchpoint base", "applied");
    graph_picture_free(picture);
    graph_picture_free(NULL);
    rv_arena_free(arena);
}

static void names_have_labels_and_words(void **state)
{
    (void)state;
    struct rv_arena *arena = rv_arena_new();
    rev_revisions list;
    const struct listed rows[] = {{"b", "a"}, {"a"}};
    rev_revision *revisions = listed_new(arena, rows, COUNT(rows), &list);
    revisions[0].is_head = true;
    revisions[0].branch_labels = listed_words(arena, "left right");
    const rev_state database = {.rows = listed_words(arena, "b")};
    struct graph_picture *picture = graph_picture_new(NULL, &list, &database);
    rv_str_auto struct rv_str names = {0};
    graph_add_name(&names, picture, 0);
    rv_str_add_char(&names, '\n');
    graph_add_name(&names, picture, 1);
    assert_string_equal(rv_str_text(&names), "b (left, right) (current) (head)\na");
    graph_picture_free(picture);
    rv_arena_free(arena);
}

TESTS(TEST(texts_are_those_of_xml), TEST(titles_are_short_and_on_one_line), TEST(words_say_what_a_revision_is),
      TEST(names_have_labels_and_words))
