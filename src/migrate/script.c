/* The offline form of a migration: the same plan, checks and bookkeeping as on a connection, printed as a script for
 * psql or the sqlite3 shell. What comes from files is either SQL, passed as it is, or a comment of ours, on one line.
 */
#include "migrate/run.h"

#include "base/map.h"
#include "base/utf8.h"

struct writer {
    const rev_project *project;
    const struct rv_driver *driver;
    const char *table, *log_table; /* as SQL */
    struct rv_str *out;
};

static void add_comment(struct rv_str *out, const char *text)
{
    rv_utf8_add_one_line(out, rv_view_of(text));
}

static void add_ids(struct rv_str *out, rev_strings ids)
{
    for (size_t i = 0; i < ids.count; i++) {
        rv_str_add_text(out, i ? ", " : "");
        add_comment(out, ids.items[i]);
    }
}

static void add_step_comment(struct rv_str *out, const struct rv_step *step)
{
    rv_str_printf(out, "-- Running %s ", rev_direction_name(step->direction));
    add_ids(out, step->from);
    rv_str_add_text(out, " -> ");
    add_ids(out, step->to);
    if (step->revision && step->revision->message[0]) {
        rv_str_add_text(out, ", ");
        add_comment(out, step->revision->message);
    }
    rv_str_add_text(out, "\n");
}

/* Whether role, settings or temporary objects may look different after it. */
static bool may_change_session(const struct rv_statement *statement)
{
    static const char *const signs[] = {"set_config", "temp", "TEMP", "Temp"};
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        if (memmem(statement->text.ptr, statement->text.len, signs[i], strlen(signs[i]))) {
            return true;
        }
    }
    return rv_text_starts_with(statement->command, "SET") || rv_text_starts_with(statement->command, "RESET");
}

/* The statement as it is written, with a semicolon at its end. It may end in a comment without a line's end, so ours
 * stands on a line of its own. */
static void add_statement(struct rv_str *out, const struct rv_script *script, const struct rv_statement *statement)
{
    struct rv_view piece = rv_view(script->source.ptr + statement->start, statement->end - statement->start);
    if (statement->text.ptr != script->source.ptr + statement->text_offset) {
        piece = statement->text; /* SET TRANSACTION in place of BEGIN */
    } else if (statement->start == 0 && rv_view_starts_with(piece, "\xEF\xBB\xBF")) {
        piece = rv_view(piece.ptr + 3, piece.len - 3);
    }
    rv_str_add_view(out, piece);
    if (piece.ptr == statement->text.ptr || !statement->is_closed) {
        rv_str_add_text(out, "\n;");
    }
    struct rv_view trimmed = rv_view_trim(piece);
    bool is_open_copy = statement->kind == RV_STATEMENT_COPY_STDIN &&
                        !(trimmed.len > 2 && memcmp(trimmed.ptr + trimmed.len - 3, "\n\\.", 3) == 0);
    if (is_open_copy) {
        rv_str_add_text(out, piece.ptr[piece.len - 1] == '\n' ? "\\.\n" : "\n\\.\n");
    }
}

/* Whether `text` ends outside of all quotes and comments. */
static bool ends_outside(const struct rv_dialect *dialect, struct rv_view text)
{
    rv_str_auto struct rv_str probe = {0};
    struct rv_splitter splitter;
    struct rv_statement piece = {0};
    rv_str_add_view(&probe, text);
    rv_str_add_text(&probe, ";");
    rv_splitter_init(&splitter, rv_view(probe.ptr, probe.len));
    while (dialect->next(&splitter, &piece)) {
    }
    return piece.is_closed;
}

/* A line of `/` or `go` ends a statement for the sqlite3 shell. An empty comment before the word makes it a line like
 * any other. */
static void hide_terminators(const struct rv_dialect *dialect, struct rv_str *out, size_t from)
{
    rv_str_auto struct rv_str text = {0};
    rv_str_add(&text, out->ptr + from, out->len - from);
    out->ptr[out->len = from] = '\0';
    for (size_t at = 0; at < text.len;) {
        const char *newline = memchr(text.ptr + at, '\n', text.len - at);
        size_t len = newline ? (size_t)(newline - text.ptr) + 1 - at : text.len - at;
        struct rv_view line = rv_view_trim(rv_view(text.ptr + at, len));
        bool is_terminator = rv_view_equals(line, "/") || rv_view_equals_nocase(line, "go");
        rv_str_add_text(out, is_terminator && ends_outside(dialect, rv_view(text.ptr, at)) ? "/**/" : "");
        rv_str_add(out, text.ptr + at, len);
        at += len;
    }
}

/* Returns whether the session may look different afterwards. */
static bool add_statements(const struct rv_driver *driver, struct rv_str *out, const struct rv_script *script)
{
    bool changes = false;
    struct rv_reader reader;
    struct rv_statement statement;
    rv_reader_init(&reader, script);
    while (rv_reader_next(&reader, &statement)) {
        size_t from = out->len;
        add_statement(out, script, &statement);
        if (driver->shell_has_terminators) {
            hide_terminators(driver->dialect, out, from);
        }
        changes = changes || may_change_session(&statement);
    }
    if (script->count && out->ptr[out->len - 1] != '\n') {
        rv_str_add_char(out, '\n');
    }
    return changes;
}

