#include "base/file.h"

#include "folder.h"

#include <dirent.h>
#include <sys/socket.h>
#include <sys/un.h>

static bool read_in(struct rv_arena *arena, const char *root_path, const char *path, size_t limit, bool *out_exists,
                    struct rv_view *out, rev_error **err)
{
    struct rv_root root;
    assert_true(rv_root_open(root_path, &root, err));
    bool ok = rv_file_read(&root, path, "shown", limit, arena, out, out_exists, err);
    assert_true(ok == !*err);
    rv_root_close(&root);
    rv_root_close(&root);
    return ok;
}

static void make_socket(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    close(fd);
}

/* project/ is the root; beside it lies what is none of its business. */
static void make_project(const char *here)
{
    char path[4200];
    make_dir("project");
    make_dir("project/sub");
    make_dir("project/sub/deep");
    make_dir("outside");
    make_dir("project2");
    write_text("project/file", "content");
    write_text("project/empty", "");
    write_text("outside/secret", "secret");
    write_text("outside/empty", "");
    write_text("project2/secret", "secret");
    make_fifo("project/fifo");
    make_socket("project/socket");
    make_link("file", "project/link");
    make_link("../file", "project/sub/up");
    make_link("../link", "project/sub/twice");
    make_link("sub", "project/dirlink");
    make_link("../../project/file", "project/sub/out-and-back");
    make_link("../outside/secret", "project/out");
    make_link("../project2/secret", "project/neighbour");
    make_link("../outside", "project/outdir");
    make_link("/etc/passwd", "project/passwd");
    make_link("/dev/zero", "project/zero");
    make_link("/proc/self/fd/0", "project/magic");
    make_link("loop", "project/loop");
    make_link("ping", "project/pong");
    make_link("pong", "project/ping");
    make_link("gone", "project/dangling");
    make_link("../outside/gone", "project/dangling-out");
    make_link("fifo", "project/fifolink");
    snprintf(path, sizeof path, "%s/project/file", here);
    make_link(path, "project/absolute");
    snprintf(path, sizeof path, "%s/outside/secret", here);
    make_link(path, "project/absolute-out");
    make_link("/nowhere/at/all", "project/absolute-gone");
}

static void reading_stays_inside_and_never_blocks(void **state)
{
    static const struct {
        const char *name, *path;
        const char *text;    /* NULL: refused */
        const char *message; /* part of the refusal's */
    } cases[] = {
        {"a file", "file", "content", NULL},
        {"an empty file", "empty", "", NULL},
        {"a link", "link", "content", NULL},
        {"a link upwards that stays inside", "sub/up", "content", NULL},
        {"a link to a link", "sub/twice", "content", NULL},
        {"through a linked folder", "dirlink/up", "content", NULL},
        {"dots that stay inside", "sub/../file", "content", NULL},
        {"a link out and back in", "sub/out-and-back", "content", NULL},
        {"an absolute link that stays inside", "absolute", "content", NULL},
        {"a link out", "out", NULL, "a link that leads out of the project"},
        {"a link to a neighbour whose name begins alike", "neighbour", NULL, "leads out of the project"},
        {"an absolute link out", "absolute-out", NULL, "leads out of the project"},
        {"a link to a file of the system", "passwd", NULL, "leads out of the project"},
        {"a link to a device", "zero", NULL, "leads out of the project"},
        {"through a linked folder outside", "outdir/secret", NULL, "leads out of the project"},
        {"dots that lead out", "../outside/secret", NULL, "leads out of the project"},
        {"a magic link", "magic", NULL, ""},
        {"a link to itself", "loop", NULL, "symbolic links"},
        {"two links in a circle", "ping", NULL, "symbolic links"},
        {"a FIFO", "fifo", NULL, "not a regular file"},
        {"a link to a FIFO", "fifolink", NULL, "not a regular file"},
        {"a folder", "sub", NULL, "not a regular file"},
        {"the folder itself", ".", NULL, "not a regular file"},
        {"a socket", "socket", NULL, ""},
        {"a link to nothing", "dangling", NULL, "link"},
        {"a link to nothing outside", "dangling-out", NULL, ""},
        {"an absolute link to nothing", "absolute-gone", NULL, ""},
    };
    make_project(*state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        for (size_t optional = 0; optional < 2; optional++) {
            rv_arena_auto struct rv_arena *arena = rv_arena_new();
            struct rv_view text = {0};
            rev_error *err = NULL;
            bool exists = false;
            alarm(10);
            bool ok = read_in(arena, "project", cases[i].path, 0, optional ? &exists : NULL, &text, &err);
            alarm(0);
            if (cases[i].text) {
                check_none(cases[i].name, err);
                CHECK(cases[i].name, rv_view_equals(text, cases[i].text));
                CHECK(cases[i].name, text.ptr[text.len] == '\0');
            } else {
                CHECK(cases[i].name, !ok);
                check_error(cases[i].name, err, REV_ERROR_IO, 0, 0, cases[i].message);
                check_text(cases[i].name, err->file, "shown");
                rev_error_free(err);
            }
            CHECK(cases[i].name, !optional || exists);
        }
    }
}

