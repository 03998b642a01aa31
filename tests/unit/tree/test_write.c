#include "tree/write.h"

#include "folder.h"

#include <dirent.h>
#include <sys/resource.h>

static const struct rv_new_file files[] = {
    {"up.sql", {"SELECT 1;\n", 10}}, {"down.sql", {"", 0}}, {"revision.yaml", {"revision: a\n", 12}}};

static bool create(const char *name, const struct rv_new_file *with, size_t count, rev_error **err)
{
    int fd = open(".", O_RDONLY | O_DIRECTORY);
    bool ok = rv_directory_create(fd, name, "shown", with, count, err);
    close(fd);
    return ok && !*err;
}

/* Everything in a folder, hidden names too. */
static size_t entries_in(const char *path)
{
    size_t count = 0;
    DIR *dir = opendir(path);
    assert_non_null(dir);
    while (readdir(dir)) {
        count++;
    }
    closedir(dir);
    return count - 2;
}

static void check_content(const char *path, const char *expected)
{
    char content[64] = "";
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    content[fread(content, 1, sizeof content - 1, file)] = '\0';
    fclose(file);
    check_text(path, content, expected);
}

static void a_directory_appears_with_its_files(void **state)
{
    (void)state;
    rev_error *err = NULL;
    assert_true(create("new", files, COUNT(files), &err));
    assert_int_equal(entries_in("."), 1);
    assert_int_equal(entries_in("new"), 3);
    check_content("new/up.sql", "SELECT 1;\n");
    check_content("new/down.sql", "");
    check_content("new/revision.yaml", "revision: a\n");
    struct stat st;
    assert_int_equal(stat("new", &st), 0);
    assert_int_equal(st.st_mode & 0777, 0755);
    assert_int_equal(stat("new/up.sql", &st), 0);
    assert_int_equal(st.st_mode & 0777, 0644);
}

static void nothing_is_replaced(void **state)
{
    (void)state;
    make_dir("empty");
    make_dir("full");
    write_text("full/revision.yaml", "old");
    write_text("file", "old");
    make_link("full", "link");
    make_link("gone", "dangling");
    make_fifo("fifo");
    size_t before = entries_in(".");
    static const char *const taken[] = {"empty", "full", "file", "link", "dangling", "fifo"};
    for (size_t i = 0; i < COUNT(taken); i++) {
        rev_error *err = NULL;
        CHECK(taken[i], !create(taken[i], files, COUNT(files), &err));
        check_error(taken[i], err, REV_ERROR_EXISTS, 0, 0, "exists already");
        check_text(taken[i], err->file, "shown");
        CHECK(taken[i], entries_in(".") == before);
        rev_error_free(err);
    }
    assert_int_equal(entries_in("empty"), 0);
    check_content("full/revision.yaml", "old");
    check_content("file", "old");
}

static void nothing_half_made_stays(void **state)
{
    (void)state;
    static const struct rv_new_file broken[] = {{"up.sql", {"x", 1}}, {"missing/down.sql", {"x", 1}}};
    static const struct rv_new_file twice[] = {{"up.sql", {"x", 1}}, {"up.sql", {"y", 1}}};
    rev_error *err = NULL;
    assert_false(create("new", broken, COUNT(broken), &err));
    check_error("broken", err, REV_ERROR_IO, 0, 0, "can't be written: ");
    assert_string_equal(err->file, "shown/missing/down.sql");
    rev_error_free(err);
    err = NULL;
    assert_int_equal(entries_in("."), 0);
    assert_false(create("new", twice, COUNT(twice), &err));
    check_error("twice", err, REV_ERROR_EXISTS, 0, 0, "exists already");
    rev_error_free(err);
    assert_int_equal(entries_in("."), 0);
}

static void a_name_that_can_not_be_is_an_error(void **state)
{
    (void)state;
    char name[400];
    rev_error *err = NULL;
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_false(create(name, files, COUNT(files), &err));
    check_error("long", err, REV_ERROR_IO, 0, 0, "can't be created: ");
    assert_string_equal(err->file, "shown");
    rev_error_free(err);
    assert_int_equal(entries_in("."), 0);
}

/* The longest name that file_template may give, and its temporary one. */
static void the_longest_name_fits(void **state)
{
    (void)state;
    char name[201];
    rev_error *err = NULL;
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_true(create(name, files, COUNT(files), &err));
}

static bool writing_is_refused(void)
{
    rev_error *err = NULL;
    bool refused = !create("new", files, COUNT(files), &err) && err->code == REV_ERROR_IO &&
                   strstr(err->message, "Permission denied");
    rev_error_free(err);
    return refused;
}

static void no_permission_is_an_error(void **state)
{
    (void)state;
    chmod(".", 0555);
    bool refused = as_nobody(writing_is_refused);
    chmod(".", 0755);
    assert_true(refused);
    assert_int_equal(entries_in("."), 0);
}

static bool a_full_disk_leaves_nothing(void)
{
    static char large[100000];
    const struct rv_new_file too_much[] = {{"up.sql", {"x", 1}}, {"down.sql", {large, sizeof large}}};
    struct rlimit limit = {4096, 4096};
    rev_error *err = NULL;
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
    bool failed = !create("new", too_much, COUNT(too_much), &err) && err->code == REV_ERROR_IO &&
                  strstr(err->message, "can't be written: ") && strcmp(err->file, "shown/down.sql") == 0;
    rev_error_free(err);
    return failed;
}

/* A limit on the size of files fails as a full disk does: a short write, then an error. */
static void a_failing_write_leaves_nothing(void **state)
{
    (void)state;
    chmod(".", 0777);
    assert_true(as_nobody(a_full_disk_leaves_nothing));
    assert_int_equal(entries_in("."), 0);
}

TESTS(IN_FOLDER(a_directory_appears_with_its_files), IN_FOLDER(nothing_is_replaced), IN_FOLDER(nothing_half_made_stays),
      IN_FOLDER(a_name_that_can_not_be_is_an_error), IN_FOLDER(the_longest_name_fits),
      IN_FOLDER(no_permission_is_an_error), IN_FOLDER(a_failing_write_leaves_nothing))
