/* Reading and writing whole files. Every open is relative to a folder's descriptor, close-on-exec and non-blocking, so
 * that no FIFO, device or link can make rev wait or read what lies outside; descriptors never outlive a call. */
#include "base/file.h"

#include "base/alloc.h"
#include "base/cancel.h"
#include "base/id.h"
#include "base/vec.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/openat2.h>
#include <sys/syscall.h>
#endif

static bool fail_errno(rev_error **err, const char *what, const char *shown)
{
    int saved = errno;
    rv_fail(err, REV_ERROR_IO, "%s: %s", what, strerror(saved));
    rv_error_at(*err, shown, 0, 0);
    return false;
}

bool rv_root_open(const char *path, struct rv_root *out, rev_error **err)
{
    char *real = realpath(path, NULL);
    if (!real) {
        return fail_errno(err, "can't open this folder", path);
    }
    int fd = open(real, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        fail_errno(err, "can't open this folder", path);
        free(real);
        return false;
    }
    *out = (struct rv_root){fd, real};
    return true;
}

void rv_root_close(struct rv_root *root)
{
    if (root->fd >= 0 && root->path) {
        close(root->fd);
    }
    free(root->path);
    *root = RV_ROOT_NONE;
}

enum { OPEN_FLAGS = O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY };

/* The slow way, for systems without openat2() and for links that are absolute but stay inside. */
static int open_checked(const struct rv_root *root, const char *path)
{
    char *joined = rv_alloc(strlen(root->path) + strlen(path) + 2);
    size_t size = strlen(root->path) + strlen(path) + 2;
    snprintf(joined, size, "%s/%s", root->path, path);
    char *real = realpath(joined, NULL);
    free(joined);
    if (!real) {
        return -1;
    }
    size_t len = strlen(root->path);
    bool is_inside = strncmp(real, root->path, len) == 0 && (real[len] == '/' || strcmp(root->path, "/") == 0);
    int fd = -1;
    if (is_inside) {
        fd = open(real, OPEN_FLAGS | O_NOFOLLOW);
    } else {
        errno = EXDEV;
    }
    int saved = errno;
    free(real);
    errno = saved;
    return fd;
}

static int open_beneath(const struct rv_root *root, const char *path)
{
#ifdef SYS_openat2
    struct open_how how = {.flags = OPEN_FLAGS, .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
    long fd = syscall(SYS_openat2, root->fd, path, &how, sizeof how);
    if (fd >= 0) {
        return (int)fd;
    }
    if (errno != ENOSYS && errno != EPERM && errno != EXDEV && errno != EAGAIN) {
        return -1;
    }
#endif
    return open_checked(root, path);
}

/* Whether a path leads nowhere because of a link without a target. */
static bool is_broken_link(const struct rv_root *root, const char *path)
{
    rv_str_auto struct rv_str part = {0};
    rv_str_add_text(&part, path);
    for (size_t i = 1; i <= part.len; i++) {
        struct stat st;
        char c = part.ptr[i];
        if (c != '/' && c != '\0') {
            continue;
        }
        part.ptr[i] = '\0';
        if (fstatat(root->fd, part.ptr, &st, AT_SYMLINK_NOFOLLOW) != 0) {
            return false;
        }
        if (S_ISLNK(st.st_mode) && fstatat(root->fd, part.ptr, &st, 0) != 0) {
            return true;
        }
        part.ptr[i] = c;
    }
    return false;
}

static bool fail_open(rev_error **err, const char *shown)
{
    if (errno != EXDEV) {
        return fail_errno(err, "can't be read", shown);
    }
    rv_fail(err, REV_ERROR_IO, "a link that leads out of the project");
    rv_error_at(*err, shown, 0, 0);
    rv_error_hint(*err, "Put the file itself there: rev reads nothing from outside the project.");
    return false;
}

static bool fail_memory(rev_error **err, size_t size, const char *shown)
{
    rv_fail(err, REV_ERROR_IO, "out of memory: it has %zu bytes", size);
    rv_error_at(*err, shown, 0, 0);
    return false;
}

static bool read_open_file(int fd, const char *shown, size_t limit, struct rv_arena *arena, struct rv_view *out,
                           rev_error **err)
{
    struct stat st;
    if (fstat(fd, &st) != 0) {
        return fail_errno(err, "can't be read", shown);
    }
    if (!S_ISREG(st.st_mode)) {
        rv_fail(err, REV_ERROR_IO, "not a regular file");
        rv_error_at(*err, shown, 0, 0);
        return false;
    }
    size_t size = (size_t)st.st_size;
    if (limit && size > limit) {
        rv_fail(err, REV_ERROR_TOO_LARGE, "%zu bytes, over the limit of %zu", size, limit);
        rv_error_at(*err, shown, 0, 0);
        return false;
    }
    char *text = rv_arena_try(arena, rv_size_add(size, 2));
    if (!text) {
        return fail_memory(err, size, shown);
    }
    size_t have = 0;
    /* One byte more than the size is asked for: a file that grows meanwhile is noticed, and in the usual case the one
     * short read says that this is the end. */
    while (have <= size) {
        ssize_t n = read(fd, text + have, size + 1 - have);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return fail_errno(err, "can't be read", shown);
        }
        have += (size_t)n;
        if (n == 0 || have == size) {
            break;
        }
    }
    if (have != size) {
        rv_fail(err, REV_ERROR_IO, "changed while it was read");
        rv_error_at(*err, shown, 0, 0);
        return false;
    }
    text[have] = '\0';
    *out = rv_view(text, have);
    return true;
}

