/* A temporary folder for a test, made before it and removed with everything in it afterwards. */
#ifndef RV_TESTS_FOLDER_H
#define RV_TESTS_FOLDER_H

#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* TESTS(IN_FOLDER(a)); — *state is the folder's path, which is also the working directory; umask 022. */
#define IN_FOLDER(name) cmocka_unit_test_setup_teardown(name, folder_make, folder_remove)

static inline int folder_make(void **state)
{
    const char *parent = getenv("TMPDIR");
    char path[4096];
    snprintf(path, sizeof path, "%s/rev-unit-XXXXXX", parent && parent[0] ? parent : "/tmp");
    umask(022);
    if (!mkdtemp(path)) {
        return -1;
    }
    *state = realpath(path, NULL);
    return *state && chmod(path, 0755) == 0 ? chdir(*state) : -1;
}

static inline int folder_remove_one(const char *path, const struct stat *st, int type, struct FTW *place)
{
    (void)st;
    (void)type;
    (void)place;
    return remove(path);
}

static inline int folder_remove(void **state)
{
    int failed = chdir("/") != 0 || nftw(*state, folder_remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0;
    free(*state);
    return failed;
}

/* Paths below are relative to the folder. */
static inline void make_dir(const char *path)
{
    if (mkdir(path, 0755) != 0 && errno != EEXIST) {
        fail_msg("mkdir %s: %s", path, strerror(errno));
    }
}

static inline void write_bytes(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) {
        fail_msg("writing %s: %s", path, strerror(errno));
    }
}

static inline void write_text(const char *path, const char *text)
{
    write_bytes(path, text, strlen(text));
}

static inline void make_link(const char *target, const char *path)
{
    if (symlink(target, path) != 0) {
        fail_msg("symlink %s: %s", path, strerror(errno));
    }
}

static inline void make_fifo(const char *path)
{
    if (mkfifo(path, 0644) != 0) {
        fail_msg("mkfifo %s: %s", path, strerror(errno));
    }
}

/* Runs `check` in a child that is nobody, whom permissions bind; true if it answered true. For root and others alike.
 */
static inline bool as_nobody(bool (*check)(void))
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        bool is_bound = geteuid() != 0 || (setgid(65534) == 0 && setuid(65534) == 0);
        _exit(is_bound && check() ? 0 : 1);
    }
    int status = 0;
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

#endif
