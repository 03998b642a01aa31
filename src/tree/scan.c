/* One pass over the migrations folder. A directory that can't be read is a fault, never a revision less: skipping it
 * would change the graph. */
#include "tree/scan.h"

#include "base/vec.h"
#include "tree/header.h"

struct scanner {
    struct rv_arena *arena;
    const struct rv_source *source;
    struct rv_faults *faults;
    struct rv_descriptor *descriptors; /* room for one of each directory */
    size_t count;
    RV_VEC(const char *) warnings;
    bool has_lost;
};

static void no_header(struct scanner *scanner, const char *directory)
{
    struct rv_arena *scratch = rv_arena_new();
    struct rv_view text;
    bool exists = false;
    rev_error *error = NULL;
    scanner->source->read(scanner->source, directory, "up.sql", 0, scratch, &text, &exists, &error);
    rev_error_free(error);
    rv_arena_free(scratch);
    if (exists) {
        rv_vec_push(&scanner->warnings,
                    rv_arena_printf(scanner->arena, "%s/%s has an up.sql but no revision.yaml, so it is not a revision",
                                    scanner->source->shown, directory));
    }
}

static void scan_directory(struct scanner *scanner, const char *directory)
{
    rv_arena_auto struct rv_arena *scratch = rv_arena_new();
    struct rv_view text;
    bool exists = false;
    rev_error *error = NULL;
    if (!scanner->source->read(scanner->source, directory, "revision.yaml", RV_HEADER_LIMIT, scratch, &text, &exists,
                               &error)) {
        rv_faults_take(scanner->faults, error);
        scanner->has_lost = true;
        return;
    }
    if (!exists) {
        no_header(scanner, directory);
        return;
    }
    char *path = rv_arena_path(scanner->arena, scanner->source->shown, directory);
    char *file = rv_arena_path(scanner->arena, path, "revision.yaml");
    struct rv_descriptor *descriptor = &scanner->descriptors[scanner->count];
    rv_header_parse(scanner->arena, text, file, descriptor, scanner->faults);
    if (descriptor->id.text) {
        descriptor->path = path;
        scanner->count++;
    } else {
        scanner->has_lost = true;
    }
}

bool rv_scan(struct rv_arena *arena, const struct rv_source *source, struct rv_scan *out, struct rv_faults *faults,
             rev_error **err)
{
    const char **names;
    size_t count;
    struct scanner scanner = {.arena = arena, .source = source, .faults = faults};
    rv_arena_auto struct rv_arena *scratch = rv_arena_new();
    if (!source->list(source, scratch, &names, &count, err)) {
        return false;
    }
    scanner.descriptors = RV_NEW_ARRAY(arena, struct rv_descriptor, count);
    for (size_t i = 0; i < count; i++) {
        if (names[i][0] != '.') {
            scan_directory(&scanner, names[i]);
        }
    }
    out->count = scanner.count;
    out->has_all = !scanner.has_lost;
    out->descriptors = scanner.descriptors;
    out->warning_count = scanner.warnings.count;
    out->warnings = rv_arena_copy(arena, scanner.warnings.items, out->warning_count * sizeof *scanner.warnings.items);
    rv_vec_clear(&scanner.warnings);
    return true;
}
