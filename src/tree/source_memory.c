/* Revisions that lie in memory, as a source: what git handed over, what a bundle holds. */
#include "tree/source.h"

int rv_memory_file_compare(const void *a, const void *b)
{
    const struct rv_memory_file *left = a, *right = b;
    int order = strcmp(left->directory, right->directory);
    return order ? order : strcmp(left->name, right->name);
}

static bool list(const struct rv_source *source, struct rv_arena *arena, const char ***out_names, size_t *out_count,
                 rev_error **err)
{
    (void)err;
    const struct rv_source_memory *memory = (const struct rv_source_memory *)source;
    const char **names = RV_NEW_ARRAY(arena, const char *, memory->count);
    size_t count = 0;
    for (size_t i = 0; i < memory->count; i++) {
        if (!count || strcmp(names[count - 1], memory->files[i].directory) != 0) {
            names[count++] = memory->files[i].directory;
        }
    }
    *out_names = names;
    *out_count = count;
    return true;
}

static bool read_file(const struct rv_source *source, const char *directory, const char *name, size_t limit,
                      struct rv_arena *arena, struct rv_view *out, bool *out_exists, rev_error **err)
{
    const struct rv_source_memory *memory = (const struct rv_source_memory *)source;
    const struct rv_memory_file wanted = {.directory = directory, .name = name};
    const struct rv_memory_file *found =
        memory->count ? bsearch(&wanted, memory->files, memory->count, sizeof wanted, rv_memory_file_compare) : NULL;
    if (out_exists) {
        *out_exists = found != NULL;
    }
    if (!found && out_exists) {
        return true;
    }
    if (!found || (limit && found->text.len > limit)) {
        rv_fail(err, found ? REV_ERROR_TOO_LARGE : REV_ERROR_IO, found ? "over its limit" : "not there");
        rv_error_at(*err, rv_arena_printf(arena, "%s/%s/%s", source->shown, directory, name), 0, 0);
        return false;
    }
    *out = found->text;
    return true;
}

void rv_source_memory_init(struct rv_source_memory *source, const char *shown, struct rv_memory_file *files,
                           size_t count)
{
    if (count) {
        qsort(files, count, sizeof *files, rv_memory_file_compare);
    }
    source->source = (struct rv_source){.shown = shown, .list = list, .read = read_file};
    source->files = files;
    source->count = count;
}
