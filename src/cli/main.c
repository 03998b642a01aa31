/* argv → exit status. Everything between the parsed options and a command's run() is here: streams, signals, the
 * project, the last flush. */
#include "cli/cli.h"

#include "base/env.h"
#include "base/error.h"
#include "base/num.h"
#include "base/str.h"
#include "base/suggest.h"
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/out/progress.h"
#include "cli/out/report.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

/* For the handler alone. */
static rev_cancel *handler_cancel;
static volatile sig_atomic_t caught_signal;

static void on_signal(int number)
{
    if (caught_signal) {
        _exit(EXIT_SIGNAL + number);
    }
    caught_signal = number;
    rev_cancel_request(handler_cancel);
}

/* A database file must never get the number of a closed stderr. */
static void open_standard_streams(void)
{
    int fd;
    do {
        fd = open("/dev/null", O_RDWR);
    } while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd > STDERR_FILENO) {
        close(fd);
    }
}

static void catch_signals(struct cli *cli)
{
    cli->cancel = rev_cancel_new();
    handler_cancel = cli->cancel;
    /* A reader that went away and a limit on files are errors of a write, not the end of a migration. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    if (!cli->cancel) {
        return;
    }
    const int numbers[] = {SIGINT, SIGTERM};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct sigaction action = {.sa_handler = on_signal}, before;
        sigemptyset(&action.sa_mask);
        /* Whoever starts rev with a signal ignored (nohup, a shell's background job) means it. */
        if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN) {
            sigaction(numbers[i], &action, NULL);
        }
    }
}

int cli_fail(struct cli *cli, rev_error *error)
{
    int status = exit_status_of(error->code);
    if (error->code == REV_ERROR_CANCELLED && caught_signal) {
        status = EXIT_SIGNAL + caught_signal;
    }
    fflush(cli->out.stream);
    progress_close(cli);
    report_error(&cli->err, error);
    rev_error_free(error);
    return status;
}

void cli_remark(struct cli *cli, const char *format, ...)
{
    if (cli->quiet) {
        return;
    }
    rv_str_auto struct rv_str text = {0};
    va_list args;
    va_start(args, format);
    rv_str_vprintf(&text, format, args);
    va_end(args);
    fflush(cli->out.stream); /* into one file, a remark comes after the answer that it is about */
    progress_close(cli);
    term_text(&cli->err, rv_str_text(&text));
    term_plain(&cli->err, "\n");
}

static const rev_project *open_project(struct cli *cli, rev_error **err)
{
    const struct arguments *arguments = &cli->arguments;
    rev_project_options options = {
        .struct_size = sizeof options,
        .config_file = option_value(arguments, "config"),
        .migrations = option_value(arguments, "migrations"),
        .url = option_value(arguments, "url"),
        .environment = option_value(arguments, "environment"),
    };
    cli->project = rev_project_open(&options, err);
    rev_strings warnings = cli->project ? rev_project_warnings(cli->project) : (rev_strings){0};
    for (size_t i = 0; i < warnings.count; i++) {
        cli_remark(cli, "warning: %s", warnings.items[i]);
    }
    return cli->project;
}

const rev_project *cli_open(struct cli *cli, int *out_status)
{
    rev_error *error = NULL;
    if (!open_project(cli, &error)) {
        *out_status = cli_fail(cli, error);
    }
    return cli->project;
}

rev_state *cli_read_state(struct cli *cli, const rev_project **out_project, bool compare, int *out_status)
{
    *out_project = cli_open(cli, out_status);
    if (!*out_project) {
        return NULL;
    }
    struct cli_migration migration;
    rev_error *error = NULL;
    cli_migration_init(cli, &migration);
    migration.options.compare = compare;
    rev_state *state = rev_state_read(*out_project, &migration.options, &error);
    if (!state) {
        *out_status = cli_fail(cli, error);
    }
    return state;
}

static rev_state *read_rows(struct cli *cli, const rev_project *project, rev_error **err)
{
    struct cli_migration migration;
    cli_migration_init(cli, &migration);
    return rev_rows_read(project, &migration.options, err);
}

rev_revisions *cli_resolve(struct cli *cli, const rev_project *project, const char *spec, rev_error **err)
{
    rev_state *state = NULL;
    if (rev_spec_needs_rows(spec) && !(state = read_rows(cli, project, err))) {
        return NULL;
    }
    rev_revisions *list = rev_resolve(project, spec, state ? state->rows : (rev_strings){0}, err);
    rev_state_free(state);
    return list;
}

