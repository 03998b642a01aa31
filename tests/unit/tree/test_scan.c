#include "tree/scan.h"
#include "tree/header.h"

#include "base/time.h"
#include "folder.h"

/* project/migrations, scanned; finish() gives everything back. */
struct scan {
    struct rv_arena *arena;
    struct rv_source_dir source;
    struct rv_scan out;
    struct rv_faults faults;
};

static bool try_scan(struct scan *scan, const char *project, const char *migrations, rev_error **err)
{
    *scan = (struct scan){.arena = rv_arena_new()};
    alarm(10);
    bool ok = rv_source_dir_open(scan->arena, project, migrations, "shown", &scan->source, err) &&
              rv_scan(scan->arena, &scan->source.source, &scan->out, &scan->faults, err);
    alarm(0);
    return ok;
}

static void scan_below(struct scan *scan, const char *project, const char *migrations)
{
    rev_error *err = NULL;
    bool ok = try_scan(scan, project, migrations, &err);
    check_none("scan", err);
    assert_true(ok);
}

static void finish(struct scan *scan)
{
    rev_error_free(scan->faults.first);
    rv_source_dir_close(&scan->source);
    rv_source_dir_close(&scan->source);
    rv_arena_free(scan->arena);
}

static void make_revision(const char *dir, const char *id)
{
    char path[256], text[256];
    make_dir(dir);
    snprintf(path, sizeof path, "%s/revision.yaml", dir);
    snprintf(text, sizeof text, "revision: %s\n", id);
    write_text(path, text);
}

static void make_migrations(void)
{
    make_dir("project");
    make_dir("project/migrations");
}

static const char *ids_of(struct scan *scan)
{
    struct rv_str ids = {0};
    for (size_t i = 0; i < scan->out.count; i++) {
        rv_str_printf(&ids, "%s ", scan->out.descriptors[i].id.text);
    }
    const char *text = rv_arena_strdup(scan->arena, rv_str_text(&ids));
    rv_str_clear(&ids);
    return text;
}

static void revisions_are_found_in_the_order_of_their_names(void **state)
{
    (void)state;
    struct scan scan;
    make_migrations();
    scan_below(&scan, "project", "project/migrations");
    assert_int_equal(scan.out.count + scan.faults.count + scan.out.warning_count, 0);
    assert_true(scan.out.has_all);
    finish(&scan);
    make_revision("project/migrations/b", "one");
    make_revision("project/migrations/a c", "two");
    make_revision("project/migrations/\xc3\xa9", "three");
    make_revision("project/migrations/10", "four");
    make_revision("project/migrations/9", "five");
    scan_below(&scan, "project", "project/migrations");
    assert_string_equal(ids_of(&scan), "four five two one three ");
    assert_string_equal(scan.out.descriptors[2].path, "shown/a c");
    assert_string_equal(scan.out.descriptors[2].file, "shown/a c/revision.yaml");
    assert_int_equal(scan.faults.count, 0);
    finish(&scan);
}

static void what_is_no_revision_is_passed(void **state)
{
    (void)state;
    struct scan scan;
    make_migrations();
    make_revision("project/migrations/.hidden", "hidden");
    make_revision("project/migrations/.half.123.tmp", "half");
    make_revision("project/migrations/good", "good");
    write_text("project/migrations/README.md", "revision: readme");
    write_text("project/migrations/revision.yaml", "revision: root");
    write_text("outside", "x");
    make_fifo("project/migrations/fifo");
    make_link("README.md", "project/migrations/filelink");
    make_link("../../outside", "project/migrations/filelink-out");
    make_dir("project/migrations/empty");
    make_dir("project/migrations/notes");
    write_text("project/migrations/notes/down.sql", "");
    make_dir("project/migrations/nested");
    make_revision("project/migrations/nested/deep", "deep");
    make_dir("project/migrations/forgotten");
    write_text("project/migrations/forgotten/up.sql", "");
    make_dir("project/migrations/strange");
    make_fifo("project/migrations/strange/up.sql");
    scan_below(&scan, "project", "project/migrations");
    assert_string_equal(ids_of(&scan), "good ");
    assert_int_equal(scan.faults.count, 0);
    assert_true(scan.out.has_all);
    assert_int_equal(scan.out.warning_count, 2);
    assert_string_equal(scan.out.warnings[0],
                        "shown/forgotten has an up.sql but no revision.yaml, so it is not a revision");
    assert_non_null(strstr(scan.out.warnings[1], "shown/strange"));
    finish(&scan);
}

