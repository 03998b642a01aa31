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

/* "Running upgrade a -> b, message" */
static void running(struct term *err, const rev_event *event)
{
    term_plain(err, "Running ");
    text_step(err, event->step);
}

/* Whether the line, with its number and time behind it, fits into one row: what wraps can't be written again. */
static bool fits(const struct cli *cli, const rev_event *event)
{
    enum { ROOM_FOR_TIME = 32 };
    char *text = NULL;
    size_t size = 0;
    struct term memory = cli->err;
    memory.has_color = false;
    memory.stream = open_memstream(&text, &size);
    running(&memory, event);
    fclose(memory.stream);
    bool is_short = rv_utf8_width(rv_view(text, size)) + ROOM_FOR_TIME <= term_width(&cli->err);
    free(text);
    return is_short;
}

static void step_started(struct cli *cli, const rev_event *event)
{
    cli->line_is_open = cli->moving_line && fits(cli, event);
    running(&cli->err, event);
    if (cli->line_is_open) {
        term_printf(&cli->err, " (%zu of %zu)", event->index + 1, event->total);
    } else {
        term_plain(&cli->err, "\n");
    }
}

/* The open line is written again, with its time. */
static void step_done(struct cli *cli, const rev_event *event)
{
    if (cli->line_is_open) {
        term_plain(&cli->err, to_start);
        running(&cli->err, event);
        term_printf(&cli->err, " (%zu of %zu, ", event->index + 1, event->total);
        duration(&cli->err, event->elapsed_ms);
        term_plain(&cli->err, ")\n");
    } else {
        term_plain(&cli->err, "  done in ");
        duration(&cli->err, event->elapsed_ms);
        term_printf(&cli->err, " (%zu of %zu)\n", event->index + 1, event->total);
    }
    cli->line_is_open = false;
}

static void close_line(struct cli *cli)
{
    if (cli->line_is_open) {
        term_plain(&cli->err, "\n");
        cli->line_is_open = false;
    }
}

static void step_failed(struct cli *cli, const rev_event *event)
{
    close_line(cli);
    term_printf(&cli->err, "  %s after ", event->text ? event->text : "rolled back");
    duration(&cli->err, event->elapsed_ms);
    term_printf(&cli->err, " (%zu of %zu)\n", event->index + 1, event->total);
}

/* On a line of its own. */
static void remark(struct cli *cli, const char *before, enum color color, const char *text)
{
    close_line(cli);
    term_color(&cli->err, color, before);
    term_text(&cli->err, text);
    size_t len = strlen(text);
    term_plain(&cli->err, len && text[len - 1] == '\n' ? "" : "\n");
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
        remark(cli, "", COLOR_NONE, event->text);
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
        }
        break;
    }
    fflush(cli->err.stream);
}
