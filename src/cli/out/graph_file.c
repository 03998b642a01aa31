/* Writing a picture: it can be made again at any time, so an older one gives way; anything else in its place is what
 * somebody wrote, and stays. */
#include "cli/out/graph_file.h"

#include "base/error.h"
#include "base/file.h"
#include "cli/out/graph_picture.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* The mark stands in a picture's first lines. */
enum { BEGINNING = 256 };

static bool is_picture(int fd)
{
    char beginning[BEGINNING];
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        return false;
    }
    ssize_t n = read(fd, beginning, sizeof beginning);
    return n == 0 || (n > 0 && memmem(beginning, (size_t)n, GRAPH_MARK, sizeof GRAPH_MARK - 1));
}

static bool may_write(const char *path, rev_error **err)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (fd < 0 && errno == ENOENT) {
        return true;
    }
    bool ok = fd >= 0 && is_picture(fd);
    if (fd >= 0) {
        close(fd);
    }
    if (!ok) {
        rv_fail(err, REV_ERROR_EXISTS, "exists already, and is no picture of the graph");
        rv_error_at(*err, path, 0, 0);
        rv_error_hint(*err,
                      "Give another name, or remove it first. Without --output the picture goes to standard output.");
    }
    return ok;
}

bool graph_file_write(const char *path, struct rv_view picture, rev_error **err)
{
    return may_write(path, err) && rv_file_replace(path, picture, err);
}
