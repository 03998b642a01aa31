/* Everything that can be refused is refused here, before the first statement, and all of it at once. Each file is read
 * once: what is checked and hashed here is what runs. */
#include "migrate/run.h"

#include "base/utf8.h"
#include "tree/checksum.h"

struct preflight {
    const rev_project *project;
    const struct rv_dialect *dialect;
    struct rv_arena *arena;
    struct rv_faults faults;
};

static void missing(struct preflight *preflight, const struct rv_step *step)
{
    rev_error *fault;
    if (step->direction == REV_UPGRADE) {
        fault = rv_faults_add(&preflight->faults, REV_ERROR_HEADER, "revision %s has no up.sql", step->revision->id);
        rv_error_hint(fault, "Create %s/up.sql; an empty file is a step that does nothing.", step->revision->path);
    } else {
        fault = rv_faults_add(&preflight->faults, REV_ERROR_IRREVERSIBLE,
                              "revision %s is irreversible: it has no down.sql", step->revision->id);
        rv_error_hint(fault, "Write %s/down.sql, or choose a target above this revision. Nothing was run.",
                      step->revision->path);
    }
    rv_error_at(fault, step->revision->path, 0, 0);
}

/* What is no text can't be split, nor be shown where it fails. */
static bool check_bytes(struct preflight *preflight, const char *file, struct rv_view text)
{
    size_t bad = rv_utf8_invalid_at(text);
    if (bad == text.len) {
        return true;
    }
    struct rv_position position = rv_sql_position(text, bad);
    rev_error *fault =
        rv_faults_add(&preflight->faults, REV_ERROR_SCRIPT, "%s", text.ptr[bad] ? "not UTF-8" : "a NUL character");
    rv_error_at(fault, file, position.line, position.column);
    rv_error_hint(fault, "Save the file as UTF-8.");
    return false;
}

bool rv_read_files(const rev_project *project, const rev_revision *revision, struct rv_arena *arena,
                   struct rv_kept *out, rev_error **err)
{
    bool exists;
    return rv_project_script(project, revision, "revision.yaml", arena, &out->header, &exists, err) &&
           rv_project_script(project, revision, "up.sql", arena, &out->up, &exists, err) &&
           rv_project_script(project, revision, "down.sql", arena, &out->down, &exists, err);
}

static void check_step(struct preflight *preflight, const struct rv_step *step, struct rv_step_script *out)
{
    rev_error *error = NULL;
    if (!rv_read_files(preflight->project, step->revision, preflight->arena, &out->files, &error)) {
        rv_faults_take(&preflight->faults, error);
        return;
    }
    struct rv_view up = out->files.up, down = out->files.down;
    bool is_up = step->direction == REV_UPGRADE;
    if (is_up ? !up.ptr : !down.ptr) {
        missing(preflight, step);
        return;
    }
    out->file = rv_arena_printf(preflight->arena, "%s/%s", step->revision->path, is_up ? "up.sql" : "down.sql");
    rv_checksum(step->revision, up, down, out->checksum);
    if (!check_bytes(preflight, out->file, is_up ? up : down)) {
        return;
    }
    if (!rv_script_prepare(&out->script, preflight->dialect, is_up ? up : down, step->revision->is_transactional,
                           preflight->arena, out->file, &error)) {
        rv_faults_take(&preflight->faults, error);
    }
}

bool rv_preflight(const rev_project *project, const struct rv_dialect *dialect, const struct rv_plan *plan,
                  struct rv_arena *arena, struct rv_step_script **out_scripts, rev_error **err)
{
    struct preflight preflight = {.project = project, .dialect = dialect, .arena = arena};
    struct rv_step_script *scripts = RV_NEW_ARRAY(arena, struct rv_step_script, plan->step_count);
    for (size_t i = 0; i < plan->step_count; i++) {
        if (plan->steps[i].revision) {
            check_step(&preflight, &plan->steps[i], &scripts[i]);
        }
    }
    if (!rv_faults_done(&preflight.faults, err)) {
        return false;
    }
    *out_scripts = scripts;
    return true;
}
