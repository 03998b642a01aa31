#include "tree/header.h"

#include "harness.h"

#define BYTES(text)                                                                                                    \
    {                                                                                                                  \
        text, sizeof(text) - 1                                                                                         \
    }

static void add_names(struct rv_str *out, const char *key, const struct rv_names *names)
{
    if (names->count) {
        rv_str_printf(out, " %s:", key);
    }
    for (size_t i = 0; i < names->count; i++) {
        rv_str_printf(out, "%s%s@%u:%u", i ? "," : "", names->items[i].text, (unsigned)names->items[i].line,
                      (unsigned)names->items[i].column);
    }
}

static void add_number(struct rv_str *out, const char *key, struct rv_number number)
{
    if (number.is_said) {
        rv_str_printf(out, " %s:%lld", key, (long long)number.value);
    }
}

/* A descriptor on one line, with the place of each name. */
static void show(struct rv_str *out, const struct rv_descriptor *descriptor)
{
    rv_str_printf(out, "%s@%u:%u", descriptor->id.text ? descriptor->id.text : "?", (unsigned)descriptor->id.line,
                  (unsigned)descriptor->id.column);
    add_names(out, "down", &descriptor->down_revision);
    add_names(out, "depends", &descriptor->depends_on);
    add_names(out, "labels", &descriptor->branch_labels);
    add_names(out, "tags", &descriptor->tags);
    if (descriptor->message[0]) {
        rv_str_printf(out, " message:%s", descriptor->message);
    }
    if (descriptor->create_date) {
        rv_str_printf(out, " date:%s", descriptor->create_date);
    }
    rv_str_add_text(out, descriptor->is_statementwise ? " statementwise" : "");
    rv_str_add_text(out, descriptor->foreign_keys_off ? " no-foreign-keys" : "");
    add_number(out, "lock_timeout", descriptor->lock_timeout_ms);
    add_number(out, "lock_retries", descriptor->lock_retries);
    add_number(out, "statement_timeout", descriptor->statement_timeout_ms);
}

