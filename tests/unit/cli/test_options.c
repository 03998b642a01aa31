#include "cli/options.h"

#include "base/alloc.h"
#include "base/str.h"
#include "cli/commands.h"
#include "harness.h"

enum { ARGUMENTS_MAX = 80 };

/* A command line in memory of its own, as the kernel gives it: it is written to. */
struct line {
    char *argv[ARGUMENTS_MAX + 1];
    int argc;
    struct arguments out;
    rev_error *err;
};

static bool parse(struct line *line, const char *const *words)
{
    *line = (struct line){.argc = 1};
    line->argv[0] = rv_strdup("rev");
    for (; *words; words++) {
        line->argv[line->argc++] = rv_strdup(*words);
    }
    bool ok = arguments_parse(line->argc, line->argv, &line->out, &line->err);
    assert_true(ok == !line->err);
    return ok;
}

static void finish(struct line *line)
{
    arguments_clear(&line->out);
    rev_error_free(line->err);
    for (int i = 0; i < line->argc; i++) {
        free(line->argv[i]);
    }
}

/* "command word word | option option=value" */
static void show(struct rv_str *out, const struct arguments *arguments)
{
    rv_str_add_text(out, arguments->command ? arguments->command->name : "-");
    for (size_t i = 0; i < arguments->word_count; i++) {
        rv_str_printf(out, " %s", arguments->words[i]);
    }
    rv_str_add_text(out, arguments->given_count ? " |" : "");
    for (size_t i = 0; i < arguments->given_count; i++) {
        const char *value = arguments->given[i].value;
        rv_str_printf(out, " %s%s%s", arguments->given[i].option->name, value ? "=" : "", value ? value : "");
    }
}

static void command_lines_that_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *name, *words[10], *shown;
    } cases[] = {
        {"nothing", {NULL}, "-"},
        {"a command", {"heads"}, "heads"},
        {"a word", {"upgrade", "head"}, "upgrade head"},
        {"a spec with a minus", {"downgrade", "-1"}, "downgrade -1"},
        {"a spec with a minus and more", {"downgrade", "-3:current"}, "downgrade -3:current"},
        {"a spec with a plus", {"upgrade", "+2"}, "upgrade +2"},
        {"a minus alone", {"upgrade", "-"}, "upgrade -"},
        {"an option before the command", {"-v", "heads"}, "heads | verbose"},
        {"an option behind it", {"heads", "-v"}, "heads | verbose"},
        {"an option behind a word", {"upgrade", "head", "-q"}, "upgrade head | quiet"},
        {"a long option", {"heads", "--verbose"}, "heads | verbose"},
        {"a value", {"-c", "file", "heads"}, "heads | config=file"},
        {"a value behind a sign", {"--config=file", "heads"}, "heads | config=file"},
        {"a value behind its long name", {"--config", "file", "heads"}, "heads | config=file"},
        {"a value with signs", {"--config=a=b=", "heads"}, "heads | config=a=b="},
        {"a value behind its letter", {"revision", "-mMSG"}, "revision | message=MSG"},
        {"a value with a sign behind its letter", {"revision", "-m=MSG"}, "revision | message==MSG"},
        {"a message", {"revision", "-m", "add users"}, "revision | message=add users"},
        {"a message that looks like an option", {"revision", "-m", "--verbose"}, "revision | message=--verbose"},
        {"a message of two dashes", {"revision", "-m", "--"}, "revision | message=--"},
        {"a number as value", {"--wait", "-1", "heads"}, "heads | wait=-1"},
        {"letters together", {"heads", "-vq"}, "heads | verbose quiet"},
        {"letters and a value", {"heads", "-vqcfile"}, "heads | verbose quiet config=file"},
        {"letters and the next word", {"-vqc", "file", "heads"}, "heads | verbose quiet config=file"},
        {"a value of letters", {"heads", "-cvq"}, "heads | config=vq"},
        {"a flag twice", {"-v", "heads", "-vv"}, "heads | verbose verbose verbose"},
        {"a list", {"revision", "--head", "a", "--head=b", "-m", "x"}, "revision | head=a head=b message=x"},
        {"two dashes", {"upgrade", "--", "--verbose"}, "upgrade --verbose"},
        {"two dashes before a minus", {"downgrade", "--", "-1"}, "downgrade -1"},
        {"two dashes twice", {"upgrade", "--", "--", "-v"}, "upgrade -- -v"},
        {"two dashes before the command", {"-v", "--", "heads"}, "heads | verbose"},
        {"two dashes at the end", {"heads", "--"}, "heads"},
        {"a command's name as word", {"show", "heads"}, "show heads"},
        {"no command", {"--version"}, "- | version"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct line line;
        rv_str_auto struct rv_str shown = {0};
        parse(&line, cases[i].words);
        check_none(cases[i].name, line.err);
        show(&shown, &line.out);
        check_text(cases[i].name, rv_str_text(&shown), cases[i].shown);
        finish(&line);
    }
}

