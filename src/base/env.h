/* Variables: the environment's, and those of a `.env` file. */
#ifndef RV_BASE_ENV_H
#define RV_BASE_ENV_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

struct rv_env_entry {
    const char *name, *value;
};
struct rv_env_file {
    struct rv_env_entry *entries;
    size_t count;
};

/* The lines NAME=value of a `.env`: `#` comments, an optional `export `, 'single' and "double" quotes (with \n, \", \\,
 * \$ and \` in the latter; before anything else a backslash is one). The values never reach the process's environment.
 * A line that is none of these is an error that names its place and quotes nothing of it. */
bool rv_env_parse(struct rv_arena *arena, struct rv_view text, const char *file, struct rv_env_file *out,
                  rev_error **err);

/* The exported variable; NULL if it is not set or empty. */
const char *rv_env_exported(const char *name);
/* The file's variable; NULL if it is not there or empty. The last of several wins. */
const char *rv_env_in_file(const struct rv_env_file *file, const char *name);

#endif