rev_revisions *cli_history(struct cli *cli, const rev_project *project, const char *range, const rev_state *state,
                           rev_error **err)
{
    bool needs_rows = range && rev_spec_needs_rows(range);
    rev_state *own = NULL;
    if (needs_rows && !state && !(state = own = read_rows(cli, project, err))) {
        return NULL;
    }
    rev_revisions *list = rev_history(project, range, needs_rows ? state->rows : (rev_strings){0}, err);
    rev_state_free(own);
    return list;
}

void cli_migration_init(struct cli *cli, struct cli_migration *out)
{
    snprintf(out->application_name, sizeof out->application_name, "rev %s", cli->arguments.command->name);
    out->observer = (rev_observer){.struct_size = sizeof out->observer,
                                   .user = cli,
                                   .event = progress_event,
                                   .cancel = cli->cancel,
                                   .wants_statements = cli->verbose};
    out->options = (rev_migrate_options){.struct_size = sizeof out->options,
                                         .observer = &out->observer,
                                         .application_name = out->application_name,
                                         .wait_ms = cli->wait_ms,
                                         .lock_timeout_ms = cli->lock_timeout_ms,
                                         .lock_retries = cli->lock_retries,
                                         .statement_timeout_ms = cli->statement_timeout_ms};
}

/* Whether the other end of a pipe was closed. A long answer is written in parts, and the errno of the part that failed
 * is gone by the time the stream is asked. */
static bool reader_is_gone(FILE *stream)
{
    struct pollfd end = {.fd = fileno(stream), .events = POLLOUT};
    return poll(&end, 1, 0) == 1 && (end.revents & POLLERR);
}

/* An answer that could not be written is a failure; a reader that went away is none. */
int cli_finish(struct cli *cli, int status)
{
    errno = 0;
    if (fflush(cli->out.stream) == 0 && !ferror(cli->out.stream)) {
        return status;
    }
    int saved = errno;
    if (saved == EPIPE || reader_is_gone(cli->out.stream)) {
        return status;
    }
    term_printf(&cli->err, PROGRAM_NAME ": error: the answer can't be written: %s\n",
                saved ? strerror(saved) : "an earlier part of it was lost");
    return EXIT_FAILED;
}

static bool read_format(struct cli *cli, rev_error **err)
{
    const char *format = option_value(&cli->arguments, "format");
    const struct command *command = cli->arguments.command;
    cli->is_json = format && strcmp(format, "json") == 0;
    if (cli->is_json && command && !command->has_json) {
        return rv_fail(err, REV_ERROR_USAGE, "`%s` has no JSON form", command->name);
    }
    return true;
}

static bool read_wait(struct cli *cli, rev_error **err)
{
    const char *wait = option_value(&cli->arguments, "wait");
    int64_t seconds;
    if (!wait) {
        return true;
    }
    if (rv_num_parse(rv_view_of(wait), 0, REV_TIMEOUT_MAX_MS / 1000, &seconds)) {
        cli->wait_ms = seconds * 1000;
    } else if (!rv_num_parse_duration(rv_view_of(wait), REV_TIMEOUT_MAX_MS, &cli->wait_ms)) {
        return rv_fail(err, REV_ERROR_USAGE,
                       "--wait takes whole seconds, or a duration such as 500ms or 2min, not '%s'", wait);
    }
    cli->wait_ms = cli->wait_ms ? cli->wait_ms : -1;
    return true;
}

static bool read_timeout(const struct cli *cli, const char *name, int64_t *out_ms, rev_error **err)
{
    const char *text = option_value(&cli->arguments, name);
    if (!text) {
        return true;
    }
    if (!rv_num_parse_duration(rv_view_of(text), REV_TIMEOUT_MAX_MS, out_ms)) {
        return rv_fail(err, REV_ERROR_USAGE, "--%s takes a duration such as 5s, 250ms, 2min or 0, not '%s'", name,
                       text);
    }
    *out_ms = *out_ms ? *out_ms : -1;
    return true;
}

