/* `split`. Statements are printed as they are read: a file of any size takes little more memory than itself. */
#include "cli/commands.h"

#include "base/error.h"
#include "base/str.h"
#include "base/utf8.h"
#include "cli/exit.h"
#include "cli/out/json.h"

#include <string.h>

/* Of a line, where no terminal says how wide it is. */
enum { PLAIN_WIDTH = 120, LEAST_TEXT = 20 };

static const struct option options[] = {
    {"dialect", 0, "NAME", false, "postgresql or sqlite (default: the one of the project's URL)", "postgresql sqlite"},
};

static const char *kind_name(rev_statement_kind kind)
{
    switch (kind) {
    case REV_STATEMENT_PLAIN:
        return "plain";
    case REV_STATEMENT_BEGIN:
        return "begin";
    case REV_STATEMENT_COMMIT:
        return "commit";
    case REV_STATEMENT_TRANSACTION:
        return "transaction";
    case REV_STATEMENT_NO_TRANSACTION:
        return "no_transaction";
    case REV_STATEMENT_COPY:
        return "copy";
    case REV_STATEMENT_SHELL:
        return "shell";
    }
    return "";
}

/* "   3  12-15        310-402            CREATE TABLE         CREATE TABLE t (id integer, …" */
static void print_line(struct cli *cli, const rev_statement *statement, size_t number)
{
    rv_str_auto struct rv_str line = {0};
    char lines[32], bytes[48];
    bool is_plain = statement->kind == REV_STATEMENT_PLAIN && statement->command[0];
    if (statement->line == statement->end_line) {
        snprintf(lines, sizeof lines, "%u", (unsigned)statement->line);
    } else {
        snprintf(lines, sizeof lines, "%u-%u", (unsigned)statement->line, (unsigned)statement->end_line);
    }
    snprintf(bytes, sizeof bytes, "%zu-%zu", statement->start, statement->end);
    rv_str_printf(&line, "%4zu  %-9s  %-13s  %-15s  ", number, lines, bytes,
                  is_plain ? statement->command : kind_name(statement->kind));
    size_t width = term_width(&cli->out) ? term_width(&cli->out) : PLAIN_WIDTH;
    rv_utf8_add_beginning(&line, rv_view(statement->sql, statement->sql_size),
                          width > line.len + LEAST_TEXT ? width - line.len : LEAST_TEXT);
    rv_str_add_char(&line, '\n');
    term_plain(&cli->out, rv_str_text(&line));
}

static void print_object(struct cli *cli, const rev_statement *statement, size_t number)
{
    struct term *out = &cli->out;
    term_printf(out, "%s{\"line\":%u,\"sql\":", number == 1 ? "\n " : ",\n ", (unsigned)statement->line);
    out_json_print_text(out, statement->sql, statement->sql_size);
    term_printf(out, ",\"end_line\":%u,\"start\":%zu,\"end\":%zu,\"kind\":\"%s\",\"command\":",
                (unsigned)statement->end_line, statement->start, statement->end, kind_name(statement->kind));
    term_printf(out, statement->command[0] ? "\"%s\"" : "null", statement->command);
    if (statement->kind == REV_STATEMENT_COPY) {
        term_printf(out, ",\"data\":{\"start\":%zu,\"end\":%zu}}", statement->data_start, statement->data_end);
    } else {
        term_plain(out, ",\"data\":null}");
    }
}

/* The dialect that is given, or the project's; NULL with what to give. */
static const char *choose_dialect(struct cli *cli, rev_error **err)
{
    const char *name = option_value(&cli->arguments, "dialect");
    if (name) {
        return name;
    }
    const rev_project_options from = {
        .struct_size = sizeof from,
        .config_file = option_value(&cli->arguments, "config"),
        .migrations = option_value(&cli->arguments, "migrations"),
        .url = option_value(&cli->arguments, "url"),
        .environment = option_value(&cli->arguments, "environment"),
    };
    rev_error *why = NULL;
    name = rev_split_dialect(&from, &why);
    if (!name) {
        rv_fail(err, REV_ERROR_USAGE, "in which dialect is the script? No project says it: %s", why->message);
        rv_error_hint(*err, "Give --dialect postgresql or --dialect sqlite.");
        rev_error_free(why);
    }
    return name;
}

static bool print_all(struct cli *cli, rev_split *split, rev_error **err)
{
    const rev_statement *statement = NULL;
    size_t number = 0;
    bool ok;
    term_plain(&cli->out, cli->is_json ? "[" : "");
    while ((ok = rev_split_next(split, &statement, err)) && statement && !ferror(cli->out.stream)) {
        if (rev_cancel_requested(cli->cancel)) {
            return rv_fail(err, REV_ERROR_CANCELLED, "cancelled");
        }
        number++;
        if (cli->is_json) {
            print_object(cli, statement, number);
        } else {
            print_line(cli, statement, number);
        }
    }
    term_plain(&cli->out, !cli->is_json ? "" : number ? "\n]\n" : "]\n");
    return ok;
}

static int run(struct cli *cli)
{
    rev_error *error = NULL;
    const char *path = cli->arguments.words[0];
    const char *dialect = choose_dialect(cli, &error);
    if (!dialect) {
        return cli_fail(cli, error);
    }
    rev_split *split = rev_split_open(strcmp(path, "-") == 0 ? NULL : path, dialect, cli->cancel, &error);
    bool ok = split && print_all(cli, split, &error);
    rev_split_free(split);
    return ok ? EXIT_DONE : cli_fail(cli, error);
}

const struct command command_split = {
    .name = "split",
    .words = "FILE",
    .summary = "show the statements of a script: where each is, and of what kind",
    .description =
        "Shows where every statement of a script begins and ends, as it would be run: its number, its lines, its\n"
        "bytes (from the first to behind the last), its command (or its kind, where that matters to whoever runs\n"
        "it), and how it begins. FILE may be -, which is standard input. No database is used, and no project either\n"
        "if --dialect is given.\n"
        "\n"
        "A statement that never ends (a quote left open) is shown, too, and makes the exit status 2.",
    .examples = "% split up.sql\n"
                "% split --dialect postgresql dump.sql --format json\n"
                "% split --dialect sqlite - <script.sql",
    .min_words = 1,
    .max_words = 1,
    .word_kinds = WORD_FILE,
    .has_json = true,
    OPTIONS(options),
    .run = run,
};
