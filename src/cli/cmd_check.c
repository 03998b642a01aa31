/* `check`. */
#include "cli/commands.h"

#include "base/error.h"
#include "cli/exit.h"
#include "cli/findings.h"

static const struct option options[] = {
    {"against", 0, "REF", false, "instead: are the revisions of a git ref (or folder) here, unchanged?",
     .kinds = WORD_FOLDER},
    {"merged-with", 0, "REF", false, "instead: what will the graph be, once merged with a git ref (or folder)?",
     .kinds = WORD_FOLDER},
};

static int run(struct cli *cli)
{
    const char *merged_with = option_value(&cli->arguments, "merged-with");
    const char *against = option_value(&cli->arguments, "against");
    rev_error *error = NULL;
    if (merged_with && against) {
        rv_fail(&error, REV_ERROR_USAGE, "--merged-with and --against are two questions: ask one at a time");
        return cli_fail(cli, error);
    }
    int status;
    const rev_project *project = cli_open(cli, &status);
    if (!project) {
        return status;
    }
    struct cli_migration migration;
    cli_migration_init(cli, &migration);
    rev_findings *findings = merged_with ? rev_check_merged(project, merged_with, &error)
                             : against   ? rev_check_against(project, against, &error)
                                         : rev_check(project, &migration.options, &error);
    if (!findings) {
        return cli_fail(cli, error);
    }
    if (cli->is_json) {
        out_json_print_list(&cli->out, findings->count, findings_make, findings);
    } else {
        findings_print(cli, findings);
    }
    status = findings_finish(cli, findings,
                             merged_with ? "one head, no conflicts"
                             : against   ? "every revision there is here, unchanged"
                                         : "the database is at the heads");
    rev_findings_free(findings);
    return status;
}

const struct command command_check = {
    .name = "check",
    .words = "",
    .summary = "ask whether all is well: exit 3 if not",
    .description =
        "Asks whether the database is at the heads, and whether the files of what is applied are what ran. With\n"
        "--merged-with or --against it asks about the revisions alone, without a database: REF is a branch, tag or\n"
        "commit of the git repository in which the migrations lie, or a folder (./other).",
    .examples = "% check                             # is the database up to date?\n"
                "% check --merged-with origin/main   # in CI: will there be two heads?\n"
                "% check --against origin/main       # was a published revision edited?",
    .has_json = true,
    OPTIONS(options),
    .run = run,
};
