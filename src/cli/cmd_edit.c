/* `edit`. */
#include "cli/commands.h"

#include "base/env.h"
#include "base/error.h"
#include "base/process.h"
#include "base/str.h"
#include "base/vec.h"
#include "cli/exit.h"

#include <unistd.h>

typedef RV_VEC(char *) texts;

/* up.sql and, where there is one, down.sql. */
static void add_scripts(texts *files, const rev_revision *revision)
{
    static const char *const names[] = {"up.sql", "down.sql"};
    for (size_t i = 0; i < 2; i++) {
        struct rv_str path = {0};
        /* A path that begins with '-' would be an option of the editor. */
        rv_str_printf(&path, "%s%s/%s", revision->path[0] == '-' ? "./" : "", revision->path, names[i]);
        if (i == 0 || access(rv_str_text(&path), F_OK) == 0) {
            rv_vec_push(files, rv_str_take(&path));
        } else {
            rv_str_clear(&path);
        }
    }
}

/* The editor's command is the user's own and may have options and quotes: a shell reads it, as git does, but never the
 * files' names, which are its arguments. */
static int run_editor(struct cli *cli, const texts *files)
{
    const char *editor = rv_env_exported("VISUAL");
    editor = editor ? editor : rv_env_exported("EDITOR");
    editor = editor ? editor : "vi";
    rv_str_auto struct rv_str command = {0};
    rv_str_printf(&command, "%s \"$@\"", editor);
    RV_VEC(const char *) argv = {0};
    const char *const first[] = {"sh", "-c", rv_str_text(&command), editor};
    for (size_t i = 0; i < sizeof first / sizeof first[0]; i++) {
        rv_vec_push(&argv, first[i]);
    }
    for (size_t i = 0; i < files->count; i++) {
        rv_vec_push(&argv, files->items[i]);
    }
    rv_vec_push(&argv, NULL);
    rev_error *error = NULL;
    int status = 0;
    if (rv_process_wait(argv.items, &status, &error) && status != 0) {
        rv_fail(&error, REV_ERROR_IO, "the editor '%s' ended with status %d", editor, status);
        rv_error_hint(error, "VISUAL or EDITOR name the editor to use.");
    }
    rv_vec_clear(&argv);
    return error ? cli_fail(cli, error) : EXIT_DONE;
}

static int run(struct cli *cli)
{
    int status;
    const rev_project *project = cli_open(cli, &status);
    if (!project) {
        return status;
    }
    rev_error *error = NULL;
    if (rev_project_is_bundle(project)) {
        rv_fail(&error, REV_ERROR_USAGE, "there are no files to edit in a bundle");
        rv_error_hint(error, "Edit them in the project that it was made from.");
        return cli_fail(cli, error);
    }
    rev_revisions *list = cli_resolve(cli, project, cli->arguments.words[0], &error);
    if (list && !list->count) {
        rv_fail(&error, REV_ERROR_SPEC, "'%s' names no revision to edit", cli->arguments.words[0]);
    }
    if (error) {
        rev_revisions_free(list);
        return cli_fail(cli, error);
    }
    texts files = {0};
    for (size_t i = 0; i < list->count; i++) {
        add_scripts(&files, list->items[i]);
    }
    status = run_editor(cli, &files);
    for (size_t i = 0; i < files.count; i++) {
        free(files.items[i]);
    }
    rv_vec_clear(&files);
    rev_revisions_free(list);
    return status;
}

const struct command command_edit = {
    .name = "edit",
    .words = "SPEC",
    .summary = "open a revision's scripts in an editor",
    .description = "Opens up.sql and down.sql of what SPEC names in $VISUAL or $EDITOR (or vi).",
    .examples = "% edit head",
    .min_words = 1,
    .max_words = 1,
    .word_kinds = WORD_SPEC,
    .run = run,
};
