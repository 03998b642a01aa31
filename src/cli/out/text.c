/* Lines about revisions. The forms are fixed: people pipe them into scripts. */
#include "cli/out/text.h"

#include "base/str.h"
#include "base/time.h"

bool text_is_among(rev_strings ids, const char *id)
{
    for (size_t i = 0; i < ids.count; i++) {
        if (strcmp(ids.items[i], id) == 0) {
            return true;
        }
    }
    return false;
}

void text_ids(struct term *out, rev_strings ids)
{
    for (size_t i = 0; i < ids.count; i++) {
        term_plain(out, i ? ", " : "");
        term_color(out, COLOR_YELLOW, ids.items[i]);
    }
}

void text_add_title(struct rv_str *out, const char *message)
{
    size_t start = out->len;
    struct rv_view rest = rv_view_trim(rv_view_of(message));
    while (rest.len) {
        size_t len = strcspn(rest.ptr, "\n");
        len = len < rest.len ? len : rest.len;
        struct rv_view part = rv_view_trim(rv_view(rest.ptr, len));
        if (part.len == 0) {
            break;
        }
        rv_str_add_text(out, out->len > start ? " " : "");
        rv_str_add_view(out, part);
        rest = rv_view(rest.ptr + len, rest.len - len);
        if (rest.len) {
            rest = rv_view(rest.ptr + 1, rest.len - 1);
        }
    }
}

void text_message(struct term *out, const char *message)
{
    rv_str_auto struct rv_str title = {0};
    text_add_title(&title, message);
    term_line(out, rv_str_text(&title));
}

static void mark(struct term *out, const char *text)
{
    term_plain(out, " ");
    term_color(out, COLOR_CYAN, text);
}

void text_revision_line(struct term *out, const rev_revision *revision, int tokens)
{
    if (tokens & TEXT_PARENTS) {
        if (revision->is_base) {
            term_plain(out, "<base>");
        } else {
            text_ids(out, revision->down_revision);
        }
        if (revision->depends_on.count) {
            term_plain(out, " (");
            text_ids(out, revision->depends_on);
            term_plain(out, ")");
        }
        term_plain(out, " -> ");
    }
    term_color(out, COLOR_YELLOW, revision->id);
    if ((tokens & TEXT_LABELS) && revision->labels.count) {
        term_plain(out, " (");
        for (size_t i = 0; i < revision->labels.count; i++) {
            term_plain(out, i ? ", " : "");
            term_color(out, COLOR_GREEN, revision->labels.items[i]);
        }
        term_plain(out, ")");
    }
    if (revision->is_head) {
        mark(out, revision->is_effective_head ? "(effective head)" : "(head)");
    }
    if (tokens & TEXT_CURRENT) {
        mark(out, "(current)");
    }
    if ((tokens & TEXT_TREE) && revision->is_branch_point) {
        mark(out, "(branchpoint)");
    }
    if ((tokens & TEXT_TREE) && revision->is_merge_point) {
        mark(out, "(mergepoint)");
    }
    if ((tokens & TEXT_MESSAGE) && revision->message[0]) {
        term_plain(out, ", ");
        text_message(out, revision->message);
    }
    term_plain(out, "\n");
}

static void list_line(struct term *out, const char *name, rev_strings ids)
{
    term_printf(out, "%s: ", name);
    text_ids(out, ids);
    term_plain(out, "\n");
}

static void indented(struct term *out, const char *text)
{
    while (*text) {
        size_t len = strcspn(text, "\n");
        rv_str_auto struct rv_str line = {0};
        rv_str_add(&line, text, len);
        term_plain(out, len ? "    " : "");
        term_line(out, rv_str_text(&line));
        term_plain(out, "\n");
        text += len + (text[len] ? 1 : 0);
    }
}

/* What the header says; it may be silent. */
static void limit_line(struct term *out, const char *name, int64_t value, const char *unit)
{
    if (value >= 0) {
        term_printf(out, "%s: %lld%s\n", name, (long long)value, unit);
    }
}

void text_revision_verbose(struct term *out, const rev_revision *revision, bool is_current)
{
    term_plain(out, "Rev: ");
    term_color(out, COLOR_YELLOW, revision->id);
    if (revision->is_head) {
        mark(out, "(head)");
    }
    if (revision->is_branch_point) {
        mark(out, "(branchpoint)");
    }
    if (revision->is_merge_point) {
        mark(out, "(mergepoint)");
    }
    if (is_current) {
        mark(out, "(current)");
    }
    term_plain(out, "\n");
    if (revision->is_base) {
        term_plain(out, "Parent: <base>\n");
    } else {
        list_line(out, revision->is_merge_point ? "Merges" : "Parent", revision->down_revision);
    }
    if (revision->depends_on.count) {
        list_line(out, "Also depends on", revision->depends_on);
    }
    if (revision->is_branch_point) {
        list_line(out, "Branches into", revision->children);
    }
    if (revision->labels.count) {
        list_line(out, "Branch names", revision->labels);
    }
    if (revision->tags.count) {
        list_line(out, "Tags", revision->tags);
    }
    if (!revision->is_transactional) {
        term_plain(out, "Transactional: no, statement by statement\n");
    }
    if (revision->foreign_keys_off) {
        term_plain(out, "Foreign keys: off while it runs\n");
    }
    limit_line(out, "Lock timeout", revision->lock_timeout_ms, " ms");
    limit_line(out, "Lock retries", revision->lock_retries, "");
    limit_line(out, "Statement timeout", revision->statement_timeout_ms, " ms");
    term_plain(out, "Path: ");
    term_line(out, revision->path);
    term_plain(out, "\n\n");
    indented(out, revision->message);
    term_plain(out, "\n    Revision ID: ");
    term_line(out, revision->id);
    term_plain(out, "\n    Revises: ");
    text_ids(out, revision->down_revision);
    if (revision->create_date) {
        term_plain(out, "\n    Create Date: ");
        text_time(out, revision->create_date);
    }
    term_plain(out, "\n\n");
}

void text_time(struct term *out, const char *time)
{
    rv_str_auto struct rv_str text = {0};
    rv_time_add_local(&text, time);
    term_line(out, rv_str_text(&text));
}

void text_step(struct term *out, const rev_step *step)
{
    term_printf(out, "%s ", rev_direction_name(step->direction));
    text_ids(out, step->from);
    term_plain(out, " -> ");
    text_ids(out, step->to);
    if (step->revision && step->revision->message[0]) {
        term_plain(out, ", ");
        text_message(out, step->revision->message);
    }
}
