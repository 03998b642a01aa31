/* Shows the events of a migration. Nothing here ends a migration: a failing write to stderr is not looked at. */
#include "cli/out/progress.h"

#include "base/str.h"
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

/* Only a failed step's start line stays on a terminal; a done one is written again with its time. */
static void step_started(struct cli *cli, const rev_event *event)
{
    term_plain(&cli->err, "Running ");
    text_step(&cli->err, event->step);
    if (cli->moving_line) {
        term_printf(&cli->err, " (%zu of %zu)", event->index + 1, event->total);
    } else {
        term_plain(&cli->err, "\n");
    }
}

static void step_done(struct cli *cli, const rev_event *event)
{
    if (cli->moving_line) {
        term_plain(&cli->err, to_start);
        term_plain(&cli->err, "Running ");
        text_step(&cli->err, event->step);
        term_printf(&cli->err, " (%zu of %zu, ", event->index + 1, event->total);
        duration(&cli->err, event->elapsed_ms);
        term_plain(&cli->err, ")\n");
    } else {
        term_plain(&cli->err, "  done in ");
        duration(&cli->err, event->elapsed_ms);
        term_printf(&cli->err, " (%zu of %zu)\n", event->index + 1, event->total);
    }
}

static void step_failed(struct cli *cli, const rev_event *event)
{
    term_plain(&cli->err, cli->moving_line ? "\n  rolled back after " : "  rolled back after ");
    duration(&cli->err, event->elapsed_ms);
    term_printf(&cli->err, " (%zu of %zu)\n", event->index + 1, event->total);
}

/* On a line of its own, whatever the moving line shows. */
static void remark(struct cli *cli, const char *before, enum color color, const char *text)
{
    if (cli->moving_line) {
        term_plain(&cli->err, "\n");
    }
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
