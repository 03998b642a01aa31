/* `help`: everything it says comes from the tables of commands and options. As JSON it is those tables, from which the
 * manual pages take what they say of options (docs/man/page.py). */
#include "cli/commands.h"

#include "base/error.h"
#include "base/str.h"
#include "cli/exit.h"
#include "cli/out/json.h"
#include "cli/out/wrap.h"

enum { HELP_COLUMN = 31, SUMMARY_COLUMN = 19, LINES_MAX = 32 };

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
    term_printf(out, "%-*s ", HELP_COLUMN - 1, rv_str_text(&left));
    left.len = 0;
    rv_str_printf(&left, "%s%s", option->help, option->is_list ? " (may be repeated)" : "");
    wrap_text(out, rv_str_text(&left), HELP_COLUMN);
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
    term_printf(out, "Usage: %s %s%s%s%s\n\n", PROGRAM_NAME, command->name, command->option_count ? " [OPTIONS]" : "",
                command->words[0] ? " " : "", command->words);
    wrap_text(out, command->description ? command->description : command->summary, 0);
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
    term_plain(out, "Usage: " PROGRAM_NAME " [OPTIONS] COMMAND …\n\n");
    wrap_text(out,
              "Migrations in plain SQL that form a graph, for PostgreSQL and SQLite. Without a command it shows\n"
              "where the project stands.",
              0);
    term_plain(out, "\nCommands:\n");
    for (size_t i = 0; i < command_count; i++) {
        term_printf(out, "  %-*s ", SUMMARY_COLUMN - 3, commands[i]->name);
        wrap_text(out, commands[i]->summary, SUMMARY_COLUMN);
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
    term_plain(out, "\n");
    wrap_text(out,
              "A revision is named by its id or the beginning of it, a branch label, head, heads, base,\n"
              "or a walk such as +2, -1 or ID+1. `" PROGRAM_NAME " COMMAND --help` says more.",
              0);
}

void help_print(struct term *out, const struct command *command)
{
    if (command) {
        command_help_text(out, command);
    } else {
        program_help(out);
    }
}

/* The parts of a text between the characters `mark`, as a list; a leading percent sign is the program's name. */
static void json_parts(struct out_json *object, const char *name, const char *text, char mark)
{
    const char *parts[LINES_MAX];
    rv_str_auto struct rv_str all = {0};
    size_t count = 0;
    for (; text && *text; text++) {
        bool begins = all.len == 0 || rv_str_text(&all)[all.len - 1] == '\0';
        if (begins && *text == '%') {
            rv_str_add_text(&all, PROGRAM_NAME);
        } else {
            rv_str_add_char(&all, *text == mark ? '\0' : *text);
        }
    }
    const char *part = rv_str_text(&all), *end = part + all.len;
    for (; part < end && count < LINES_MAX; part += strlen(part) + 1) {
        parts[count++] = part;
    }
    out_json_strings(object, name, (rev_strings){count, parts});
}

static struct out_json *json_option(const void *context, size_t i)
{
    const struct option *option = (const struct option *)context + i;
    const char letter[] = {option->letter, '\0'};
    struct out_json *object = out_json_object();
    out_json_text(object, "name", option->name);
    out_json_text(object, "letter", option->letter ? letter : NULL);
    out_json_text(object, "value", option->value);
    json_parts(object, "choices", option->choices, ' ');
    out_json_flag(object, "is_list", option->is_list);
    out_json_text(object, "help", option->help);
    return object;
}

static struct out_json *json_command(const void *context, size_t i)
{
    const struct command *command = ((const struct command *const *)context)[i];
    struct out_json *object = out_json_object();
    out_json_text(object, "name", command->name);
    out_json_text(object, "words", command->words);
    out_json_text(object, "summary", command->summary);
    out_json_text(object, "description", command->description);
    out_json_list(object, "options", command->option_count, json_option, command->options);
    json_parts(object, "examples", command->examples, '\n');
    out_json_flag(object, "has_json", command->has_json);
    return object;
}

static void print_json(struct term *out, const struct command *command)
{
    if (command) {
        out_json_print(out, json_command(&command, 0));
        return;
    }
    struct out_json *object = out_json_object();
    out_json_text(object, "program", PROGRAM_NAME);
    out_json_text(object, "version", rev_version());
    out_json_list(object, "options", global_option_count, json_option, global_options);
    out_json_list(object, "commands", command_count, json_command, commands);
    out_json_print(out, object);
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
    if (cli->is_json) {
        print_json(&cli->out, command);
    } else {
        help_print(&cli->out, command);
    }
    return EXIT_DONE;
}

const struct command command_help = {
    .name = "help",
    .words = "[COMMAND]",
    .summary = "show this help, or a command's",
    .max_words = 1,
    .word_kinds = WORD_COMMAND,
    .has_json = true,
    .has_no_project = true,
    .run = run,
};
