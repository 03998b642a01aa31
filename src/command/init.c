/* `init`: a new project out of a template. */
#include <rev/author.h>

#include "base/file.h"
#include "command/created.h"
#include "tree/template.h"
#include "tree/write.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

size_t rev_template_info_count(void)
{
    return rv_template_count;
}

rev_template_info rev_template_info_at(size_t index)
{
    return (rev_template_info){rv_templates[index].name, rv_templates[index].description};
}

/* Creates `dir` and the folders above it that are missing. */
static bool make_folders(char *dir)
{
    for (char *p = dir + 1; *p; p++) {
        if (*p == '/') {
            *p = '\0';
            bool ok = mkdir(dir, 0777) == 0 || errno == EEXIST;
            *p = '/';
            if (!ok) {
                return false;
            }
        }
    }
    return mkdir(dir, 0777) == 0 || errno == EEXIST;
}

static bool open_folder(struct rv_arena *arena, const char *dir, struct rv_root *out, rev_error **err)
{
    if (!dir[0]) {
        return rv_fail(err, REV_ERROR_USAGE, "an empty folder name");
    }
    if (!make_folders(rv_arena_strdup(arena, dir))) {
        int saved = errno;
        rv_fail(err, REV_ERROR_IO, "can't create this folder: %s", strerror(saved));
        rv_error_at(*err, dir, 0, 0);
        return false;
    }
    return rv_root_open(dir, out, err);
}

static bool refuse_existing(const struct rv_root *root, const char *dir, rev_error **err)
{
    static const char *const names[] = {"rev.yaml", "migrations"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (rv_path_exists(root->fd, names[i])) {
            rv_fail(err, REV_ERROR_EXISTS, "%s exists already in %s", names[i], dir);
            rv_error_hint(*err, "This folder has a project already; `" PROGRAM_NAME " init DIR` starts one elsewhere.");
            return false;
        }
    }
    return true;
}

static bool write_project(rev_created *created, const char *dir, const struct rv_template *template, rev_error **err)
{
    struct rv_root root;
    struct rv_arena *arena = rv_created_arena(created);
    if (!open_folder(arena, dir, &root, err)) {
        return false;
    }
    const char *readme = rv_template_file(template, "README.md");
    struct rv_new_file readme_file = {"README.md", rv_view_of(readme ? readme : "# Migrations\n")};
    char *migrations = rv_path_join(arena, dir, "migrations");
    char *config = rv_path_join(arena, dir, "rev.yaml");
    bool ok = refuse_existing(&root, dir, err) &&
              rv_directory_create(root.fd, "migrations", migrations, &readme_file, 1, err);
    if (ok && !rv_file_create(root.fd, "rev.yaml", config, rv_view_of(rv_template_file(template, "rev.yaml")), err)) {
        unlinkat(root.fd, "migrations/README.md", 0);
        unlinkat(root.fd, "migrations", AT_REMOVEDIR);
        ok = false;
    }
    rv_root_close(&root);
    if (ok) {
        created->path = rv_arena_strdup(arena, dir);
        rv_created_add(created, config);
        rv_created_add(created, rv_path_join(arena, migrations, "README.md"));
    }
    return ok;
}

rev_created *rev_init(const char *dir, const char *template_name, rev_error **err)
{
    rev_error *error = NULL;
    rev_created *created = rv_created_new();
    const struct rv_template *template =
        rv_template_find(rv_created_arena(created), template_name ? template_name : "generic", &error);
    if (template && write_project(created, dir ? dir : ".", template, &error)) {
        return created;
    }
    rev_created_free(created);
    rv_error_give(err, error);
    return NULL;
}