static void headers_that_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        struct rv_view text;
        const char *shown;
    } cases[] = {
        {"only an id", BYTES("revision: abc"), "abc@1:11"},
        {"the contract's example",
         BYTES("revision: \"5cd038a8f131\"      # always a string\ndown_revision: []\ndepends_on: []\n"
               "branch_labels: []\nmessage: initial schema\ncreate_date: 2025-10-24T17:40:00Z\n"),
         "5cd038a8f131@1:11 message:initial schema date:2025-10-24T17:40:00Z"},
        {"everything",
         BYTES("revision: c\ndown_revision: [a, \"b\"]\ndepends_on: [d]\nbranch_labels: [l, m]\ntags: [t]\nmessage: "
               "m\ncreate_date: d\nx-owner: {team: [a, b]}\n"),
         "c@1:11 down:a@2:17,b@2:20 depends:d@3:14 labels:l@4:17,m@4:20 tags:t@5:8 message:m date:d"},
        {"switches", BYTES("revision: b\ntransactional: true\nforeign_keys: on"), "b@1:11"},
        {"switches off", BYTES("revision: b\ntransactional: false\nforeign_keys: off"),
         "b@1:11 statementwise no-foreign-keys"},
        {"limits", BYTES("revision: b\nlock_timeout: 5s\nlock_retries: 0\nstatement_timeout: '2min'"),
         "b@1:11 lock_timeout:5000 lock_retries:0 statement_timeout:120000"},
        {"limits that say nothing", BYTES("revision: b\nlock_timeout: null\nlock_retries: ~\nstatement_timeout:"),
         "b@1:11"},
        {"another order", BYTES("message: m\ndown_revision: a\nrevision: b"), "b@3:11 down:a@2:16 message:m"},
        {"a list in lines", BYTES("revision: c\ndown_revision:\n  - a\n  - b\n"), "c@1:11 down:a@3:5,b@4:5"},
        {"scalars", BYTES("revision: c\ndown_revision: a\ndepends_on: 'b'\nbranch_labels: l\ntags: \"t\""),
         "c@1:11 down:a@2:16 depends:b@3:13 labels:l@4:16 tags:t@5:7"},
        {"null",
         BYTES("revision: c\ndown_revision: null\ndepends_on: ~\nbranch_labels:\ntags: NULL\nmessage: "
               "null\ncreate_date: ~"),
         "c@1:11"},
        {"null in quotes", BYTES("revision: \"null\"\ndown_revision: 'null'\nmessage: \"null\"\ncreate_date: '~'"),
         "null@1:11 down:null@2:16 message:null date:~"},
        {"empty texts", BYTES("revision: c\nmessage: ''\ncreate_date: ''"), "c@1:11 date:"},
        {"zeros before", BYTES("revision: 0012\ndown_revision: 0011"), "0012@1:11 down:0011@2:16"},
        {"an exponent", BYTES("revision: 4446e08588\ndown_revision: [1e5, 1E5]"),
         "4446e08588@1:11 down:1e5@2:17,1E5@2:22"},
        {"words", BYTES("revision: yes\ndown_revision: [no, on, true, Null_]"),
         "yes@1:11 down:no@2:17,on@2:21,true@2:25,Null_@2:31"},
        {"numbers", BYTES("revision: 0x1F\ndown_revision: [1_000, 0b1, .5, +1, 017, 1e999]"),
         "0x1F@1:11 down:1_000@2:17,0b1@2:24,.5@2:29,+1@2:33,017@2:37,1e999@2:42"},
        {"CRLF", BYTES("revision: b\r\ndown_revision: a\r\nmessage: m\r\n"), "b@1:11 down:a@2:16 message:m"},
        {"BOM",
         BYTES("\xef\xbb\xbf"
               "revision: b\n"),
         "b@1:11"},
        {"BOM and CRLF, no end",
         BYTES("\xef\xbb\xbf"
               "revision: b\r\nmessage: m"),
         "b@1:11 message:m"},
        {"a document's marks", BYTES("---\nrevision: b\n...\n"), "b@2:11"},
        {"JSON", BYTES("{\"revision\": \"b\", \"down_revision\": [\"a\"]}"), "b@1:14 down:a@1:37"},
        {"one's own keys", BYTES("x-: 1\nx-a: [1, {b: c}]\nrevision: b\nx-revision: q"), "b@3:11"},
        {"a long message in several lines", BYTES("revision: b\nmessage: >-\n  one\n  two\n"),
         "b@1:11 message:one two"},
        {"a merge in one's own key", BYTES("revision: b\nx-a: '<<'\n"), "b@1:11"},
        {"the same name twice", BYTES("revision: b\ndown_revision: [a, a]"), "b@1:11 down:a@2:17,a@2:20"},
        {"names that are no ids, for the graph to judge", BYTES("revision: a-b\ndown_revision: ['a b', \xc3\xa9]"),
         "a-b@1:11 down:a b@2:17,\xc3\xa9@2:24"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        rv_arena_auto struct rv_arena *arena = rv_arena_new();
        rv_str_auto struct rv_str shown = {0};
        struct rv_descriptor descriptor;
        struct rv_faults faults = {0};
        bool ok = rv_header_parse(arena, cases[i].text, "m/d/revision.yaml", &descriptor, &faults);
        check_none(cases[i].name, faults.first);
        CHECK(cases[i].name, ok);
        show(&shown, &descriptor);
        check_text(cases[i].name, rv_str_text(&shown), cases[i].shown);
        check_text(cases[i].name, descriptor.file, "m/d/revision.yaml");
    }
}