static void what_is_not_there_is_told_apart(void **state)
{
    static const char *const paths[] = {"missing",      "sub/missing",     "missing/file",  "file/missing",
                                        "link/missing", "dirlink/missing", "sub/deep/a/b/c"};
    make_project(*state);
    for (size_t i = 0; i < COUNT(paths); i++) {
        rv_arena_auto struct rv_arena *arena = rv_arena_new();
        struct rv_view text = {0};
        rev_error *err = NULL;
        bool exists = true;
        CHECK(paths[i], read_in(arena, "project", paths[i], 0, &exists, &text, &err));
        CHECK(paths[i], !exists);
        CHECK(paths[i], !read_in(arena, "project", paths[i], 0, NULL, &text, &err));
        check_error(paths[i], err, REV_ERROR_IO, 0, 0, "can't be read: ");
        rev_error_free(err);
    }
}

static void folders_behind_a_broken_link_are_not_absent(void **state)
{
    static const char *const paths[] = {"dangling/file", "dangling-out/file", "absolute-gone/file", "loop/file"};
    make_project(*state);
    for (size_t i = 0; i < COUNT(paths); i++) {
        rv_arena_auto struct rv_arena *arena = rv_arena_new();
        struct rv_view text = {0};
        rev_error *err = NULL;
        bool exists = false;
        CHECK(paths[i], !read_in(arena, "project", paths[i], 0, &exists, &text, &err));
        check_error(paths[i], err, REV_ERROR_IO, 0, 0, "");
        rev_error_free(err);
    }
}

static void sizes_are_bounded(void **state)
{
    (void)state;
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    char *bytes = rv_arena_alloc(arena, 100001);
    memset(bytes, 'x', 100001);
    write_bytes("limit", bytes, 100000);
    write_bytes("over", bytes, 100001);
    write_bytes("binary", "a\0b\r\n\xff", 6);
    struct rv_view text;
    rev_error *err = NULL;
    assert_true(read_in(arena, ".", "limit", 100000, NULL, &text, &err));
    assert_int_equal(text.len, 100000);
    assert_false(read_in(arena, ".", "over", 100000, NULL, &text, &err));
    check_error("over", err, REV_ERROR_TOO_LARGE, 0, 0, "100001 bytes, over the limit of 100000");
    rev_error_free(err);
    err = NULL;
    assert_true(read_in(arena, ".", "over", 0, NULL, &text, &err));
    assert_int_equal(text.len, 100001);
    assert_true(read_in(arena, ".", "binary", 0, NULL, &text, &err));
    assert_int_equal(text.len, 6);
    assert_memory_equal(text.ptr, "a\0b\r\n\xff", 7);
}

/* Files of /proc say that they are empty and are not. */
static void a_file_that_grows_is_noticed(void **state)
{
    (void)state;
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    struct rv_view text;
    rev_error *err = NULL;
    assert_false(read_in(arena, "/proc/self", "smaps", 0, NULL, &text, &err));
    check_error("grows", err, REV_ERROR_IO, 0, 0, "changed while it was read");
    rev_error_free(err);
}

