#include "tree/name.h"

#include "harness.h"

static void slugs_are_plain_words(void **state)
{
    (void)state;
    static const struct {
        const char *name, *message, *slug;
    } cases[] = {
        {"words", "Add users table", "add_users_table"},
        {"empty", "", ""},
        {"spaces", "  a \t b  ", "a_b"},
        {"punctuation", "a/b: (c) \"d\"; 'e' \\ f", "a_b_c_d_e_f"},
        {"a path", "../../etc/passwd", "etc_passwd"},
        {"dots", "...", ""},
        {"underscores", "__a__b__", "a_b"},
        {"percent signs", "100%(rev)s %n", "100_rev_s_n"},
        {"the first line", "first\nsecond", "first"},
        {"digits", "2nd 3.14", "2nd_3_14"},
        {"accents", "caf\xc3\xa9 cr\xc3\xa8me", "caf_cr_me"},
        {"no ASCII at all", "\xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x9a\x80", ""},
        {"control characters", "a\x1b[31mb\rc\x7f", "a_31mb_c"},
        {"not UTF-8",
         "a\xff\xfe"
         "b",
         "a_b"},
        {"a shell's signs", "$(rm -rf ~) `x` & y | z", "rm_rf_x_y_z"},
        {"40 characters", "aaaaaaaaa bbbbbbbbb ccccccccc dddddddddd", "aaaaaaaaa_bbbbbbbbb_ccccccccc_dddddddddd"},
        {"a word that ends at 40", "aaaaaaaaa bbbbbbbbb ccccccccc dddddddddd eee",
         "aaaaaaaaa_bbbbbbbbb_ccccccccc_dddddddddd"},
        {"a word across 40", "aaaaaaaaa bbbbbbbbb ccccccccc ddddddddddd", "aaaaaaaaa_bbbbbbbbb_ccccccccc"},
        {"one long word", "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeee", "aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        rv_arena_auto struct rv_arena *arena = rv_arena_new();
        check_text(cases[i].name, rv_slug(arena, cases[i].message), cases[i].slug);
    }
}

static void templates_are_filled_as_python_does(void **state)
{
    (void)state;
    static const struct {
        const char *name, *file_template, *result;
    } cases[] = {
        {"ours", "%(year)d%(month).2d%(day).2d_%(hour).2d%(minute).2d_%(rev)s_%(slug)s",
         "20250103_0405_abc123_add_users"},
        {"Alembic's", "%(rev)s_%(slug)s", "abc123_add_users"},
        {"Alembic's, escaped for INI", "%%(year)d_%%(month).2d_%%(day).2d_%%(hour).2d%%(minute).2d-%%(rev)s_%%(slug)s",
         "2025_01_03_0405-abc123_add_users"},
        {"every token", "%(epoch)s.%(second).2d", "1735877106.06"},
        {"epoch as a number", "%(epoch)d", "1735877106"},
        {"no width", "%(month)d-%(day)s", "1-3"},
        {"zeros", "%(month)02d-%(day)03d", "01-003"},
        {"a width pads with spaces", "x%(month)3d", "x  1"},
        {"a precision over the width", "%(month)2.3d", "001"},
        {"a precision of nothing", "%(month).d", "1"},
        {"a text cut short", "%(rev).4s-%(slug).3s", "abc1-add"},
        {"a text cut to nothing", "%(rev)s%(slug).0s", "abc123"},
        {"a year cut short", "%(year).2s", "20"},
        {"a text padded", "x%(rev)8s", "x  abc123"},
        {"a percent sign", "100%%%(rev)s", "100%abc123"},
        {"two percent signs", "%(rev)s%%%%", "abc123%%"},
        {"twice", "%(rev)s-%(rev)s", "abc123-abc123"},
        {"no token", "fixed", "fixed"},
        {"other scripts", "\xc3\xa9%(rev)s",
         "\xc3\xa9"
         "abc123"},
        {"dots inside", "v1.%(rev)s", "v1.abc123"},
        {"underscores at the end", "%(rev)s___", "abc123"},
    };
    const struct rv_time now = {2025, 1, 3, 4, 5, 6};
    for (size_t i = 0; i < COUNT(cases); i++) {
        rv_arena_auto struct rv_arena *arena = rv_arena_new();
        rev_error *err = NULL;
        const char *name = rv_directory_name(arena, cases[i].file_template, "abc123", "Add users", &now, &err);
        check_none(cases[i].name, err);
        check_text(cases[i].name, name, cases[i].result);
    }
}

static void bad_templates_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *name, *file_template, *message, *hint;
    } cases[] = {
        {"an unknown token", "%(slog)s", "unknown token 'slog'", "Did you mean 'slug'?"},
        {"nothing like it", "%(xyzzy)s", "unknown token 'xyzzy'", "Tokens: rev, slug"},
        {"no name", "%()s", "unknown token ''", NULL},
        {"capitals", "%(REV)s", "unknown token 'REV'", NULL},
        {"a long name", "%(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)s",
         "unknown token 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'", NULL},
        {"no end", "%(rev", "'%(' without ')'", NULL},
        {"no conversion", "%(rev)", "'%(rev)' must be followed by s", NULL},
        {"another conversion", "%(rev)r", "'%(rev)' must be followed by s", NULL},
        {"a text as number", "%(rev)d", "'%(rev)' must be followed by s", NULL},
        {"a number otherwise", "%(year)x", "'%(year)' must be followed by d, .2d or s", NULL},
        {"a flag", "%(year)-4d", "'%(year)' must be followed by d", NULL},
        {"the dangerous one", "%(year)n", "'%(year)' must be followed by d", NULL},
        {"a star", "%(year)*d", "'%(year)' must be followed by d", NULL},
        {"a huge width", "%(year)99999999999d", "'%(year)' must be followed by d", NULL},
        {"a huge precision", "%(rev).201s", "'%(rev)' must be followed by s", NULL},
        {"two points", "%(year)..2d", "'%(year)' must be followed by d", NULL},
        {"a percent sign alone", "100%", "a '%' must begin a token", NULL},
        {"C's", "%s", "a '%' must begin a token", NULL},
        {"strftime's", "%Y%m%d", "a '%' must begin a token", NULL},
        {"empty", "", "can't be a directory's name", NULL},
        {"only what is stripped", "__", "can't be a directory's name", NULL},
        {"only an empty slug", "%(slug).0s", "can't be a directory's name", NULL},
        {"a slash", "%(year)d/%(rev)s", "can't be a directory's name", NULL},
        {"a slash at the end", "%(rev)s/", "can't be a directory's name", NULL},
        {"absolute", "/tmp/%(rev)s", "can't be a directory's name", NULL},
        {"upwards", "../%(rev)s", "can't be a directory's name", NULL},
        {"two dots", "..", "can't be a directory's name", NULL},
        {"a dot", ".", "can't be a directory's name", NULL},
        {"hidden", ".%(rev)s", "can't be a directory's name", NULL},
        {"a newline", "a\n%(rev)s", "can't be a directory's name", NULL},
        {"an escape", "\x1b[31m%(rev)s", "can't be a directory's name", NULL},
        {"too long", "x%(rev)200s", "can't be a directory's name", NULL},
    };
    const struct rv_time now = {2025, 1, 3, 4, 5, 6};
    for (size_t i = 0; i < COUNT(cases); i++) {
        rv_arena_auto struct rv_arena *arena = rv_arena_new();
        rev_error *err = NULL;
        CHECK(cases[i].name, !rv_directory_name(arena, cases[i].file_template, "abc123x", "Add users", &now, &err));
        check_error(cases[i].name, err, REV_ERROR_CONFIG, 0, 0, cases[i].message);
        CHECK(cases[i].name, !cases[i].hint || strstr(err->hint, cases[i].hint));
        rev_error_free(err);
    }
}

