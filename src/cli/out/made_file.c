/* Writing what can be made again at any time: an older one gives way; anything else in its place is what somebody
 * wrote, and stays. */
#include "cli/out/made_file.h"

#include "base/error.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BEGINNING = 256 };

static bool has_mark(int fd, const char *mark)
{
    char beginning[BEGINNING];
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        return false;
    }
    ssize_t n = read(fd, beginning, sizeof beginning);
    return n == 0 || (n > 0 && memmem(beginning, (size_t)n, mark, strlen(mark)));
}

static bool may_write(const char *path, const struct made_file *file, rev_error **err)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (fd < 0 && errno == ENOENT) {
        return true;
    }
    bool ok = fd >= 0 && has_mark(fd, file->mark);
    if (fd >= 0) {
        close(fd);
    }
    if (!ok) {
        rv_fail(err, REV_ERROR_EXISTS, "exists already, and is no %s", file->what);
        rv_error_at(*err, path, 0, 0);
        rv_error_hint(*err, "Give another name, or remove it first. Without --output it goes to standard output.");
    }
    return ok;
}

bool made_file_write(const char *path, const struct made_file *file, rev_error **err)
{
    return may_write(path, file, err) && rv_file_replace(path, file->text, err);
}
