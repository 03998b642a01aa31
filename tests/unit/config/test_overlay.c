#include "config/overlay.h"

#include "harness.h"

static const struct rv_yaml *scalar(struct rv_arena *arena, const char *text)
{
    struct rv_yaml *node = RV_NEW(arena, struct rv_yaml);
    *node = (struct rv_yaml){.kind = RV_YAML_SCALAR, .line = 3, .column = 6, .text = text};
    return node;
}

static const struct rv_env_entry entries[] = {{"IN_FILE", "file"}, {"EMPTY_IN_FILE", ""}, {"REV_UNIT_BOTH", "file"}};

static void set_variables(void)
{
    setenv("REV_UNIT_SET", "set", 1);
    setenv("REV_UNIT_EMPTY", "", 1);
    setenv("REV_UNIT_BOTH", "exported", 1);
    setenv("REV_UNIT_WILD", "a}${REV_UNIT_SET}%s\\", 1);
    unsetenv("REV_UNIT_UNSET");
}

static struct rv_env_file env_file(struct rv_arena *arena)
{
    return (struct rv_env_file){rv_arena_copy(arena, entries, sizeof entries), COUNT(entries)};
}

static void variables_are_replaced(void **state)
{
    (void)state;
    static const struct {
        const char *name, *text, *value;
    } cases[] = {
        {"none", "plain", "plain"},
        {"empty", "", ""},
        {"exported", "${REV_UNIT_SET}", "set"},
        {"inside", "a${REV_UNIT_SET}b${REV_UNIT_SET}", "asetbset"},
        {"from the file", "${IN_FILE}", "file"},
        {"exported before the file", "${REV_UNIT_BOTH}", "exported"},
        {"set and a default", "${REV_UNIT_SET:-x}", "set"},
        {"a default", "${REV_UNIT_UNSET:-x}", "x"},
        {"a default for an empty one", "${REV_UNIT_EMPTY:-x}", "x"},
        {"a default for an empty one of the file", "${EMPTY_IN_FILE:-x}", "x"},
        {"an empty default", "a${REV_UNIT_UNSET:-}b", "ab"},
        {"a URL as default", "${REV_UNIT_UNSET:-sqlite:///a:-b.db}", "sqlite:///a:-b.db"},
        {"a default with a space", "${REV_UNIT_UNSET:- a b }", " a b "},
        {"once only", "${REV_UNIT_WILD}", "a}${REV_UNIT_SET}%s\\"},
        {"dollar signs", "$REV_UNIT_SET $ $$ $}", "$REV_UNIT_SET $ $$ $}"},
        {"a dollar sign before", "$${REV_UNIT_SET}", "$set"},
        {"braces", "{REV_UNIT_SET} }", "{REV_UNIT_SET} }"},
    };
    set_variables();
    for (size_t i = 0; i < COUNT(cases); i++) {
        rv_arena_auto struct rv_arena *arena = rv_arena_new();
        struct rv_env_file file = env_file(arena);
        rev_error *err = NULL;
        const char *value = rv_expand(arena, scalar(arena, cases[i].text), "rev.yaml", &file, &err);
        check_none(cases[i].name, err);
        check_text(cases[i].name, value, cases[i].value);
    }
}

static void bad_variables_are_placed(void **state)
{
    (void)state;
    static const struct {
        const char *name, *text, *message;
    } cases[] = {
        {"unset", "secret${REV_UNIT_UNSET}", "the variable REV_UNIT_UNSET is not set"},
        {"empty", "secret${REV_UNIT_EMPTY}", "the variable REV_UNIT_EMPTY is not set"},
        {"empty in the file", "${EMPTY_IN_FILE}", "the variable EMPTY_IN_FILE is not set"},
        {"the second", "${REV_UNIT_SET}${REV_UNIT_UNSET}", "the variable REV_UNIT_UNSET is not set"},
        {"other letters", "${rev_unit_set}", "the variable rev_unit_set is not set"},
        {"no name", "secret${}", "${NAME} or ${NAME:-default}"},
        {"no name, a default", "${:-secret}", "${NAME} or ${NAME:-default}"},
        {"no end", "secret${REV_UNIT_SET", "${NAME} or ${NAME:-default}"},
        {"no end of a default", "${REV_UNIT_SET:-secret", "${NAME} or ${NAME:-default}"},
        {"at the end", "secret${", "${NAME} or ${NAME:-default}"},
        {"a space", "${ REV_UNIT_SET }", "${NAME} or ${NAME:-default}"},
        {"the shell's other forms", "${REV_UNIT_SET-secret}", "${NAME} or ${NAME:-default}"},
        {"the shell's error", "${REV_UNIT_SET:?secret}", "${NAME} or ${NAME:-default}"},
        {"one in another", "${REV_UNIT_UNSET:-${REV_UNIT_SET}}", "${NAME} or ${NAME:-default}"},
        {"one in another that is set", "${REV_UNIT_SET:-${REV_UNIT_SET}}", "${NAME} or ${NAME:-default}"},
    };
    set_variables();
    for (size_t i = 0; i < COUNT(cases); i++) {
        rv_arena_auto struct rv_arena *arena = rv_arena_new();
        struct rv_env_file file = env_file(arena);
        rev_error *err = NULL;
        CHECK(cases[i].name, !rv_expand(arena, scalar(arena, cases[i].text), "rev.yaml", &file, &err));
        check_error(cases[i].name, err, REV_ERROR_CONFIG, 3, 6, cases[i].message);
        check_text(cases[i].name, err->file, "rev.yaml");
        CHECK(cases[i].name, !strstr(err->message, "secret") && (!err->hint || !strstr(err->hint, "secret")));
        rev_error_free(err);
    }
}

