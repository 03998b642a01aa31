#include "tree/template.h"

#include "folder.h"

static void templates_are_compiled_in_whole(void **state)
{
    (void)state;
    static const char *const files[] = {"README.md", "down.sql", "rev.yaml", "up.sql"};
    assert_true(rv_template_count >= 3);
    for (size_t i = 0; i < rv_template_count; i++) {
        const struct rv_template *template = &rv_templates[i];
        CHECK(template->name, i == 0 || strcmp(rv_templates[i - 1].name, template->name) < 0);
        CHECK(template->name, template->description[0] && template->description[0] != '#');
        rev_error *err = NULL;
        CHECK(template->name, rv_template_find(NULL, template->name, &err) == template);
        for (size_t k = 0; k < COUNT(files); k++) {
            const char *text = rv_template_file(template, files[k]);
            CHECK(template->name, text && text[0] && text[strlen(text) - 1] == '\n');
        }
        CHECK(template->name, !rv_template_file(template, "missing"));
    }
}

static void unknown_ones_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *name, *hint;
    } cases[] = {
        {"postgres", "Did you mean 'postgresql'?"}, {"sqlite3", "Did you mean 'sqlite'?"},
        {"Generic", "Did you mean 'generic'?"},     {"", "`rev list_templates`"},
        {"xyzzyxyzzy", "`rev list_templates`"},     {"..", "`rev list_templates`"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        rev_error *err = NULL;
        CHECK(cases[i].name, !rv_template_find(NULL, cases[i].name, &err));
        check_error(cases[i].name, err, REV_ERROR_USAGE, 0, 0, "no template '");
        CHECK(cases[i].name, strstr(err->hint, cases[i].hint));
        rev_error_free(err);
    }
}

static void a_folder_is_a_template(void **state)
{
    (void)state;
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    rev_error *err = NULL;
    make_dir("mine");
    write_text("mine/rev.yaml", "url: x\n");
    write_text("mine/up.sql", "");
    write_text("mine/other", "x");
    const struct rv_template *template = rv_template_find(arena, "./mine", &err);
    check_none("mine", err);
    assert_int_equal(template->file_count, 2);
    assert_string_equal(rv_template_file(template, "rev.yaml"), "url: x\n");
    assert_string_equal(rv_template_file(template, "up.sql"), "");
    assert_null(rv_template_file(template, "down.sql"));
    assert_null(rv_template_file(template, "other"));
}

static void bad_folders_are_refused(void **state)
{
    (void)state;
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    rev_error *err = NULL;
    make_dir("none");
    make_dir("linked");
    make_link("/etc/passwd", "linked/rev.yaml");
    make_dir("fifo");
    make_fifo("fifo/rev.yaml");
    make_dir("nul");
    write_bytes("nul/rev.yaml", "url: x\n\0more", 12);
    make_dir("large");
    static char bytes[65537];
    write_bytes("large/rev.yaml", bytes, sizeof bytes);
    write_text("file", "");
    static const struct {
        const char *name, *path;
        rev_error_code code;
        const char *message;
    } cases[] = {
        {"nothing there", "./missing", REV_ERROR_IO, "can't open this folder"},
        {"a file", "./file", REV_ERROR_IO, "can't open this folder"},
        {"no rev.yaml", "./none", REV_ERROR_USAGE, "the template folder ./none has no rev.yaml"},
        {"a link out", "./linked", REV_ERROR_IO, "a link that leads out"},
        {"a FIFO", "./fifo", REV_ERROR_IO, "not a regular file"},
        {"NUL", "./nul", REV_ERROR_USAGE, "a NUL character"},
        {"too large", "./large", REV_ERROR_TOO_LARGE, "over the limit of 65536"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        alarm(10);
        CHECK(cases[i].name, !rv_template_find(arena, cases[i].path, &err));
        alarm(0);
        check_error(cases[i].name, err, cases[i].code, 0, 0, cases[i].message);
        rev_error_free(err);
        err = NULL;
    }
}

static void tokens_are_filled(void **state)
{
    (void)state;
    static const struct {
        const char *name, *text, *result;
    } cases[] = {
        {"none", "plain", "plain"},
        {"empty", "", ""},
        {"one", "-- %(message)s\n", "-- a b c d e f%(rev)s\n"},
        {"two", "%(rev)s%(rev)s", "abcabc"},
        {"unknown ones stay", "%(slug)s %(re)s %(revs)s %()s", "%(slug)s %(re)s %(revs)s %()s"},
        {"other conversions stay", "%(rev)d %(rev) %(rev", "%(rev)d %(rev) %(rev"},
        {"percent signs stay", "100% %% %s %(", "100% %% %s %("},
        {"one in another", "%(%(rev)s)s", "%(abc)s"},
        {"what acts goes", "[%(odd)s]", "[      \xf0\x9f\x9a\x80]"},
    };
    const struct rv_token tokens[] = {
        {"message", "a\nb\rc\xc2\x85"
                    "d\xe2\x80\xa8"
                    "e\xe2\x80\xa9"
                    "f%(rev)s"},
        {"rev", "abc"},
        {"odd", "\xff\xe2\x80\t\x7f\x1b\xf0\x9f\x9a\x80"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        rv_str_auto struct rv_str out = {0};
        rv_template_fill(&out, cases[i].text, tokens, COUNT(tokens));
        check_text(cases[i].name, rv_str_text(&out), cases[i].result);
    }
}

TESTS(TEST(templates_are_compiled_in_whole), TEST(unknown_ones_are_refused), IN_FOLDER(a_folder_is_a_template),
      IN_FOLDER(bad_folders_are_refused), TEST(tokens_are_filled))
