/* doctor: everything that can be wrong between a project and its database, each with what to type. Only looks. */
#include <rev/check.h>

#include "base/alloc.h"
#include "base/error.h"
#include "command/options.h"
#include "command/trouble.h"
#include "graph/applied.h"
#include "migrate/changed.h"
#include "migrate/extend.h"

struct health {
    rev_health public;
    struct rv_arena *arena;
};

struct examination {
    struct rv_session session;
    struct rv_arena *arena; /* the findings' */
    rev_findings *findings;
    struct rv_extension *extension;
};

static void add(struct examination *x, rev_finding_kind kind, const char *id, const char *message, const char *hint)
{
    rev_finding *finding = rv_findings_add(x->findings, kind, message, hint);
    if (id) {
        finding->revisions = rv_one_id(x->arena, id);
    }
}

/* What the reading itself complains of, as a finding. */
static void add_unreadable(struct examination *x, rev_error *error)
{
    add(x, REV_FINDING_VERSION_TABLE, NULL, rv_arena_strdup(x->arena, error->message),
        error->hint ? rv_arena_strdup(x->arena, error->hint) : "Look at the table with your database's shell.");
    rev_error_free(error);
}

static bool examine_missing_table(struct examination *x, rev_error **err)
{
    rev_error *gone = NULL;
    if (!rv_check_orphans(&x->session, &gone)) {
        if (gone->code != REV_ERROR_NO_VERSIONS) {
            rv_error_give(err, gone);
            return false;
        }
        add_unreadable(x, gone);
        return true;
    }
    x->findings->remark = "there is no version table yet: upgrade makes it; for a database that has its schema "
                          "already, stamp says where it is";
    return true;
}

static void add_fault(struct rv_str *faults, bool is_wrong, const char *text)
{
    if (is_wrong) {
        rv_str_printf(faults, "%s%s", faults->len ? "; " : "", text);
    }
}

static bool examine_shape(struct examination *x, rev_error **err)
{
    const struct rv_session *session = &x->session;
    const struct rv_version *version = &session->version;
    rv_result_auto struct rv_result shape = {0};
    const char *const params[] = {version->schema, version->table};
    const char *shape_sql = session->db->engine->books->version_shape;
    if (!shape_sql) {
        return true;
    }
    if (!session->driver->query(session->db, shape_sql, params, 2, &shape, err)) {
        return false;
    }
    bool has_others = shape.row_count && strcmp(shape.values[0], "1") != 0;
    bool is_nullable = shape.row_count && strcmp(shape.values[1], "yes") != 0;
    bool has_no_key = shape.row_count && strcmp(shape.values[2], "yes") != 0;
    rv_str_auto struct rv_str how = {0};
    add_fault(&how, has_others, "it has further columns");
    add_fault(&how, is_nullable, "version_num may be NULL");
    add_fault(&how, has_no_key, "version_num is no primary key");
    if (how.len) {
        add(x, REV_FINDING_VERSION_TABLE, NULL,
            rv_arena_printf(x->arena, "%s was altered: %s", version->quoted, rv_str_text(&how)),
            rv_arena_printf(x->arena, "It should be as `" PROGRAM_NAME
                                      " stamp heads --sql` makes it: note the rows, drop the table, "
                                      "and type `" PROGRAM_NAME " stamp` with them."));
    }
    return true;
}