/* A small file in one call, without asking for its size and kind before: what can be read at a position and ends within
 * the buffer is a regular file (pipes and terminals have no positions, devices fill the buffer or are empty). False:
 * look closer. */
static bool read_small_file(int fd, size_t limit, struct rv_arena *arena, struct rv_view *out)
{
    char text[2048];
    ssize_t n = pread(fd, text, sizeof text, 0);
    bool is_whole = n > 0 && (size_t)n < sizeof text && (!limit || (size_t)n <= limit);
    if (is_whole) {
        *out = rv_view(rv_arena_text(arena, text, (size_t)n), (size_t)n);
    }
    return is_whole;
}

bool rv_file_read(const struct rv_root *root, const char *path, const char *shown, size_t limit, struct rv_arena *arena,
                  struct rv_view *out, bool *out_exists, rev_error **err)
{
    int fd = open_beneath(root, path);
    int saved = errno;
    bool is_missing = fd < 0 && (saved == ENOENT || saved == ENOTDIR);
    if (is_missing && is_broken_link(root, path)) {
        /* Never taken for absent: the disk that it leads to may be away. */
        if (out_exists) {
            *out_exists = true;
        }
        rv_fail(err, REV_ERROR_IO, "a link to what is not there");
        rv_error_at(*err, shown, 0, 0);
        return false;
    }
    if (out_exists) {
        *out_exists = !is_missing;
        if (is_missing) {
            return true;
        }
    }
    if (fd < 0) {
        errno = saved;
        return fail_open(err, shown);
    }
    bool ok = read_small_file(fd, limit, arena, out) || read_open_file(fd, shown, limit, arena, out, err);
    close(fd);
    return ok;
}

/* False when the wish to stop comes first. */
static bool wait_readable(int fd, const rev_cancel *cancel)
{
    struct pollfd wait[] = {{.fd = fd, .events = POLLIN}, {.fd = rv_cancel_fd(cancel), .events = POLLIN}};
    while (poll(wait, 2, -1) < 0 && errno == EINTR) {
    }
    return !rev_cancel_requested(cancel);
}