static void read_layer(struct rv_arena *arena, const char *text, bool is_top, struct rv_layer *out,
                       const struct rv_yaml **out_environments, struct rv_faults *faults)
{
    rev_error *err = NULL;
    const struct rv_yaml *tree = rv_yaml_parse(arena, rv_view_of(text), "rev.yaml", REV_ERROR_CONFIG, &err);
    check_none(text, err);
    rv_layer_read(tree, is_top, "rev.yaml", out, out_environments, faults);
}

static void keys_go_where_they_belong(void **state)
{
    (void)state;
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    struct rv_layer layer = {0};
    const struct rv_yaml *environments = NULL;
    struct rv_faults faults = {0};
    read_layer(arena,
               "url: u\nmigrations: m\nversion_table: t\nversion_table_schema: null\nfile_template: '~'\nlock: row\n"
               "lock_timeout: 5s\nlock_retries: 1\nstatement_timeout: 0\nenvironments: {a: {}}",
               true, &layer, &environments, &faults);
    assert_int_equal(faults.count, 0);
    assert_string_equal(layer.values[RV_KEY_URL]->text, "u");
    assert_string_equal(layer.values[RV_KEY_MIGRATIONS]->text, "m");
    assert_string_equal(layer.values[RV_KEY_VERSION_TABLE]->text, "t");
    assert_null(layer.values[RV_KEY_VERSION_TABLE_SCHEMA]);
    assert_string_equal(layer.values[RV_KEY_FILE_TEMPLATE]->text, "~");
    assert_string_equal(layer.values[RV_KEY_LOCK]->text, "row");
    assert_string_equal(layer.values[RV_KEY_LOCK_TIMEOUT]->text, "5s");
    assert_string_equal(layer.values[RV_KEY_LOCK_RETRIES]->text, "1");
    assert_string_equal(layer.values[RV_KEY_STATEMENT_TIMEOUT]->text, "0");
    assert_int_equal(environments->count, 1);
}

static void wrong_keys_are_placed(void **state)
{
    (void)state;
    static const struct {
        const char *name, *text;
        bool is_top;
        uint32_t line, column;
        const char *message, *hint;
    } cases[] = {
        {"mistyped", "a: 1", true, 1, 1, "unknown key 'a'", "Known keys: url, "},
        {"all are named", "a: 1", false, 1, 1, "unknown key 'a'", "lock_timeout, lock_retries, statement_timeout."},
        {"near", "url: u\nmigration: x", true, 2, 1, "unknown key 'migration'", "Did you mean 'migrations'?"},
        {"near environments", "environment: {}", true, 1, 1, "unknown key", "Did you mean 'environments'?"},
        {"capitals", "URL: secret", true, 1, 1, "unknown key 'URL'", "Known keys"},
        {"swapped letters", "file_tempalte: secret", true, 1, 1, "unknown key", "Did you mean 'file_template'?"},
        {"environments below", "environments: {}", false, 1, 1, "unknown key 'environments'", "Known keys: url, "},
        {"not known yet", "lint: all", true, 1, 1, "unknown key 'lint'", "Known keys"},
        {"one's own", "x-note: 1", true, 1, 1, "unknown key 'x-note'", "Known keys"},
        {"a value without its key", "{postgresql://me:secret@host/db}", true, 1, 2, "unknown key", "Known keys"},
        {"a missing colon", "{url postgresql://me:secret@host/db: x}", true, 1, 2, "unknown key", "Known keys"},
        {"empty", "\"\": 1", true, 1, 1, "unknown key", "Known keys"},
        {"a list", "url: [secret]", true, 1, 6, "'url' takes one value", "url: VALUE"},
        {"a map", "\nmigrations: {a: secret}", true, 2, 13, "'migrations' takes one value", "migrations: VALUE"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        rv_arena_auto struct rv_arena *arena = rv_arena_new();
        struct rv_layer layer = {0};
        const struct rv_yaml *environments = NULL;
        struct rv_faults faults = {0};
        rev_error *err = NULL;
        read_layer(arena, cases[i].text, cases[i].is_top, &layer, &environments, &faults);
        CHECK(cases[i].name, faults.count == 1);
        CHECK(cases[i].name, !rv_faults_done(&faults, &err));
        check_error(cases[i].name, err, REV_ERROR_CONFIG, cases[i].line, cases[i].column, cases[i].message);
        CHECK(cases[i].name, !strstr(err->message, "secret") && (!err->hint || !strstr(err->hint, "secret")));
        CHECK(cases[i].name, cases[i].hint ? err->hint && strstr(err->hint, cases[i].hint) != NULL : !err->hint);
        rev_error_free(err);
    }
}

static void long_keys_are_not_shown(void **state)
{
    (void)state;
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    struct rv_layer layer = {0};
    const struct rv_yaml *environments = NULL;
    struct rv_faults faults = {0};
    rev_error *err = NULL;
    read_layer(arena, rv_arena_printf(arena, "%0900d: x", 1), true, &layer, &environments, &faults);
    assert_false(rv_faults_done(&faults, &err));
    assert_true(strlen(err->message) < 100);
    rev_error_free(err);
}

TESTS(TEST(variables_are_replaced), TEST(bad_variables_are_placed), TEST(keys_go_where_they_belong),
      TEST(wrong_keys_are_placed), TEST(long_keys_are_not_shown))
