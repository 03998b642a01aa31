/* split: the statements of one script, straight from the lexers. Opens no database and, unless it is asked for the
 * project's dialect, no project. */
#include <rev/split.h>

#include "base/alloc.h"
#include "base/file.h"
#include "config/config.h"
#include "sql/script.h"

struct rev_split {
    struct rv_str owned; /* the file; empty if the text is borrowed */
    char *file;          /* for messages; NULL if the script has no name */
    const struct rv_dialect *dialect;
    struct rv_splitter splitter;
    struct rv_cursor line_cursor; /* at the last character of the statement handed out last */
    struct rv_statement piece;    /* the last one read */
    rev_statement statement;
    uint32_t number;
};

const char *rev_split_dialect(const rev_project_options *options, rev_error **err)
{
    struct rv_config_options from = {0};
    if (options) {
        from =
            (struct rv_config_options){options->config_file, options->migrations, options->url, options->environment};
    }
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    struct rv_settings settings;
    rev_error *error = NULL;
    const struct rv_dialect *dialect = NULL;
    if (rv_settings_load(arena, &from, &settings, &error) && rv_settings_need_url(&settings, &error)) {
        dialect = settings.url.dialect ? rv_dialect_find(settings.url.dialect) : NULL;
        if (!dialect) {
            rv_fail(&error, REV_ERROR_CONFIG, "the URL is neither PostgreSQL's nor SQLite's");
        }
    }
    rv_settings_clear(&settings);
    rv_error_give(err, error);
    return dialect ? dialect->name : NULL;
}

static rev_split *split_new(const char *dialect_name, rev_error **err)
{
    const struct rv_dialect *dialect = rv_dialect_find(dialect_name);
    if (!dialect) {
        rv_fail(err, REV_ERROR_USAGE, "no dialect '%s': there are postgresql and sqlite", dialect_name);
        return NULL;
    }
    rev_split *split = rv_alloc(sizeof *split);
    *split = (rev_split){.dialect = dialect};
    return split;
}

static void start(rev_split *split, struct rv_view source)
{
    rv_splitter_init(&split->splitter, source);
    split->line_cursor = split->splitter.cursor;
}

rev_split *rev_split_open(const char *path, const char *dialect, const rev_cancel *cancel, rev_error **err)
{
    rev_error *error = NULL;
    rev_split *split = split_new(dialect, &error);
    if (split && rv_file_read_all(path, cancel, &split->owned, &error)) {
        split->file = rv_strdup(path ? path : "standard input");
        start(split, rv_view(rv_str_text(&split->owned), split->owned.len));
        return split;
    }
    rev_split_free(split);
    rv_error_give(err, error);
    return NULL;
}

rev_split *rev_split_text(const char *text, size_t size, const char *dialect, rev_error **err)
{
    rev_error *error = NULL;
    rev_split *split = split_new(dialect, &error);
    if (split) {
        start(split, rv_view(text ? text : "", size));
    }
    rv_error_give(err, error);
    return split;
}

static rev_statement_kind public_kind(enum rv_statement_kind kind)
{
    switch (kind) {
    case RV_STATEMENT_OTHER:
    case RV_STATEMENT_EMPTY:
        return REV_STATEMENT_PLAIN;
    case RV_STATEMENT_BEGIN:
        return REV_STATEMENT_BEGIN;
    case RV_STATEMENT_COMMIT:
        return REV_STATEMENT_COMMIT;
    case RV_STATEMENT_TRANSACTION:
        return REV_STATEMENT_TRANSACTION;
    case RV_STATEMENT_NO_TRANSACTION:
        return REV_STATEMENT_NO_TRANSACTION;
    case RV_STATEMENT_COPY_STDIN:
        return REV_STATEMENT_COPY;
    case RV_STATEMENT_BACKSLASH:
        return REV_STATEMENT_SHELL;
    }
    return REV_STATEMENT_PLAIN;
}

static void describe(rev_split *split)
{
    const struct rv_statement *piece = &split->piece;
    rev_statement *out = &split->statement;
    *out = (rev_statement){
        .kind = public_kind(piece->kind),
        .command = piece->command,
        .sql = piece->text.ptr,
        .sql_size = piece->text.len,
        .start = piece->text_offset,
        .end = piece->text_offset + piece->text.len,
        .line = piece->line,
        .column = piece->column,
    };
    rv_cursor_move(&split->line_cursor, split->splitter.source, out->end - 1);
    out->end_line = split->line_cursor.line;
    if (piece->data.ptr) {
        out->data_start = (size_t)(piece->data.ptr - split->splitter.source.ptr);
        out->data_end = out->data_start + piece->data.len;
    }
}

bool rev_split_next(rev_split *split, const rev_statement **out_statement, rev_error **err)
{
    while (split->dialect->next(&split->splitter, &split->piece)) {
        if (split->piece.kind != RV_STATEMENT_EMPTY) {
            split->number++;
            describe(split);
            *out_statement = &split->statement;
            return true;
        }
    }
    if (split->piece.is_open) {
        rev_error *error = NULL;
        split->number += split->piece.kind == RV_STATEMENT_EMPTY;
        split->piece.text.len = split->piece.text.len > 200 ? 200 : split->piece.text.len;
        rv_script_fail_open(split->splitter.source, &split->piece, split->number - 1, split->file, &error);
        rv_error_give(err, error);
        return false;
    }
    *out_statement = NULL;
    return true;
}

void rev_split_free(rev_split *split)
{
    if (split) {
        rv_str_clear(&split->owned);
        free(split->file);
        free(split);
    }
}
