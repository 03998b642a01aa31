/* "List and read": where revisions come from, so that a project need not be files. */
#ifndef RV_TREE_SOURCE_H
#define RV_TREE_SOURCE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/str.h"

struct rv_source {
    const char *shown; /* the migrations folder's path, for messages */
    /* The names of what may be revision directories, sorted. */
    bool (*list)(const struct rv_source *source, struct rv_arena *arena, const char ***out_names, size_t *out_count,
                 rev_error **err);
    /* A file `directory/name`; out_exists as in rv_file_read(). */
    bool (*read)(const struct rv_source *source, const char *directory, const char *name, size_t limit,
                 struct rv_arena *arena, struct rv_view *out, bool *out_exists, rev_error **err);
};

/* A migrations folder on disk. `bound` is the folder that links may not leave: the project's where the migrations lie
 * below it, otherwise the migrations folder itself. */
struct rv_source_dir {
    struct rv_source source;
    struct rv_root bound;
    const char *prefix; /* of the migrations folder below the bound: "" or "migrations/" */
    int dir_fd;
};
bool rv_source_dir_open(struct rv_arena *arena, const char *project_dir, const char *migrations_path, const char *shown,
                        struct rv_source_dir *out, rev_error **err);
void rv_source_dir_close(struct rv_source_dir *source);

/* Files held in memory: `directory/name` and their bytes, sorted by path. */
struct rv_memory_file {
    const char *directory, *name;
    struct rv_view text;
};
struct rv_source_memory {
    struct rv_source source;
    const struct rv_memory_file *files;
    size_t count;
};
/* By directory, then by name; for qsort(). */
int rv_memory_file_compare(const void *a, const void *b);
/* Takes the files (of the arena) as they are, in any order, and sorts them. */
void rv_source_memory_init(struct rv_source_memory *source, const char *shown, struct rv_memory_file *files,
                           size_t count);

/* The migrations as a git commit has them, read through git's plumbing. `migrations_path` says which folder of which
 * repository. REV_ERROR_USAGE if `ref` names no commit, REV_ERROR_IO if git can't be run. */
bool rv_source_git_open(struct rv_arena *arena, const char *migrations_path, const char *ref,
                        struct rv_source_memory *out, rev_error **err);
/* The commit from which HEAD and `ref` went apart; NULL without error if there is none. */
bool rv_git_merge_base(struct rv_arena *arena, const char *migrations_path, const char *ref, const char **out_commit,
                       rev_error **err);
/* Whether `ref` names a commit there. */
bool rv_git_has_ref(const char *migrations_path, const char *ref);

#endif
