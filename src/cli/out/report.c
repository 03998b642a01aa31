/* What failed, where, in whose words, and what to do next: in the form that editors and CI systems parse,
 * `file:line:column: error: …`. */
#include "cli/out/report.h"

#include "base/str.h"
#include "base/utf8.h"

static void place(struct term *err, const rev_error *error)
{
    if (!error->file) {
        term_plain(err, PROGRAM_NAME ": ");
        return;
    }
    term_line(err, error->file);
    if (error->line) {
        term_printf(err, ":%u", (unsigned)error->line);
    }
    if (error->line && error->column) {
        term_printf(err, ":%u", (unsigned)error->column);
    }
    term_plain(err, ": ");
}

/* The line at fault with a caret below its column. Tabs become one space, so that the caret stands right; a long line
 * is cut around it. */
static void excerpt(struct term *err, const rev_error *error)
{
    enum { BEFORE = 60, AFTER = 60 };
    rv_str_auto struct rv_str line = {0}, caret = {0}, escaped = {0};
    const char *text = error->excerpt;
    size_t column = error->column ? error->column - 1 : 0;
    size_t at = 0, total = strlen(text), i = 0;
    if (column > BEFORE) {
        rv_str_add_text(&line, "…");
        rv_str_add_char(&caret, ' ');
    }
    for (; at < total && i <= column + AFTER; i++) {
        uint32_t point;
        size_t n = rv_utf8_decode(text + at, total - at, &point);
        n = n ? n : 1;
        if (i + BEFORE >= column) {
            escaped.len = 0;
            rv_utf8_escape_line(&escaped, text[at] == '\t' ? rv_view(" ", 1) : rv_view(text + at, n));
            rv_str_add(&line, escaped.ptr, escaped.len);
            for (size_t w = rv_utf8_width(rv_view(escaped.ptr, escaped.len)); i < column && w > 0; w--) {
                rv_str_add_char(&caret, ' ');
            }
        }
        at += n;
    }
    rv_str_add_text(&line, at < total ? "…" : "");
    char number[16];
    int width = snprintf(number, sizeof number, "%u", (unsigned)error->line);
    term_printf(err, "  %s | ", number);
    term_plain(err, rv_str_text(&line));
    term_printf(err, "\n  %*s | %s", width, "", rv_str_text(&caret));
    term_color(err, COLOR_RED, "^");
    term_plain(err, "\n");
}

static void indented(struct term *err, const char *name, const char *text, size_t max_lines)
{
    term_printf(err, "  %s%s", name, *text ? "" : "\n");
    for (size_t lines = 0; *text; lines++) {
        size_t len = strcspn(text, "\n");
        rv_str_auto struct rv_str line = {0};
        rv_str_add(&line, text, len > 2000 ? 2000 : len);
        if (lines == max_lines) {
            term_plain(err, "    …\n");
            return;
        }
        term_plain(err, lines && name[0] ? "    " : lines ? "  " : "");
        term_text(err, rv_str_text(&line));
        term_plain(err, "\n");
        text += len + (text[len] ? 1 : 0);
    }
}

static void report_one(struct term *err, const rev_error *error)
{
    place(err, error);
    term_color(err, COLOR_RED, "error: ");
    term_text(err, error->message);
    if (error->sqlstate) {
        term_plain(err, " (SQLSTATE ");
        term_line(err, error->sqlstate);
        term_plain(err, ")");
    }
    term_plain(err, "\n");
    if (error->excerpt && error->line) {
        excerpt(err, error);
    }
    if (error->statement) {
        char name[48];
        snprintf(name, sizeof name, "statement %u: ", (unsigned)error->statement_number);
        indented(err, name, error->statement, 12);
    }
    if (error->detail) {
        indented(err, "", error->detail, 20);
    }
    /* What holds for several faults in a row is said once, behind the last of them. */
    bool is_said_next = error->next && error->next->hint && error->hint && strcmp(error->next->hint, error->hint) == 0;
    if (error->hint && !is_said_next) {
        indented(err, "hint: ", error->hint, 40);
    }
}

void report_error(struct term *err, const rev_error *error)
{
    for (; error; error = error->next) {
        report_one(err, error);
    }
}
