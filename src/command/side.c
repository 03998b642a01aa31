/* Opens and reads the sides of a comparison; decides nothing. */
#include "command/side.h"

#include <fcntl.h>

static void index_ids(struct rv_side *side)
{
    side->by_id = rv_map_new();
    for (size_t i = 0; i < side->scan.count; i++) {
        rv_map_put(side->by_id, rv_view_of(side->scan.descriptors[i].id.text), (uint32_t)i);
    }
}

void rv_side_here(struct rv_side *out, const rev_project *project)
{
    *out = (struct rv_side){.source = project->from, .dir.dir_fd = -1, .scan = project->scan};
    index_ids(out);
}

static bool scan(struct rv_side *side, struct rv_arena *arena, rev_error **err)
{
    struct rv_faults faults = {0};
    if (!rv_scan(arena, side->source, &side->scan, &faults, err) || !rv_faults_done(&faults, err)) {
        return false;
    }
    index_ids(side);
    return true;
}

bool rv_side_commit(struct rv_side *out, const rev_project *project, const char *commit, struct rv_arena *arena,
                    rev_error **err)
{
    *out = (struct rv_side){.dir.dir_fd = -1};
    out->source = &out->memory.source;
    return rv_source_git_open(arena, project->settings.migrations_path, commit, &out->memory, err) &&
           scan(out, arena, err);
}

static bool is_certainly_folder(const char *with)
{
    return with[0] == '/' || strcmp(with, ".") == 0 || strcmp(with, "..") == 0 || rv_text_starts_with(with, "./") ||
           rv_text_starts_with(with, "../");
}

static bool open_folder(struct rv_side *out, const char *with, struct rv_arena *arena, rev_error **err)
{
    const char *migrations = rv_path_join(arena, with, "migrations");
    const char *folder = rv_path_is_dir(AT_FDCWD, migrations) ? migrations : with;
    out->source = &out->dir.source;
    return rv_source_dir_open(arena, folder, folder, folder, &out->dir, err) && scan(out, arena, err);
}

bool rv_side_there(struct rv_side *out, const rev_project *project, const char *with, struct rv_arena *arena,
                   bool *out_is_ref, rev_error **err)
{
    bool is_folder = is_certainly_folder(with) ||
                     (rv_path_is_dir(AT_FDCWD, with) && !rv_git_has_ref(project->settings.migrations_path, with));
    *out = (struct rv_side){.dir.dir_fd = -1};
    *out_is_ref = !is_folder;
    return is_folder ? open_folder(out, with, arena, err) : rv_side_commit(out, project, with, arena, err);
}

void rv_side_close(struct rv_side *side)
{
    rv_map_free(side->by_id);
    side->by_id = NULL;
    rv_source_dir_close(&side->dir);
}

const struct rv_descriptor *rv_side_find(const struct rv_side *side, const char *id)
{
    uint32_t i;
    return side->by_id && rv_map_get(side->by_id, rv_view_of(id), &i) ? &side->scan.descriptors[i] : NULL;
}

const char *rv_side_directory(const struct rv_descriptor *descriptor)
{
    return strrchr(descriptor->path, '/') + 1;
}

bool rv_side_digest(const struct rv_side *side, const struct rv_descriptor *descriptor, char out[RV_SHA256_TEXT_SIZE],
                    rev_error **err)
{
    rv_arena_auto struct rv_arena *scratch = rv_arena_new();
    struct rv_view up = {0}, down = {0};
    bool exists;
    const char *directory = rv_side_directory(descriptor);
    if (!side->source->read(side->source, directory, "up.sql", 0, scratch, &up, &exists, err) ||
        !side->source->read(side->source, directory, "down.sql", 0, scratch, &down, &exists, err)) {
        return false;
    }
    rv_checksum_descriptor(descriptor, up, down, out);
    return true;
}
