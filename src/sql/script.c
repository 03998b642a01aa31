/* Refuses, before anything has run, what a step can't hold; and says where in a file an error is. Changes no text: what
 * it lets through is what the database gets. */
#include "sql/script.h"

#include "base/error.h"
#include "sql/directive.h"

enum { LONGEST_EXCERPT = 65536 }; /* a longer line is not shown */

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

/* What is not run and not counted. */
static bool is_dropped(const struct rv_statement *statement)
{
    return statement->kind == RV_STATEMENT_EMPTY || is_harmless_command(statement);
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

void rv_statement_begin_modes(const struct rv_statement *begin, struct rv_str *out)
{
    struct rv_view modes = begin_modes(begin->text);
    if (modes.len) {
        rv_str_add_text(out, "SET TRANSACTION ");
        rv_str_add_view(out, modes);
    }
}

/* The state of checking: where the step is no single transaction, a script may hold pairs of BEGIN and COMMIT. */
struct check {
    const struct rv_script *script;
    const char *file;
    bool is_transactional;
    bool in_group;
    struct rv_statement begin; /* of the pair */
    size_t begin_index;
    struct rv_faults faults;
};

static rev_error *refuse_control(struct check *check, const struct rv_statement *statement)
{
    rev_error *fault = rv_faults_add(&check->faults, REV_ERROR_SCRIPT, "%s can't stand %s", statement->command,
                                     check->is_transactional ? "in a revision's script" : "here");
    if (check->is_transactional) {
        rv_error_hint(fault, "Each revision is one transaction of its own: take the statement out (a pair of BEGIN and "
                             "COMMIT around the whole file is fine, and so are savepoints), or write `transactional: "
                             "false` in revision.yaml to commit each statement by itself.");
    } else {
        rv_error_hint(fault, "With `transactional: false` each statement is committed by itself; what belongs together "
                             "stands between BEGIN and COMMIT.");
    }
    return fault;
}

static rev_error *refuse_no_transaction(struct check *check, const struct rv_statement *statement)
{
    const char *also = "; best in a revision of its own";
    if (strstr(statement->command, "CONCURRENTLY")) {
        also = "; or use the same without CONCURRENTLY";
    } else if (strcmp(statement->command, "PRAGMA foreign_keys") == 0) {
        also = "; or take it out and write `foreign_keys: off`, to rebuild a table in one transaction";
    }
    rev_error *fault =
        rv_faults_add(&check->faults, REV_ERROR_SCRIPT, "%s can't run inside a transaction", statement->command);
    if (check->is_transactional) {
        rv_error_hint(fault,
                      "Write `transactional: false` in revision.yaml: then each statement runs by itself, outside of "
                      "a transaction block%s.",
                      also);
    } else {
        rv_error_hint(fault, "Move it out of the pair of BEGIN and COMMIT.");
    }
    return fault;
}

/* Statements whose effect ends with the transaction: alone in one of their own they would do nothing, in silence. */
static bool needs_group(const struct rv_statement *statement)
{
    static const char *const commands[] = {"SAVEPOINT", "RELEASE",         "ROLLBACK TO",    "LOCK",
                                           "SET LOCAL", "SET TRANSACTION", "SET CONSTRAINTS"};
    for (size_t i = 0; statement->kind == RV_STATEMENT_OTHER && i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(statement->command, commands[i]) == 0) {
            return true;
        }
    }
    return false;
}

static rev_error *refuse_without_group(struct check *check, const struct rv_statement *statement)
{
    rev_error *fault = rv_faults_add(&check->faults, REV_ERROR_SCRIPT, "%s has no effect outside of a transaction",
                                     statement->command);
    rv_error_hint(fault, "With `transactional: false` each statement is committed by itself; what belongs together "
                         "stands between BEGIN and COMMIT.");
    return fault;
}

static rev_error *refuse_shell(struct check *check, const struct rv_statement *statement)
{
    bool is_psql = statement->text.ptr[0] == '\\';
    rev_error *fault =
        rv_faults_add(&check->faults, REV_ERROR_SCRIPT, "a command of %s can't stand in a revision's script",
                      is_psql ? "psql" : "the sqlite3 shell");
    rv_error_hint(fault, "rev sends SQL to the database itself and runs no %s: write it in SQL.",
                  is_psql ? "psql" : "sqlite3");
    return fault;
}

/* Enters or leaves a pair of BEGIN and COMMIT; false where there is none to be. */
static bool move_group(struct check *check, const struct rv_statement *statement, size_t index)
{
    bool is_begin = statement->kind == RV_STATEMENT_BEGIN;
    if (check->is_transactional || statement->kind == RV_STATEMENT_TRANSACTION || check->in_group == is_begin) {
        return false;
    }
    check->in_group = is_begin;
    if (is_begin) {
        check->begin = *statement;
        check->begin_index = index;
    }
    return true;
}