static bool read_to_end(int fd, const char *shown, const rev_cancel *cancel, struct rv_str *out, rev_error **err)
{
    enum { LEAST = 64 * 1024 };
    struct stat st;
    bool is_regular = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    /* One byte more than the file has, for the read that finds its end, and one for the NUL. */
    size_t capacity = is_regular && st.st_size > 0 ? rv_size_add((size_t)st.st_size, 2) : LEAST;
    *out = (struct rv_str){0};
    if (!rv_str_try_reserve(out, capacity)) {
        return fail_memory(err, capacity, shown);
    }
    for (;;) {
        if (out->len + 1 == out->capacity && !rv_str_try_reserve(out, rv_size_mul(out->capacity, 2))) {
            return fail_memory(err, out->capacity, shown);
        }
        if (!wait_readable(fd, cancel)) {
            return rv_fail(err, REV_ERROR_CANCELLED, "cancelled");
        }
        ssize_t n = read(fd, out->ptr + out->len, out->capacity - 1 - out->len);
        if (n < 0 && errno != EINTR && errno != EAGAIN) {
            return fail_errno(err, "can't be read", shown);
        }
        if (n == 0) {
            out->ptr[out->len] = '\0';
            return true;
        }
        out->len += n > 0 ? (size_t)n : 0;
    }
}

bool rv_file_read_all(const char *path, const rev_cancel *cancel, struct rv_str *out, rev_error **err)
{
    int fd = path ? open(path, OPEN_FLAGS) : STDIN_FILENO;
    const char *shown = path ? path : "standard input";
    if (fd < 0) {
        return fail_errno(err, "can't be read", shown);
    }
    struct rv_str text = {0};
    bool ok = read_to_end(fd, shown, cancel, &text, err);
    if (path) {
        close(fd);
    }
    if (ok) {
        *out = text;
    } else {
        rv_str_clear(&text);
    }
    return ok;
}

static bool write_all(int fd, struct rv_view text)
{
    size_t done = 0;
    while (done < text.len) {
        ssize_t n = write(fd, text.ptr + done, text.len - done);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return false;
        }
        done += (size_t)n;
    }
    return fsync(fd) == 0;
}

static bool flush_folder(int dir_fd, const char *shown, rev_error **err)
{
    return fsync(dir_fd) == 0 || errno == EINVAL || fail_errno(err, "can't flush its folder", shown);
}

/* A new file with the text in the folder; it is gone again on error. */
static bool write_new(int dir_fd, const char *name, const char *shown, struct rv_view text, rev_error **err)
{
    int fd = openat(dir_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (fd < 0) {
        return fail_errno(err, "can't be written", shown);
    }
    bool ok = write_all(fd, text) || fail_errno(err, "can't be written", shown);
    if (close(fd) != 0 && ok) {
        ok = fail_errno(err, "can't be written", shown);
    }
    if (!ok) {
        unlinkat(dir_fd, name, 0);
    }
    return ok;
}

static void add_temporary_name(struct rv_str *out, const char *name)
{
    char id[RV_ID_LENGTH + 1];
    rv_id_new(id);
    rv_str_printf(out, ".%s.%s.tmp", name, id);
}

bool rv_file_create(int dir_fd, const char *name, const char *shown, struct rv_view text, rev_error **err)
{
    rv_str_auto struct rv_str temporary = {0};
    add_temporary_name(&temporary, name);
    if (!write_new(dir_fd, rv_str_text(&temporary), shown, text, err)) {
        return false;
    }
    if (!rv_file_rename_new(dir_fd, rv_str_text(&temporary), name, shown, err)) {
        unlinkat(dir_fd, rv_str_text(&temporary), 0);
        return false;
    }
    return true;
}

static bool replace_in(int dir_fd, const char *name, const char *shown, struct rv_view text, rev_error **err)
{
    rv_str_auto struct rv_str temporary = {0};
    add_temporary_name(&temporary, name);
    if (!write_new(dir_fd, rv_str_text(&temporary), shown, text, err)) {
        return false;
    }
    if (renameat(dir_fd, rv_str_text(&temporary), dir_fd, name) != 0) {
        fail_errno(err, "can't be written", shown);
        unlinkat(dir_fd, rv_str_text(&temporary), 0);
        return false;
    }
    return flush_folder(dir_fd, shown, err);
}

bool rv_file_replace(const char *path, struct rv_view text, rev_error **err)
{
    rv_arena_auto struct rv_arena *scratch = rv_arena_new();
    const char *slash = strrchr(path, '/');
    const char *folder = !slash ? "." : slash == path ? "/" : rv_arena_text(scratch, path, (size_t)(slash - path));
    int dir_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir_fd < 0) {
        return fail_errno(err, "can't open its folder", path);
    }
    bool ok = replace_in(dir_fd, slash ? slash + 1 : path, path, text, err);
    close(dir_fd);
    return ok;
}

