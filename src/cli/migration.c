/* Running a migration and reporting what it did: progress and remarks on stderr, the steps of a dry run on stdout. */
#include "cli/migration.h"

#include "base/error.h"
#include "base/str.h"
#include "cli/exit.h"
#include "cli/out/json.h"
#include "cli/out/text.h"

/* "…: the database is at a, b" */
static void remark_rows(struct cli *cli, const char *what, rev_strings rows)
{
    rv_str_auto struct rv_str ids = {0};
    for (size_t i = 0; i < rows.count; i++) {
        rv_str_printf(&ids, "%s%s", i ? ", " : "", rows.items[i]);
    }
    cli_remark(cli, "%s: the database is at %s", what, rows.count ? rv_str_text(&ids) : "base");
}

static void print_json(struct cli *cli, const rev_result *result, bool dry_run)
{
    struct out_json *object = out_json_object();
    out_json_flag(object, "dry_run", dry_run);
    out_json_steps(object, "steps", result->steps, result->step_count);
    out_json_strings(object, "rows", result->rows);
    out_json_print(&cli->out, object);
}

int migration_finish(struct cli *cli, rev_result *result, rev_error *error, bool dry_run)
{
    if (!result) {
        return cli_fail(cli, error);
    }
    if (!result->step_count) {
        remark_rows(cli, "nothing to do", result->rows);
    }
    if (cli->is_json) {
        print_json(cli, result, dry_run);
    }
    term_fit_begin(&cli->out);
    for (size_t i = 0; i < result->step_count && dry_run && !cli->is_json; i++) {
        text_step(&cli->out, &result->steps[i]);
        term_plain(&cli->out, "\n");
    }
    term_fit_end(&cli->out);
    if (result->step_count && dry_run) {
        cli_remark(cli, "%zu %s would run; nothing was touched", result->step_count,
                   result->step_count == 1 ? "step" : "steps");
    }
    rev_result_free(result);
    return EXIT_DONE;
}

int migration_resolved(struct cli *cli, rev_result *result, rev_error *error)
{
    if (!result) {
        return cli_fail(cli, error);
    }
    remark_rows(cli, "resolved", result->rows);
    if (cli->is_json) {
        print_json(cli, result, false);
    }
    rev_result_free(result);
    return EXIT_DONE;
}

static bool check_options(const struct cli *cli, rev_error **err)
{
    const struct arguments *arguments = &cli->arguments;
    bool is_sql = option_is_set(arguments, "sql");
    if (!is_sql && option_is_set(arguments, "tag")) {
        rv_fail(err, REV_ERROR_USAGE, "--tag goes with --sql");
        rv_error_hint(*err, "It is a comment at the top of the script. Leave it out, or add --sql.");
        return false;
    }
    static const char *const others[] = {"dry-run",           "purge",      "lock-retries", "lock-timeout",
                                         "statement-timeout", "transaction"};
    for (size_t i = 0; is_sql && i < sizeof others / sizeof others[0]; i++) {
        if (option_is_set(arguments, others[i])) {
            return rv_fail(err, REV_ERROR_USAGE, "--%s and --sql don't go together", others[i]);
        }
    }
    if (is_sql && cli->is_json) {
        return rv_fail(err, REV_ERROR_USAGE, "--sql prints a script: it has no JSON form");
    }
    return true;
}

bool migration_is_offline(struct cli *cli, rev_direction direction, int *out_status)
{
    rev_error *error = NULL;
    if (!check_options(cli, &error)) {
        *out_status = cli_fail(cli, error);
        return true;
    }
    if (!option_is_set(&cli->arguments, "sql")) {
        return false;
    }
    const rev_project *project = cli_open(cli, out_status);
    if (!project) {
        return true;
    }
    rev_strings specs = {cli->arguments.word_count, cli->arguments.words};
    char *script = rev_sql(project, direction, specs, option_value(&cli->arguments, "tag"), &error);
    if (script) {
        /* A script is data: its bytes pass as they are. */
        term_plain(&cli->out, script);
        rev_text_free(script);
    }
    *out_status = error ? cli_fail(cli, error) : EXIT_DONE;
    return true;
}

int migration_run(struct cli *cli, rev_direction direction, migration_function *run)
{
    int status;
    if (migration_is_offline(cli, direction, &status)) {
        return status;
    }
    const rev_project *project = cli_open(cli, &status);
    if (!project) {
        return status;
    }
    struct cli_migration migration;
    rev_error *error = NULL;
    cli_migration_init(cli, &migration);
    migration.options.dry_run = option_is_set(&cli->arguments, "dry-run");
    const char *transaction = option_value(&cli->arguments, "transaction");
    migration.options.one_transaction = transaction && strcmp(transaction, "all") == 0;
    rev_result *result = run(project, cli->arguments.words[0], &migration.options, &error);
    return migration_finish(cli, result, error, migration.options.dry_run);
}