static void faults_have_a_place(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        struct rv_view text;
        uint32_t line, column;
        const char *message, *hint;
        const char *id; /* what could be read all the same */
    } cases[] = {
        {"empty", BYTES(""), 1, 1, "no 'revision'", "revision: \"", NULL},
        {"only comments", BYTES("# revision: a\n"), 1, 1, "no 'revision'", NULL, NULL},
        {"no revision", BYTES("message: m\n"), 1, 1, "no 'revision'", NULL, NULL},
        {"an empty revision", BYTES("revision: ''"), 1, 11, "'revision' has an empty name", NULL, NULL},
        {"a revision of nothing", BYTES("\nrevision:\n"), 2, 10, "'revision' takes a name", NULL, NULL},
        {"a revision that is null", BYTES("revision: null"), 1, 11, "'revision' takes a name", NULL, NULL},
        {"a revision that is ~", BYTES("revision: ~"), 1, 11, "'revision' takes a name", NULL, NULL},
        {"a list of revisions", BYTES("revision: [a]"), 1, 11, "'revision' takes a name", NULL, NULL},
        {"a map", BYTES("revision: {a: b}"), 1, 11, "'revision' takes a name", NULL, NULL},
        {"a parent that is a map", BYTES("revision: b\ndown_revision: {a: b}"), 2, 16, "'down_revision' takes a list",
         NULL, "b"},
        {"a parent that is a list", BYTES("revision: b\ndown_revision: [a, [c]]"), 2, 20,
         "'down_revision' takes a name", NULL, "b"},
        {"a parent that is null", BYTES("revision: b\ndown_revision: [a, null]"), 2, 20, "'down_revision' takes a name",
         NULL, "b"},
        {"a parent that is empty", BYTES("revision: b\ndown_revision: ''"), 2, 16, "'down_revision' has an empty name",
         NULL, "b"},
        {"a parent of nothing", BYTES("revision: b\ndown_revision:\n  -\n"), 3, 4, "'down_revision' takes a name", NULL,
         "b"},
        {"a label that is a map", BYTES("revision: b\nbranch_labels: [{a: b}]"), 2, 17, "'branch_labels' takes a name",
         NULL, "b"},
        {"a tag that is empty", BYTES("revision: b\ntags: [a, \"\"]"), 2, 11, "'tags' has an empty name", NULL, "b"},
        {"a dependency that is a map", BYTES("revision: b\ndepends_on: {}"), 2, 13, "'depends_on' takes a list", NULL,
         "b"},
        {"a message that is a list", BYTES("revision: b\nmessage: [a]"), 2, 10, "'message' takes a text", NULL, "b"},
        {"a date that is a map", BYTES("revision: b\ncreate_date: {a: b}"), 2, 14, "'create_date' takes a text", NULL,
         "b"},
        {"an unknown key", BYTES("revision: b\nfoo: 1"), 2, 1, "unknown key 'foo'", "Known keys: revision", "b"},
        {"a mistyped key", BYTES("revision: b\ndown_revison: a"), 2, 1, "unknown key 'down_revison'",
         "Did you mean 'down_revision'?", "b"},
        {"Alembic's spelling", BYTES("revision: b\nbranch_label: a"), 2, 1, "unknown key",
         "Did you mean 'branch_labels'?", "b"},
        {"capitals", BYTES("revision: b\nMessage: a"), 2, 1, "unknown key 'Message'", "Did you mean 'message'?", "b"},
        {"almost one's own", BYTES("revision: b\nx_a: 1\n"), 2, 1, "unknown key 'x_a'", "begin with x-", "b"},
        {"a switch that is neither", BYTES("revision: b\ntransactional: maybe"), 2, 16, "'transactional' takes true or",
         NULL, "b"},
        {"a switch of nothing", BYTES("revision: b\nforeign_keys:"), 2, 14, "'foreign_keys' takes on or off", NULL,
         "b"},
        {"a key not built yet", BYTES("revision: b\nreplaces: [a]"), 2, 1, "unknown key 'replaces'", NULL, "b"},
        {"no duration", BYTES("revision: b\nlock_timeout: soon"), 2, 15, "'lock_timeout' takes a duration", NULL, "b"},
        {"a duration below zero", BYTES("revision: b\nstatement_timeout: -1s"), 2, 20,
         "'statement_timeout' takes a duration", NULL, "b"},
        {"too long", BYTES("revision: b\nlock_timeout: 2147483648"), 2, 15, "'lock_timeout' takes a duration", NULL,
         "b"},
        {"a list of durations", BYTES("revision: b\nlock_timeout: [1s]"), 2, 15, "'lock_timeout' takes a duration",
         NULL, "b"},
        {"null in quotes as a duration", BYTES("revision: b\nlock_timeout: 'null'"), 2, 15,
         "'lock_timeout' takes a duration", NULL, "b"},
        {"no number", BYTES("revision: b\nlock_retries: 5s"), 2, 15, "'lock_retries' takes a number from 0 to 1000",
         NULL, "b"},
        {"too many", BYTES("revision: b\nlock_retries: 1001"), 2, 15, "'lock_retries' takes a number", NULL, "b"},
        {"an empty key", BYTES("revision: b\n'': 1"), 2, 1, "unknown key ''", NULL, "b"},
        {"a key twice", BYTES("revision: b\nmessage: a\nmessage: a"), 3, 1, "'message' stands here twice", NULL, NULL},
        {"one's own key twice", BYTES("x-a: 1\nx-a: 2\nrevision: b"), 2, 1, "'x-a' stands here twice", NULL, NULL},
        {"an anchor", BYTES("revision: &a b"), 1, 11, "anchors are not read", NULL, NULL},
        {"an alias in one's own key", BYTES("revision: b\nx-a: *a"), 2, 6, "aliases are not read", NULL, NULL},
        {"a tag of YAML", BYTES("revision: !!str 12"), 1, 11, "tags are not read", NULL, NULL},
        {"a merge key", BYTES("revision: b\n<<: {message: m}"), 2, 1, "merge keys are not read", NULL, NULL},
        {"a second document", BYTES("revision: b\n---\nrevision: c"), 2, 1, "a second document", NULL, NULL},
        {"NUL", BYTES("revision: b\0c"), 1, 12, "a NUL character", NULL, NULL},
        {"bad UTF-8", BYTES("revision: b\r\nmessage: \xc3\xa9t\xe9"), 2, 12, "not UTF-8", NULL, NULL},
        {"UTF-16", BYTES("\xff\xfer\0e\0v\0"), 1, 1, "not UTF-8", NULL, NULL},
        {"a list", BYTES("- revision: b"), 1, 1, "expected `key: value` lines", NULL, NULL},
        {"SQL", BYTES("SELECT 1;"), 1, 1, "expected `key: value` lines", NULL, NULL},
        {"Python", BYTES("revision = 'a'\ndown_revision = None"), 1, 1, "expected `key: value` lines", NULL, NULL},
        {"not YAML", BYTES("revision: b\n  message: m\n"), 2, 10, "mapping values are not allowed", NULL, NULL},
        {"a conflict of git", BYTES("<<<<<<< HEAD\nrevision: a\n=======\nrevision: b\n>>>>>>> x\n"), 2, 9,
         "mapping values are not allowed", NULL, NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        rv_arena_auto struct rv_arena *arena = rv_arena_new();
        struct rv_descriptor descriptor;
        struct rv_faults faults = {0};
        rev_error *err = NULL;
        CHECK(cases[i].name, !rv_header_parse(arena, cases[i].text, "m/d/revision.yaml", &descriptor, &faults));
        CHECK(cases[i].name, faults.count == 1);
        CHECK(cases[i].name, !rv_faults_done(&faults, &err));
        check_error(cases[i].name, err, REV_ERROR_HEADER, cases[i].line, cases[i].column, cases[i].message);
        check_text(cases[i].name, err->file, "m/d/revision.yaml");
        CHECK(cases[i].name, !cases[i].hint || (err->hint && strstr(err->hint, cases[i].hint)));
        check_text(cases[i].name, descriptor.id.text, cases[i].id);
        rev_error_free(err);
    }
}