static rev_error *check_kind(struct check *check, const struct rv_statement *statement, size_t index)
{
    switch (statement->kind) {
    case RV_STATEMENT_OTHER:
        return !check->is_transactional && !check->in_group && needs_group(statement)
                   ? refuse_without_group(check, statement)
                   : NULL;
    case RV_STATEMENT_EMPTY:
    case RV_STATEMENT_COPY_STDIN:
        return NULL;
    case RV_STATEMENT_BEGIN:
    case RV_STATEMENT_COMMIT:
    case RV_STATEMENT_TRANSACTION:
        return move_group(check, statement, index) ? NULL : refuse_control(check, statement);
    case RV_STATEMENT_NO_TRANSACTION:
        return check->is_transactional || check->in_group ? refuse_no_transaction(check, statement) : NULL;
    case RV_STATEMENT_BACKSLASH:
        return refuse_shell(check, statement);
    }
    return NULL;
}

static void check_group_end(struct check *check)
{
    if (check->in_group) {
        rev_error *fault = rv_faults_add(&check->faults, REV_ERROR_SCRIPT, "this BEGIN has no COMMIT");
        rv_script_locate(check->script->source, &check->begin, check->begin_index, SIZE_MAX, check->file, fault);
        rv_error_hint(fault, "Add the COMMIT, or take the BEGIN out.");
    }
}

static struct rv_view comments_before(struct rv_view source, const struct rv_statement *statement)
{
    return rv_view(source.ptr + statement->start, statement->text_offset - statement->start);
}

/* Whether what stands before a statement may hold a directive; nearly always it does not. */
static bool may_have_directive(struct rv_view source, const struct rv_statement *statement)
{
    struct rv_view comments = comments_before(source, statement);
    return comments.len && memmem(comments.ptr, comments.len, "rev:", 4);
}

static void check_directive(struct check *check, const struct rv_statement *statement)
{
    struct rv_view source = check->script->source;
    struct rv_repeat repeat;
    size_t offset = 0;
    rev_error *error = NULL;
    if (rv_directive_read(check->script->dialect, source, statement, &repeat, &offset, &error)) {
        if (!repeat.is_wanted || (!check->is_transactional && !check->in_group)) {
            return;
        }
        rv_fail(&error, REV_ERROR_SCRIPT, "a repeated statement can't run inside a transaction");
        rv_error_hint(error, "Each repetition is a transaction of its own: write `transactional: false` in "
                             "revision.yaml, best for a revision of its own.");
    }
    if (check->faults.count < RV_FAULT_LIMIT) { /* finding the place costs what lies before it */
        struct rv_position position = rv_sql_position(source, offset);
        rv_error_at(error, check->file, position.line, position.column);
        rv_error_excerpt(error, position.line_text.ptr, position.line_text.len);
    }
    rv_faults_take(&check->faults, error);
}

/* A directive before what is not run would be lost, and its back-fill look done. */
static void check_dropped(struct check *check)
{
    struct rv_splitter splitter;
    struct rv_statement piece;
    rv_splitter_init(&splitter, check->script->source);
    while (check->script->dialect->next(&splitter, &piece)) {
        if (is_dropped(&piece) && may_have_directive(check->script->source, &piece)) {
            check_directive(check, &piece);
        }
    }
}

static bool check_statements(struct check *check, rev_error **err)
{
    struct rv_reader reader;
    struct rv_statement statement;
    rv_reader_init(&reader, check->script);
    while (rv_reader_next(&reader, &statement)) {
        size_t index = reader.count - 1;
        rev_error *fault = check_kind(check, &statement, index);
        rv_script_locate(check->script->source, &statement, index, SIZE_MAX, check->file, fault);
        if (may_have_directive(check->script->source, &statement)) {
            check_directive(check, &statement);
        }
    }
    check_group_end(check);
    check_dropped(check);
    return rv_faults_done(&check->faults, err);
}

void rv_script_fail_open(struct rv_view source, const struct rv_statement *last, size_t index, const char *file,
                         rev_error **err)
{
    rv_fail(err, REV_ERROR_SCRIPT, "the last statement never ends");
    rv_script_locate(source, last, index, SIZE_MAX, file, *err);
    struct rv_position position = rv_sql_position(source, last->open_offset);
    rv_error_at(*err, file, position.line, position.column);
    rv_error_excerpt(*err, position.line_text.ptr, position.line_text.len);
    rv_error_hint(*err, "A quote, comment, parenthesis, $$ body or BEGIN … END begins here that is never closed.");
}

