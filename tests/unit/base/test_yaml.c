#include "base/yaml.h"

#include "base/time.h"
#include "base/utf8.h"
#include "harness.h"

#define BYTES(text)                                                                                                    \
    {                                                                                                                  \
        text, sizeof(text) - 1                                                                                         \
    }

static void refusals_have_a_place(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        struct rv_view text;
        uint32_t line, column;
        const char *message;
    } cases[] = {
        {"NUL", BYTES("a: b\nc: \0d"), 2, 4, "a NUL character"},
        {"NUL in quotes", BYTES("a: \"x\0\""), 1, 6, "a NUL character"},
        {"NUL, escaped", BYTES("a: \"\\0\""), 1, 4, "a NUL character"},
        {"a byte that is not UTF-8", BYTES("a: 1\nb: caf\xc3\xa9 \xff"), 2, 9, "not UTF-8"},
        {"a bad byte behind a BOM",
         BYTES("\xef\xbb\xbf"
               "a: \xff"),
         1, 4, "not UTF-8"},
        {"an overlong form", BYTES("a: \xc0\xaf"), 1, 4, "not UTF-8"},
        {"a surrogate", BYTES("a: \xed\xa0\x80"), 1, 4, "not UTF-8"},
        {"a character cut short", BYTES("a: x\n\xe2\x82"), 2, 1, "not UTF-8"},
        {"UTF-16 with a BOM, little end",
         BYTES("\xff\xfe"
               "a\0:\0 \0b\0"),
         1, 1, "not UTF-8"},
        {"UTF-16 with a BOM, big end", BYTES("\xfe\xff\0a\0:\0 \0b"), 1, 1, "not UTF-8"},
        {"UTF-16 without", BYTES("a\0:\0 \0b\0"), 1, 2, "a NUL character"},
        {"UTF-32", BYTES("\xff\xfe\0\0a\0\0\0"), 1, 1, "not UTF-8"},
        {"a control character", BYTES("a: 1\r\nb: caf\xc3\xa9\x01"), 2, 8, "control character"},
        {"escape", BYTES("\n\na: \x1b[31m"), 3, 4, "control character"},
        {"DEL", BYTES("a: \x7f"), 1, 4, "control character"},
        {"C1",
         BYTES("a: x\xc2\x9b"
               "31m"),
         1, 5, "control character"},
        {"U+FFFE", BYTES("a: \xef\xbf\xbe"), 1, 4, "control character"},
        {"a control character far behind", BYTES("a: 1\nb: 2\nc: 3\nd: 4\ne: 5\n# \x02"), 6, 3, "control character"},
        {"a control character in a key", BYTES("\x05: 1"), 1, 1, "control character"},
        {"an anchor", BYTES("a: &x 1"), 1, 4, "anchors are not read"},
        {"an anchor of a list", BYTES("b: 1\na: &x [1]"), 2, 4, "anchors are not read"},
        {"an anchor of a map", BYTES("a: &x {b: 1}"), 1, 4, "anchors are not read"},
        {"an anchor of a key", BYTES("&x a: 1"), 1, 1, "anchors are not read"},
        {"an anchor of all", BYTES("&x\na: 1"), 1, 1, "anchors are not read"},
        {"an anchor of nothing", BYTES("a: &x"), 1, 4, "anchors are not read"},
        {"an alias", BYTES("a: 1\nb: *x"), 2, 4, "aliases are not read"},
        {"an alias as key", BYTES("*x : 1"), 1, 1, "aliases are not read"},
        {"a tag", BYTES("a: !!str 1"), 1, 4, "tags are not read"},
        {"a tag of one's own", BYTES("a: !x 1"), 1, 4, "tags are not read"},
        {"the tag that says nothing", BYTES("a: ! 1"), 1, 4, "tags are not read"},
        {"a tag of a list", BYTES("a: !x [1]"), 1, 4, "tags are not read"},
        {"a tag of a key", BYTES("!x a: 1"), 1, 1, "tags are not read"},
        {"a verbatim tag", BYTES("a: !<tag:x> {}"), 1, 4, "tags are not read"},
        {"a merge key", BYTES("a: 1\n<<: {b: 1}"), 2, 1, "merge keys are not read"},
        {"a merge key below", BYTES("a:\n  <<: {b: 1}"), 2, 3, "merge keys are not read"},
        {"a second document", BYTES("a: 1\n---\nb: 2\n"), 2, 1, "a second document"},
        {"a second document, empty", BYTES("a: 1\n...\n---\n"), 3, 1, "a second document"},
        {"a second document behind an empty one", BYTES("---\n---\na: 1\n"), 2, 1, "a second document"},
        {"a key twice", BYTES("a: 1\nb: 2\na: 3"), 3, 1, "the key 'a' stands here twice"},
        {"a key twice, quoted", BYTES("a: 1\n\"\\x61\": 2"), 2, 1, "the key 'a' stands here twice"},
        {"a key twice, below", BYTES("x: {a: 1, b: 2, a: 3}"), 1, 17, "the key 'a' stands here twice"},
        {"the empty key twice", BYTES("\"\": 1\n'': 2"), 2, 1, "stands here twice"},
        {"a list as key", BYTES("? [a]\n: 1"), 1, 3, "a key must be a word"},
        {"a map as key", BYTES("{{a: 1}: 1}"), 1, 2, "a key must be a word"},
        {"a word", BYTES("\n hello"), 2, 2, "expected `key: value` lines"},
        {"a number", BYTES("12"), 1, 1, "expected `key: value` lines"},
        {"quoted null", BYTES("\"null\""), 1, 1, "expected `key: value` lines"},
        {"a list", BYTES("# c\n- a"), 2, 1, "expected `key: value` lines"},
        {"an empty list", BYTES("[]"), 1, 1, "expected `key: value` lines"},
        {"an open list", BYTES("a: [1,\n"), 2, 1, "did not find expected"},
        {"an open quote", BYTES("a: 'x\n"), 2, 1, "unexpected end of stream"},
        {"two values", BYTES("a: b: c"), 1, 5, "mapping values are not allowed"},
        {"a tab for an indentation", BYTES("a:\n\tb: 1"), 2, 1, "cannot start any token"},
        {"a reserved sign", BYTES("a: 1\nb: @x"), 2, 4, "cannot start any token"},
        {"an unknown escape", BYTES("a: \"\\q\""), 1, 5, "unknown escape"},
        {"an escape cut short", BYTES("a: \"\\u00zz\""), 1, 7, "hexdecimal"},
        {"an escaped surrogate", BYTES("a: \"\\uD800\""), 1, 7, "invalid Unicode"},
        {"a later version of YAML", BYTES("%YAML 2.0\n---\na: 1"), 1, 1, "incompatible YAML"},
        {"a wrong indentation", BYTES("a:\n   b: 1\n  c: 2"), 3, 3, "did not find expected key"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        rv_arena_auto struct rv_arena *arena = rv_arena_new();
        rev_error *err = NULL;
        CHECK(cases[i].name, !rv_yaml_parse(arena, cases[i].text, "dir/file.yaml", REV_ERROR_HEADER, &err));
        check_error(cases[i].name, err, REV_ERROR_HEADER, cases[i].line, cases[i].column, cases[i].message);
        check_text(cases[i].name, err->file, "dir/file.yaml");
        CHECK(cases[i].name, !err->next);
        rev_error_free(err);
    }
}

