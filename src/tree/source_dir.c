/* The migrations folder on disk, as a source. Holds two descriptors however many revisions there are. */
#include "tree/source.h"

#include <fcntl.h>
#include <unistd.h>

static bool list(const struct rv_source *source, struct rv_arena *arena, const char ***out_names, size_t *out_count,
                 rev_error **err)
{
    const struct rv_source_dir *dir = (const struct rv_source_dir *)source;
    return rv_dir_list(dir->dir_fd, source->shown, arena, out_names, out_count, err);
}

/* Once for every header, so without printf, which takes longer than the parser. */
static void add_file(struct rv_str *out, const char *directory, const char *name)
{
    rv_str_add_text(out, directory);
    rv_str_add_char(out, '/');
    rv_str_add_text(out, name);
}

static bool read_file(const struct rv_source *source, const char *directory, const char *name, size_t limit,
                      struct rv_arena *arena, struct rv_view *out, bool *out_exists, rev_error **err)
{
    const struct rv_source_dir *dir = (const struct rv_source_dir *)source;
    rv_str_auto struct rv_str path = {0}, shown = {0};
    rv_str_add_text(&path, dir->prefix);
    add_file(&path, directory, name);
    const char *below = rv_str_text(&path);
    if (rv_file_read(&dir->bound, below, below, limit, arena, out, out_exists, err)) {
        return true;
    }
    rv_str_printf(&shown, "%s/", source->shown);
    add_file(&shown, directory, name);
    rv_error_at(*err, rv_str_text(&shown), 0, 0);
    return false;
}

bool rv_source_dir_open(struct rv_arena *arena, const char *project_dir, const char *migrations_path, const char *shown,
                        struct rv_source_dir *out, rev_error **err)
{
    struct rv_root migrations = RV_ROOT_NONE, project = RV_ROOT_NONE;
    if (!rv_path_is_dir(AT_FDCWD, migrations_path)) {
        rv_fail(err, REV_ERROR_CONFIG, "no migrations folder");
        rv_error_at(*err, shown, 0, 0);
        rv_error_hint(*err,
                      "Run `" PROGRAM_NAME
                      " init` where there is no rev.yaml yet, make the folder, or say where it is: `migrations:` in "
                      "rev.yaml, or -d DIR.");
        return false;
    }
    if (!rv_root_open(migrations_path, &migrations, err)) {
        return false;
    }
    if (!rv_root_open(project_dir, &project, err)) {
        rv_root_close(&migrations);
        return false;
    }
    size_t len = strcmp(project.path, "/") == 0 ? 0 : strlen(project.path);
    bool is_below = strncmp(migrations.path, project.path, len) == 0 && migrations.path[len] == '/';
    out->source = (struct rv_source){.shown = rv_arena_strdup(arena, shown), .list = list, .read = read_file};
    out->prefix = is_below ? rv_arena_printf(arena, "%s/", migrations.path + len + 1) : "";
    out->dir_fd = fcntl(migrations.fd, F_DUPFD_CLOEXEC, 3);
    out->bound = is_below ? project : migrations;
    rv_root_close(is_below ? &migrations : &project);
    if (out->dir_fd < 0) {
        rv_root_close(&out->bound);
        rv_fail(err, REV_ERROR_IO, "can't open this folder: too many open files");
        rv_error_at(*err, shown, 0, 0);
        return false;
    }
    return true;
}

void rv_source_dir_close(struct rv_source_dir *source)
{
    if (source->dir_fd > 0) {
        close(source->dir_fd);
        source->dir_fd = -1;
        rv_root_close(&source->bound);
    }
}
