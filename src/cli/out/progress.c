/* Shows the events of a migration. Nothing here ends a migration: a failing write to stderr is not looked at. */
#include "cli/out/progress.h"

#include "base/str.h"
#include "base/utf8.h"
#include "cli/out/text.h"

static const char to_start[] = "\r\x1b[K";

static void duration(struct term *err, int64_t ms)
{
    if (ms < 10000) {
        term_printf(err, "%lld ms", (long long)ms);
    } else {
        term_printf(err, "%lld.%lld s", (long long)(ms / 1000), (long long)(ms % 1000 / 100));
    }
}

/* "Running upgrade a -> b, message", of which no more than leaves `room` in the terminal's line: what wraps can't be
 * written again. */
static void running(struct cli *cli, const rev_event *event, size_t room)
{
    enum { LEAST = 40 };
    char *text = NULL;
    size_t size = 0, width = term_width(&cli->err);
    struct term memory = cli->err;
    memory.stream = open_memstream(&text, &size);
    term_plain(&memory, "Running ");
    text_step(&memory, event->step);
    fclose(memory.stream);
    term_cut(&cli->err, text, size, !width ? SIZE_MAX : width > room + LEAST ? width - room : LEAST);
    free(text);
}

/* What the number and the time of a moving line take. */
static size_t room_behind(const rev_event *event)
{
    return (size_t)snprintf(NULL, 0, " (%zu of %zu, 12345.6 s)", event->index + 1, event->total);
}

void progress_close(struct cli *cli)
{
    if (cli->line_is_open) {
        term_plain(&cli->err, "\n");
        cli->line_is_open = false;
    }
}

static bool is_statementwise(const rev_event *event)
{
    return event->step->revision && !event->step->revision->is_transactional;
}

static void step_started(struct cli *cli, const rev_event *event)
{
    progress_close(cli);
    cli->line_is_open = cli->moving_line && !is_statementwise(event);
    cli->open_step = event->index;
    running(cli, event, cli->line_is_open ? room_behind(event) : 0);
    if (cli->line_is_open) {
        term_printf(&cli->err, " (%zu of %zu)", event->index + 1, event->total);
    } else {
        term_plain(&cli->err, "\n");
    }
}

/* The step's line is written again, with its time; in one transaction for all, the lines of other steps have come
 * since. */
static void step_done(struct cli *cli, const rev_event *event)
{
    if (cli->line_is_open && cli->open_step == event->index) {
        term_plain(&cli->err, to_start);
        running(cli, event, room_behind(event));
        term_printf(&cli->err, " (%zu of %zu, ", event->index + 1, event->total);
        duration(&cli->err, event->elapsed_ms);
        term_plain(&cli->err, ")\n");
        cli->line_is_open = false;
        return;
    }
    progress_close(cli);
    term_plain(&cli->err, "  done in ");
    duration(&cli->err, event->elapsed_ms);
    term_printf(&cli->err, " (%zu of %zu)\n", event->index + 1, event->total);
}

static void step_failed(struct cli *cli, const rev_event *event)
{
    progress_close(cli);
    term_printf(&cli->err, "  %s after ", event->text ? event->text : "rolled back");
    duration(&cli->err, event->elapsed_ms);
    term_printf(&cli->err, " (%zu of %zu)\n", event->index + 1, event->total);
}

/* On a line of its own. */
static void remark(struct cli *cli, const char *before, enum color color, const char *text)
{
    progress_close(cli);
    term_color(&cli->err, color, before);
    term_text(&cli->err, text);
    size_t len = strlen(text);
    term_plain(&cli->err, len && text[len - 1] == '\n' ? "" : "\n");
}

