/* Creates a revision directory, whole or not at all. */
#ifndef RV_TREE_WRITE_H
#define RV_TREE_WRITE_H

#include "base/error.h"
#include "base/str.h"

struct rv_new_file {
    const char *name;
    struct rv_view text;
};

/* Creates `directory` with these files in the folder `dir_fd`: everything is written into a hidden neighbour, flushed,
 * and renamed, so that a half-made revision is never seen. `shown` names it in errors. */
bool rv_directory_create(int dir_fd, const char *directory, const char *shown, const struct rv_new_file *files,
                         size_t count, rev_error **err);

#endif