static void command_lines_that_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *name, *words[6], *message, *hint;
    } cases[] = {
        {"an unknown command", {"upgrde"}, "unknown command 'upgrde'", "upgrade`?"},
        {"nothing like it", {"xyzzyxyzzy"}, "unknown command 'xyzzyxyzzy'", "--help` lists the commands"},
        {"an empty command", {""}, "an empty argument", NULL},
        {"a number as command", {"-1"}, "unknown command '-1'", NULL},
        {"an unknown option", {"heads", "--xyzzyxyzzy"}, "unknown option '--xyzzyxyzzy'", "heads --help` lists"},
        {"an unknown option, no command", {"--xyzzyxyzzy"}, "unknown option '--xyzzyxyzzy'", "--help` lists"},
        {"almost one", {"revision", "--mesage", "x"}, "unknown option '--mesage'", "Did you mean --message?"},
        {"almost one, with a value",
         {"revision", "--mesage=secret"},
         "unknown option '--mesage'",
         "Did you mean --message?"},
        {"a URL in the wrong place",
         {"status", "postgresql://me:secret@h"},
         "a database's URL (postgresql://…) in the wrong place",
         "behind --url"},
        {"a URL as an environment",
         {"status", "-epostgresql://me:secret@h"},
         "a database's URL (postgresql://…) in the wrong place",
         "behind --url"},
        {"an option without a project", {"init", "-u", "sqlite:///x.db"}, "`init` does not take --url", NULL},
        {"a limit without a project", {"init", "--lock-timeout", "1s"}, "`init` does not take --lock-timeout", NULL},
        {"almost --url", {"heads", "--ulr=postgresql://me:secret@h"}, "unknown option '--ulr'", "Did you mean --url?"},
        {"capitals", {"heads", "--Verbose"}, "unknown option '--Verbose'", "Did you mean --verbose?"},
        {"a part of a name", {"heads", "--verb"}, "unknown option '--verb'", NULL},
        {"underscores", {"heads", "--no_progress"}, "unknown option '--no_progress'", "Did you mean --no-progress?"},
        {"an unknown letter", {"heads", "-x"}, "unknown option '-x'", NULL},
        {"an unknown letter among others", {"heads", "-vxq"}, "unknown option '-x'", NULL},
        {"a capital letter", {"heads", "-V"}, "unknown option '-V'", NULL},
        {"an unknown letter and a secret", {"heads", "-Upostgresql://me:secret@h"}, "unknown option '-U'", NULL},
        {"letters and a digit", {"heads", "-v1"}, "unknown option '-1'", NULL},
        {"a letter that is not ASCII", {"heads", "-\xc3\xa9"}, "unknown option '-\xc3'", NULL},
        {"three dashes", {"heads", "---verbose"}, "unknown option '---verbose'", NULL},
        {"no name", {"heads", "--=secret"}, "unknown option '--'", NULL},
        {"another command's option", {"heads", "-m", "x"}, "unknown option '-m'", NULL},
        {"a command's option before it", {"--message", "x", "revision"}, "unknown option '--message'", NULL},
        {"no value", {"heads", "--config"}, "--config needs a value", "Write --config FILE."},
        {"no value behind a letter", {"heads", "-vc"}, "--config needs a value", "Write --config FILE."},
        {"an empty value", {"heads", "--config="}, "--config has an empty value", NULL},
        {"an empty word for a value", {"heads", "-c", ""}, "--config has an empty value", NULL},
        {"an empty URL", {"heads", "--url", ""}, "--url has an empty value", NULL},
        {"an empty URL behind a sign", {"heads", "--url="}, "--url has an empty value", NULL},
        {"an empty item of a list", {"revision", "--head", ""}, "--head has an empty value", NULL},
        {"a value for a flag", {"heads", "--verbose=yes"}, "--verbose takes no value", NULL},
        {"an empty value for a flag", {"heads", "--verbose="}, "--verbose takes no value", NULL},
        {"one of two", {"heads", "--format", "xml"}, "--format takes text or json, not 'xml'", NULL},
        {"one of three", {"--color=red", "heads"}, "--color takes auto, always or never, not 'red'", NULL},
        {"the beginning of a choice", {"--color", "a"}, "--color takes auto, always or never, not 'a'", NULL},
        {"given twice", {"-c", "a", "heads", "--config=a"}, "--config is given twice", NULL},
        {"a message twice", {"revision", "-ma", "-mb"}, "--message is given twice", NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct line line;
        CHECK(cases[i].name, !parse(&line, cases[i].words));
        CHECK(cases[i].name, line.err->code == REV_ERROR_USAGE);
        check_text(cases[i].name, line.err->message, cases[i].message);
        CHECK(cases[i].name, !cases[i].hint || (line.err->hint && strstr(line.err->hint, cases[i].hint)));
        CHECK(cases[i].name, !line.err->hint || !strstr(line.err->hint, "secret"));
        finish(&line);
    }
}