/* Whatever stands where a header should is a fault, at once, and never a revision less. */
static void what_can_not_be_read_is_a_fault(void **state)
{
    static const char *const expected[] = {
        "shown/absolute-out/revision.yaml|a link that leads out of the project",
        "shown/broken/revision.yaml|a link to what is not there",
        "shown/device/revision.yaml|a link that leads out of the project",
        "shown/dirlink-broken/revision.yaml|a link to what is not there",
        "shown/dirlink-loop/revision.yaml|can't be read: Too many levels of symbolic links",
        "shown/dirlink-out/revision.yaml|a link that leads out of the project",
        "shown/fifo/revision.yaml|not a regular file",
        "shown/folder/revision.yaml|not a regular file",
        "shown/large/revision.yaml|65537 bytes, over the limit of 65536",
        "shown/loop/revision.yaml|can't be read: Too many levels of symbolic links",
        "shown/out/revision.yaml|a link that leads out of the project",
    };
    struct scan scan;
    char path[4200];
    static char large[RV_HEADER_LIMIT + 1];
    make_migrations();
    static const char *const dirs[] = {"absolute-out", "broken", "device", "fifo", "folder",
                                       "large",        "limit",  "loop",   "out"};
    for (size_t i = 0; i < COUNT(dirs); i++) {
        snprintf(path, sizeof path, "project/migrations/%s", dirs[i]);
        make_dir(path);
    }
    make_revision("outside", "secret");
    snprintf(path, sizeof path, "%s/outside/revision.yaml", (const char *)*state);
    make_link(path, "project/migrations/absolute-out/revision.yaml");
    make_link("gone", "project/migrations/broken/revision.yaml");
    make_link("/dev/zero", "project/migrations/device/revision.yaml");
    make_link("gone", "project/migrations/dirlink-broken");
    make_link("dirlink-loop", "project/migrations/dirlink-loop");
    make_link("../../outside", "project/migrations/dirlink-out");
    make_fifo("project/migrations/fifo/revision.yaml");
    make_dir("project/migrations/folder/revision.yaml");
    memset(large, '\n', sizeof large);
    memcpy(large, "revision: limit", 15);
    write_bytes("project/migrations/large/revision.yaml", large, sizeof large);
    write_bytes("project/migrations/limit/revision.yaml", large, sizeof large - 1);
    make_link("revision.yaml", "project/migrations/loop/revision.yaml");
    make_link("../../../outside/revision.yaml", "project/migrations/out/revision.yaml");
    scan_below(&scan, "project", "project/migrations");
    assert_string_equal(ids_of(&scan), "limit ");
    assert_false(scan.out.has_all);
    assert_int_equal(scan.faults.count, COUNT(expected));
    const rev_error *fault = scan.faults.first;
    for (size_t i = 0; i < COUNT(expected); i++, fault = fault->next) {
        char text[512];
        snprintf(text, sizeof text, "%s|%s", fault->file, fault->message);
        check_text(expected[i], text, expected[i]);
    }
    finish(&scan);
}