/* Neither an id nor a message makes a path, even where nobody has looked at them before. */
static void ids_and_messages_make_no_path(void **state)
{
    (void)state;
    static const struct {
        const char *name, *id, *message, *result;
    } cases[] = {
        {"a message of nothing", "abc", "", "abc"},
        {"a message of signs", "abc", "!!!", "abc"},
        {"a message of slashes", "abc", "/../x", "abc_x"},
        {"an id that is a path", "../x", "m", NULL},
        {"an id with a slash", "a/b", "m", NULL},
        {"an id with a dot first", ".a", "m", NULL},
        {"a template in the id", "%(slug)s", "m", "%(slug)s_m"},
        {"a long id",
         "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456"
         "789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012"
         "3456789",
         "m", NULL},
    };
    const struct rv_time now = {2025, 1, 3, 4, 5, 6};
    for (size_t i = 0; i < COUNT(cases); i++) {
        rv_arena_auto struct rv_arena *arena = rv_arena_new();
        rev_error *err = NULL;
        const char *name = rv_directory_name(arena, "%(rev)s_%(slug)s", cases[i].id, cases[i].message, &now, &err);
        check_text(cases[i].name, name, cases[i].result);
        CHECK(cases[i].name, (name == NULL) == (err != NULL));
        rev_error_free(err);
    }
}

static void epochs_are_right(void **state)
{
    (void)state;
    static const struct {
        struct rv_time time;
        const char *epoch;
    } cases[] = {
        {{1970, 1, 1, 0, 0, 0}, "0"},
        {{1970, 12, 31, 23, 59, 59}, "31535999"},
        {{2000, 2, 29, 0, 0, 0}, "951782400"},
        {{2000, 3, 1, 0, 0, 0}, "951868800"},
        {{2024, 2, 29, 12, 0, 0}, "1709208000"},
        {{2025, 10, 24, 17, 40, 0}, "1761327600"},
        {{2038, 1, 19, 3, 14, 8}, "2147483648"},
        {{2100, 3, 1, 0, 0, 0}, "4107542400"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        rv_arena_auto struct rv_arena *arena = rv_arena_new();
        rev_error *err = NULL;
        const char *name = rv_directory_name(arena, "%(epoch)s", "a", "", &cases[i].time, &err);
        check_text(cases[i].epoch, name, cases[i].epoch);
    }
}

TESTS(TEST(slugs_are_plain_words), TEST(templates_are_filled_as_python_does), TEST(bad_templates_are_refused),
      TEST(ids_and_messages_make_no_path), TEST(epochs_are_right))
