/* `init`. */
#include "cli/commands.h"
#include "base/str.h"
#include "cli/exit.h"
#include "cli/out/json.h"

#include <string.h>

static const struct option options[] = {
    {"template", 't', "TEMPLATE", false, "generic (the default), another of `list_templates`, or a folder",
     .kinds = WORD_TEMPLATE | WORD_FOLDER},
};

/* A word that a shell reads as it is. */
static void add_for_shell(struct rv_str *out, const char *word)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./-";
    bool is_plain = word[strspn(word, plain)] == '\0';
    rv_str_add_text(out, word[0] == '-' ? "./" : "");
    rv_str_add_text(out, is_plain ? "" : "'");
    for (; *word; word++) {
        if (*word == '\'') {
            rv_str_add_text(out, "'\\''");
        } else {
            rv_str_add_char(out, *word);
        }
    }
    rv_str_add_text(out, is_plain ? "" : "'");
}

static int run(struct cli *cli)
{
    rev_error *error = NULL;
    const char *dir = cli->arguments.word_count ? cli->arguments.words[0] : ".";
    rev_created *created = rev_init(dir, option_value(&cli->arguments, "template"), &error);
    if (!created) {
        return cli_fail(cli, error);
    }
    if (cli->is_json) {
        struct out_json *object = out_json_object();
        out_json_text(object, "path", created->path);
        out_json_strings(object, "files", created->files);
        out_json_print(&cli->out, object);
    }
    for (size_t i = 0; i < created->files.count && !cli->is_json; i++) {
        term_line(&cli->out, created->files.items[i]);
        term_plain(&cli->out, "\n");
    }
    rev_created_free(created);
    if (strcmp(dir, ".") == 0) {
        cli_remark(cli, "Next: " PROGRAM_NAME " revision -m \"first tables\"");
    } else {
        rv_str_auto struct rv_str quoted = {0};
        add_for_shell(&quoted, dir);
        cli_remark(cli, "Next: cd %s && " PROGRAM_NAME " revision -m \"first tables\"", rv_str_text(&quoted));
    }
    return EXIT_DONE;
}

const struct command command_init = {
    .name = "init",
    .words = "[DIR]",
    .summary = "start a project: rev.yaml and migrations/",
    .description =
        "Starts a project in DIR, or here: a rev.yaml and a folder migrations/ with a README. Refuses where\n"
        "there is one, and writes over nothing. The project uses a SQLite file until its rev.yaml or the\n"
        "environment names another database.",
    .examples = "% init                        # here\n"
                "% init -t postgresql shop     # in shop/, for PostgreSQL",
    .max_words = 1,
    .word_kinds = WORD_FOLDER,
    OPTIONS(options),
    .has_json = true,
    .has_no_project = true,
    .run = run,
};