static void all_faults_are_told_and_the_rest_is_read(void **state)
{
    (void)state;
    static const struct {
        uint32_t line, column;
        const char *message;
    } expected[] = {
        {2, 17, "'down_revision' has an empty name"},
        {2, 24, "'down_revision' takes a name"},
        {3, 10, "'message' takes a text"},
        {4, 1, "unknown key 'foo'"},
    };
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    rv_str_auto struct rv_str shown = {0};
    struct rv_descriptor descriptor;
    struct rv_faults faults = {0};
    rv_faults_add(&faults, REV_ERROR_IO, "before");
    assert_false(rv_header_parse(arena,
                                 rv_view_of("revision: b\ndown_revision: ['', a, {}, c]\nmessage: [a]\nfoo: 1\n"
                                            "depends_on: d"),
                                 "file", &descriptor, &faults));
    show(&shown, &descriptor);
    assert_string_equal(rv_str_text(&shown), "b@1:11 down:a@2:21,c@2:28 depends:d@5:13");
    rev_error *err = NULL;
    assert_false(rv_faults_done(&faults, &err));
    const rev_error *fault = err->next;
    for (size_t i = 0; i < COUNT(expected); i++, fault = fault->next) {
        check_error(expected[i].message, fault, REV_ERROR_HEADER, expected[i].line, expected[i].column,
                    expected[i].message);
    }
    assert_null(fault);
    rev_error_free(err);
}