static void links_inside_are_followed(void **state)
{
    (void)state;
    struct scan scan;
    make_migrations();
    make_revision("project/shared", "linked");
    make_dir("project/migrations/a");
    make_link("../../shared/revision.yaml", "project/migrations/a/revision.yaml");
    make_link("../shared", "project/migrations/b");
    scan_below(&scan, "project", "project/migrations");
    check_none("links", scan.faults.first);
    assert_string_equal(ids_of(&scan), "linked linked ");
    finish(&scan);
    /* The same folder of migrations with a project that it is not below: its own borders hold. */
    make_dir("other");
    scan_below(&scan, "other", "project/migrations");
    assert_int_equal(scan.out.count, 0);
    assert_int_equal(scan.faults.count, 2);
    finish(&scan);
    /* The migrations folder itself may be a link out. */
    make_link("../project", "other/migrations");
    make_revision("project/direct", "direct");
    scan_below(&scan, "other", "other/migrations");
    assert_string_equal(ids_of(&scan), "direct linked ");
    finish(&scan);
}

/* A mounted volume of Kubernetes: all is links, twice over, below the folder. */
static void a_volume_of_links_is_read(void **state)
{
    (void)state;
    struct scan scan;
    make_migrations();
    make_dir("project/migrations/..2025");
    make_revision("project/migrations/..2025/a", "a1");
    make_link("..2025", "project/migrations/..data");
    make_link("..data/a", "project/migrations/a");
    scan_below(&scan, "project", "project/migrations");
    check_none("volume", scan.faults.first);
    assert_string_equal(ids_of(&scan), "a1 ");
    finish(&scan);
}

static void the_project_may_be_the_migrations(void **state)
{
    (void)state;
    struct scan scan;
    make_revision("a", "a1");
    scan_below(&scan, ".", ".");
    assert_string_equal(ids_of(&scan), "a1 ");
    finish(&scan);
    scan_below(&scan, "/", ".");
    assert_string_equal(ids_of(&scan), "a1 ");
    finish(&scan);
}

static void faults_of_headers_are_gathered(void **state)
{
    (void)state;
    struct scan scan;
    make_migrations();
    char path[64];
    for (size_t i = 0; i < 30; i++) {
        snprintf(path, sizeof path, "project/migrations/%02zu", i);
        make_dir(path);
        snprintf(path, sizeof path, "project/migrations/%02zu/revision.yaml", i);
        write_text(path, i % 2 ? "revision: b\nfoo: 1" : "revision: &x");
    }
    scan_below(&scan, "project", "project/migrations");
    assert_int_equal(scan.out.count, 15); /* the id of every second could be read */
    assert_false(scan.out.has_all);
    assert_int_equal(scan.faults.count, 30);
    check_error("first", scan.faults.first, REV_ERROR_HEADER, 1, 11, "anchors");
    check_error("second", scan.faults.first->next, REV_ERROR_HEADER, 2, 1, "unknown key 'foo'");
    rev_error *err = NULL;
    assert_false(rv_faults_done(&scan.faults, &err));
    rev_error_free(err);
    finish(&scan);
}

static void a_folder_must_be_there(void **state)
{
    (void)state;
    static const char *const paths[] = {"project/missing", "project/file", "project/loop", "project/fifo"};
    make_migrations();
    write_text("project/file", "");
    make_link("loop", "project/loop");
    make_fifo("project/fifo");
    for (size_t i = 0; i < COUNT(paths); i++) {
        rv_arena_auto struct rv_arena *arena = rv_arena_new();
        struct rv_source_dir source;
        rev_error *err = NULL;
        CHECK(paths[i], !rv_source_dir_open(arena, "project", paths[i], "shown", &source, &err));
        check_error(paths[i], err, REV_ERROR_CONFIG, 0, 0, "no migrations folder");
        check_text(paths[i], err->file, "shown");
        rev_error_free(err);
    }
}

static bool locked_is_a_fault(void)
{
    struct scan scan;
    rev_error *err = NULL;
    if (!try_scan(&scan, "project", "project/migrations", &err)) {
        return false;
    }
    const rev_error *first = scan.faults.first;
    bool ok = scan.faults.count == 2 && !scan.out.has_all && scan.out.count == 1 && first->code == REV_ERROR_IO &&
              strcmp(first->file, "shown/locked/revision.yaml") == 0 &&
              strcmp(first->next->file, "shown/secret/revision.yaml") == 0 &&
              strstr(first->message, "Permission denied") && strstr(first->next->message, "Permission denied");
    finish(&scan);
    return ok;
}

