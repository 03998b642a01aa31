/* `log`. */
#include "base/error.h"
#include "base/num.h"
#include "base/utf8.h"
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/out/json.h"
#include "cli/out/text.h"

enum { DEFAULT_LIMIT = 50, MOST = 100000 };

static const struct option options[] = {
    {"limit", 'n', "N", false, "show the newest N steps (default 50)"},
};

static struct out_json *make_row(const void *context, size_t i)
{
    const rev_log_row *row = &((const rev_log *)context)->rows[i];
    struct out_json *object = out_json_object();
    out_json_text(object, "revision", row->revision);
    out_json_text(object, "direction", row->direction);
    out_json_text(object, "outcome", row->outcome);
    out_json_text(object, "started_at", row->started_at);
    out_json_text(object, "finished_at", row->finished_at);
    out_json_count(object, "execution_time_ms", row->execution_time_ms);
    out_json_text(object, "applied_by", row->applied_by);
    out_json_text(object, "checksum", row->checksum);
    out_json_count(object, "statements_total", row->statements_total);
    out_json_count(object, "statements_done", row->statements_done);
    out_json_text(object, "rev_version", row->rev_version);
    return object;
}

/* "2025-10-24 19:40:00+02:00  upgrade    5cd038a8f131  done         12 ms  ann@laptop" */
static void print_row(struct cli *cli, const rev_log_row *row, const char *message)
{
    struct term *out = &cli->out;
    bool is_open = !row->finished_at, is_good = strcmp(row->outcome, "done") == 0;
    text_time(out, row->started_at);
    term_printf(out, "  ");
    rv_str_auto struct rv_str columns = {0};
    rv_utf8_escape_line(&columns, rv_view_of(row->direction));
    term_printf(out, "%-9s  ", rv_str_text(&columns));
    columns.len = 0;
    rv_utf8_escape_line(&columns, rv_view_of(row->revision));
    term_printf(out, "%-12s  ", rv_str_text(&columns));
    columns.len = 0;
    rv_utf8_escape_line(&columns, rv_view_of(row->outcome));
    term_color(out, is_good ? COLOR_NONE : COLOR_YELLOW, rv_str_text(&columns));
    term_printf(out, "%*s", columns.len < 11 ? (int)(11 - columns.len) : 0, "");
    if (row->execution_time_ms >= 0) {
        term_printf(out, "%8lld ms", (long long)row->execution_time_ms);
    } else {
        term_printf(out, "%11s", "");
    }
    if (is_open || (!is_good && row->statements_done < row->statements_total)) {
        term_printf(out, "  %lld of %lld statements", (long long)row->statements_done,
                    (long long)row->statements_total);
    }
    term_plain(out, row->applied_by ? "  " : "");
    term_line(out, row->applied_by ? row->applied_by : "");
    term_plain(out, message ? "  " : "");
    term_line(out, message ? message : "");
    term_plain(out, "\n");
}

static void print_text(struct cli *cli, const rev_project *project, const rev_log *log, size_t limit)
{
    for (size_t i = 0; i < log->count; i++) {
        const rev_revision *revision = rev_find(project, log->rows[i].revision);
        print_row(cli, &log->rows[i], revision && cli->verbose ? revision->message : NULL);
    }
    if (!log->count) {
        cli_remark(cli, "nothing has been run here yet");
    } else if (log->has_more) {
        cli_remark(cli, "older steps are left out: -n %zu shows more", limit * 10);
    }
}

static int run(struct cli *cli)
{
    int status;
    int64_t limit = DEFAULT_LIMIT;
    rev_error *error = NULL;
    const char *given = option_value(&cli->arguments, "limit");
    if (given && !rv_num_parse(rv_view_of(given), 1, MOST, &limit)) {
        rv_fail(&error, REV_ERROR_USAGE, "-n takes a number from 1 to %d, not '%s'", MOST, given);
        return cli_fail(cli, error);
    }
    const rev_project *project = cli_open(cli, &status);
    if (!project) {
        return status;
    }
    struct cli_migration migration;
    cli_migration_init(cli, &migration);
    rev_log *log = rev_log_read(project, (size_t)limit, &migration.options, &error);
    if (!log) {
        return cli_fail(cli, error);
    }
    if (cli->is_json) {
        out_json_print_list(&cli->out, log->count, make_row, log);
    } else {
        print_text(cli, project, log, (size_t)limit);
    }
    rev_log_free(log);
    return EXIT_DONE;
}

const struct command command_log = {
    .name = "log",
    .words = "",
    .summary = "show what was done to the database: when, by whom, how long, how it ended",
    .description = "Shows the steps that were tried, newest first, as the database's rev_log has them: failed and\n"
                   "interrupted ones too, in local time. With --verbose also the message of each revision.",
    .examples = "% log\n"
                "% log -n 5 --format json",
    OPTIONS(options),
    .has_json = true,
    .run = run,
};