static void examine_rows(struct examination *x)
{
    rev_strings rows = rv_session_rows(&x->session);
    const struct rv_graph *graph = x->session.project->graph;
    rv_nodes_auto struct rv_nodes known = {0}, maximal = {0}, redundant = {0};
    for (size_t i = 0; i < rows.count; i++) {
        uint32_t node;
        if (rv_graph_find(graph, rows.items[i], &node)) {
            rv_vec_push(&known, node);
            continue;
        }
        add(x, REV_FINDING_ROWS, rows.items[i],
            rv_arena_printf(x->arena, "the database is at '%s', which no file and no kept script defines",
                            rows.items[i]),
            "Get the files of the version that migrated it, or type `" PROGRAM_NAME
            " stamp --purge SPEC` to say where it is.");
    }
    rv_rows_maximal(graph, rv_nodes_list(&known), &maximal, &redundant);
    rv_str_auto struct rv_str real = {0};
    for (size_t i = 0; i < maximal.count; i++) {
        rv_str_printf(&real, " %s", rv_graph_id(graph, maximal.items[i]));
    }
    for (size_t i = 0; i < redundant.count; i++) {
        const char *id = rv_graph_id(graph, redundant.items[i]);
        add(x, REV_FINDING_ROWS, id, rv_arena_printf(x->arena, "the version row %s is implied by another row", id),
            rv_arena_printf(x->arena,
                            "It does no harm, and the next step that runs removes it; `" PROGRAM_NAME
                            " stamp%s` does it now.",
                            rv_str_text(&real)));
    }
}

/* What stands in the place of one of our tables and is none: CREATE TABLE IF NOT EXISTS passes over it. */
static bool examine_book(struct examination *x, const char *quoted, const char *columns, bool is_found, rev_error **err)
{
    const struct rv_session *session = &x->session;
    rv_str_auto struct rv_str sql = {0};
    rev_error *fault = NULL;
    rv_str_printf(&sql, "SELECT %s FROM %s WHERE 1 = 0", columns, quoted);
    bool is_readable = session->driver->query(session->db, rv_str_text(&sql), NULL, 0, NULL, &fault);
    if (fault && fault->code != REV_ERROR_DATABASE) {
        rv_error_give(err, fault);
        return false;
    }
    bool is_wrong = is_readable ? !is_found : !rv_is_missing_table(fault);
    if (is_wrong) {
        add(x, REV_FINDING_BOOKS, NULL,
            rv_arena_printf(x->arena, "%s is not as " PROGRAM_NAME " keeps it: %s", quoted,
                            fault ? fault->message : "it is no table"),
            rv_arena_printf(x->arena,
                            "Give this user its rights on it; or, if it is something else, type ALTER TABLE %s RENAME "
                            "TO other_name; in the database's shell, or set version_table_schema: the next step that "
                            "runs makes the table anew.",
                            quoted));
    }
    rev_error_free(fault);
    return true;
}

static bool examine_books(struct examination *x, rev_error **err)
{
    const struct rv_version *version = &x->session.version;
    return examine_book(x, version->log_quoted, rv_log_columns, version->log_exists, err) &&
           (!x->session.db->engine->books->kept_table ||
            examine_book(x, version->kept_quoted, rv_kept_columns, version->kept_exists, err));
}

/* A database that takes no changes: a standby, or a setting. */
static bool examine_writability(struct examination *x, rev_error **err)
{
    const struct rv_session *session = &x->session;
    rv_result_auto struct rv_result found = {0};
    const char *sql = session->db->engine->read_only_sql;
    if (sql && !session->driver->query(session->db, sql, NULL, 0, &found, err)) {
        return false;
    }
    if (found.row_count) {
        add(x, REV_FINDING_READ_ONLY, NULL, rv_arena_strdup(x->arena, found.values[0]),
            rv_arena_strdup(x->arena, found.values[1]));
    }
    return true;
}