/* "  2 of 5: CREATE INDEX CONCURRENTLY …", cut to the line's width. */
static void statement_started(struct cli *cli, const rev_event *event)
{
    enum { PLAIN_WIDTH = 100, ROOM_FOR_PLACE = 16, LEAST = 40 };
    size_t width = term_width(&cli->err) ? term_width(&cli->err) : PLAIN_WIDTH;
    rv_str_auto struct rv_str text = {0};
    rv_utf8_add_beginning(&text, rv_view_of(event->text), (width > LEAST ? width : LEAST) - ROOM_FOR_PLACE);
    progress_close(cli);
    cli->rows_said_ms = 0;
    term_printf(&cli->err, "  %zu of %zu: %s\n", event->index + 1, event->total, rv_str_text(&text));
}

static void add_rows(struct term *err, const rev_event *event)
{
    int64_t ms = event->elapsed_ms > 0 ? event->elapsed_ms : 1;
    term_printf(err, "%lld rows, %lld rows/s", (long long)event->rows, (long long)(event->rows * 1000 / ms));
}

static void statement_done(struct cli *cli, const rev_event *event)
{
    term_plain(&cli->err, cli->line_is_open ? to_start : "");
    cli->line_is_open = false;
    term_plain(&cli->err, "    done in ");
    duration(&cli->err, event->elapsed_ms);
    if (event->rows >= 0) {
        term_plain(&cli->err, ": ");
        add_rows(&cli->err, event);
    }
    term_plain(&cli->err, "\n");
}

/* On a terminal one line that moves; in a log, a line now and then. True if it is time for one, which is begun. */
static bool begin_moving(struct cli *cli, const rev_event *event)
{
    enum { NOW_AND_THEN_MS = 10000 };
    if (!cli->moving_line && event->elapsed_ms - cli->rows_said_ms < NOW_AND_THEN_MS) {
        return false;
    }
    cli->rows_said_ms = event->elapsed_ms;
    term_plain(&cli->err, cli->line_is_open ? to_start : "");
    term_plain(&cli->err, "    ");
    return true;
}

static void end_moving(struct cli *cli)
{
    cli->line_is_open = cli->moving_line;
    term_plain(&cli->err, cli->line_is_open ? "" : "\n");
}

static void rows_changed(struct cli *cli, const rev_event *event)
{
    if (begin_moving(cli, event)) {
        add_rows(&cli->err, event);
        end_moving(cli);
    }
}

static void server_progress(struct cli *cli, const rev_event *event)
{
    if (begin_moving(cli, event)) {
        term_line(&cli->err, event->text);
        end_moving(cli);
    }
}

/* As psql says it when it reads a file: with the place in front. */
static void notice(struct cli *cli, const rev_event *event)
{
    rv_str_auto struct rv_str text = {0};
    if (event->file) {
        rv_str_printf(&text, "%s:%u: ", event->file, (unsigned)event->line);
    }
    rv_str_add_text(&text, event->text);
    remark(cli, "", COLOR_NONE, rv_str_text(&text));
}

void progress_event(void *user, const rev_event *event)
{
    struct cli *cli = user;
    if (cli->quiet) {
        return;
    }
    switch (event->kind) {
    case REV_EVENT_STEP_STARTED:
        step_started(cli, event);
        break;
    case REV_EVENT_STEP_DONE:
        step_done(cli, event);
        break;
    case REV_EVENT_STEP_FAILED:
        step_failed(cli, event);
        break;
    case REV_EVENT_NOTICE:
        notice(cli, event);
        break;
    case REV_EVENT_WARNING:
        remark(cli, "warning: ", COLOR_YELLOW, event->text);
        break;
    case REV_EVENT_WAITING:
        remark(cli, "waiting: ", COLOR_YELLOW, event->text);
        break;
    case REV_EVENT_STATEMENT:
        if (cli->verbose) {
            remark(cli, "", COLOR_NONE, event->text);
        } else {
            statement_started(cli, event);
        }
        break;
    case REV_EVENT_STATEMENT_DONE:
        statement_done(cli, event);
        break;
    case REV_EVENT_ROWS:
        rows_changed(cli, event);
        break;
    case REV_EVENT_PROGRESS:
        server_progress(cli, event);
        break;
    }
    fflush(cli->err.stream);
}