/* Only the top level of these is looked at: its keys, and for scalars their texts, joined. */
static void documents_that_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        struct rv_view text;
        const char *tree;
    } cases[] = {
        {"empty", BYTES(""), ""},
        {"only a newline", BYTES("\n"), ""},
        {"only a comment", BYTES("# c"), ""},
        {"only a BOM", BYTES("\xef\xbb\xbf"), ""},
        {"only a document", BYTES("---\n"), ""},
        {"an empty map", BYTES("{}"), ""},
        {"null", BYTES("~"), ""},
        {"one key", BYTES("a: b"), "a=b;"},
        {"BOM",
         BYTES("\xef\xbb\xbf"
               "a: b\n"),
         "a=b;"},
        {"CRLF", BYTES("a: b\r\nc: d\r\n"), "a=b;c=d;"},
        {"CR", BYTES("a: b\rc: d\r"), "a=b;c=d;"},
        {"a document and its end", BYTES("---\na: b\n...\n"), "a=b;"},
        {"a directive", BYTES("%YAML 1.1\n---\na: b\n"), "a=b;"},
        {"comments", BYTES("# x\na: b # y\n#z"), "a=b;"},
        {"a hash inside", BYTES("a: b#c"), "a=b#c;"},
        {"no value", BYTES("a:\nb:"), "a=;b=;"},
        {"the empty key", BYTES("?\n: x"), "=x;"},
        {"flow", BYTES("{a: b, c: d}"), "a=b;c=d;"},
        {"JSON", BYTES("{\"a\": \"b\",\n \"c\":\"d\"}"), "a=b;c=d;"},
        {"numbers stay characters", BYTES("a: 0012\nb: 1e5\nc: 4446e08588\nd: 0x1F\ne: 1_000\nf: +.5"),
         "a=0012;b=1e5;c=4446e08588;d=0x1F;e=1_000;f=+.5;"},
        {"words stay characters", BYTES("a: yes\nb: No\nc: null\nd: ~\ne: on\nf: 2001-01-01"),
         "a=yes;b=No;c=null;d=~;e=on;f=2001-01-01;"},
        {"quotes", BYTES("a: 'it''s'\nb: \"it\\\"s\\n\\u00e9\""), "a=it's;b=it\"s\n\xc3\xa9;"},
        {"a merge sign in quotes", BYTES("\"<<\": x"), "<<=x;"},
        {"a folded text", BYTES("a: >-\n  b\n  c\nd: e"), "a=b c;d=e;"},
        {"a literal text", BYTES("a: |\n  b\n  c\n"), "a=b\nc\n;"},
        {"a long text in several lines", BYTES("a: b\n  c\n"), "a=b c;"},
        {"a colon inside", BYTES("a: b:c"), "a=b:c;"},
        {"other scripts", BYTES("\xd0\xb0: \xf0\x9f\x9a\x80"), "\xd0\xb0=\xf0\x9f\x9a\x80;"},
        {"an anchor's sign in quotes", BYTES("a: \"&x\"\nb: '*x'\nc: \"!x\""), "a=&x;b=*x;c=!x;"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        rv_arena_auto struct rv_arena *arena = rv_arena_new();
        rev_error *err = NULL;
        struct rv_yaml *tree = rv_yaml_parse(arena, cases[i].text, "file", REV_ERROR_HEADER, &err);
        check_none(cases[i].name, err);
        CHECK(cases[i].name, tree && tree->kind == RV_YAML_MAP);
        rv_str_auto struct rv_str text = {0};
        for (size_t k = 0; k < tree->count; k++) {
            rv_str_printf(&text, "%s=%s;", tree->keys[k]->text, tree->items[k]->text);
        }
        check_text(cases[i].name, rv_str_text(&text), cases[i].tree);
    }
}

