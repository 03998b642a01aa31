/* `show`. */
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/out/json.h"
#include "cli/out/text.h"

static const struct option options[] = {
    {"from-database", 0, NULL, false, "what ran for a revision, as the database has kept it"},
};

/* "== up.sql" and the file as it ran. */
static void print_file(struct cli *cli, const char *name, const char *text)
{
    term_printf(&cli->out, "== %s\n", name);
    term_text(&cli->out, text ? text : "(there was none, or it was too large to be kept)");
    size_t len = text ? strlen(text) : 0;
    term_plain(&cli->out, len && text[len - 1] == '\n' ? "" : "\n");
}

static void print_kept(struct cli *cli, const rev_kept *kept)
{
    if (cli->is_json) {
        struct out_json *object = out_json_object();
        out_json_text(object, "revision", kept->revision);
        out_json_text(object, "checksum", kept->checksum);
        out_json_text(object, "header", kept->header);
        out_json_text(object, "up", kept->up);
        out_json_text(object, "down", kept->down);
        out_json_print(&cli->out, object);
        return;
    }
    print_file(cli, "revision.yaml", kept->header);
    print_file(cli, "up.sql", kept->up);
    print_file(cli, "down.sql", kept->down);
}

static int show_kept(struct cli *cli, const rev_project *project)
{
    struct cli_migration migration;
    rev_error *error = NULL;
    cli_migration_init(cli, &migration);
    rev_kept *kept = rev_kept_read(project, cli->arguments.words[0], &migration.options, &error);
    if (!kept) {
        return cli_fail(cli, error);
    }
    print_kept(cli, kept);
    rev_kept_free(kept);
    return EXIT_DONE;
}

static int run(struct cli *cli)
{
    int status;
    const rev_project *project = cli_open(cli, &status);
    if (!project) {
        return status;
    }
    if (option_is_set(&cli->arguments, "from-database")) {
        return show_kept(cli, project);
    }
    rev_error *error = NULL;
    rev_revisions *list = cli_resolve(cli, project, cli->arguments.words[0], &error);
    if (!list) {
        return cli_fail(cli, error);
    }
    if (cli->is_json) {
        out_json_print_revisions(&cli->out, list, NULL);
    }
    for (size_t i = 0; i < list->count && !cli->is_json; i++) {
        text_revision_verbose(&cli->out, list->items[i], false);
    }
    rev_revisions_free(list);
    return EXIT_DONE;
}

const struct command command_show = {
    .name = "show",
    .words = "SPEC",
    .summary = "show the revisions that SPEC names",
    .description =
        "With --from-database, SPEC is a whole id, and what is shown are the files that ran for it last, as the\n"
        "database has kept them: the revision's own files may be gone.",
    .examples = "% show head\n"
                "% show 5cd0\n"
                "% show 5cd038a8f131 --from-database",
    .min_words = 1,
    .max_words = 1,
    .word_kinds = WORD_SPEC,
    OPTIONS(options),
    .has_json = true,
    .run = run,
};