static void add_tables(struct writer *writer, bool from_base)
{
    const struct rv_settings *settings = &writer->project->settings;
    if (from_base) {
        rv_version_create_sql(writer->out, writer->table, settings->version_table);
        rv_str_add_text(writer->out, ";\n");
    }
    rv_log_create_sql(writer->out, writer->driver->engine->books, writer->log_table);
    rv_str_add_text(writer->out, ";\n");
}

/* Offline nobody counts the rows that an UPDATE hits, so each step first makes sure of the rows that it will change: a
 * row without a version_num is refused by any version table, and it is only written where the expected one is missing.
 */
static void add_row_checks(struct writer *writer, const struct rv_step *step, bool expects_none)
{
    if (expects_none) {
        rv_str_printf(writer->out,
                      "INSERT INTO %s (version_num) SELECT NULL WHERE EXISTS (SELECT 1 FROM %s); -- stops here unless "
                      "there is no version row yet\n",
                      writer->table, writer->table);
    }
    for (size_t i = 0; i < step->change_count; i++) {
        const char *id = step->changes[i].old_id;
        if (id) {
            rv_str_printf(writer->out,
                          "INSERT INTO %s (version_num) SELECT NULL WHERE NOT EXISTS (SELECT 1 FROM %s WHERE "
                          "version_num = ",
                          writer->table, writer->table);
            rv_sql_add_literal(writer->out, id);
            rv_str_printf(writer->out, "); -- stops here unless the database is at %s\n", id);
        }
    }
}

static void add_bookkeeping(struct writer *writer, const struct rv_step *step, const struct rv_step_script *script)
{
    const struct rv_settings *settings = &writer->project->settings;
    for (size_t i = 0; i < step->change_count; i++) {
        rv_bookkeeping_auto struct rv_bookkeeping change = {0};
        rv_version_change_sql(&change, writer->table, step->changes[i].old_id, step->changes[i].new_id);
        rv_bookkeeping_print(writer->out, &change);
    }
    const struct rv_log_entry entry = {
        .revision = rv_step_log_name(step),
        .direction = step->direction,
        .execution_time_ms = -1,
        .checksum = script->file ? script->checksum : NULL,
        .statements_total = (int64_t)script->script.count,
        .statements_done = (int64_t)script->script.count,
        .outcome = "done",
    };
    rv_bookkeeping_auto struct rv_bookkeeping log = {0};
    rv_log_add_sql(&log, writer->driver->engine->books, writer->log_table, settings->version_table, &entry);
    rv_bookkeeping_print(writer->out, &log);
}

static bool has_foreign_keys_off(const struct writer *writer, const struct rv_step *step)
{
    return step->revision && step->revision->foreign_keys_off && writer->driver->foreign_keys_off_sql;
}

/* As the header says, else rev.yaml. The defaults are left out: a shell does not try again. */
static void add_limits(struct writer *writer, const struct rv_step *step)
{
    const struct rv_settings *settings = &writer->project->settings;
    struct rv_limits limits = {rv_number_or(settings->lock_timeout_ms, -1),
                               rv_number_or(settings->statement_timeout_ms, -1)};
    if (step->revision && step->revision->lock_timeout_ms >= 0) {
        limits.lock_timeout_ms = step->revision->lock_timeout_ms;
    }
    if (step->revision && step->revision->statement_timeout_ms >= 0) {
        limits.statement_timeout_ms = step->revision->statement_timeout_ms;
    }
    if (writer->driver->add_limits_sql) {
        writer->driver->add_limits_sql(writer->out, &limits);
    }
}

static void add_plan(struct writer *writer, const struct rv_plan *plan, const struct rv_step_script *scripts,
                     bool from_base)
{
    for (size_t i = 0; i < plan->step_count; i++) {
        const struct rv_step *step = &plan->steps[i];
        bool is_statementwise = rv_step_is_statementwise(step), foreign_keys_off = has_foreign_keys_off(writer, step);
        rv_str_add_char(writer->out, '\n');
        add_step_comment(writer->out, step);
        if (foreign_keys_off) {
            rv_str_printf(writer->out, "%s;\n", writer->driver->foreign_keys_off_sql);
        }
        rv_str_printf(writer->out, "%s;\n", writer->driver->begin_sql);
        if (!is_statementwise) {
            add_limits(writer, step);
        }
        if (i == 0) {
            add_tables(writer, from_base);
        }
        add_row_checks(writer, step, i == 0 && from_base);
        rv_str_add_text(writer->out, is_statementwise ? "COMMIT;\n" : "");
        bool changes_session = add_statements(writer->driver, writer->out, &scripts[i].script);
        if (is_statementwise) {
            rv_str_printf(writer->out, "%s;\n", writer->driver->begin_sql);
        }
        rv_str_add_text(writer->out, changes_session ? writer->driver->script_guard_sql : "");
        if (foreign_keys_off) {
            rv_str_printf(writer->out,
                          "INSERT INTO %s (version_num) SELECT NULL WHERE EXISTS (%s); -- stops here unless foreign "
                          "keys hold\n",
                          writer->table, writer->driver->foreign_keys_check_sql);
        }
        add_bookkeeping(writer, step, &scripts[i]);
        rv_str_add_text(writer->out, "COMMIT;\n");
    }
}