static bool read_limits(struct cli *cli, rev_error **err)
{
    const char *retries = option_value(&cli->arguments, "lock-retries");
    if (retries) {
        if (!rv_num_parse(rv_view_of(retries), 0, REV_LOCK_RETRIES_MAX, &cli->lock_retries)) {
            return rv_fail(err, REV_ERROR_USAGE, "--lock-retries takes a number from 0 to 1000, not '%s'", retries);
        }
        cli->lock_retries = cli->lock_retries ? cli->lock_retries : -1;
    }
    return read_timeout(cli, "lock-timeout", &cli->lock_timeout_ms, err) &&
           read_timeout(cli, "statement-timeout", &cli->statement_timeout_ms, err);
}

static bool change_folder(const char *dir, rev_error **err)
{
    if (dir && chdir(dir) != 0) {
        int saved = errno;
        return rv_fail(err, REV_ERROR_USAGE, "can't change to the folder %s: %s", dir, strerror(saved));
    }
    return true;
}

static bool check_words(const struct arguments *arguments, rev_error **err)
{
    const struct command *command = arguments->command;
    if (arguments->word_count >= command->min_words && arguments->word_count <= command->max_words) {
        return true;
    }
    bool too_few = arguments->word_count < command->min_words;
    if (too_few) {
        rv_fail(err, REV_ERROR_USAGE, "`%s` needs %s", command->name, command->words);
    } else {
        rv_fail(err, REV_ERROR_USAGE, "`%s` does not take '%s'", command->name, arguments->words[command->max_words]);
    }
    rv_error_hint(*err, "Usage: " PROGRAM_NAME " %s%s%s. See `" PROGRAM_NAME " %s --help`.", command->name,
                  command->words[0] ? " " : "", command->words, command->name);
    return false;
}

static bool prepare(struct cli *cli, int argc, char **argv, rev_error **err)
{
    bool ok = arguments_parse(argc, argv, &cli->arguments, err) && read_format(cli, err) && read_wait(cli, err) &&
              read_limits(cli, err);
    const char *given = option_value(&cli->arguments, "color"), *color = given ? given : "auto";
    setvbuf(stderr, NULL, _IOLBF, BUFSIZ); /* a line at a time costs less than its pieces */
    term_init(&cli->out, stdout, color, false);
    term_init(&cli->err, stderr, color, true);
    cli->quiet = option_is_set(&cli->arguments, "quiet");
    cli->verbose = option_is_set(&cli->arguments, "verbose");
    cli->moving_line = cli->err.has_codes && !option_is_set(&cli->arguments, "no-progress");
    return ok && change_folder(option_value(&cli->arguments, "chdir"), err);
}

static int run_command(struct cli *cli)
{
    rev_error *error = NULL;
    if (!check_words(&cli->arguments, &error)) {
        return cli_fail(cli, error);
    }
    return cli->arguments.command->run(cli);
}

/* Without a command: where the project stands, or, where there is none, the help. */
static int run_alone(struct cli *cli)
{
    rev_error *error = NULL;
    cli->arguments.command = &command_status;
    if (open_project(cli, &error)) {
        return status_alone(cli);
    }
    if (error->code != REV_ERROR_CONFIG || error->file) { /* what is wrong in a project is in one of its files */
        return cli_fail(cli, error);
    }
    rev_error_free(error);
    help_print(&cli->err, NULL);
    return EXIT_UNUSABLE;
}

int main(int argc, char **argv)
{
    struct cli cli = {0};
    rev_error *error = NULL;
    int status;
    setlocale(LC_CTYPE, "");
    open_standard_streams();
    catch_signals(&cli);
    if (argc > 1 && strcmp(argv[1], "__complete") == 0) {
        status = complete(&cli, argc - 1, argv + 1);
    } else if (!prepare(&cli, argc, argv, &error)) {
        status = cli_fail(&cli, error);
    } else if (option_is_set(&cli.arguments, "version")) {
        term_printf(&cli.out, PROGRAM_NAME " %s\n", rev_version());
        status = EXIT_DONE;
    } else if (option_is_set(&cli.arguments, "help")) {
        help_print(&cli.out, cli.arguments.command);
        status = EXIT_DONE;
    } else if (!cli.arguments.command) {
        status = run_alone(&cli);
    } else {
        status = run_command(&cli);
    }
    status = cli_finish(&cli, status);
    rev_project_free(cli.project);
    arguments_clear(&cli.arguments);
    handler_cancel = NULL;
    rev_cancel_free(cli.cancel);
    return status;
}
