#include "tree/bundle.h"

#include "harness.h"

#include <rev/bundle.h>

#define SETTINGS "settings 3\na: \n"
#define HEADER "x/revision.yaml 12\nrevision: x\n\n"

static struct rv_view sealed(const char *rest, size_t len, struct rv_str *out)
{
    rv_bundle_seal(rv_view(rest, len), out);
    return rv_view(rv_str_text(out), out->len);
}

/* Reads these bytes from a block that ends where they end. */
static bool read_exactly(struct rv_arena *arena, struct rv_view data, struct rv_bundle *out, rev_error **err)
{
    char *copy = rv_arena_copy(arena, data.ptr, data.len);
    return rv_bundle_read(arena, rv_view(copy, data.len), "x.bundle", out, err);
}

static void refused(const char *name, struct rv_view data, const char *message)
{
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    struct rv_bundle bundle = {0};
    rev_error *err = NULL;
    bool ok = read_exactly(arena, data, &bundle, &err);
    CHECK(name, !ok);
    check_error(name, err, REV_ERROR_CONFIG, 0, 0, message);
    check_text(name, err->file, "x.bundle");
    CHECK(name, err->hint);
    rev_error_free(err);
}

static void what_was_written_is_read(void **state)
{
    (void)state;
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    struct rv_memory_file files[] = {{"b c", "up.sql", rv_view("one\n\0two 3\n", 11)},
                                     {"b c", "revision.yaml", rv_view_of("revision: b\n")},
                                     {"a", "down.sql", rv_view("", 0)},
                                     {"a", "README", rv_view_of("not of a revision")},
                                     {"a", "revision.yaml", rv_view_of("revision: a\n")}};
    struct rv_source_memory source;
    const char *const directories[] = {"a", "b c"};
    rv_source_memory_init(&source, "shown", files, COUNT(files));
    rv_str_auto struct rv_str written = {0}, again = {0};
    struct rv_bundle bundle;
    rev_error *err = NULL;
    bool ok = rv_bundle_write(&source.source, directories, 2, rv_view_of("lock: auto\n"), &written, &err);
    assert_succeeds(ok, &err);
    ok = read_exactly(arena, rv_view(written.ptr, written.len), &bundle, &err);
    assert_succeeds(ok, &err);
    assert_true(rv_view_equals(bundle.settings, "lock: auto\n"));
    assert_int_equal(bundle.source.count, 4);

    struct rv_view text;
    bool exists;
    const struct rv_source *read = &bundle.source.source;
    assert_true(read->read(read, "b c", "up.sql", 0, arena, &text, &exists, &err));
    assert_true(exists && text.len == 11 && memcmp(text.ptr, "one\n\0two 3\n", 11) == 0);
    assert_true(read->read(read, "a", "down.sql", 0, arena, &text, &exists, &err));
    assert_true(exists && text.len == 0 && text.ptr);
    assert_true(read->read(read, "a", "up.sql", 0, arena, &text, &exists, &err));
    assert_false(exists);

    ok = rv_bundle_write(read, directories, 2, bundle.settings, &again, &err);
    assert_succeeds(ok, &err);
    assert_string_equal(rv_str_text(&again), rv_str_text(&written));
    assert_int_equal(again.len, written.len);
}

static void what_is_no_bundle_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *name, *text, *message;
    } cases[] = {
        {"nothing", "", "no bundle"},
        {"other words", "SQLite format 3", "no bundle"},
        {"the beginning of the magic", "rev-bun", "no bundle"},
        {"only the magic", "rev-bundle ", "does not know"},
        {"a later version", "rev-bundle 2 00\n", "does not know"},
        {"no end of the line", "rev-bundle 1 00", "damaged"},
        {"a digest of something else", "rev-bundle 1 00\n" SETTINGS, "damaged"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        refused(cases[i].name, rv_view_of(cases[i].text), cases[i].message);
    }
}