/* psql replaces :name, :'name' and :"name" where it has such a variable, and it has some from the start. A name that
 * stands behind a colon is made to be none. */
static void add_unset_variables(struct rv_str *out, struct rv_view source, struct rv_map *seen)
{
    for (size_t i = 0; i + 1 < source.len; i++) {
        if (source.ptr[i] != ':' || (i && source.ptr[i - 1] == ':')) {
            continue;
        }
        size_t start = i + 1;
        start += source.ptr[start] == '\'' || source.ptr[start] == '"' ? 1 : 0;
        size_t end = start;
        while (end < source.len &&
               (rv_is_alpha(source.ptr[end]) || rv_is_digit(source.ptr[end]) || source.ptr[end] == '_')) {
            end++;
        }
        struct rv_view name = rv_view(source.ptr + start, end - start);
        if (name.len && name.len < 64 && !rv_is_digit(name.ptr[0]) && rv_map_put(seen, name, 0)) {
            rv_str_printf(out, "\\unset %.*s\n", (int)name.len, name.ptr);
        }
    }
}

/* psql and the sqlite3 shell run each statement once. */
static void check_repeats(const struct rv_step_script *script, struct rv_faults *faults)
{
    struct rv_reader reader;
    struct rv_statement statement;
    rv_reader_init(&reader, &script->script);
    while (rv_reader_next(&reader, &statement)) {
        if (rv_statement_repeat(&script->script, &statement).is_wanted) {
            rev_error *fault = rv_faults_add(faults, REV_ERROR_SCRIPT,
                                             "a statement that is repeated can't be part of a printed script");
            rv_script_locate(script->script.source, &statement, reader.count - 1, SIZE_MAX, script->file, fault);
            rv_error_hint(fault, "Run this revision on the database itself, without --sql.");
        }
    }
}

/* The sqlite3 shell takes a statement that begins with `#` for a comment. */
static void check_shell_comments(const struct rv_step_script *script, struct rv_faults *faults)
{
    struct rv_reader reader;
    struct rv_statement statement;
    rv_reader_init(&reader, &script->script);
    while (rv_reader_next(&reader, &statement)) {
        if (statement.text.ptr[0] == '#') {
            rev_error *fault = rv_faults_add(faults, REV_ERROR_SCRIPT, "a statement can't begin with '#'");
            rv_script_locate(script->script.source, &statement, reader.count - 1, SIZE_MAX, script->file, fault);
            rv_error_hint(fault, "SQL's comments begin with --.");
        }
    }
}

/* What the engine's shell needs at the top, and what it would misread. */
static bool add_shell_head(struct writer *writer, const struct rv_plan *plan, const struct rv_step_script *scripts,
                           rev_error **err)
{
    struct rv_faults faults = {0};
    rv_map_auto struct rv_map *seen = rv_map_new();
    rv_str_printf(writer->out, "%s\n", writer->driver->stop_on_error);
    for (size_t i = 0; i < plan->step_count; i++) {
        if (rv_step_is_statementwise(&plan->steps[i])) {
            check_repeats(&scripts[i], &faults);
        }
        if (writer->driver->shell_has_variables) {
            add_unset_variables(writer->out, scripts[i].script.source, seen);
        } else {
            check_shell_comments(&scripts[i], &faults);
        }
    }
    return rv_faults_done(&faults, err);
}

static const char *table_name(struct rv_arena *arena, const char *schema, const char *table)
{
    rv_str_auto struct rv_str name = {0};
    rv_sql_add_table(&name, schema, table);
    return rv_arena_strdup(arena, rv_str_text(&name));
}

bool rv_script_write(const rev_project *project, const struct rv_request *request, const char *from, const char *tag,
                     struct rv_str *out, rev_error **err)
{
    if (!rv_project_need_url(project, err)) {
        return false;
    }
    const struct rv_settings *settings = &project->settings;
    struct writer writer = {.project = project, .out = out};
    writer.driver = rv_driver_for(settings->url.text, err);
    const rev_strings rows = {from ? 1 : 0, &from};
    struct rv_plan *plan = writer.driver ? rv_request_plan(project->graph, request, rows, err) : NULL;
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    struct rv_step_script *scripts;
    bool ok = plan && rv_preflight(project, writer.driver->dialect, plan, arena, &scripts, err);
    if (ok) {
        writer.table = table_name(arena, settings->version_table_schema, settings->version_table);
        writer.log_table = table_name(arena, settings->version_table_schema, "rev_log");
        if (tag) {
            rv_str_add_text(out, "-- tag: ");
            add_comment(out, tag);
            rv_str_add_char(out, '\n');
        }
        ok = add_shell_head(&writer, plan, scripts, err);
    }
    if (ok) {
        add_plan(&writer, plan, scripts, !from);
    }
    rv_plan_free(plan);
    return ok;
}
