/* `help`: everything it says comes from the tables of commands and options. */
#include "cli/commands.h"

#include "base/error.h"
#include "base/str.h"
#include "cli/exit.h"

enum { HELP_COLUMN = 30 };

static void option_line(struct term *out, const struct option *option)
{
    rv_str_auto struct rv_str left = {0};
    rv_str_add_text(&left, "  ");
    if (option->letter) {
        rv_str_printf(&left, "-%c, ", option->letter);
    } else {
        rv_str_add_text(&left, "    ");
    }
    rv_str_printf(&left, "--%s", option->name);
    if (option->value) {
        rv_str_printf(&left, " %s", option->value);
    }
    term_printf(out, "%-*s %s%s\n", HELP_COLUMN, rv_str_text(&left), option->help,
                option->is_list ? " (may be repeated)" : "");
}

/* In examples the program's name is written as a percent sign at the start of a line. */
static void examples(struct term *out, const char *text)
{
    term_plain(out, "\nExamples:\n");
    while (*text) {
        size_t len = strcspn(text, "\n");
        bool is_command = text[0] == '%';
        term_printf(out, "  %s%.*s\n", is_command ? PROGRAM_NAME : "", (int)(len - (is_command ? 1 : 0)),
                    text + (is_command ? 1 : 0));
        text += len + (text[len] ? 1 : 0);
    }
}

static void command_help_text(struct term *out, const struct command *command)
{
    term_printf(out, "Usage: %s %s%s%s%s\n\n%s\n", PROGRAM_NAME, command->name,
                command->option_count ? " [OPTIONS]" : "", command->words[0] ? " " : "", command->words,
                command->description ? command->description : command->summary);
    if (command->option_count) {
        term_plain(out, "\nOptions:\n");
    }
    for (size_t i = 0; i < command->option_count; i++) {
        option_line(out, &command->options[i]);
    }
    if (command->examples) {
        examples(out, command->examples);
    }
    term_plain(out, "\nOptions of the whole program: `" PROGRAM_NAME " --help`.\n");
}

static void program_help(struct term *out)
{
    term_plain(out, "Usage: " PROGRAM_NAME " [OPTIONS] COMMAND …\n\n"
                    "Migrations in plain SQL that form a graph, for PostgreSQL and SQLite.\n\nCommands:\n");
    for (size_t i = 0; i < command_count; i++) {
        term_printf(out, "  %-16s %s\n", commands[i]->name, commands[i]->summary);
    }
    term_plain(out, "\nOptions:\n");
    for (size_t i = 0; i < global_option_count; i++) {
        option_line(out, &global_options[i]);
    }
    static const char text[] = "% init                        # start a project here\n"
                               "% revision -m \"add users\"     # a new revision: edit its up.sql and down.sql\n"
                               "% upgrade head                # run what the database does not have yet\n"
                               "% history --verbose           # all revisions, newest first";
    examples(out, text);
    term_plain(out, "\nA revision is named by its id or the beginning of it, a branch label, head, heads, base,\n"
                    "or a walk such as +2, -1 or ID+1. `" PROGRAM_NAME " COMMAND --help` says more.\n");
}

void help_print(struct term *out, const struct command *command)
{
    if (command) {
        command_help_text(out, command);
    } else {
        program_help(out);
    }
}

static int run(struct cli *cli)
{
    rev_error *error = NULL;
    const struct command *command = NULL;
    if (cli->arguments.word_count) {
        command = command_find(cli->arguments.words[0], &error);
        if (!command) {
            return cli_fail(cli, error);
        }
    }
    help_print(&cli->out, command);
    return EXIT_DONE;
}

const struct command command_help = {
    .name = "help",
    .words = "[COMMAND]",
    .summary = "show this help, or a command's",
    .max_words = 1,
    .word_kinds = WORD_COMMAND,
    .has_no_project = true,
    .run = run,
};
