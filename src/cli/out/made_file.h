/* Files that commands make: a picture, a bundle. */
#ifndef RV_CLI_OUT_MADE_FILE_H
#define RV_CLI_OUT_MADE_FILE_H

#include <rev/error.h>

#include "base/str.h"

struct made_file {
    const char *what; /* "picture of the graph" */
    const char *mark; /* stands in the first lines of every one */
    struct rv_view text;
};

/* Writes it, over an empty file or an older one of its kind; whatever else is at `path` stays: REV_ERROR_EXISTS. */
bool made_file_write(const char *path, const struct made_file *file, rev_error **err);

#endif
