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

enum { DIRECTION, REVISION, OUTCOME, TIME, COLUMNS };

/* A column's text, as a terminal shows it. */
static void add_cell(struct rv_str *out, const rev_log_row *row, size_t column)
{
    const char *const texts[COLUMNS] = {row->direction, row->revision, row->outcome, ""};
    rv_utf8_escape_line(out, rv_view_of(texts[column]));
    if (column == TIME && row->execution_time_ms >= 0) {
        rv_str_printf(out, "%lld ms", (long long)row->execution_time_ms);
    }
}

static void measure(const rev_log *log, size_t widths[COLUMNS])
{
    for (size_t i = 0; i < log->count * COLUMNS; i++) {
        rv_str_auto struct rv_str cell = {0};
        add_cell(&cell, &log->rows[i / COLUMNS], i % COLUMNS);
        size_t width = rv_utf8_width(rv_view(cell.ptr, cell.len));
        widths[i % COLUMNS] = width > widths[i % COLUMNS] ? width : widths[i % COLUMNS];
    }
}

static void print_cell(struct term *out, const rev_log_row *row, size_t column, size_t width)
{
    rv_str_auto struct rv_str cell = {0};
    add_cell(&cell, row, column);
    int blanks = (int)(width - rv_utf8_width(rv_view(cell.ptr, cell.len)));
    bool is_bad = column == OUTCOME && strcmp(row->outcome, "done") != 0;
    term_printf(out, "  %*s", column == TIME ? blanks : 0, "");
    term_color(out, is_bad ? COLOR_YELLOW : COLOR_NONE, rv_str_text(&cell));
    term_printf(out, "%*s", column == TIME ? 0 : blanks, "");
}

/* "2025-10-24 19:40:00+02:00  upgrade  5cd038a8f131  done  12 ms  ann@laptop" */
static void print_row(struct term *out, const rev_log_row *row, const size_t widths[COLUMNS], const char *message)
{
    text_time(out, row->started_at);
    for (size_t column = 0; column < COLUMNS; column++) {
        print_cell(out, row, column, widths[column]);
    }
    bool is_partial = strcmp(row->outcome, "done") != 0 && row->statements_done < row->statements_total;
    if (!row->finished_at || is_partial) {
        term_printf(out, "  %lld of %lld statements", (long long)row->statements_done,
                    (long long)row->statements_total);
    }
    term_plain(out, row->applied_by ? "  " : "");
    term_line(out, row->applied_by ? row->applied_by : "");
    term_plain(out, message ? "  " : "");
    term_line(out, message ? message : "");
    term_plain(out, "\n");
}

static void print_rows(struct cli *cli, const rev_project *project, const rev_log *log)
{
    size_t widths[COLUMNS] = {0};
    measure(log, widths);
    for (size_t i = 0; i < log->count; i++) {
        const rev_revision *revision = cli->verbose ? rev_find(project, log->rows[i].revision) : NULL;
        print_row(&cli->out, &log->rows[i], widths, revision ? revision->message : NULL);
    }
}

static void print_text(struct cli *cli, const rev_project *project, const rev_log *log, size_t limit)
{
    if (cli->verbose) {
        print_rows(cli, project, log);
    } else {
        term_fit_begin(&cli->out);
        print_rows(cli, project, log);
        term_fit_end(&cli->out);
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