/* A fault before does not make a good header bad. */
static void earlier_faults_are_not_its_own(void **state)
{
    (void)state;
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    struct rv_descriptor descriptor;
    struct rv_faults faults = {0};
    rev_error *err = NULL;
    for (size_t i = 0; i < 30; i++) {
        rv_faults_add(&faults, REV_ERROR_IO, "before");
    }
    assert_true(rv_header_parse(arena, rv_view_of("revision: b"), "file", &descriptor, &faults));
    assert_false(rv_header_parse(arena, rv_view_of("revision: &b"), "file", &descriptor, &faults));
    assert_int_equal(faults.count, 31);
    rv_faults_done(&faults, &err);
    rev_error_free(err);
}

static void messages_are_bounded(void **state)
{
    (void)state;
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    struct rv_descriptor descriptor;
    struct rv_faults faults = {0};
    const char *text = rv_arena_printf(arena, "revision: b\nmessage: %0*d", RV_MESSAGE_LIMIT, 7);
    assert_true(rv_header_parse(arena, rv_view_of(text), "file", &descriptor, &faults));
    assert_int_equal(strlen(descriptor.message), RV_MESSAGE_LIMIT);
    text = rv_arena_printf(arena, "revision: b\nmessage: %0*d", RV_MESSAGE_LIMIT + 1, 7);
    assert_false(rv_header_parse(arena, rv_view_of(text), "file", &descriptor, &faults));
    check_error("long", faults.first, REV_ERROR_HEADER, 2, 10, "'message' is longer than 4096 bytes");
    assert_string_equal(descriptor.message, "");
    rev_error_free(faults.first);
}

static struct rv_names names_of(struct rv_arena *arena, const char *const *texts, size_t count)
{
    struct rv_names names = {RV_NEW_ARRAY(arena, struct rv_name, count), count};
    for (size_t i = 0; i < count; i++) {
        names.items[i].text = texts[i];
    }
    return names;
}

static void a_header_is_written_as_documented(void **state)
{
    (void)state;
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    rv_str_auto struct rv_str text = {0}, second = {0};
    static const char *const parents[] = {"4446e08588", "0012"};
    static const char *const others[] = {"null"};
    struct rv_descriptor descriptor = {.id = {.text = "1e5"}, .message = "say \"hi\"", .create_date = NULL};
    rv_header_write(&text, &descriptor);
    assert_string_equal(rv_str_text(&text), "revision: \"1e5\"\ndown_revision: []\ndepends_on: []\nbranch_labels: []\n"
                                            "message: \"say \\\"hi\\\"\"\n");
    descriptor.down_revision = names_of(arena, parents, 2);
    descriptor.depends_on = descriptor.branch_labels = descriptor.tags = names_of(arena, others, 1);
    descriptor.create_date = "2025-10-24T17:40:00Z";
    rv_header_write(&second, &descriptor);
    assert_string_equal(rv_str_text(&second),
                        "revision: \"1e5\"\ndown_revision: [\"4446e08588\", \"0012\"]\ndepends_on: [\"null\"]\n"
                        "branch_labels: [\"null\"]\ntags: [\"null\"]\nmessage: \"say \\\"hi\\\"\"\n"
                        "create_date: \"2025-10-24T17:40:00Z\"\n");
}