/* What one pass over a script tells. */
struct survey {
    size_t count;
    struct rv_statement first, last; /* not those that are dropped */
    struct rv_statement piece;       /* the very last one */
    bool is_suspicious;              /* something is there that may have to be refused */
};

static void survey(const struct rv_script *script, struct survey *out)
{
    struct rv_splitter splitter;
    struct rv_statement *piece = &out->piece;
    *out = (struct survey){0};
    rv_splitter_init(&splitter, script->source);
    while (script->dialect->next(&splitter, piece)) {
        out->is_suspicious = out->is_suspicious || may_have_directive(script->source, piece);
        if (is_dropped(piece)) {
            continue;
        }
        out->first = out->count == 0 ? *piece : out->first;
        out->last = *piece;
        out->count++;
        out->is_suspicious = out->is_suspicious || needs_group(piece) ||
                             (piece->kind != RV_STATEMENT_OTHER && piece->kind != RV_STATEMENT_COPY_STDIN);
    }
}

/* A file wholly wrapped in BEGIN … COMMIT means one transaction: ours. Its modes are set on ours. */
static void unwrap(struct rv_script *script, const struct survey *survey, struct rv_arena *arena)
{
    script->is_wrapped =
        survey->count > 1 && survey->first.kind == RV_STATEMENT_BEGIN && survey->last.kind == RV_STATEMENT_COMMIT;
    if (script->is_wrapped) {
        rv_str_auto struct rv_str modes = {0};
        rv_statement_begin_modes(&survey->first, &modes);
        script->begin_modes = modes.len ? rv_arena_strdup(arena, rv_str_text(&modes)) : NULL;
    }
}

bool rv_script_prepare(struct rv_script *out, const struct rv_dialect *dialect, struct rv_view source,
                       bool is_transactional, struct rv_arena *arena, const char *file, rev_error **err)
{
    struct survey found;
    *out = (struct rv_script){.source = source, .dialect = dialect};
    survey(out, &found);
    if (found.piece.is_open) {
        size_t index = found.count - (found.piece.kind == RV_STATEMENT_EMPTY ? 0 : 1);
        rv_script_fail_open(source, &found.piece, index, file, err);
        return false;
    }
    if (is_transactional) {
        unwrap(out, &found, arena);
    }
    out->count = found.count - (!out->is_wrapped ? 0 : out->begin_modes ? 1 : 2);
    struct check check = {.script = out, .file = file, .is_transactional = is_transactional};
    return !found.is_suspicious || check_statements(&check, err);
}

void rv_reader_init(struct rv_reader *reader, const struct rv_script *script)
{
    *reader = (struct rv_reader){.script = script};
    rv_splitter_init(&reader->splitter, script->source);
}

static void set_modes(const struct rv_script *script, struct rv_statement *begin)
{
    begin->text = rv_view_of(script->begin_modes);
    begin->kind = RV_STATEMENT_OTHER;
    begin->command = "SET TRANSACTION";
}

bool rv_reader_next(struct rv_reader *reader, struct rv_statement *out)
{
    const struct rv_script *script = reader->script;
    while (reader->count < script->count && script->dialect->next(&reader->splitter, out)) {
        bool is_begin = script->is_wrapped && !reader->has_begun && !is_dropped(out);
        reader->has_begun = reader->has_begun || is_begin;
        if (is_dropped(out) || (is_begin && !script->begin_modes)) {
            continue;
        }
        if (is_begin) {
            set_modes(script, out);
        }
        reader->count++;
        return true;
    }
    return false;
}

struct rv_repeat rv_statement_repeat(const struct rv_script *script, const struct rv_statement *statement)
{
    struct rv_repeat repeat = {0};
    size_t ignored_offset;
    rev_error *ignored = NULL;
    if (may_have_directive(script->source, statement)) {
        rv_directive_read(script->dialect, script->source, statement, &repeat, &ignored_offset, &ignored);
    }
    rev_error_free(ignored);
    return repeat;
}

void rv_script_locate(struct rv_view source, const struct rv_statement *statement, size_t index, size_t offset,
                      const char *file, rev_error *error)
{
    if (!error) {
        return;
    }
    size_t at = statement->text_offset;
    /* An offset counts only in a text that is the file's own (SET TRANSACTION in place of BEGIN is not). */
    if (offset <= statement->text.len && statement->text.ptr == source.ptr + at) {
        at += offset;
    }
    struct rv_position position = rv_sql_position(source, at);
    rv_error_at(error, file, position.line, position.column);
    rv_error_statement(error, statement->text.ptr, statement->text.len, (uint32_t)(index + 1));
    if (position.line_text.len < LONGEST_EXCERPT) {
        rv_error_excerpt(error, position.line_text.ptr, position.line_text.len);
    }
}
