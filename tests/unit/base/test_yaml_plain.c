#include "base/yaml_plain.h"

#include "../../fuzz/same_yaml.h"
#include "harness.h"

static void plain_texts_mean_what_libyaml_says(void **state)
{
    (void)state;
    static const char *const texts[] = {
        ("revision: \"5cd038a8f131\"\ndown_revision: [\"4446e08588ab\", \"0a\"]\ndepends_on: []\n"
         "message: \"add 'users' # [x]: {y}\"\ncreate_date: \"2025-10-24T17:40:00Z\"\n"),
        "a: b",
        "# first\n\n# second\na: b\n\n# third\nc: d\n\n",
        "revision: 5cd038a8f131\ncreate_date: 2025-10-24T17:40:00Z\nmessage: add users, roles (and 1.5/2) - all\n",
        "down_revision: null\ntransactional: false\nempty: \"\"\nx-of-mine:    12:30\n_a: 0\n",
        "a: [  ]\nb: [ x ,\"y\" , z_1]\nc: [null]\n",
        "null: a\ntrue: b\n",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        rv_arena_auto struct rv_arena *arena = rv_arena_new();
        const struct rv_yaml *plain = rv_yaml_parse_plain(arena, rv_view_of(texts[i]));
        CHECK(texts[i], plain);
        const struct rv_yaml *tree = libyaml_tree(arena, rv_view_of(texts[i]));
        CHECK(texts[i], tree && same_plain_tree(plain, tree));
    }
}

static void all_else_is_left_to_libyaml(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "\n",
        "# only this\n",
        "---\na: b\n",
        "a: b\n...\n",
        "a:\n",
        "a: \n",
        "a:b\n",
        "a : b\n",
        "\"a\": b\n",
        "a: b \n",
        "a: b # comment\n",
        "a: \"b\" # comment\n",
        "a: b\r\n",
        "a: b\n  c\n",
        "a: \"b\n c\"\n",
        "a: b\n\tc\n",
        "a: \"\\n\"\n",
        "a: 'b'\n",
        "a: caf\xc3\xa9\n",
        "a: \"caf\xc3\xa9\"\n",
        "# caf\xc3\xa9\na: b\n",
        "a: x: y\n",
        "a: x:\n",
        "a: &b c\n",
        "a: *b\n",
        "a: !b c\n",
        "a: |\n  b\n",
        "a: {b: c}\n",
        "a: [b, [c]]\n",
        "a: [b,]\n",
        "a: [b c]\n",
        "a: [b: c]\n",
        "a: [b\n",
        "a: [\nb]\n",
        "a: []x\n",
        "a: \"b\"c\n",
        "a: \"b\n",
        "a: b\na: c\n",
        "- a\n",
        "<<: a\n",
        "a\n",
        "a: b\x01\n",
        ("\xef\xbb\xbf"
         "a: b\n"),
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        rv_arena_auto struct rv_arena *arena = rv_arena_new();
        CHECK(texts[i], !rv_yaml_parse_plain(arena, rv_view_of(texts[i])));
    }
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    assert_null(rv_yaml_parse_plain(arena, rv_view("a: b\0c", 6)));
    assert_null(rv_yaml_parse_plain(arena, rv_view("a: \"b\0c\"", 8)));
}

TESTS(TEST(plain_texts_mean_what_libyaml_says), TEST(all_else_is_left_to_libyaml))
