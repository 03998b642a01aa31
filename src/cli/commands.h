/* The table of commands: one file and one line each. */
#ifndef RV_CLI_COMMANDS_H
#define RV_CLI_COMMANDS_H

#include "cli/cli.h"
#include "cli/options.h"

struct command {
    const char *name;
    const char *words;       /* what stands behind the name in the usage line; "" if nothing */
    const char *summary;     /* one line, for the list */
    const char *description; /* more, for the command's own help; NULL if the summary says it all */
    const char *examples;    /* lines "command   # what it does"; each begins with the program's name, written as % */
    size_t min_words, max_words;
    unsigned word_kinds;          /* what the words name: for completion */
    bool has_json;                /* answers --format json */
    bool has_no_project;          /* opens none: the options that say where it lies are refused */
    const struct option *options; /* sorted by name */
    size_t option_count;
    int (*run)(struct cli *cli); /* → exit status */
};

extern const struct command *const commands[]; /* sorted by name */
extern const size_t command_count;

/* REV_ERROR_USAGE with the nearest name if there is none. */
const struct command *command_find(const char *name, rev_error **err);

extern const struct command command_branches, command_bundle, command_check, command_current, command_doctor,
    command_downgrade, command_edit, command_ensure_version, command_graph, command_heads, command_help,
    command_history, command_init, command_list_templates, command_log, command_merge, command_resolve,
    command_revision, command_show, command_split, command_stamp, command_status, command_upgrade;

/* Prints what could stand in place of the last of the words, as completion asks (`__complete` in front of them): lines
 * "word TAB what it is", or a TAB and `file` or `folder` for those. Silent about whatever is wrong. */
int complete(struct cli *cli, int argc, char **argv);

/* What the program shows without a command: as `status`, and without its database as much of that as there is. */
int status_alone(struct cli *cli);

/* The program's help, or a command's. */
void help_print(struct term *out, const struct command *command);

#define OPTIONS(table) .options = (table), .option_count = sizeof(table) / sizeof((table)[0])

#endif