static bool unreadable_is_an_error(void)
{
    static const char *const paths[] = {"locked/file", "secret"};
    for (size_t i = 0; i < COUNT(paths); i++) {
        struct rv_arena *arena = rv_arena_new();
        struct rv_root root;
        struct rv_view text;
        rev_error *err = NULL;
        bool exists = false;
        if (!rv_root_open(".", &root, &err) || rv_file_read(&root, paths[i], "shown", 0, arena, &text, &exists, &err) ||
            !exists || err->code != REV_ERROR_IO || !strstr(err->message, "can't be read: ")) {
            return false;
        }
        rev_error_free(err);
        rv_root_close(&root);
        rv_arena_free(arena);
    }
    struct rv_root root;
    rev_error *err = NULL;
    bool refused = !rv_root_open("locked", &root, &err) && err->code == REV_ERROR_IO;
    rev_error_free(err);
    return refused;
}

static void what_may_not_be_read_is_not_absent(void **state)
{
    (void)state;
    make_dir("locked");
    write_text("locked/file", "x");
    write_text("secret", "x");
    chmod("secret", 0);
    chmod("locked", 0);
    bool ok = as_nobody(unreadable_is_an_error);
    chmod("locked", 0755);
    assert_true(ok);
}

static void roots_are_folders(void **state)
{
    (void)state;
    struct rv_root root = RV_ROOT_NONE;
    rev_error *err = NULL;
    write_text("file", "");
    make_fifo("fifo");
    make_link("loop", "loop");
    static const char *const bad[] = {"file", "fifo", "loop", "missing", ""};
    for (size_t i = 0; i < COUNT(bad); i++) {
        CHECK(bad[i], !rv_root_open(bad[i], &root, &err));
        check_error(bad[i], err, REV_ERROR_IO, 0, 0, "can't open this folder: ");
        check_text(bad[i], err->file, bad[i]);
        rev_error_free(err);
        err = NULL;
    }
    assert_true(rv_root_open("/", &root, &err));
    rv_root_close(&root);
    assert_int_equal(root.fd, -1);
    rv_root_close(&(struct rv_root){0});
}