static bool examine_log(struct examination *x, rev_error **err)
{
    const struct rv_graph *graph = x->session.project->graph;
    rv_nodes_auto struct rv_nodes rows = {0};
    rev_error *unknown = NULL;
    rev_log_row *log;
    size_t count;
    if (!rv_log_read_since_stamp(x->session.db, &x->session.version, x->arena, &log, &count, err)) {
        return false;
    }
    if (!rv_rows_nodes(graph, rv_session_rows(&x->session), &rows, &unknown)) {
        rev_error_free(unknown); /* told already */
        return true;
    }
    rv_set_auto struct rv_set *applied = rv_rows_applied(graph, rv_nodes_list(&rows));
    for (size_t i = 0; i < count; i++) {
        const rev_log_row *row = &log[i];
        uint32_t node;
        bool is_up = strcmp(row->direction, "upgrade") == 0;
        if (!rv_graph_find(graph, row->revision, &node) || rv_set_has(applied, node) == is_up) {
            continue;
        }
        add(x, REV_FINDING_LOG, row->revision,
            rv_arena_printf(x->arena, "the log says that %s was %s (%s), the version rows say that it is %sapplied",
                            row->revision, is_up ? "applied" : "undone", row->started_at, is_up ? "not " : ""),
            rv_arena_printf(
                x->arena,
                "The rows were changed by hand or by another tool. If the schema agrees with the rows, all is "
                "well; otherwise type `" PROGRAM_NAME " stamp %s`.",
                is_up ? row->revision : "SPEC"));
    }
    return true;
}