static void long_names_are_cut(void **state)
{
    (void)state;
    struct line line;
    char word[3000] = "--";
    memset(word + 2, 'x', sizeof word - 3);
    const char *const words[] = {"heads", word, NULL};
    assert_false(parse(&line, words));
    assert_true(strlen(line.err->message) < 100);
    finish(&line);
}

static void the_number_of_options_is_bounded(void **state)
{
    (void)state;
    struct line line;
    char word[VALUES_MAX + 3] = "-";
    const char *const words[] = {"heads", word, NULL};
    memset(word + 1, 'v', VALUES_MAX);
    assert_true(parse(&line, words));
    assert_int_equal(line.out.given_count, VALUES_MAX);
    finish(&line);
    word[VALUES_MAX + 1] = 'v';
    assert_false(parse(&line, words));
    check_error("more", line.err, REV_ERROR_USAGE, 0, 0, "more than 64 options");
    finish(&line);
}

/* Who lists the machine's processes sees stars of the same length, and nothing else is changed. */
static void a_url_is_taken_out_of_argv(void **state)
{
    (void)state;
#define URL "postgresql://me:secret@h/db"
#define STARS "***************************"
    static const struct {
        const char *name, *words[5], *after[5];
        bool ok;
    } cases[] = {
        {"behind -u", {"heads", "-u", URL}, {"heads", "-u", STARS}, true},
        {"behind --url", {"--url", URL, "heads"}, {"--url", STARS, "heads"}, true},
        {"behind a sign", {"--url=" URL, "heads"}, {"--url=" STARS, "heads"}, true},
        {"behind its letter", {"-u" URL, "heads"}, {"-u" STARS, "heads"}, true},
        {"behind several letters", {"-vqu" URL, "heads"}, {"-vqu" STARS, "heads"}, true},
        {"before a fault", {"-u", URL, "heads", "--xyzzy"}, {"-u", STARS, "heads", "--xyzzy"}, false},
        {"before a wrong command", {"-u", URL, "xyzzy"}, {"-u", STARS, "xyzzy"}, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct line line;
        CHECK(cases[i].name, parse(&line, cases[i].words) == cases[i].ok);
        for (size_t k = 0; cases[i].after[k]; k++) {
            check_text(cases[i].name, line.argv[k + 1], cases[i].after[k]);
        }
        check_text(cases[i].name, option_value(&line.out, "url"), URL);
        finish(&line);
    }
}

static void values_are_found(void **state)
{
    (void)state;
    struct line line;
    const char *const words[] = {"revision", "--head", "a", "-v", "--head", "b", "--head", "c", "-m", "x", NULL};
    const char *heads[4] = {0};
    assert_true(parse(&line, words));
    assert_true(option_is_set(&line.out, "verbose"));
    assert_false(option_is_set(&line.out, "quiet"));
    assert_string_equal(option_value(&line.out, "message"), "x");
    assert_null(option_value(&line.out, "config"));
    assert_null(option_value(&line.out, "verbose"));
    assert_int_equal(option_values(&line.out, "head", heads, 4), 3);
    assert_string_equal(heads[0], "a");
    assert_string_equal(heads[2], "c");
    heads[2] = NULL;
    assert_int_equal(option_values(&line.out, "head", heads, 2), 2);
    assert_null(heads[2]);
    assert_int_equal(option_values(&line.out, "depends-on", heads, 4), 0);
    finish(&line);
}

static void check_option(const char *where, const struct option *option)
{
    CHECK(where, option->name && strspn(option->name, "abcdefghijklmnopqrstuvwxyz-") == strlen(option->name));
    CHECK(option->name, option->help && option->help[0]);
    CHECK(option->name, option->help[strlen(option->help) - 1] != '.');
    CHECK(option->name, !rv_is_digit(option->letter)); /* -1 is a spec */
    CHECK(option->name, option->letter != '-' && option->letter != '=');
    CHECK(option->name, option->value || !option->is_list);
}

static void check_table(const char *where, const struct option *options, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        check_option(where, &options[i]);
        CHECK(options[i].name, i == 0 || strcmp(options[i - 1].name, options[i].name) < 0);
        for (size_t k = 0; k < i; k++) {
            CHECK(options[i].name, !options[i].letter || options[i].letter != options[k].letter);
        }
    }
}

