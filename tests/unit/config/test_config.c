#include "config/config.h"

#include "folder.h"

/* Each test begins with nothing exported. */
static int begin(void **state)
{
    unsetenv("REV_DATABASE_URL");
    unsetenv("DATABASE_URL");
    unsetenv("REV_UNIT_UNSET");
    return folder_make(state);
}
#define CONFIG(name) cmocka_unit_test_setup_teardown(name, begin, folder_remove)

/* A load, and all that it holds; finish() gives it back. */
struct load {
    struct rv_arena *arena;
    struct rv_settings settings;
    rev_error *err;
};

static bool load(struct load *load, struct rv_config_options options)
{
    *load = (struct load){.arena = rv_arena_new()};
    bool ok = rv_settings_load(load->arena, &options, &load->settings, &load->err);
    assert_true(ok == !load->err);
    return ok;
}

static void finish(struct load *load)
{
    rv_settings_clear(&load->settings);
    rv_settings_clear(&load->settings);
    rev_error_free(load->err);
    rv_arena_free(load->arena);
}

static void set(const char *name, const char *value)
{
    if (value) {
        setenv(name, value, 1);
    } else {
        unsetenv(name);
    }
}

#define YAML                                                                                                           \
    "url: sqlite:///yaml.db\n"                                                                                         \
    "environments:\n"                                                                                                  \
    "  prod: {url: 'sqlite:///prod.db'}\n"                                                                             \
    "  expand: {url: '${DATABASE_URL}'}\n"                                                                             \
    "  bare:\n"                                                                                                        \
    "  nulled: {url: null}\n"

