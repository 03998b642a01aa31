/* `doctor`. */
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/findings.h"

static void print_json(struct cli *cli, const rev_project *project, const rev_health *health)
{
    struct out_json *object = out_json_object();
    out_json_text(object, "url", rev_project_url(project));
    out_json_text(object, "server", health->server);
    out_json_text(object, "engine", health->engine.name);
    out_json_text(object, "lock", health->engine.lock);
    out_json_flag(object, "transactional_ddl", health->engine.has_transactional_ddl);
    out_json_flag(object, "background_jobs", health->engine.has_jobs);
    out_json_list(object, "findings", health->findings->count, findings_make, health->findings);
    out_json_print(&cli->out, object);
}

static void print_text(struct cli *cli, const rev_project *project, const rev_health *health)
{
    term_plain(&cli->out, "Database  ");
    term_line(&cli->out, rev_project_url(project));
    term_plain(&cli->out, "\nServer    ");
    term_line(&cli->out, health->server);
    term_printf(&cli->out, "\nEngine    %s: %s, lock: %s%s\n", health->engine.name,
                health->engine.has_transactional_ddl ? "schema changes are transactional"
                                                     : "schema changes are not transactional, so no step is atomic",
                health->engine.lock, health->engine.has_jobs ? ", waits for jobs in the background" : "");
    findings_print(cli, health->findings);
}

static int run(struct cli *cli)
{
    int status;
    rev_error *error = NULL;
    const rev_project *project = cli_open(cli, &status);
    if (!project) {
        return status;
    }
    struct cli_migration migration;
    cli_migration_init(cli, &migration);
    rev_health *health = rev_doctor(project, &migration.options, &error);
    if (!health) {
        return cli_fail(cli, error);
    }
    if (cli->is_json) {
        print_json(cli, project, health);
    } else {
        print_text(cli, project, health);
    }
    status = findings_finish(cli, health->findings, "nothing is wrong");
    rev_health_free(health);
    return status;
}

const struct command command_doctor = {
    .name = "doctor",
    .words = "",
    .summary = "look for what is wrong between the project and its database: exit 3 if something is",
    .description =
        "Compares version rows with the revisions, the log with the rows and with the files, and looks for "
        "interrupted\n"
        "steps, a version table that is gone or altered, and indexes that a failed CREATE INDEX CONCURRENTLY left.\n"
        "Each finding says what to type. Nothing is changed.",
    .examples = "% doctor\n"
                "% doctor --format json",
    .has_json = true,
    .run = run,
};