static size_t entries_in(const char *path)
{
    struct rv_arena *arena = rv_arena_new();
    const char **names;
    size_t count;
    rev_error *err = NULL;
    int fd = open(path, O_RDONLY | O_DIRECTORY);
    assert_true(rv_dir_list(fd, path, arena, &names, &count, &err));
    close(fd);
    rv_arena_free(arena);
    return count;
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

static void creating_writes_over_nothing(void **state)
{
    (void)state;
    rev_error *err = NULL;
    make_dir("dir");
    write_text("file", "old");
    make_link("file", "link");
    make_link("gone", "dangling");
    make_fifo("fifo");
    int fd = open(".", O_RDONLY | O_DIRECTORY);
    assert_true(rv_file_create(fd, "new", "shown", rv_view("a\0b", 3), &err));
    static const char *const taken[] = {"new", "file", "dir", "link", "dangling", "fifo"};
    for (size_t i = 0; i < COUNT(taken); i++) {
        CHECK(taken[i], !rv_file_create(fd, taken[i], "shown", rv_view_of("x"), &err));
        check_error(taken[i], err, REV_ERROR_EXISTS, 0, 0, "exists already");
        check_text(taken[i], err->file, "shown");
        rev_error_free(err);
        err = NULL;
    }
    check_content("file", "old");
    assert_false(rv_path_exists(fd, "gone"));
    assert_false(rv_file_create(fd, "missing/new", "shown", rv_view_of("x"), &err));
    check_error("no folder", err, REV_ERROR_IO, 0, 0, "can't be written: ");
    rev_error_free(err);
    close(fd);
}

/* Files as well. */
static size_t names_in(const char *path)
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

static void replacing_leaves_the_old_or_the_new(void **state)
{
    const char *here = *state;
    char absolute[4200];
    rev_error *err = NULL;
    make_dir("dir");
    make_dir("dir/taken");
    write_text("dir/file", "old");
    make_link("file", "dir/link");
    assert_true(rv_file_replace("new", rv_view_of("x"), &err));
    check_content("new", "x");
    assert_true(rv_file_replace("dir/file", rv_view_of("new"), &err));
    check_content("dir/file", "new");
    snprintf(absolute, sizeof absolute, "%s/dir/link", here);
    assert_true(rv_file_replace(absolute, rv_view_of("no link"), &err));
    check_content("dir/link", "no link");
    check_content("dir/file", "new");
    assert_false(rv_file_replace("dir/taken", rv_view_of("x"), &err));
    check_error("a folder", err, REV_ERROR_IO, 0, 0, "can't be written: ");
    check_text("a folder", err->file, "dir/taken");
    rev_error_free(err);
    err = NULL;
    assert_false(rv_file_replace("gone/new", rv_view_of("x"), &err));
    check_error("no folder", err, REV_ERROR_IO, 0, 0, "can't open its folder: ");
    rev_error_free(err);
    assert_int_equal(names_in("dir"), 3);
}

static void renaming_replaces_nothing(void **state)
{
    (void)state;
    rev_error *err = NULL;
    make_dir("from");
    write_text("from/file", "x");
    make_dir("empty");
    write_text("file", "old");
    make_link("gone", "dangling");
    int fd = open(".", O_RDONLY | O_DIRECTORY);
    static const char *const taken[] = {"empty", "file", "dangling"};
    for (size_t i = 0; i < COUNT(taken); i++) {
        CHECK(taken[i], !rv_file_rename_new(fd, "from", taken[i], "shown", &err));
        check_error(taken[i], err, REV_ERROR_EXISTS, 0, 0, "exists already");
        rev_error_free(err);
        err = NULL;
    }
    assert_true(rv_file_rename_new(fd, "from", "to", "shown", &err));
    assert_false(rv_path_exists(fd, "from"));
    check_content("to/file", "x");
    assert_false(rv_file_rename_new(fd, "from", "other", "shown", &err));
    check_error("nothing to rename", err, REV_ERROR_IO, 0, 0, "can't be written: ");
    rev_error_free(err);
    close(fd);
}

static void lists_are_sorted_folders(void **state)
{
    (void)state;
    static const char *const dirs[] = {"list",     "list/b",        "list/a",  "list/.hidden", "list/B",
                                       "list/a b", "list/\xc3\xa9", "list/10", "list/9"};
    for (size_t i = 0; i < COUNT(dirs); i++) {
        make_dir(dirs[i]);
    }
    write_text("list/file", "");
    make_fifo("list/fifo");
    make_link("b", "list/link");
    make_link("gone", "list/dangling");
    static const char *const expected[] = {".hidden", "10", "9", "B", "a", "a b", "b", "dangling", "link", "\xc3\xa9"};
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    const char **names;
    size_t count;
    rev_error *err = NULL;
    int fd = open("list", O_RDONLY | O_DIRECTORY);
    assert_true(rv_dir_list(fd, "shown", arena, &names, &count, &err));
    assert_int_equal(count, COUNT(expected));
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(names[i], expected[i]);
    }
    close(fd);
    assert_int_equal(entries_in("list/b"), 0);
    assert_false(rv_dir_list(-1, "shown", arena, &names, &count, &err));
    check_error("no folder", err, REV_ERROR_IO, 0, 0, "can't list this folder: ");
    rev_error_free(err);
}