static void the_url_comes_from_the_first_that_has_one(void **state)
{
    (void)state;
    static const struct {
        const char *name, *option, *environment, *exported_rev, *exported, *dotenv, *yaml;
        const char *shown;   /* NULL: none */
        const char *warning; /* part of it; NULL: none */
    } cases[] = {
        {"the option", "sqlite:///option.db", "prod", "sqlite:///rev.db", "sqlite:///db.db",
         "DATABASE_URL=sqlite:///file.db", YAML, "option", NULL},
        {"the environment", NULL, "prod", "sqlite:///rev.db", "sqlite:///db.db", "DATABASE_URL=sqlite:///file.db", YAML,
         "prod", "'prod' is used, not the exported REV_DATABASE_URL"},
        {"the environment, over DATABASE_URL", NULL, "prod", NULL, "sqlite:///db.db", NULL, YAML, "prod",
         "'prod' is used, not the exported DATABASE_URL"},
        {"the environment, over nothing", NULL, "prod", NULL, NULL, "DATABASE_URL=sqlite:///file.db", YAML, "prod",
         NULL},
        {"the environment, the same", NULL, "prod", NULL, "sqlite:///prod.db", NULL, YAML, "prod", NULL},
        {"the environment, expanded", NULL, "expand", NULL, "sqlite:///db.db", NULL, YAML, "db", NULL},
        {"the environment, expanded from the file", NULL, "expand", NULL, NULL, "DATABASE_URL=sqlite:///file.db", YAML,
         "file", NULL},
        {"the environment, expanded over another", NULL, "expand", "sqlite:///rev.db", "sqlite:///db.db", NULL, YAML,
         "db", "not the exported REV_DATABASE_URL"},
        {"an environment that says nothing", NULL, "bare", NULL, "sqlite:///db.db", NULL, YAML, "db", NULL},
        {"an environment that says null", NULL, "nulled", NULL, NULL, NULL, YAML, "yaml", NULL},
        {"exported for rev", NULL, NULL, "sqlite:///rev.db", "sqlite:///db.db", "REV_DATABASE_URL=sqlite:///file.db",
         YAML, "rev", NULL},
        {"exported", NULL, NULL, NULL, "sqlite:///db.db", "REV_DATABASE_URL=sqlite:///file.db", YAML, "db", NULL},
        {"exported but empty", NULL, NULL, "", "sqlite:///db.db", NULL, YAML, "db", NULL},
        {"both empty", NULL, NULL, "", "", "DATABASE_URL=sqlite:///file.db", YAML, "file", NULL},
        {"the file, for rev", NULL, NULL, NULL, NULL,
         "DATABASE_URL=sqlite:///file.db\nREV_DATABASE_URL=sqlite:///filerev.db", YAML, "filerev", NULL},
        {"the file", NULL, NULL, NULL, NULL, "DATABASE_URL='sqlite:///file.db'", YAML, "file", NULL},
        {"the file, empty", NULL, NULL, NULL, NULL, "DATABASE_URL=", YAML, "yaml", NULL},
        {"rev.yaml", NULL, NULL, NULL, NULL, NULL, YAML, "yaml", NULL},
        {"none", NULL, NULL, NULL, NULL, "OTHER=x", "migrations: m", NULL, NULL},
        {"null", NULL, NULL, NULL, NULL, NULL, "url: null", NULL, NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct load loaded;
        char shown[64];
        write_text("rev.yaml", cases[i].yaml);
        write_text(".env", cases[i].dotenv ? cases[i].dotenv : "");
        set("REV_DATABASE_URL", cases[i].exported_rev);
        set("DATABASE_URL", cases[i].exported);
        load(&loaded, (struct rv_config_options){.url = cases[i].option, .environment = cases[i].environment});
        check_none(cases[i].name, loaded.err);
        const struct rv_settings *settings = &loaded.settings;
        snprintf(shown, sizeof shown, "sqlite:///%s.db", cases[i].shown ? cases[i].shown : "");
        CHECK(cases[i].name, settings->has_url == (cases[i].shown != NULL));
        check_text(cases[i].name, settings->url.shown, cases[i].shown ? shown : NULL);
        CHECK(cases[i].name,
              cases[i].warning ? settings->warning && strstr(settings->warning, cases[i].warning) : !settings->warning);
        rev_error *err = NULL;
        if (!rv_settings_need_url(settings, &err)) {
            check_error(cases[i].name, err, REV_ERROR_CONFIG, 0, 0, "no database URL");
            CHECK(cases[i].name, strstr(err->hint, "--url") && strstr(err->hint, "DATABASE_URL") &&
                                     strstr(err->hint, "-e NAME") && strstr(err->hint, "rev.yaml"));
            rev_error_free(err);
        }
        finish(&loaded);
    }
}

static void a_wrong_url_stops_only_who_needs_it(void **state)
{
    (void)state;
    static const struct {
        const char *name, *yaml, *exported;
        uint32_t line, column;
        const char *message;
    } cases[] = {
        {"in rev.yaml", "url: mysql://me:secret@h", NULL, 1, 6, "no driver"},
        {"exported", "url: sqlite://", "postgresql://me:p@secret@h", 0, 0, "raw '@'"},
        {"a variable unset", "\nurl: ${REV_UNIT_UNSET}", NULL, 2, 6, "REV_UNIT_UNSET is not set"},
        {"an empty value", "url: ''", NULL, 1, 6, "an empty value"},
        {"an empty default", "url: '${REV_UNIT_UNSET:-}'", NULL, 1, 6, "an empty value"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct load loaded;
        write_text("rev.yaml", cases[i].yaml);
        set("DATABASE_URL", cases[i].exported);
        load(&loaded, (struct rv_config_options){0});
        check_none(cases[i].name, loaded.err);
        CHECK(cases[i].name, !loaded.settings.has_url);
        for (size_t again = 0; again < 2; again++) { /* a copy each time */
            rev_error *err = NULL;
            CHECK(cases[i].name, !rv_settings_need_url(&loaded.settings, &err));
            check_error(cases[i].name, err, REV_ERROR_CONFIG, cases[i].line, cases[i].column, cases[i].message);
            CHECK(cases[i].name, !strstr(err->message, "secret"));
            rev_error_free(err);
        }
        finish(&loaded);
    }
}

static void faults_of_the_file_are_all_told(void **state)
{
    (void)state;
    struct load loaded;
    write_text("rev.yaml", "urll: x\nmigrations: [a]\nenvironments:\n  a: {nosuch: 1, url: {}}\n  b: word\n  c: [x]\n");
    assert_false(load(&loaded, (struct rv_config_options){.environment = "d"}));
    static const struct {
        uint32_t line, column;
        const char *message;
    } expected[] = {
        {1, 1, "unknown key 'urll'"},
        {2, 13, "'migrations' takes one value"},
        {4, 7, "unknown key 'nosuch'"},
        {4, 23, "'url' takes one value"},
        {5, 6, "an environment takes"},
        {6, 6, "an environment takes"},
        {0, 0, "no environment 'd' in rev.yaml"},
    };
    const rev_error *err = loaded.err;
    for (size_t i = 0; i < COUNT(expected); i++, err = err->next) {
        check_error(expected[i].message, err, REV_ERROR_CONFIG, expected[i].line, expected[i].column,
                    expected[i].message);
    }
    assert_null(err);
    finish(&loaded);
}

static void what_can_not_be_read_stops_everything(void **state)
{
    (void)state;
    static const struct {
        const char *name, *yaml;
        rev_error_code code;
        uint32_t line, column;
        const char *message;
    } cases[] = {
        {"not YAML", "url: [\n", REV_ERROR_CONFIG, 2, 1, "did not find"},
        {"an open quote", "url: \"postgresql://me:secret@h\n", REV_ERROR_CONFIG, 2, 1, "end of stream"},
        {"a list", "- a", REV_ERROR_CONFIG, 1, 1, "expected `key: value` lines"},
        {"an alias", "url: *x", REV_ERROR_CONFIG, 1, 6, "aliases"},
        {"bad UTF-8", "url: \xff", REV_ERROR_CONFIG, 1, 6, "not UTF-8"},
        {"environments, a word", "environments: prod", REV_ERROR_CONFIG, 1, 15, "'environments' takes"},
        {"environments, a list", "environments:\n  - prod", REV_ERROR_CONFIG, 2, 3, "'environments' takes"},
        {"an empty table", "version_table: ''", REV_ERROR_CONFIG, 1, 16, "an empty value"},
        {"an unset variable", "migrations: '${REV_UNIT_UNSET}'", REV_ERROR_CONFIG, 1, 13, "REV_UNIT_UNSET"},
        {"a long table", "version_table: a123456789b123456789c123456789d123456789e123456789f123456789g123",
         REV_ERROR_CONFIG, 0, 0, "version_table is longer than 63 bytes"},
        {"a long schema", "version_table_schema: a123456789b123456789c123456789d123456789e123456789f123456789g123",
         REV_ERROR_CONFIG, 0, 0, "version_table_schema is longer than 63 bytes"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct load loaded;
        write_text("rev.yaml", cases[i].yaml);
        CHECK(cases[i].name, !load(&loaded, (struct rv_config_options){0}));
        check_error(cases[i].name, loaded.err, cases[i].code, cases[i].line, cases[i].column, cases[i].message);
        check_text(cases[i].name, loaded.err->file, "rev.yaml");
        CHECK(cases[i].name, !strstr(loaded.err->message, "secret") && !loaded.err->excerpt);
        finish(&loaded);
    }
}

static void a_large_file_is_refused(void **state)
{
    (void)state;
    struct load loaded;
    static char text[RV_CONFIG_LIMIT + 1];
    memset(text, '\n', sizeof text);
    write_bytes("rev.yaml", text, sizeof text - 1);
    assert_true(load(&loaded, (struct rv_config_options){0}));
    finish(&loaded);
    write_bytes("rev.yaml", text, sizeof text);
    assert_false(load(&loaded, (struct rv_config_options){0}));
    check_error("large", loaded.err, REV_ERROR_TOO_LARGE, 0, 0, "262145 bytes, over the limit of 262144");
    finish(&loaded);
}

static void what_is_no_file_is_refused_at_once(void **state)
{
    (void)state;
    static const char *const names[] = {"rev.yaml", ".env"};
    enum kind { FIFO, LOOP, OUT, DEVICE, BROKEN, FOLDER, KINDS };
    static const char *const messages[KINDS] = {"not a regular file", "symbolic links",        "leads out",
                                                "leads out",          "a link to what is not", "not a regular file"};
    for (size_t i = 0; i < COUNT(names); i++) {
        for (int kind = 0; kind < KINDS; kind++) {
            struct load loaded;
            make_dir("project");
            assert_int_equal(chdir("project"), 0);
            write_text("rev.yaml", "");
            remove(names[i]);
            switch ((enum kind)kind) {
            case FIFO:
                make_fifo(names[i]);
                break;
            case LOOP:
                make_link(names[i], names[i]);
                break;
            case OUT:
                make_link("/etc/passwd", names[i]);
                break;
            case DEVICE:
                make_link("/dev/zero", names[i]);
                break;
            case BROKEN:
                make_link("gone", names[i]);
                break;
            case FOLDER:
                make_dir(names[i]);
                break;
            case KINDS:
                break;
            }
            alarm(10);
            bool ok = load(&loaded, (struct rv_config_options){0});
            alarm(0);
            if (kind == FOLDER && names[i][0] == '.') {
                CHECK(names[i], ok); /* a Python environment */
            } else {
                check_error(messages[kind], loaded.err, REV_ERROR_IO, 0, 0, messages[kind]);
                check_text(messages[kind], loaded.err->file, names[i]);
            }
            finish(&loaded);
            remove(names[i]);
            assert_int_equal(chdir(".."), 0);
        }
    }
}

static void a_bad_env_file_is_placed(void **state)
{
    (void)state;
    struct load loaded;
    write_text("rev.yaml", "");
    write_text(".env", "A=1\nsecret");
    assert_false(load(&loaded, (struct rv_config_options){0}));
    check_error(".env", loaded.err, REV_ERROR_CONFIG, 2, 1, "not a line");
    assert_string_equal(loaded.err->file, ".env");
    finish(&loaded);
}

static void defaults_hold(void **state)
{
    struct load loaded;
    write_text("rev.yaml", "");
    assert_true(load(&loaded, (struct rv_config_options){0}));
    const struct rv_settings *settings = &loaded.settings;
    assert_string_equal(settings->dir, *state);
    assert_string_equal(settings->config_file, "rev.yaml");
    assert_string_equal(settings->migrations, "migrations");
    assert_string_equal(settings->version_table, "alembic_version");
    assert_null(settings->version_table_schema);
    assert_string_equal(settings->file_template, rv_default_file_template);
    assert_int_equal(settings->lock, RV_LOCK_AUTO);
    assert_false(settings->lock_timeout_ms.is_said);
    assert_false(settings->lock_retries.is_said);
    assert_false(settings->statement_timeout_ms.is_said);
    assert_null(settings->warning);
    finish(&loaded);
}

static void the_lock_is_one_of_three(void **state)
{
    (void)state;
    static const struct {
        const char *name, *text;
        enum rv_lock_mode lock;
        uint32_t line, column; /* 0: no error */
    } cases[] = {
        {"auto", "lock: auto", RV_LOCK_AUTO, 0, 0},
        {"nothing", "lock:", RV_LOCK_AUTO, 0, 0},
        {"advisory", "lock: advisory", RV_LOCK_ADVISORY, 0, 0},
        {"row", "lock: row", RV_LOCK_ROW, 0, 0},
        {"a variable", "lock: ${REV_UNIT_LOCK:-row}", RV_LOCK_ROW, 0, 0},
        {"of the environment", "lock: auto\nenvironments: {p: {lock: row}}", RV_LOCK_ROW, 0, 0},
        {"another word", "migrations: m\nlock: table", RV_LOCK_AUTO, 2, 7},
        {"capitals", "lock: Row", RV_LOCK_AUTO, 1, 7},
        {"another word in the environment", "lock: auto\nenvironments:\n  p:\n    lock: no", RV_LOCK_AUTO, 4, 11},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct load loaded;
        write_text("rev.yaml", cases[i].text);
        bool has_environment = strstr(cases[i].text, "environments") != NULL;
        bool is_done = load(&loaded, (struct rv_config_options){.environment = has_environment ? "p" : NULL});
        CHECK(cases[i].name, is_done == (cases[i].line == 0));
        if (is_done) {
            CHECK(cases[i].name, loaded.settings.lock == cases[i].lock);
        } else {
            check_error(cases[i].name, loaded.err, REV_ERROR_CONFIG, cases[i].line, cases[i].column,
                        "not a kind of lock");
            check_text(cases[i].name, loaded.err->hint, "Known are auto, advisory and row.");
        }
        finish(&loaded);
    }
}

static void limits_are_read(void **state)
{
    (void)state;
    struct load loaded;
    write_text("rev.yaml", "lock_timeout: 250ms\nlock_retries: 7\nstatement_timeout: '${REV_UNIT_UNSET:-2min}'\n"
                           "environments:\n  a: {lock_timeout: 0, lock_retries: '0'}\n  b: {lock_timeout: soon}\n");
    assert_true(load(&loaded, (struct rv_config_options){0}));
    assert_int_equal(rv_number_or(loaded.settings.lock_timeout_ms, -1), 250);
    assert_int_equal(rv_number_or(loaded.settings.lock_retries, -1), 7);
    assert_int_equal(rv_number_or(loaded.settings.statement_timeout_ms, -1), 120000);
    finish(&loaded);
    assert_true(load(&loaded, (struct rv_config_options){.environment = "a"}));
    assert_int_equal(rv_number_or(loaded.settings.lock_timeout_ms, -1), 0);
    assert_int_equal(rv_number_or(loaded.settings.lock_retries, -1), 0);
    assert_int_equal(rv_number_or(loaded.settings.statement_timeout_ms, -1), 120000);
    finish(&loaded);
    assert_false(load(&loaded, (struct rv_config_options){.environment = "b"}));
    check_error("soon", loaded.err, REV_ERROR_CONFIG, 6, 21, "'lock_timeout' takes a duration");
    assert_null(strstr(loaded.err->message, "soon"));
    finish(&loaded);
    write_text("rev.yaml", "\nlock_retries: 1001\n");
    assert_false(load(&loaded, (struct rv_config_options){0}));
    check_error("many", loaded.err, REV_ERROR_CONFIG, 2, 15, "'lock_retries' takes a number from 0 to 1000");
    finish(&loaded);
}

static void environments_overlay_the_rest(void **state)
{
    (void)state;
    struct load loaded;
    write_text("rev.yaml",
               "url: sqlite:///top.db\nversion_table: top\nversion_table_schema: top\nmigrations: top\n"
               "environments:\n  a: {version_table: '${REV_UNIT_UNSET:-env}', migrations: env, version_table_schema: "
               "null}\n  prod: {}\n");
    assert_true(load(&loaded, (struct rv_config_options){.environment = "a"}));
    assert_string_equal(loaded.settings.version_table, "env");
    assert_string_equal(loaded.settings.version_table_schema, "top"); /* null says nothing */
    assert_string_equal(loaded.settings.migrations, "env");
    assert_string_equal(loaded.settings.url.shown, "sqlite:///top.db");
    finish(&loaded);
    assert_true(load(&loaded, (struct rv_config_options){.environment = "a", .migrations = "option"}));
    assert_string_equal(loaded.settings.migrations, "option");
    finish(&loaded);
    assert_false(load(&loaded, (struct rv_config_options){.environment = "prd"}));
    check_error("near", loaded.err, REV_ERROR_CONFIG, 0, 0, "no environment 'prd' in rev.yaml");
    assert_string_equal(loaded.err->hint, "Did you mean 'prod'?");
    finish(&loaded);
    remove("rev.yaml");
    make_dir("migrations");
    assert_false(load(&loaded, (struct rv_config_options){.environment = "prod"}));
    check_error("no file", loaded.err, REV_ERROR_CONFIG, 0, 0, "no environment 'prod'");
    finish(&loaded);
}

/* project/rev.yaml, seen from project/sub/deep and from elsewhere. */
static void the_project_is_found_and_paths_start_in_it(void **state)
{
    const char *here = *state;
    struct load loaded;
    char path[4200], expected[4200];
    make_dir("project");
    make_dir("project/sub");
    make_dir("project/sub/deep");
    make_dir("elsewhere");
    write_text("project/rev.yaml", "url: sqlite:///a.db\nmigrations: m");
    write_text("project/other.yaml", "url: sqlite:////a.db\nmigrations: /abs");
    assert_int_equal(chdir("project/sub/deep"), 0);

    assert_true(load(&loaded, (struct rv_config_options){0}));
    snprintf(path, sizeof path, "%s/project", here);
    assert_string_equal(loaded.settings.dir, path);
    snprintf(path, sizeof path, "%s/project/rev.yaml", here);
    assert_string_equal(loaded.settings.config_file, path);
    snprintf(path, sizeof path, "%s/project/m", here);
    assert_string_equal(loaded.settings.migrations_path, path);
    snprintf(expected, sizeof expected, "sqlite:///%s/project/a.db", here);
    assert_string_equal(loaded.settings.url.text, expected);
    finish(&loaded);

    /* The option's path starts here, an option's URL in the project. */
    assert_true(load(&loaded, (struct rv_config_options){.migrations = "mine", .url = "sqlite:///b.db"}));
    snprintf(path, sizeof path, "%s/project/sub/deep/mine", here);
    assert_string_equal(loaded.settings.migrations_path, path);
    assert_string_equal(loaded.settings.migrations, "mine");
    snprintf(expected, sizeof expected, "sqlite:///%s/project/b.db", here);
    assert_string_equal(loaded.settings.url.text, expected);
    finish(&loaded);

    assert_int_equal(chdir("../../../elsewhere"), 0);
    static const char *const files[] = {"../project/rev.yaml", "../project", "../project/"};
    for (size_t i = 0; i < COUNT(files); i++) {
        assert_true(load(&loaded, (struct rv_config_options){.config_file = files[i]}));
        CHECK(files[i], strstr(loaded.settings.migrations_path, "project/"));
        check_text(files[i], loaded.settings.url.shown, "sqlite:///a.db");
        finish(&loaded);
    }
    assert_true(load(&loaded, (struct rv_config_options){.config_file = "../project/other.yaml"}));
    assert_string_equal(loaded.settings.migrations_path, "/abs");
    assert_string_equal(loaded.settings.url.text, "sqlite:////a.db");
    finish(&loaded);

    static const char *const missing[] = {"nosuch.yaml", "nosuch/rev.yaml", "../project/sub"};
    for (size_t i = 0; i < COUNT(missing); i++) {
        CHECK(missing[i], !load(&loaded, (struct rv_config_options){.config_file = missing[i]}));
        check_error(missing[i], loaded.err, REV_ERROR_CONFIG, 0, 0, "o such file");
        finish(&loaded);
    }
}

static void the_nearest_file_counts(void **state)
{
    (void)state;
    struct load loaded;
    write_text("rev.yaml", "url: sqlite:///far.db");
    make_dir("near");
    assert_int_equal(chdir("near"), 0);
    assert_true(load(&loaded, (struct rv_config_options){0}));
    assert_string_equal(loaded.settings.url.shown, "sqlite:///far.db");
    finish(&loaded);
    write_text("rev.yaml", "url: sqlite:///near.db");
    assert_true(load(&loaded, (struct rv_config_options){0}));
    assert_string_equal(loaded.settings.url.shown, "sqlite:///near.db");
    finish(&loaded);
}

static void without_a_file_there_must_be_migrations(void **state)
{
    const char *here = *state;
    struct load loaded;
    assert_false(load(&loaded, (struct rv_config_options){0}));
    check_error("nothing", loaded.err, REV_ERROR_CONFIG, 0, 0, "no rev.yaml here or in a folder above");
    finish(&loaded);
    assert_true(load(&loaded, (struct rv_config_options){.migrations = "x"}));
    finish(&loaded);
    make_dir("migrations");
    write_text(".env", "DATABASE_URL=sqlite:///env.db");
    assert_true(load(&loaded, (struct rv_config_options){0}));
    assert_string_equal(loaded.settings.dir, here);
    assert_null(loaded.settings.config_file);
    assert_string_equal(loaded.settings.migrations, "migrations");
    assert_string_equal(loaded.settings.url.shown, "sqlite:///env.db");
    finish(&loaded);
}

static void a_folder_that_is_gone_is_an_error(void **state)
{
    (void)state;
    struct load loaded;
    make_dir("gone");
    assert_int_equal(chdir("gone"), 0);
    assert_int_equal(rmdir("../gone"), 0);
    assert_false(load(&loaded, (struct rv_config_options){0}));
    check_error("gone", loaded.err, REV_ERROR_IO, 0, 0, "the working directory is gone");
    finish(&loaded);
}

TESTS(CONFIG(the_url_comes_from_the_first_that_has_one), CONFIG(a_wrong_url_stops_only_who_needs_it),
      CONFIG(faults_of_the_file_are_all_told), CONFIG(what_can_not_be_read_stops_everything),
      CONFIG(a_large_file_is_refused), CONFIG(what_is_no_file_is_refused_at_once), CONFIG(a_bad_env_file_is_placed),
      CONFIG(defaults_hold), CONFIG(limits_are_read), CONFIG(the_lock_is_one_of_three),
      CONFIG(environments_overlay_the_rest), CONFIG(the_project_is_found_and_paths_start_in_it),
      CONFIG(the_nearest_file_counts), CONFIG(without_a_file_there_must_be_migrations),
      CONFIG(a_folder_that_is_gone_is_an_error))
