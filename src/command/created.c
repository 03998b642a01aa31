/* The list of files that were created. */
#include "command/created.h"

#include "base/alloc.h"

enum { FILES_MAX = 8 };

struct created {
    rev_created public;
    struct rv_arena *arena;
    const char *files[FILES_MAX];
};

rev_created *rv_created_new(void)
{
    struct created *created = rv_alloc(sizeof *created);
    *created = (struct created){.arena = rv_arena_new()};
    created->public.files.items = created->files;
    return &created->public;
}

struct rv_arena *rv_created_arena(rev_created *created)
{
    return ((struct created *)created)->arena;
}

void rv_created_add(rev_created *created, const char *file)
{
    struct created *whole = (struct created *)created;
    if (created->files.count < FILES_MAX) {
        whole->files[created->files.count++] = file;
    }
}

void rev_created_free(rev_created *created)
{
    if (created) {
        rv_arena_free(((struct created *)created)->arena);
        free(created);
    }
}