static bool listing_fails(void)
{
    struct rv_arena *arena = rv_arena_new();
    struct rv_source_dir source;
    rev_error *err = NULL;
    bool failed = !rv_source_dir_open(arena, "project", "project/migrations", "shown", &source, &err) &&
                  err->code == REV_ERROR_IO && strstr(err->message, "Permission denied");
    rev_error_free(err);
    rv_arena_free(arena);
    return failed;
}

static void what_may_not_be_read_is_a_fault(void **state)
{
    (void)state;
    make_migrations();
    make_revision("project/migrations/good", "good");
    make_revision("project/migrations/locked", "locked");
    make_revision("project/migrations/secret", "secret");
    chmod("project/migrations/locked", 0);
    chmod("project/migrations/secret/revision.yaml", 0);
    bool fault = as_nobody(locked_is_a_fault);
    chmod("project/migrations", 0311);
    bool failed = as_nobody(listing_fails);
    chmod("project/migrations", 0755);
    chmod("project/migrations/locked", 0755);
    assert_true(fault);
    assert_true(failed);
}

static void scripts_are_read_by_the_same_rules(void **state)
{
    (void)state;
    struct scan scan;
    make_migrations();
    make_revision("project/migrations/a", "a1");
    write_text("project/migrations/a/up.sql", "SELECT 1;");
    make_fifo("project/migrations/a/down.sql");
    scan_below(&scan, "project", "project/migrations");
    const struct rv_source *source = &scan.source.source;
    struct rv_view text;
    bool exists = false;
    rev_error *err = NULL;
    assert_true(source->read(source, "a", "up.sql", 0, scan.arena, &text, NULL, &err));
    assert_true(rv_view_equals(text, "SELECT 1;"));
    assert_false(source->read(source, "a", "down.sql", 0, scan.arena, &text, &exists, &err));
    check_error("FIFO", err, REV_ERROR_IO, 0, 0, "not a regular file");
    assert_string_equal(err->file, "shown/a/down.sql");
    rev_error_free(err);
    err = NULL;
    assert_true(source->read(source, "a", "missing.sql", 0, scan.arena, &text, &exists, &err));
    assert_false(exists);
    assert_false(source->read(source, "a", "missing.sql", 0, scan.arena, &text, NULL, &err));
    rev_error_free(err);
    finish(&scan);
}

static void descriptors_stay_few(void **state)
{
    (void)state;
    struct scan scan;
    make_migrations();
    char path[64], id[16];
    for (size_t i = 0; i < 300; i++) {
        snprintf(path, sizeof path, "project/migrations/%03zu", i);
        snprintf(id, sizeof id, "r%zu", i);
        make_revision(path, id);
    }
    int before = dup(0);
    close(before);
    scan_below(&scan, "project", "project/migrations");
    assert_int_equal(scan.out.count, 300);
    int during = dup(0);
    close(during);
    assert_true(during <= before + 2);
    finish(&scan);
    int after = dup(0);
    close(after);
    assert_int_equal(after, before);
}

TESTS(IN_FOLDER(revisions_are_found_in_the_order_of_their_names), IN_FOLDER(what_is_no_revision_is_passed),
      IN_FOLDER(what_can_not_be_read_is_a_fault), IN_FOLDER(links_inside_are_followed),
      IN_FOLDER(a_volume_of_links_is_read), IN_FOLDER(the_project_may_be_the_migrations),
      IN_FOLDER(faults_of_headers_are_gathered), IN_FOLDER(a_folder_must_be_there),
      IN_FOLDER(what_may_not_be_read_is_a_fault), IN_FOLDER(scripts_are_read_by_the_same_rules),
      IN_FOLDER(descriptors_stay_few))
