/* What every command works with: the parsed command line, the streams, and the ways to open a project and to end. */
#ifndef RV_CLI_CLI_H
#define RV_CLI_CLI_H

#include <rev/rev.h>

#include "cli/options.h"
#include "cli/out/term.h"

struct cli {
    struct arguments arguments;
    struct term out, err;
    bool quiet, verbose;
    bool moving_line;     /* progress may be a line that is written again */
    bool line_is_open;    /* and now it is */
    size_t open_step;     /* the step that it is about, if it is about one */
    int64_t rows_said_ms; /* how far into a repeated statement its rows were last shown */
    bool is_json;         /* --format json */
    int64_t wait_ms;
    int64_t lock_timeout_ms, lock_retries, statement_timeout_ms; /* as rev_migrate_options has them */
    rev_cancel *cancel;
    rev_project *project; /* opened by cli_open(), closed by main */
};

/* Opens the project that the options name and prints its warnings; NULL after printing the errors, with the exit status
 * in *out_status. */
const rev_project *cli_open(struct cli *cli, int *out_status);

/* Opens the project and reads where its database stands, `compare` with changed files; NULL after printing the error,
 * with the exit status. */
rev_state *cli_read_state(struct cli *cli, const rev_project **out_project, bool compare, int *out_status);

/* The revisions that a spec names, asking the database only where the spec speaks of it; NULL with *err. */
rev_revisions *cli_resolve(struct cli *cli, const rev_project *project, const char *spec, rev_error **err);

/* rev_history(), with the rows of `state`, or, where that is NULL and the range speaks of them, of the database. */
rev_revisions *cli_history(struct cli *cli, const rev_project *project, const char *range, const rev_state *state,
                           rev_error **err);

/* Prints an error with all that is chained behind it, frees it, and gives its exit status. */
int cli_fail(struct cli *cli, rev_error *error);

/* Options for whatever uses the database, with progress shown on stderr. The texts live as long as `cli`. */
struct cli_migration {
    rev_observer observer;
    rev_migrate_options options;
    char application_name[64];
};
void cli_migration_init(struct cli *cli, struct cli_migration *out);

/* Prints what `rev history` and its kin end with: flushes the answer; the exit status. */
int cli_finish(struct cli *cli, int status);

/* A remark on stderr, unless --quiet: one line. */
void cli_remark(struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