static bool examine_changes(struct examination *x, rev_error **err)
{
    rev_change *changes;
    size_t count;
    rv_nodes_auto struct rv_nodes rows = {0};
    rev_error *unknown = NULL;
    if (!rv_rows_nodes(x->session.project->graph, rv_session_rows(&x->session), &rows, &unknown)) {
        rev_error_free(unknown); /* told already */
        return true;
    }
    if (!rv_find_changes(&x->session, x->arena, &changes, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        rv_find_changed(x->findings, &changes[i]);
    }
    return true;
}

static void examine_interrupted(struct examination *x)
{
    const struct rv_version *version = &x->session.version;
    for (size_t i = 0; i < version->unfinished_count; i++) {
        const struct rv_unfinished *step = &version->unfinished[i];
        const rev_interrupted shown = {
            .revision = step->revision,
            .direction = step->direction,
            .started_at = step->started_at,
            .applied_by = step->applied_by,
            .statements_total = step->statements_total,
            .statements_done = step->statements_done,
        };
        rv_find_interrupted(x->findings, &shown);
    }
}

static bool examine_indexes(struct examination *x, rev_error **err)
{
    const struct rv_session *session = &x->session;
    rv_result_auto struct rv_result found = {0};
    const char *invalid_index_sql = session->db->engine->invalid_index_sql;
    if (!invalid_index_sql) {
        return true;
    }
    if (!session->driver->query(session->db, invalid_index_sql, NULL, 0, &found, err)) {
        return false;
    }
    for (size_t i = 0; i < found.row_count; i++) {
        const char *name = found.values[2 * i];
        add(x, REV_FINDING_INDEX, NULL,
            rv_arena_printf(x->arena, "the index %s on %s is INVALID: no query uses it", name, found.values[2 * i + 1]),
            rv_arena_printf(x->arena,
                            "Unless an interrupted step is of it (then resolve that), type in psql: REINDEX INDEX "
                            "CONCURRENTLY %s; or DROP INDEX CONCURRENTLY %s;",
                            name, name));
    }
    return true;
}

static bool examine_session_lock(struct examination *x, rev_error **err)
{
    const struct rv_session *session = &x->session;
    const struct rv_version *version = &session->version;
    rv_str_auto struct rv_str holder = {0}, end = {0};
    if (!session->driver->lock_holder) {
        return true;
    }
    if (!session->driver->lock_holder(session->db, version->schema, version->table, &holder, &end, err)) {
        return false;
    }
    if (holder.len) {
        add(x, REV_FINDING_LOCK, NULL, rv_arena_printf(x->arena, "the lock is held by %s", rv_str_text(&holder)),
            rv_arena_printf(x->arena, "If that is no migrator at work, end it, in psql: %s", rv_str_text(&end)));
    }
    return true;
}

static bool examine_lock_row(struct examination *x, rev_error **err)
{
    const struct rv_session *session = &x->session;
    rv_lock_holder_auto struct rv_lock_holder holder = {0};
    struct rv_lock_row row;
    rv_lock_row_init(&row, session->version.schema, session->version.table);
    bool ok = rv_lock_row_read(session->db, &row, &holder, err);
    if (ok && holder.owner) {
        bool is_left = holder.is_gone || holder.is_expired;
        rv_str_auto struct rv_str owner = {0};
        rv_sql_add_literal(&owner, holder.owner);
        add(x, REV_FINDING_LOCK, NULL,
            rv_arena_printf(x->arena, "the lock row %s %s, since %s", is_left ? "was left behind by" : "is held by",
                            holder.owner, holder.since),
            is_left ? "Nothing needs to be typed: the next migrator takes it over."
                    : rv_arena_printf(x->arena,
                                      "Let it finish. If its process is gone, the next migrator takes the row over "
                                      "after %s; DELETE FROM %s WHERE owner = %s; in the database's shell takes it "
                                      "away at once, and whoever held it commits nothing more.",
                                      holder.expires_at, row.quoted, rv_str_text(&owner)));
    }
    rv_lock_row_clear(&row);
    return ok;
}

static bool read_server(struct examination *x, rev_health *out, rev_error **err)
{
    const struct rv_session *session = &x->session;
    rv_result_auto struct rv_result answer = {0};
    if (!session->driver->query(session->db, session->driver->server_sql, NULL, 0, &answer, err)) {
        return false;
    }
    out->server = rv_arena_strdup(x->arena, answer.row_count && answer.values[0] ? answer.values[0] : "");
    if (session->driver->learn) {
        session->driver->learn(session->db, out->server, NULL);
    }
    return true;
}

static const char *lock_name(const struct rv_db *db)
{
    if (db->driver->begin_is_lock) {
        return "transaction";
    }
    return db->engine->has_advisory_locks ? "advisory" : db->engine->books->lock_table ? "row" : "none";
}

static rev_engine describe_engine(const struct rv_db *db)
{
    return (rev_engine){
        .name = db->engine->name,
        .lock = lock_name(db),
        .has_transactional_ddl = db->engine->is_ddl_transactional,
        .has_jobs = db->engine->jobs_sql != NULL,
    };
}

static bool examine(struct examination *x, rev_error **err)
{
    struct rv_session *session = &x->session;
    rev_error *unreadable = NULL;
    if (!rv_session_read(session, &unreadable)) {
        add_unreadable(x, unreadable);
        return true;
    }
    if (!rv_session_extend(session, &x->extension, err)) {
        return false;
    }
    if (!(session->version.exists ? examine_shape(x, err) : examine_missing_table(x, err))) {
        return false;
    }
    examine_rows(x);
    examine_interrupted(x);
    return examine_books(x, err) && examine_writability(x, err) && (!session->version.exists || examine_log(x, err)) &&
           examine_changes(x, err) && examine_session_lock(x, err) && examine_lock_row(x, err) &&
           examine_indexes(x, err);
}

rev_health *rev_doctor(const rev_project *project, const rev_migrate_options *options, rev_error **err)
{
    struct rv_given_options own;
    struct examination x = {0};
    rev_error *error = NULL;
    rev_health *health = NULL;
    if (rv_given_options_read(&own, options, &error) &&
        rv_session_connect(&x.session, project, &own.options, true, &error)) {
        health = rv_alloc(sizeof *health);
        x.findings = rv_findings_new();
        x.arena = rv_findings_arena(x.findings);
        *health = (rev_health){.findings = x.findings};
        if (!read_server(&x, health, &error) || !examine(&x, &error)) {
            rev_health_free(health);
            health = NULL;
        }
        if (health) {
            health->engine = describe_engine(x.session.db);
        }
        rv_extension_free(x.extension);
        rv_session_close(&x.session);
    }
    rv_error_give(err, error);
    return health;
}

void rev_health_free(rev_health *health)
{
    if (health) {
        rev_findings_free(health->findings);
        free(health);
    }
}