static int rename_noreplace(int dir_fd, const char *from, const char *to)
{
#ifdef RENAME_NOREPLACE
    if (renameat2(dir_fd, from, dir_fd, to, RENAME_NOREPLACE) == 0) {
        return 0;
    }
    if (errno != ENOSYS && errno != EINVAL) {
        return -1;
    }
#endif
    if (rv_path_exists(dir_fd, to)) {
        errno = EEXIST;
        return -1;
    }
    return renameat(dir_fd, from, dir_fd, to);
}

bool rv_file_rename_new(int dir_fd, const char *from, const char *to, const char *shown_to, rev_error **err)
{
    if (rename_noreplace(dir_fd, from, to) != 0) {
        if (errno == EEXIST || errno == ENOTEMPTY) {
            rv_fail(err, REV_ERROR_EXISTS, "exists already");
            rv_error_at(*err, shown_to, 0, 0);
            return false;
        }
        return fail_errno(err, "can't be written", shown_to);
    }
    return flush_folder(dir_fd, shown_to, err);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool rv_dir_list(int dir_fd, const char *shown, struct rv_arena *arena, const char ***out_names, size_t *out_count,
                 rev_error **err)
{
    int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (!dir) {
        fail_errno(err, "can't list this folder", shown);
        if (fd >= 0) {
            close(fd);
        }
        return false;
    }
    RV_VEC(const char *) names = {0};
    struct dirent *entry;
    while (errno = 0, (entry = readdir(dir))) {
        bool may_be_folder = entry->d_type == DT_DIR || entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN;
        if (may_be_folder && strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            rv_vec_push(&names, rv_arena_strdup(arena, entry->d_name));
        }
    }
    bool ok = errno == 0 || fail_errno(err, "can't list this folder", shown);
    closedir(dir);
    if (ok) {
        if (names.count) {
            qsort(names.items, names.count, sizeof *names.items, compare_names);
        }
        *out_names = rv_arena_copy(arena, names.items, names.count * sizeof *names.items);
        *out_count = names.count;
    }
    rv_vec_clear(&names);
    return ok;
}

bool rv_path_exists(int dir_fd, const char *path)
{
    struct stat st;
    return fstatat(dir_fd, path, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

bool rv_path_is_file(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

bool rv_path_is_dir(int dir_fd, const char *path)
{
    struct stat st;
    return fstatat(dir_fd, path, &st, 0) == 0 && S_ISDIR(st.st_mode);
}

char *rv_path_join(struct rv_arena *arena, const char *dir, const char *name)
{
    size_t len = strlen(dir);
    if (name[0] == '/' || len == 0 || strcmp(dir, ".") == 0) {
        return rv_arena_strdup(arena, name);
    }
    return rv_arena_printf(arena, "%s%s%s", dir, dir[len - 1] == '/' ? "" : "/", name);
}

const char *rv_path_shown(struct rv_arena *arena, const char *path)
{
    char *here = getcwd(NULL, 0);
    size_t len = here ? strlen(here) : 0;
    const char *shown = path;
    if (len > 1 && strncmp(path, here, len) == 0 && path[len] == '/') {
        shown = path + len + 1;
    } else if (here && strcmp(path, here) == 0) {
        shown = ".";
    }
    free(here);
    return rv_arena_strdup(arena, shown);
}