static void nodes_have_places(void **state)
{
    (void)state;
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    rev_error *err = NULL;
    const struct rv_yaml *root = rv_yaml_parse(arena, rv_view_of("a: [x, \"\xc3\xa9\", z]\nb:\n  - {c: d}\n  -\n"),
                                               "file", REV_ERROR_HEADER, &err);
    check_none("places", err);
    assert_int_equal(root->count, 2);
    const struct rv_yaml *list = root->items[0], *other = root->items[1];
    assert_int_equal(list->kind, RV_YAML_LIST);
    assert_int_equal(list->count, 3);
    assert_int_equal(list->column, 4);
    assert_int_equal(list->items[1]->column, 8);
    assert_int_equal(list->items[2]->column, 13); /* in characters */
    assert_true(list->items[0]->is_plain);
    assert_false(list->items[1]->is_plain);
    assert_int_equal(root->keys[1]->line, 2);
    assert_int_equal(other->count, 2);
    assert_int_equal(other->items[0]->kind, RV_YAML_MAP);
    assert_int_equal(other->items[0]->line, 3);
    assert_int_equal(other->items[0]->column, 5);
    assert_string_equal(other->items[0]->items[0]->text, "d");
    assert_true(rv_yaml_is_null(other->items[1]));
    assert_int_equal(other->items[1]->line, 4);
}