static void what_a_digest_covers_is_not_believed_either(void **state)
{
    (void)state;
    static const struct {
        const char *name, *rest;
    } cases[] = {
        {"empty", ""},
        {"no settings", HEADER},
        {"settings without a size", "settings\n"},
        {"settings that are no number", "settings x\n"},
        {"a negative size", "settings -1\na: \n"},
        {"a size that is one too many", "settings 4\na: \n"},
        {"a size that is one too few", "settings 2\na: \n"},
        {"the largest size", "settings 9223372036854775807\na: \n"},
        {"a larger size", "settings 18446744073709551616\na: \n"},
        {"a name without a folder", SETTINGS "up.sql 0\n\n"},
        {"a folder without a name", SETTINGS "x/ 0\n\n"},
        {"an empty folder name", SETTINGS "/up.sql 0\n\n"},
        {"a folder above", SETTINGS "../up.sql 0\n\n"},
        {"a folder in a folder", SETTINGS "x/y/up.sql 0\n\n"},
        {"another file", SETTINGS "x/README 0\n\n"},
        {"the same file twice", SETTINGS HEADER HEADER},
        {"not sorted", SETTINGS "x/up.sql 0\n\n" HEADER},
        {"something behind the end", SETTINGS HEADER "x"},
        {"settings twice", SETTINGS SETTINGS},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        rv_str_auto struct rv_str data = {0};
        refused(cases[i].name, sealed(cases[i].rest, strlen(cases[i].rest), &data), "damaged");
    }
    rv_str_auto struct rv_str data = {0};
    static const char with_nul[] = SETTINGS "x\0y/up.sql 0\n\n";
    refused("a NUL in a name", sealed(with_nul, sizeof with_nul - 1, &data), "damaged");
}

static void every_beginning_and_every_change_is_refused(void **state)
{
    (void)state;
    rv_str_auto struct rv_str data = {0};
    struct rv_view whole = sealed(SETTINGS HEADER, strlen(SETTINGS HEADER), &data);
    for (size_t i = 0; i < whole.len; i++) {
        refused("cut off", rv_view(whole.ptr, i), "");
        data.ptr[i] ^= 1;
        refused("changed", whole, "");
        data.ptr[i] ^= 1;
    }
}

static void in_memory_it_goes_with_no_project(void **state)
{
    (void)state;
    rv_str_auto struct rv_str data = {0};
    struct rv_view whole = sealed("settings 0\n\n", strlen("settings 0\n\n"), &data);
    const rev_project_options wrong[] = {{.struct_size = sizeof wrong[0], .config_file = "rev.yaml"},
                                         {.struct_size = sizeof wrong[0], .migrations = "migrations"},
                                         {.struct_size = sizeof wrong[0], .environment = "production"}};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        rev_error *err = NULL;
        rev_project *project = rev_open_bundle(whole.ptr, whole.len, &wrong[i], &err);
        assert_fails(project != NULL, &err, REV_ERROR_USAGE, "in itself");
    }
    rev_error *err = NULL;
    rev_project *project = rev_open_bundle(whole.ptr, whole.len, NULL, &err);
    assert_succeeds(project != NULL, &err);
    rev_project_free(project);
}

static void a_folder_with_a_line_feed_is_not_bundled(void **state)
{
    (void)state;
    struct rv_memory_file files[] = {{"a\nb", "revision.yaml", rv_view_of("revision: a\n")}};
    struct rv_source_memory source;
    const char *const directories[] = {"a\nb"};
    rv_str_auto struct rv_str out = {0};
    rev_error *err = NULL;
    rv_source_memory_init(&source, "shown", files, 1);
    bool ok = rv_bundle_write(&source.source, directories, 1, rv_view_of(""), &out, &err);
    assert_fails(ok, &err, REV_ERROR_USAGE, "line feed");
}

TESTS(TEST(what_was_written_is_read), TEST(what_is_no_bundle_is_refused),
      TEST(what_a_digest_covers_is_not_believed_either), TEST(every_beginning_and_every_change_is_refused),
      TEST(in_memory_it_goes_with_no_project), TEST(a_folder_with_a_line_feed_is_not_bundled))