static void tables_are_in_order(void **state)
{
    (void)state;
    check_table("rev", global_options, global_option_count);
    for (size_t i = 0; i < command_count; i++) {
        const struct command *command = commands[i];
        CHECK(command->name, i == 0 || strcmp(commands[i - 1]->name, command->name) < 0);
        CHECK(command->name, command->summary && command->summary[0] && command->words && command->run);
        CHECK(command->name, command->min_words <= command->max_words);
        CHECK(command->name, command->max_words == 0 || command->words[0]);
        CHECK(command->name, command->option_count + global_option_count <= OPTIONS_MAX);
        check_table(command->name, command->options, command->option_count);
        for (size_t k = 0; k < command->option_count; k++) {
            for (size_t g = 0; g < global_option_count; g++) {
                CHECK(command->options[k].name, strcmp(command->options[k].name, global_options[g].name) != 0);
                CHECK(command->options[k].name,
                      !global_options[g].letter || command->options[k].letter != global_options[g].letter);
            }
        }
        rev_error *err = NULL;
        CHECK(command->name, command_find(command->name, &err) == command);
    }
}

TESTS(TEST(command_lines_that_are_read), TEST(command_lines_that_are_refused), TEST(long_names_are_cut),
      TEST(the_number_of_options_is_bounded), TEST(a_url_is_taken_out_of_argv), TEST(values_are_found),
      TEST(tables_are_in_order))