static void paths_are_joined(void **state)
{
    (void)state;
    static const struct {
        const char *dir, *name, *joined;
    } cases[] = {
        {"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"/", "b", "/b"},        {"", "b", "b"},
        {".", "b", "b"},   {"a", "/b", "/b"},  {"a", "../b", "a/../b"},
    };
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    for (size_t i = 0; i < COUNT(cases); i++) {
        check_text(cases[i].joined, rv_path_join(arena, cases[i].dir, cases[i].name), cases[i].joined);
    }
}

static void paths_are_shown_from_here(void **state)
{
    const char *here = *state;
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    assert_string_equal(rv_path_shown(arena, here), ".");
    assert_string_equal(rv_path_shown(arena, rv_path_join(arena, here, "a/b")), "a/b");
    const char *neighbour = rv_arena_printf(arena, "%s2/a", here);
    assert_string_equal(rv_path_shown(arena, neighbour), neighbour);
    assert_string_equal(rv_path_shown(arena, "/"), "/");
    assert_int_equal(chdir("/"), 0);
    assert_string_equal(rv_path_shown(arena, "/etc/x"), "/etc/x");
}

static void nothing_keeps_a_descriptor(void **state)
{
    make_project(*state);
    int before = dup(0);
    close(before);
    static const char *const paths[] = {"file", "fifo", "sub", "out", "loop", "missing", "dangling", "socket", "magic"};
    for (size_t i = 0; i < COUNT(paths); i++) {
        rv_arena_auto struct rv_arena *arena = rv_arena_new();
        struct rv_view text;
        rev_error *err = NULL;
        read_in(arena, "project", paths[i], 3, NULL, &text, &err);
        rev_error_free(err);
        int after = dup(0);
        close(after);
        CHECK(paths[i], after == before);
    }
}

/* Whatever the user names, to its end: here a file, an empty one, a device and a pipe that comes in parts. */
static void anything_is_read_to_its_end(void **state)
{
    (void)state;
    rev_error *err = NULL;
    struct rv_str text = {0};
    write_text("file", "content");
    assert_succeeds(rv_file_read_all("file", NULL, &text, &err), &err);
    assert_string_equal(text.ptr, "content");
    assert_int_equal(text.len, 7);
    rv_str_clear(&text);
    write_text("file", "");
    assert_succeeds(rv_file_read_all("file", NULL, &text, &err), &err);
    assert_int_equal(text.len, 0);
    assert_string_equal(text.ptr, "");
    rv_str_clear(&text);
    assert_succeeds(rv_file_read_all("/dev/null", NULL, &text, &err), &err);
    assert_int_equal(text.len, 0);
    rv_str_clear(&text);
    assert_fails(rv_file_read_all("nosuch", NULL, &text, &err), &err, REV_ERROR_IO, "can't be read");
    assert_fails(rv_file_read_all(".", NULL, &text, &err), &err, REV_ERROR_IO, "can't be read");
}

static void a_wish_to_stop_ends_the_wait(void **state)
{
    (void)state;
    int fds[2];
    char path[32];
    rev_error *err = NULL;
    struct rv_str text = {0};
    assert_int_equal(pipe(fds), 0);
    snprintf(path, sizeof path, "/dev/fd/%d", fds[0]);
    rev_cancel *cancel = rev_cancel_new();
    assert_int_equal(write(fds[1], "abc", 3), 3);
    rev_cancel_request(cancel);
    assert_fails(rv_file_read_all(path, cancel, &text, &err), &err, REV_ERROR_CANCELLED, "cancelled");
    close(fds[1]);
    assert_succeeds(rv_file_read_all(path, NULL, &text, &err), &err);
    assert_string_equal(text.ptr, "abc");
    rv_str_clear(&text);
    close(fds[0]);
    rev_cancel_free(cancel);
}

TESTS(IN_FOLDER(reading_stays_inside_and_never_blocks), IN_FOLDER(what_is_not_there_is_told_apart),
      IN_FOLDER(folders_behind_a_broken_link_are_not_absent), IN_FOLDER(sizes_are_bounded),
      IN_FOLDER(a_file_that_grows_is_noticed), IN_FOLDER(what_may_not_be_read_is_not_absent),
      IN_FOLDER(roots_are_folders), IN_FOLDER(creating_writes_over_nothing),
      IN_FOLDER(replacing_leaves_the_old_or_the_new), IN_FOLDER(renaming_replaces_nothing),
      IN_FOLDER(lists_are_sorted_folders), IN_FOLDER(paths_are_joined), IN_FOLDER(paths_are_shown_from_here),
      IN_FOLDER(nothing_keeps_a_descriptor), IN_FOLDER(anything_is_read_to_its_end),
      IN_FOLDER(a_wish_to_stop_ends_the_wait))
