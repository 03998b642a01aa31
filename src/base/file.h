/* Files: read whole with a limit and never beyond a folder; written whole or not at all. */
#ifndef RV_BASE_FILE_H
#define RV_BASE_FILE_H

#include <rev/observer.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>

/* A folder that bounds what is read below it: links may lead about inside, never out. */
struct rv_root {
    int fd;
    char *path; /* real and absolute */
};
bool rv_root_open(const char *path, struct rv_root *out, rev_error **err);
void rv_root_close(struct rv_root *root); /* all zero, or closed before, is fine: fd is -1 then */
#define RV_ROOT_NONE ((struct rv_root){.fd = -1})

/* Reads a regular file below `root` (limit 0: none; beyond it: REV_ERROR_TOO_LARGE). `shown` names it in errors. With
 * out_exists, a file that is not there is no error; a link to what is not there is one all the same. The text is
 * followed by a NUL that is not part of it. */
bool rv_file_read(const struct rv_root *root, const char *path, const char *shown, size_t limit, struct rv_arena *arena,
                  struct rv_view *out, bool *out_exists, rev_error **err);

/* Reads to its end whatever the user names: a file anywhere, a pipe, standard input (path NULL). No limit; the wish to
 * stop ends the wait for a pipe (REV_ERROR_CANCELLED). */
bool rv_file_read_all(const char *path, const rev_cancel *cancel, struct rv_str *out, rev_error **err);

/* Writes a new file in the folder `dir_fd`, flushed; REV_ERROR_EXISTS if the name is taken. Nothing half-written stays.
 */
bool rv_file_create(int dir_fd, const char *name, const char *shown, struct rv_view text, rev_error **err);

/* The same for a path from the working directory, and a file of that name is replaced, or stays whole. */
bool rv_file_replace(const char *path, struct rv_view text, rev_error **err);

/* Renames without replacing, and flushes the folder. REV_ERROR_EXISTS if `to` is taken. */
bool rv_file_rename_new(int dir_fd, const char *from, const char *to, const char *shown_to, rev_error **err);

/* The names in a folder, sorted by bytes, without `.` and `..`; only what may be a folder or a link to one. */
bool rv_dir_list(int dir_fd, const char *shown, struct rv_arena *arena, const char ***out_names, size_t *out_count,
                 rev_error **err);

/* True if something is at `path` (relative to dir_fd, AT_FDCWD for the working directory); links are not followed. */
bool rv_path_exists(int dir_fd, const char *path);
bool rv_path_is_dir(int dir_fd, const char *path);
bool rv_path_is_file(const char *path); /* a regular one, or a link to one */

/* "dir/name", without doubling the slash; just `name` if dir is "" or "." or name is absolute. */
char *rv_path_join(struct rv_arena *arena, const char *dir, const char *name);
/* `path` (absolute) as seen from the working directory where it lies below it, otherwise as it is. */
const char *rv_path_shown(struct rv_arena *arena, const char *path);

#endif
