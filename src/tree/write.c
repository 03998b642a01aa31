/* Atomic creation of a directory with its files. Never writes over anything. */
#include "tree/write.h"

#include "base/file.h"
#include "base/id.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static bool fill(int fd, const char *shown, const struct rv_new_file *files, size_t count, rev_error **err)
{
    for (size_t i = 0; i < count; i++) {
        rv_str_auto struct rv_str path = {0};
        rv_str_printf(&path, "%s/%s", shown, files[i].name);
        if (!rv_file_create(fd, files[i].name, rv_str_text(&path), files[i].text, err)) {
            return false;
        }
    }
    return true;
}

bool rv_directory_create(int dir_fd, const char *directory, const char *shown, const struct rv_new_file *files,
                         size_t count, rev_error **err)
{
    rv_str_auto struct rv_str temporary = {0};
    char id[RV_ID_LENGTH + 1];
    rv_id_new(id);
    rv_str_printf(&temporary, ".%s.%s.tmp", directory, id);
    const char *name = rv_str_text(&temporary);
    int fd = mkdirat(dir_fd, name, 0777) == 0 ? openat(dir_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (fd < 0) {
        int saved = errno;
        unlinkat(dir_fd, name, AT_REMOVEDIR);
        rv_fail(err, REV_ERROR_IO, "can't be created: %s", strerror(saved));
        rv_error_at(*err, shown, 0, 0);
        return false;
    }
    bool ok = fill(fd, shown, files, count, err) && rv_file_rename_new(dir_fd, name, directory, shown, err);
    /* Once renamed it is there, even if its folder could not be flushed. */
    if (!ok && rv_path_exists(dir_fd, name)) {
        for (size_t i = 0; i < count; i++) {
            unlinkat(fd, files[i].name, 0);
        }
        unlinkat(dir_fd, name, AT_REMOVEDIR);
    }
    close(fd);
    return ok;
}