static void null_is_a_plain_word(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_null;
    } cases[] = {
        {"a:", true},       {"a: ~", true},       {"a: null", true},  {"a: Null", true},   {"a: NULL", true},
        {"a: nUll", false}, {"a: 'null'", false}, {"a: \"\"", false}, {"a: \"~\"", false}, {"a: none", false},
        {"a: []", false},   {"a: {}", false},     {"a: |", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        rv_arena_auto struct rv_arena *arena = rv_arena_new();
        rev_error *err = NULL;
        struct rv_yaml *tree = rv_yaml_parse(arena, rv_view_of(cases[i].text), "file", REV_ERROR_HEADER, &err);
        check_none(cases[i].text, err);
        CHECK(cases[i].text, rv_yaml_is_null(tree->items[0]) == cases[i].is_null);
    }
}

static void add_repeated(struct rv_str *out, const char *text, size_t times)
{
    for (size_t i = 0; i < times; i++) {
        rv_str_add_text(out, text);
    }
}

static struct rv_yaml *parse_nested(struct rv_arena *arena, const char *open, size_t depth, rev_error **err)
{
    rv_str_auto struct rv_str text = {0};
    rv_str_add_text(&text, "a: ");
    add_repeated(&text, open, depth);
    rv_str_add_text(&text, "x");
    add_repeated(&text, open[0] == '[' ? "]" : "}", depth);
    return rv_yaml_parse(arena, rv_view(rv_str_text(&text), text.len), "file", REV_ERROR_CONFIG, err);
}

static void depth_is_bounded(void **state)
{
    (void)state;
    static const char *const opens[] = {"[", "{a: "};
    for (size_t i = 0; i < COUNT(opens); i++) {
        rv_arena_auto struct rv_arena *arena = rv_arena_new();
        rev_error *err = NULL;
        assert_non_null(parse_nested(arena, opens[i], RV_YAML_DEPTH_LIMIT - 1, &err));
        check_none("at the limit", err);
        assert_null(parse_nested(arena, opens[i], RV_YAML_DEPTH_LIMIT, &err));
        uint32_t column = 4 + (uint32_t)strlen(opens[i]) * (RV_YAML_DEPTH_LIMIT - 1);
        check_error("over the limit", err, REV_ERROR_CONFIG, 1, column, "deeper than 16 levels");
        rev_error_free(err);
    }
}

static struct rv_yaml *parse_keys(struct rv_arena *arena, size_t top, size_t below, rev_error **err)
{
    rv_str_auto struct rv_str text = {0};
    for (size_t i = 0; i < top; i++) {
        rv_str_printf(&text, "k%zu:%s\n", i, i + 1 == top || !below ? "" : " x");
    }
    for (size_t i = 0; i < below; i++) {
        rv_str_printf(&text, "  k%zu: x\n", i);
    }
    return rv_yaml_parse(arena, rv_view(rv_str_text(&text), text.len), "file", REV_ERROR_CONFIG, err);
}

static void keys_are_bounded(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t top, below;
        uint32_t line, column; /* 0: read */
    } cases[] = {
        {"at the limit", 1000, 0, 0, 0},
        {"over the limit", 1001, 0, 1001, 1},
        {"at the limit in all", 400, 600, 0, 0},
        {"over the limit in all", 400, 601, 1001, 3},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        rv_arena_auto struct rv_arena *arena = rv_arena_new();
        rev_error *err = NULL;
        struct rv_yaml *tree = parse_keys(arena, cases[i].top, cases[i].below, &err);
        if (cases[i].line) {
            CHECK(cases[i].name, !tree);
            check_error(cases[i].name, err, REV_ERROR_CONFIG, cases[i].line, cases[i].column, "more than 1000 keys");
            rev_error_free(err);
        } else {
            check_none(cases[i].name, err);
            CHECK(cases[i].name, tree->count == cases[i].top);
        }
    }
}

