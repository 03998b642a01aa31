/* Compares the files of what is applied with what was recorded when it ran. Only reads, but for accepting; a file is
 * changed when its meaning is: the checksum leaves line endings and the header's texts out. */
#include "migrate/changed.h"

#include "base/diff.h"
#include "base/user.h"
#include "base/vec.h"
#include "graph/applied.h"
#include "migrate/extend.h"
#include "sql/compare.h"
#include "tree/checksum.h"

struct search {
    const struct rv_session *session;
    struct rv_arena *arena;
    RV_VEC(rev_change) found;
};

static struct rv_view without_bom(struct rv_view text)
{
    return rv_view_starts_with(text, "\xEF\xBB\xBF") ? rv_view(text.ptr + 3, text.len - 3) : text;
}

/* The hunks between two versions of a script; empty if only line endings differ. */
static const char *diff_of(struct search *search, struct rv_view before, struct rv_view after)
{
    rv_str_auto struct rv_str diff = {0};
    rv_diff_add(&diff, without_bom(before), without_bom(after));
    return rv_arena_strdup(search->arena, rv_str_text(&diff));
}

/* The files that differ so far. */
struct account {
    struct search *search;
    rev_change *change;
    struct rv_str diff;
};

static void add_difference(struct account *account, const char *name, const char *diff, bool is_only_blanks)
{
    rev_change *change = account->change;
    const char *file = rv_arena_printf(account->search->arena, "%s/%s", change->revision->path, name);
    bool is_first = !change->file;
    change->file = is_first ? file : change->file;
    change->is_only_blanks = is_only_blanks && (is_first || change->is_only_blanks);
    if (*diff && !is_first) {
        rv_str_printf(&account->diff, "%s%s:\n", account->diff.len ? "\n" : "", file);
    }
    rv_str_add_text(&account->diff, diff);
}

static void explain_script(struct account *account, const char *name, struct rv_view before, int64_t size,
                           struct rv_view after)
{
    bool is_kept = before.ptr || size < 0;
    const char *diff = is_kept ? diff_of(account->search, before, after) : "";
    if (!is_kept || *diff || !before.ptr != !after.ptr) {
        add_difference(account, name, diff,
                       before.ptr && after.ptr &&
                           rv_sql_same_but_blanks(account->search->session->driver->dialect, before, after));
    }
}

/* Whether the header says the same of how it runs: with the scripts as they were, it has the checksum that was. */
static bool is_header_same(const struct rv_kept *before, const rev_change *change, const char *checksum)
{
    char with_it[RV_SHA256_TEXT_SIZE];
    rv_checksum(change->revision, before->up, before->down, with_it);
    return strcmp(with_it, checksum) == 0;
}

/* Which files they are and how they differ, where what ran was kept. */
static void explain(struct search *search, const struct rv_kept *before, const struct rv_kept *after,
                    const char *checksum, rev_change *out)
{
    struct account account = {search, out, {0}};
    bool are_kept = (before->up.ptr || before->up_size < 0) && (before->down.ptr || before->down_size < 0);
    out->file = NULL;
    explain_script(&account, "up.sql", before->up, before->up_size, after->up);
    explain_script(&account, "down.sql", before->down, before->down_size, after->down);
    if (!out->file || (are_kept && !is_header_same(before, out, checksum))) {
        add_difference(&account, "revision.yaml", diff_of(search, before->header, after->header), false);
    }
    out->diff = account.diff.len ? rv_arena_strdup(search->arena, rv_str_text(&account.diff)) : NULL;
    rv_str_clear(&account.diff);
}

static bool compare(struct search *search, const rev_revision *revision, const rev_log_row *row, rev_error **err)
{
    const struct rv_session *session = search->session;
    rv_arena_auto struct rv_arena *scratch = rv_arena_new();
    struct rv_kept now = {0}, before = {0};
    char checksum[RV_SHA256_TEXT_SIZE];
    bool is_kept;
    if (!rv_read_files(session->project, revision, scratch, &now, err)) {
        return false;
    }
    rv_checksum(revision, now.up, now.down, checksum);
    if (strcmp(checksum, row->checksum) == 0) {
        return true;
    }
    rev_change change = {.revision = revision,
                         .file = revision->path,
                         .applied_at = row->finished_at ? row->finished_at : row->started_at,
                         .applied_by = row->applied_by ? row->applied_by : ""};
    if (!rv_kept_read(session->db, &session->version, row->checksum, scratch, &before, &is_kept, err)) {
        return false;
    }
    if (is_kept && !rv_kept_is_altered(&before, row->checksum)) {
        explain(search, &before, &now, row->checksum, &change);
    }
    rv_vec_push(&search->found, change);
    return true;
}

static bool compare_rows(struct search *search, const struct rv_set *applied, const rev_log_row *rows, size_t count,
                         rev_error **err)
{
    const struct rv_graph *graph = search->session->project->graph;
    for (size_t i = 0; i < count; i++) {
        uint32_t node;
        bool is_recorded = rows[i].checksum && strcmp(rows[i].direction, "upgrade") == 0;
        if (is_recorded && rv_graph_find(graph, rows[i].revision, &node) && rv_set_has(applied, node) &&
            !compare(search, rv_graph_revision(graph, node), &rows[i], err)) {
            return false;
        }
    }
    return true;
}

