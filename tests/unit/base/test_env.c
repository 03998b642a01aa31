#include "base/env.h"

#include "harness.h"

static void one_line_one_value(void **state)
{
    (void)state;
    static const struct {
        const char *name, *text, *value;
    } cases[] = {
        {"plain", "A=x", "x"},
        {"with a newline", "A=x\n", "x"},
        {"CRLF", "A=x\r\nB=y\r\n", "x"},
        {"BOM",
         "\xef\xbb\xbf"
         "A=x",
         "x"},
        {"spaces round the sign", "A = x", "x"},
        {"spaces round the line", " \t A=x \t ", "x"},
        {"export", "export A=x", "x"},
        {"export and more space", "export   A=x", "x"},
        {"a variable called export", "export=1\nA=x", "x"},
        {"spaces inside", "A=x y", "x y"},
        {"equals signs inside", "A=postgresql://u@h/d?a=b&c=d", "postgresql://u@h/d?a=b&c=d"},
        {"empty", "A=", NULL},
        {"empty quotes", "A=\"\"", NULL},
        {"not there", "B=x", NULL},
        {"a longer name", "AB=x", NULL},
        {"the last wins", "A=x\nA=y", "y"},
        {"the last wins, empty too", "A=x\nA=", NULL},
        {"a comment behind", "A=x # y", "x"},
        {"a comment for a value", "A= # y", NULL},
        {"a hash at the start", "A=#y", "#y"},
        {"a hash inside", "A=x#y", "x#y"},
        {"comment lines", "# A=y\n\n   # A=z\nA=x\n#", "x"},
        {"single quotes", "A='x # \"y\" \\n'", "x # \"y\" \\n"},
        {"double quotes", "A=\"x # 'y'\"", "x # 'y'"},
        {"double quotes, escapes", "A=\"a\\nb\\\"c\\\\d\"", "a\nb\"c\\d"},
        {"double quotes, the shell's escapes", "A=\"a\\$b\\`c\"", "a$b`c"},
        {"double quotes, other backslashes stay", "A=\"pa\\ss\\w\"", "pa\\ss\\w"},
        {"a backslash without quotes stays", "A=a\\nb", "a\\nb"},
        {"a comment behind quotes", "A='x' # y", "x"},
        {"quotes inside", "A=x'y'", "x'y'"},
        {"no interpolation", "A=${B}$C", "${B}$C"},
        {"UTF-8", "A=caf\xc3\xa9", "caf\xc3\xa9"},
        {"a digit in the name", "A=x\nA1_b=y", "x"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        rv_arena_auto struct rv_arena *arena = rv_arena_new();
        struct rv_env_file file = {0};
        rev_error *err = NULL;
        rv_env_parse(arena, rv_view_of(cases[i].text), ".env", &file, &err);
        check_none(cases[i].name, err);
        check_text(cases[i].name, rv_env_in_file(&file, "A"), cases[i].value);
    }
}

static void bad_lines_are_placed_and_not_quoted(void **state)
{
    (void)state;
#define BYTES(text)                                                                                                    \
    {                                                                                                                  \
        text, sizeof text - 1                                                                                          \
    }
    static const struct {
        const char *name;
        struct rv_view text;
        uint32_t line;
    } cases[] = {
        {"no sign", BYTES("A=1\nsecret\n"), 2},
        {"no name", BYTES("=secret"), 1},
        {"a digit first", BYTES("1A=secret"), 1},
        {"a dash in the name", BYTES("A-B=secret"), 1},
        {"a space in the name", BYTES("A B=secret"), 1},
        {"a letter that is not ASCII", BYTES("\xc3\x84=secret"), 1},
        {"no end of a quote", BYTES("\n\n# c\nA='secret"), 4},
        {"no end of a double quote", BYTES("A=\"secret\\\""), 1},
        {"text behind a quote", BYTES("A='secret'more"), 1},
        {"two quoted words", BYTES("A='secret' 'x'"), 1},
        {"NUL", BYTES("B=1\r\nA=sec\0ret"), 2},
        {"UTF-16",
         BYTES("\xff\xfe"
               "A\0=\0s\0e\0c\0r\0e\0t\0"),
         1},
        {"YAML", BYTES("A: secret"), 1},
    };
#undef BYTES
    for (size_t i = 0; i < COUNT(cases); i++) {
        rv_arena_auto struct rv_arena *arena = rv_arena_new();
        struct rv_env_file file = {0};
        rev_error *err = NULL;
        CHECK(cases[i].name, !rv_env_parse(arena, cases[i].text, "dir/.env", &file, &err));
        check_error(cases[i].name, err, REV_ERROR_CONFIG, cases[i].line, 1, "not a line of the form NAME=value");
        check_text(cases[i].name, err->file, "dir/.env");
        CHECK(cases[i].name, !strstr(err->message, "secret") && !strstr(err->hint, "secret") && !err->excerpt);
        rev_error_free(err);
    }
}

static void an_empty_file_has_nothing(void **state)
{
    (void)state;
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    struct rv_env_file file = {.count = 7};
    rev_error *err = NULL;
    assert_true(rv_env_parse(arena, rv_view("", 0), ".env", &file, &err));
    assert_int_equal(file.count, 0);
    assert_null(rv_env_in_file(&file, "A"));
}

static void the_file_is_not_exported(void **state)
{
    (void)state;
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    struct rv_env_file file = {0};
    rev_error *err = NULL;
    unsetenv("REV_UNIT_TEST");
    assert_true(rv_env_parse(arena, rv_view_of("REV_UNIT_TEST=x"), ".env", &file, &err));
    assert_string_equal(rv_env_in_file(&file, "REV_UNIT_TEST"), "x");
    assert_null(rv_env_exported("REV_UNIT_TEST"));
    setenv("REV_UNIT_TEST", "", 1);
    assert_null(rv_env_exported("REV_UNIT_TEST"));
    setenv("REV_UNIT_TEST", "y", 1);
    assert_string_equal(rv_env_exported("REV_UNIT_TEST"), "y");
    unsetenv("REV_UNIT_TEST");
}

TESTS(TEST(one_line_one_value), TEST(bad_lines_are_placed_and_not_quoted), TEST(an_empty_file_has_nothing),
      TEST(the_file_is_not_exported))
