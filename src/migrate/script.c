/* The offline form of a migration: the same plan, checks and bookkeeping as on a connection, printed as a script for
 * psql or the sqlite3 shell. What comes from files is either SQL, passed as it is, or a comment of ours, on one line.
 */
#include "migrate/run.h"

#include "base/utf8.h"

struct writer {
    const rev_project *project;
    const struct rv_driver *driver;
    const char *table, *log_table; /* as SQL */
    struct rv_str *out;
};

/* A comment's text must not end its line, for any reader's idea of a line. */
static void add_comment(struct rv_str *out, const char *text)
{
    struct rv_view rest = rv_view_of(text);
    while (rest.len) {
        uint32_t point = 0;
        size_t n = rv_utf8_decode(rest.ptr, rest.len, &point);
        bool breaks = n == 0 || point < 0x20 || (point >= 0x7F && point <= 0x9F) || point == 0x2028 || point == 0x2029;
        rv_str_add(out, breaks ? " " : rest.ptr, breaks ? 1 : n);
        n = n ? n : 1;
        rest = rv_view(rest.ptr + n, rest.len - n);
    }
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
    static const char *const words[] = {
        [REV_UPGRADE] = "upgrade", [REV_DOWNGRADE] = "downgrade", [REV_STAMP] = "stamp"};
    rv_str_printf(out, "-- Running %s ", words[step->direction]);
    add_ids(out, step->from);
    rv_str_add_text(out, " -> ");
    add_ids(out, step->to);
    if (step->revision && step->revision->message[0]) {
        rv_str_add_text(out, ", ");
        add_comment(out, step->revision->message);
    }
    rv_str_add_text(out, "\n");
}

static bool may_change_session(const struct rv_statement *statement)
{
    return rv_text_starts_with(statement->command, "SET") || rv_text_starts_with(statement->command, "RESET") ||
           memmem(statement->text.ptr, statement->text.len, "set_config", strlen("set_config"));
}

/* The statements as they are written, each with a semicolon at its end. A piece may end in a comment without a line's
 * end, so ours stands on a line of its own. Returns whether the session may look different afterwards. */
static bool add_statements(struct rv_str *out, const struct rv_script *script)
{
    bool changes = false;
    for (size_t i = 0; i < script->count; i++) {
        const struct rv_statement *statement = &script->statements[i];
        struct rv_view piece = rv_view(script->source.ptr + statement->start, statement->end - statement->start);
        if (statement->start == 0 && rv_view_starts_with(piece, "\xEF\xBB\xBF")) {
            piece = rv_view(piece.ptr + 3, piece.len - 3);
        }
        size_t text_end = statement->text_offset + statement->text.len;
        bool is_closed = memchr(script->source.ptr + text_end, ';', statement->end - text_end) != NULL;
        rv_str_add_view(out, piece);
        if (!is_closed) {
            rv_str_add_text(out, "\n;");
        }
        changes = changes || may_change_session(statement);
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
    rv_log_create_sql(writer->out, writer->driver, writer->log_table);
    rv_str_add_text(writer->out, ";\n");
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
    rv_log_add_sql(&log, writer->driver, writer->log_table, settings->version_table, &entry);
    rv_bookkeeping_print(writer->out, &log);
}

static void add_plan(struct writer *writer, const struct rv_plan *plan, const struct rv_step_script *scripts,
                     bool from_base)
{
    for (size_t i = 0; i < plan->step_count; i++) {
        rv_str_add_char(writer->out, '\n');
        add_step_comment(writer->out, &plan->steps[i]);
        rv_str_printf(writer->out, "%s;\n", writer->driver->begin_sql);
        if (i == 0) {
            add_tables(writer, from_base);
        }
        if (add_statements(writer->out, &scripts[i].script)) {
            rv_str_add_text(writer->out, writer->driver->script_guard_sql);
        }
        add_bookkeeping(writer, &plan->steps[i], &scripts[i]);
        rv_str_add_text(writer->out, "COMMIT;\n");
    }
}

static void add_name(struct rv_arena *arena, const char *schema, const char *table, const char **out)
{
    rv_str_auto struct rv_str name = {0};
    if (schema) {
        rv_sql_add_identifier(&name, schema);
        rv_str_add_char(&name, '.');
    }
    rv_sql_add_identifier(&name, table);
    *out = rv_arena_strdup(arena, rv_str_text(&name));
}

static struct rv_plan *make_plan(const rev_project *project, const struct rv_request *request, const char *from,
                                 rev_error **err)
{
    const rev_strings rows = {from ? 1 : 0, &from};
    switch (request->direction) {
    case REV_UPGRADE:
        return rv_plan_upgrade(project->graph, rows, request->spec, err);
    case REV_DOWNGRADE:
        return rv_plan_downgrade(project->graph, rows, request->spec, err);
    case REV_STAMP:
        return rv_plan_stamp(project->graph, rows, request->specs, false, err);
    }
    return NULL;
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
    struct rv_plan *plan = writer.driver ? make_plan(project, request, from, err) : NULL;
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    struct rv_step_script *scripts;
    bool ok = plan && rv_preflight(project, writer.driver->dialect, plan, arena, &scripts, err);
    if (ok) {
        add_name(arena, settings->version_table_schema, settings->version_table, &writer.table);
        add_name(arena, settings->version_table_schema, "rev_log", &writer.log_table);
        if (tag) {
            rv_str_add_text(out, "-- tag: ");
            add_comment(out, tag);
            rv_str_add_char(out, '\n');
        }
        rv_str_printf(out, "%s\n", writer.driver->stop_on_error);
        add_plan(&writer, plan, scripts, !from);
    }
    rv_plan_free(plan);
    return ok;
}