bool rv_find_changes(const struct rv_session *session, struct rv_arena *arena, rev_change **out, size_t *out_count,
                     rev_error **err)
{
    rv_nodes_auto struct rv_nodes nodes = {0};
    struct search search = {.session = session, .arena = arena};
    rev_log_row *rows;
    size_t count;
    if (!rv_rows_nodes(session->project->graph, rv_session_rows(session), &nodes, err)) {
        return false;
    }
    rv_set_auto struct rv_set *applied = rv_rows_applied(session->project->graph, rv_nodes_list(&nodes));
    bool ok = rv_log_read_last(session->db, &session->version, arena, &rows, &count, err) &&
              compare_rows(&search, applied, rows, count, err);
    *out_count = search.found.count;
    *out = rv_arena_copy(arena, search.found.items, search.found.count * sizeof *search.found.items);
    rv_vec_clear(&search.found);
    return ok;
}

bool rv_count_orphans(const struct rv_session *session, size_t *out_count, rev_error **err)
{
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    rev_log_row *rows;
    size_t count;
    *out_count = 0;
    if (session->version.exists) {
        return true;
    }
    if (!rv_log_read_last(session->db, &session->version, arena, &rows, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        *out_count += strcmp(rows[i].direction, "upgrade") == 0;
    }
    return true;
}

bool rv_check_orphans(const struct rv_session *session, rev_error **err)
{
    const struct rv_version *version = &session->version;
    size_t count;
    if (!rv_count_orphans(session, &count, err)) {
        return false;
    }
    if (count) {
        rv_fail(err, REV_ERROR_NO_VERSIONS, "%s is gone, though the log has %zu applied revision%s", version->quoted,
                count, count == 1 ? "" : "s");
        rv_error_hint(*err,
                      "`" PROGRAM_NAME " log` shows them; `" PROGRAM_NAME
                      " stamp SPEC` writes the table anew. If what they made is gone as well, type DROP TABLE %s; in "
                      "the database's shell, and run the command again.",
                      version->log_quoted);
    }
    return count == 0;
}

bool rv_check_changes(const struct rv_session *session, rev_error **err)
{
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    rev_change *changes;
    size_t count;
    struct rv_faults faults = {0};
    if (!rv_find_changes(session, arena, &changes, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const rev_change *change = &changes[i];
        const char *id = change->revision->id;
        rev_error *fault =
            rv_faults_add(&faults, REV_ERROR_CHANGED, "revision %s was changed since it was applied (%s%s%s)", id,
                          change->applied_at, change->applied_by[0] ? " by " : "", change->applied_by);
        rv_error_at(fault, change->file, 0, 0);
        if (change->diff) {
            rv_error_detail(fault, "%s", change->diff);
        }
        rv_error_hint(fault,
                      "%s`" PROGRAM_NAME " resolve %s --accept-changes` records it as it is now; otherwise bring the "
                      "file back as it was, and put the change into a new revision.",
                      change->is_only_blanks ? "Only comments and white space differ. " : "", id);
    }
    return rv_faults_done(&faults, err);
}

static bool is_undone(const struct rv_plan *plan, const rev_revision *revision)
{
    for (size_t i = 0; i < plan->step_count; i++) {
        if (plan->steps[i].revision == revision) {
            return true;
        }
    }
    return false;
}

bool rv_warn_changes(const struct rv_session *session, const struct rv_plan *plan, rev_error **err)
{
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    rev_change *changes;
    size_t count;
    if (!rv_find_changes(session, arena, &changes, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (is_undone(plan, changes[i].revision)) {
            const char *text =
                rv_arena_printf(arena, "%s was changed since it was applied (%s); down.sql runs as it is now",
                                changes[i].file, changes[i].applied_at);
            rv_tell(session->observer, &(rev_event){.kind = REV_EVENT_WARNING, .text = text});
        }
    }
    return true;
}

static bool record(struct rv_session *session, const rev_revision *revision, const struct rv_kept *files,
                   const char *checksum, rev_error **err)
{
    rv_str_auto struct rv_str user = {0};
    rv_user_add(&user);
    const struct rv_log_entry entry = {.revision = revision->id,
                                       .direction = REV_UPGRADE,
                                       .checksum = checksum,
                                       .outcome = "applied",
                                       .applied_by = rv_str_text(&user)};
    return rv_kept_create(session->db, &session->version, err) &&
           rv_kept_save(session->db, &session->version, checksum, files, err) &&
           rv_log_add(session->db, &session->version, &entry, err);
}

static bool is_among(const rev_change *changes, size_t count, const rev_revision *revision)
{
    for (size_t i = 0; i < count; i++) {
        if (changes[i].revision == revision) {
            return true;
        }
    }
    return false;
}

bool rv_accept_changes(struct rv_session *session, const rev_revision *revision, rev_error **err)
{
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    const struct rv_driver *driver = session->driver;
    struct rv_kept files = {0};
    char checksum[RV_SHA256_TEXT_SIZE];
    rev_change *changes;
    size_t count;
    if (!rv_find_changes(session, arena, &changes, &count, err)) {
        return false;
    }
    if (!is_among(changes, count, revision)) {
        rv_fail(err, REV_ERROR_SPEC, "there is no change of %s to accept", revision->id);
        rv_error_hint(*err, "It is as it was recorded, or it is not applied: `" PROGRAM_NAME " status` shows which are "
                            "changed.");
        return false;
    }
    if (!rv_read_files(session->project, revision, arena, &files, err)) {
        return false;
    }
    rv_checksum(revision, files.up, files.down, checksum);
    if (!driver->begin(session->db, err)) {
        return false;
    }
    if (driver->guard(session->db, err) && record(session, revision, &files, checksum, err) &&
        driver->commit(session->db, err)) {
        return true;
    }
    driver->rollback(session->db);
    return false;
}