static void check_round_trip(const char *name, const char *message)
{
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    rv_str_auto struct rv_str text = {0};
    static const char *const ids[] = {"0012", "1e5", "null", "yes", "4446e08588", "~", "a b", "\xc3\xa9", "[a]", "#"};
    struct rv_descriptor out = {.id = {.text = "0x1F"}, .message = message, .create_date = message};
    out.down_revision = names_of(arena, ids, COUNT(ids));
    out.depends_on = names_of(arena, ids, 1);
    out.branch_labels = names_of(arena, ids, 0);
    out.tags = names_of(arena, ids + 2, 2);
    rv_header_write(&text, &out);
    CHECK(name, text.len <= RV_HEADER_LIMIT);
    struct rv_descriptor in;
    struct rv_faults faults = {0};
    rv_header_parse(arena, rv_view(text.ptr, text.len), "file", &in, &faults);
    check_none(name, faults.first);
    check_text(name, in.id.text, "0x1F");
    check_text(name, in.message, message);
    check_text(name, in.create_date, message);
    CHECK(name, in.down_revision.count == COUNT(ids));
    for (size_t i = 0; i < COUNT(ids); i++) {
        check_text(name, in.down_revision.items[i].text, ids[i]);
    }
    CHECK(name, in.depends_on.count == 1 && in.branch_labels.count == 0 && in.tags.count == 2);
    check_text(name, in.tags.items[0].text, "null");
    check_text(name, in.tags.items[1].text, "yes");
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *name, *message;
    } cases[] = {
        {"empty", ""},
        {"plain", "add users"},
        {"quotes", "say \"hi\" and 'bye' `x`"},
        {"backslashes", "C:\\new\\table \\ \\\\ \\n \\x41 \\"},
        {"newlines", "\nfirst\n\n  second\n"},
        {"CRLF", "first\r\nsecond\rthird\r"},
        {"tabs", "\ta\t\tb\t"},
        {"spaces", "   a   b   "},
        {"C0", "\x01\x02\x07\x08\x0b\x0c\x0e\x1b[31m\x1f\x7f"},
        {"C1", "\xc2\x80\xc2\x85\xc2\x9b"
               "31m\xc2\x9f"},
        {"emoji", "\xf0\x9f\x9a\x80 \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x94\xac \xf0\x9f\x87\xa9\xf0\x9f\x87\xaa"},
        {"separators", "a\xe2\x80\xa8"
                       "b\xe2\x80\xa9"
                       "c"},
        {"bidi", "\xe2\x80\xae"
                 "abc\xe2\x81\xa6"},
        {"BOM", "\xef\xbb\xbf"
                "a\xef\xbb\xbf"},
        {"noncharacters", "\xef\xbf\xbe\xef\xbf\xbf\xf4\x8f\xbf\xbf"},
        {"no-break space", "\xc2\xa0"},
        {"null", "null"},
        {"a number", "0012"},
        {"YAML", "a: b # c\n- d\n--- !x &y *z"},
        {"a comment", "# a"},
        {"a template", "%(rev)s ${HOME} %s %n"},
        {"Chinese", "\xe6\xb7\xbb\xe5\x8a\xa0\xe7\x94\xa8\xe6\x88\xb7"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        check_round_trip(cases[i].name, cases[i].message);
    }
}

static void messages_of_the_longest_are_read(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "x", " ", "\"", "\\", "\n", "\x1b", "\xc2\x9b", "\xe2\x80\xa8", "\xf0\x9f\x9a\x80", "a b ", "ab: "};
    for (size_t i = 0; i < COUNT(pieces); i++) {
        rv_str_auto struct rv_str message = {0};
        while (message.len + strlen(pieces[i]) <= RV_MESSAGE_LIMIT) {
            rv_str_add_text(&message, pieces[i]);
        }
        while (message.len < RV_MESSAGE_LIMIT) {
            rv_str_add_char(&message, '.');
        }
        check_round_trip(pieces[i], rv_str_text(&message));
    }
}

TESTS(TEST(headers_that_are_read), TEST(faults_have_a_place), TEST(all_faults_are_told_and_the_rest_is_read),
      TEST(earlier_faults_are_not_its_own), TEST(messages_are_bounded), TEST(a_header_is_written_as_documented),
      TEST(what_is_written_is_read), TEST(messages_of_the_longest_are_read))
