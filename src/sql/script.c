/* Refuses, before anything has run, what a transactional step can't hold; and says where in a file an error is. Changes
 * no text: what it lets through is what the database gets. */
#include "sql/script.h"

#include "base/error.h"

static bool starts_with_word(struct rv_view text, const char *word)
{
    size_t len = strlen(word);
    return text.len >= len && rv_view_equals_nocase(rv_view(text.ptr, len), word) &&
           (text.len == len || rv_is_space(text.ptr[len]));
}

/* pg_dump writes these two since the summer of 2025, so that psql takes no other backslash command from a dump. */
static bool is_harmless_command(const struct rv_statement *statement)
{
    return statement->kind == RV_STATEMENT_BACKSLASH &&
           (starts_with_word(statement->text, "\\restrict") || starts_with_word(statement->text, "\\unrestrict"));
}

static void drop_empty(struct rv_script *script)
{
    size_t kept = 0;
    for (size_t i = 0; i < script->count; i++) {
        if (script->statements[i].kind != RV_STATEMENT_EMPTY && !is_harmless_command(&script->statements[i])) {
            script->statements[kept++] = script->statements[i];
        }
    }
    script->count = kept;
}

/* BEGIN's modes, such as ISOLATION LEVEL SERIALIZABLE; empty where there are none. SQLite's kinds (IMMEDIATE, …) are
 * none: our own transaction is as strong as any of them. */
static struct rv_view begin_modes(struct rv_view text)
{
    static const char *const first_words[] = {"isolation", "read", "deferrable", "not"};
    for (size_t words = 0; words < 3 && text.len > 0; words++) {
        for (size_t i = 0; i < sizeof first_words / sizeof first_words[0]; i++) {
            if (starts_with_word(text, first_words[i])) {
                return text;
            }
        }
        size_t end = 0;
        while (end < text.len && !rv_is_space(text.ptr[end])) {
            end++;
        }
        text = rv_view_trim(rv_view(text.ptr + end, text.len - end));
    }
    return rv_view(text.ptr, 0);
}

/* A file wholly wrapped in BEGIN … COMMIT means one transaction: ours. Its modes are set on ours. */
static void drop_wrapper(struct rv_script *script)
{
    if (script->count < 2 || script->statements[0].kind != RV_STATEMENT_BEGIN ||
        script->statements[script->count - 1].kind != RV_STATEMENT_COMMIT) {
        return;
    }
    script->count--;
    struct rv_statement *begin = &script->statements[0];
    struct rv_view modes = begin_modes(begin->text);
    if (modes.len > 0) {
        begin->text = rv_view_of(
            rv_arena_printf(script->arena, "SET TRANSACTION %s", rv_arena_text(script->arena, modes.ptr, modes.len)));
        begin->kind = RV_STATEMENT_OTHER;
        begin->command = "SET TRANSACTION";
        return;
    }
    script->statements++;
    script->count--;
}

static void refuse(struct rv_faults *faults, const struct rv_script *script, size_t index, const char *file)
{
    const struct rv_statement *statement = &script->statements[index];
    rev_error *fault = NULL;
    switch (statement->kind) {
    case RV_STATEMENT_OTHER:
    case RV_STATEMENT_EMPTY:
    case RV_STATEMENT_COPY_STDIN:
        return;
    case RV_STATEMENT_BEGIN:
    case RV_STATEMENT_COMMIT:
    case RV_STATEMENT_TRANSACTION:
        fault = rv_faults_add(faults, REV_ERROR_SCRIPT, "%s can't stand in a revision's script", statement->command);
        rv_error_hint(fault,
                      "Each revision runs in one transaction of its own, together with its row in the version "
                      "table: take the statement out. (A pair of BEGIN and COMMIT around the whole file is fine, "
                      "and so are savepoints.)");
        break;
    case RV_STATEMENT_NO_TRANSACTION:
        fault = rv_faults_add(faults, REV_ERROR_SCRIPT, "%s can't run inside a transaction", statement->command);
        rv_error_hint(fault,
                      "Each revision runs in one transaction: run this statement outside of rev, or use another "
                      "that can run in a transaction%s.",
                      strstr(statement->command, "CONCURRENTLY") ? " (the same without CONCURRENTLY)" : "");
        break;
    case RV_STATEMENT_BACKSLASH: {
        bool is_psql = statement->text.ptr[0] == '\\';
        fault = rv_faults_add(faults, REV_ERROR_SCRIPT, "a command of %s can't stand in a revision's script",
                              is_psql ? "psql" : "the sqlite3 shell");
        rv_error_hint(fault, "rev sends SQL to the database itself and runs no %s: write it in SQL.",
                      is_psql ? "psql" : "sqlite3");
        break;
    }
    }
    rv_script_locate(script, index, SIZE_MAX, file, fault);
}

bool rv_script_is_finished(const struct rv_script *script, const struct rv_dialect *dialect, const char *file,
                           rev_error **err)
{
    (void)dialect;
    const struct rv_statement *last = script->count ? &script->statements[script->count - 1] : NULL;
    if (!last || !last->is_open) {
        return true;
    }
    rv_fail(err, REV_ERROR_SCRIPT, "the last statement never ends");
    rv_script_locate(script, script->count - 1, SIZE_MAX, file, *err);
    struct rv_position position = rv_sql_position(script->source, last->open_offset);
    rv_error_at(*err, file, position.line, position.column);
    rv_error_excerpt(*err, position.line_text.ptr, position.line_text.len);
    rv_error_hint(*err, "A quote, comment, parenthesis, $$ body or BEGIN … END begins here that is never closed.");
    return false;
}

bool rv_script_prepare(struct rv_script *script, const char *file, rev_error **err)
{
    drop_empty(script);
    drop_wrapper(script);
    struct rv_faults faults = {0};
    for (size_t i = 0; i < script->count; i++) {
        refuse(&faults, script, i, file);
    }
    return rv_faults_done(&faults, err);
}

void rv_script_locate(const struct rv_script *script, size_t index, size_t offset, const char *file, rev_error *error)
{
    if (!error) {
        return;
    }
    const struct rv_statement *statement = &script->statements[index];
    size_t at = statement->text_offset;
    /* An offset counts only in a text that is the file's own (SET TRANSACTION in place of BEGIN is not). */
    if (offset <= statement->text.len && statement->text.ptr == script->source.ptr + at) {
        at += offset;
    }
    struct rv_position position = rv_sql_position(script->source, at);
    rv_error_at(error, file, position.line, position.column);
    rv_error_statement(error, statement->text.ptr, statement->text.len, (uint32_t)(index + 1));
    rv_error_excerpt(error, position.line_text.ptr, position.line_text.len);
}