/* 256 KiB of whatever is worst for a scanner: an answer at once, whichever. */
static void hostile_files_cost_little(void **state)
{
    (void)state;
    static const char *const pieces[] = {"[",    "{", "- ", "? ",    "a: ",   "[a, ",   "{a: ", "\"",
                                         "'",    "#", "x ", "x\n",   "\n",    " ",      "&a ",  "*a ",
                                         "!a ",  "|", ": ", "a:\n ", "--- ",  "%A\n",   "\\\"", "\xc3\xa9",
                                         "- - ", ",", "]",  "}",     "? a\n", "a: |\n "};
    for (size_t i = 0; i < COUNT(pieces); i++) {
        for (size_t inside = 0; inside < 2; inside++) {
            rv_arena_auto struct rv_arena *arena = rv_arena_new();
            rv_str_auto struct rv_str text = {0};
            rv_str_add_text(&text, inside ? "a: [\"" : "");
            add_repeated(&text, pieces[i], (size_t)256 * 1024 / strlen(pieces[i]));
            rev_error *err = NULL;
            int64_t start = rv_time_now_ms();
            rv_yaml_parse(arena, rv_view(rv_str_text(&text), text.len), "file", REV_ERROR_HEADER, &err);
            CHECK(pieces[i], rv_time_now_ms() - start < 2000);
            rev_error_free(err);
        }
    }
}

static size_t encode(uint32_t point, char out[4])
{
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    size_t len = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    for (size_t i = len; i-- > 1; point >>= 6) {
        out[i] = (char)(0x80 | (point & 0x3F));
    }
    out[0] = (char)((0xF0U << (4 - len) & 0xFF) | point);
    return len;
}

static void check_quoted(const char *name, const char *text, const char *expected)
{
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    rv_str_auto struct rv_str yaml = {0};
    rev_error *err = NULL;
    rv_str_add_text(&yaml, "a: ");
    rv_yaml_add_quoted(&yaml, text);
    rv_str_add_text(&yaml, "\nb: [");
    rv_yaml_add_quoted(&yaml, text);
    rv_str_add_text(&yaml, "]\n");
    struct rv_yaml *tree = rv_yaml_parse(arena, rv_view(yaml.ptr, yaml.len), "file", REV_ERROR_HEADER, &err);
    check_none(name, err);
    check_text(name, tree->items[0]->text, expected);
    check_text(name, tree->items[1]->items[0]->text, expected);
    CHECK(name, !tree->items[0]->is_plain);
    CHECK(name, tree->keys[1]->line == 2);
}

/* Each character that there is, 64 at a time. */
static void every_character_survives_quoting(void **state)
{
    (void)state;
    for (uint32_t first = 0; first < 0x110000; first += 64) {
        rv_str_auto struct rv_str text = {0};
        for (uint32_t point = first; point < first + 64; point++) {
            char bytes[4];
            if (point && (point < 0xD800 || point > 0xDFFF)) {
                rv_str_add(&text, bytes, encode(point, bytes));
            }
        }
        char name[32];
        snprintf(name, sizeof name, "U+%04X", (unsigned)first);
        check_quoted(name, rv_str_text(&text), rv_str_text(&text));
    }
}

static void texts_survive_quoting(void **state)
{
    (void)state;
    static const struct {
        const char *name, *text;
    } cases[] = {
        {"empty", ""},
        {"spaces at the ends", "  a  "},
        {"quotes and backslashes", "\"\\\"\\\\'"},
        {"a backslash at the end", "x\\"},
        {"line breaks", "\na\r\nb\rc\n\n"},
        {"tabs", "\ta\t"},
        {"what looks like YAML", "a: [b, {c: d}] # e"},
        {"what looks like an end", "---\n...\n"},
        {"words of YAML", "null"},
        {"percent signs", "100%s %n %%"},
        {"an escape, written", "\\n \\x41 \\u2028"},
        {"separators", "\xe2\x80\xa8|\xe2\x80\xa9|\xc2\x85|\xef\xbb\xbf|\xc2\x9b"},
        {"a BOM first", "\xef\xbb\xbf"
                        "a"},
        {"emoji", "\xf0\x9f\x9a\x80\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x94\xac"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        check_quoted(cases[i].name, cases[i].text, cases[i].text);
    }
    check_quoted("not UTF-8", "a\xff\xc3", "a\xef\xbf\xbd\xef\xbf\xbd");
}

TESTS(TEST(refusals_have_a_place), TEST(documents_that_are_read), TEST(nodes_have_places), TEST(null_is_a_plain_word),
      TEST(depth_is_bounded), TEST(keys_are_bounded), TEST(hostile_files_cost_little),
      TEST(every_character_survives_quoting), TEST(texts_survive_quoting))
