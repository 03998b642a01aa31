/* check: is the database at the heads; and what will become of the graph once two lines of work are merged. */
#include <rev/check.h>

#include "base/vec.h"
#include "command/options.h"
#include "command/side.h"
#include "command/trouble.h"
#include "graph/applied.h"

static void find_pending(rev_findings *findings, const rev_state *state)
{
    struct rv_arena *arena = rv_findings_arena(findings);
    const rev_revisions *pending = &state->pending;
    const char **ids = RV_NEW_ARRAY(arena, const char *, pending->count);
    rv_str_auto struct rv_str list = {0};
    for (size_t i = 0; i < pending->count; i++) {
        ids[i] = rv_arena_strdup(arena, pending->items[i]->id);
        if (i < 20) {
            rv_str_printf(&list, "%s%s", i ? ", " : "", ids[i]);
        }
    }
    if (pending->count > 20) {
        rv_str_printf(&list, " and %zu more", pending->count - 20);
    }
    const char *message = rv_arena_printf(arena, "the database is not at the heads: it lacks %s", rv_str_text(&list));
    rev_finding *finding = rv_findings_add(findings, REV_FINDING_NOT_AT_HEADS, message,
                                           "Type `" PROGRAM_NAME " upgrade heads` to run what is missing.");
    finding->revisions = (rev_strings){pending->count, ids};
}

rev_findings *rev_check(const rev_project *project, const rev_migrate_options *options, rev_error **err)
{
    struct rv_given_options own;
    rev_error *error = NULL;
    rev_state *state = NULL;
    if (rv_given_options_read(&own, options, &error)) {
        own.options.compare = true;
        state = rev_state_read(project, &own.options, &error);
    }
    if (!state) {
        rv_error_give(err, error);
        return NULL;
    }
    rev_findings *findings = rv_findings_new();
    if (state->pending.count) {
        find_pending(findings, state);
    }
    for (size_t i = 0; i < state->interrupted_count; i++) {
        rv_find_interrupted(findings, &state->interrupted[i]);
    }
    for (size_t i = 0; i < state->change_count; i++) {
        rv_find_changed(findings, &state->changes[i]);
    }
    rev_state_free(state);
    return findings;
}

struct comparison {
    struct rv_arena *arena; /* the findings' */
    struct rv_side here, there, base;
    bool has_base, is_ref;
    const char *with;
    rev_findings *findings;
    RV_VEC(struct rv_descriptor) merged;
    rev_error **err;
};

/* Whether a revision reads the same on two sides; false with *err on a read that fails. */
static bool compare(struct comparison *c, const struct rv_side *a, const struct rv_descriptor *da,
                    const struct rv_side *b, const struct rv_descriptor *db, bool *out_same)
{
    char left[RV_SHA256_TEXT_SIZE], right[RV_SHA256_TEXT_SIZE];
    if (!rv_side_digest(a, da, left, c->err) || !rv_side_digest(b, db, right, c->err)) {
        return false;
    }
    *out_same = strcmp(left, right) == 0;
    return true;
}

static void add_edited(struct comparison *c, const struct rv_descriptor *here)
{
    const char *id = here->id.text;
    rev_finding *finding = rv_findings_add(
        c->findings, REV_FINDING_EDITED,
        rv_arena_printf(c->arena, "%s was edited here: %s has it differently", id, c->with),
        rv_arena_printf(c->arena,
                        "Databases may have run it as it is there: restore %s, and put the change into a new revision.",
                        here->path));
    finding->revisions = rv_one_id(c->arena, id);
}

static void add_deleted(struct comparison *c, const struct rv_descriptor *there)
{
    const char *id = there->id.text;
    rev_finding *finding = rv_findings_add(
        c->findings, REV_FINDING_DELETED, rv_arena_printf(c->arena, "%s was deleted here, but %s has it", id, c->with),
        rv_arena_printf(c->arena, "Databases may be at it: restore its folder %s.", rv_side_directory(there)));
    finding->revisions = rv_one_id(c->arena, id);
}

static void add_duplicate(struct comparison *c, const struct rv_descriptor *here, const struct rv_descriptor *there)
{
    const char *id = here->id.text;
    rev_finding *finding = rv_findings_add(
        c->findings, REV_FINDING_DUPLICATE,
        rv_arena_printf(c->arena, "the id %s is used twice: %s here and %s in %s", id, here->path,
                        rv_side_directory(there), c->with),
        "Give the one that no database has run yet another id, in its header and in its children's down_revision.");
    finding->revisions = rv_one_id(c->arena, id);
}

/* A revision that both sides have: whether they differ, and whether that is so because it was changed there alone. */
static bool compare_sides(struct comparison *c, const struct rv_descriptor *here, const struct rv_descriptor *there,
                          bool *out_same, bool *out_changed_there)
{
    const struct rv_descriptor *base = c->has_base ? rv_side_find(&c->base, here->id.text) : NULL;
    *out_changed_there = false;
    return compare(c, &c->here, here, &c->there, there, out_same) &&
           (*out_same || !base || compare(c, &c->here, here, &c->base, base, out_changed_there));
}

static bool take_common(struct comparison *c, const struct rv_descriptor *here, const struct rv_descriptor *there)
{
    bool same, changed_there;
    if (!compare_sides(c, here, there, &same, &changed_there)) {
        return false;
    }
    bool is_old = c->has_base && rv_side_find(&c->base, here->id.text);
    bool same_directory = strcmp(rv_side_directory(here), rv_side_directory(there)) == 0;
    if (!is_old && !same_directory && (!same || c->is_ref)) {
        add_duplicate(c, here, there);
    } else if (!same && !changed_there) {
        add_edited(c, here);
    }
    rv_vec_push(&c->merged, changed_there ? *there : *here);
    return true;
}

static bool merge_sides(struct comparison *c)
{
    for (size_t i = 0; i < c->here.scan.count; i++) {
        const struct rv_descriptor *here = &c->here.scan.descriptors[i];
        const struct rv_descriptor *there = rv_side_find(&c->there, here->id.text);
        /* What the other side deleted will be gone. */
        bool gone = !there && c->has_base && rv_side_find(&c->base, here->id.text);
        if (there ? !take_common(c, here, there) : false) {
            return false;
        }
        if (!there && !gone) {
            rv_vec_push(&c->merged, *here);
        }
    }
    for (size_t i = 0; i < c->there.scan.count; i++) {
        const struct rv_descriptor *there = &c->there.scan.descriptors[i];
        if (rv_side_find(&c->here, there->id.text)) {
            continue;
        }
        if (c->has_base && rv_side_find(&c->base, there->id.text)) {
            add_deleted(c, there);
        }
        rv_vec_push(&c->merged, *there);
    }
    return true;
}

static void find_faults(struct comparison *c, const rev_error *faults)
{
    for (const rev_error *fault = faults; fault; fault = fault->next) {
        rv_findings_add(c->findings, REV_FINDING_GRAPH,
                        fault->file
                            ? rv_arena_printf(c->arena, "%s:%u: %s", fault->file, (unsigned)fault->line, fault->message)
                            : rv_arena_strdup(c->arena, fault->message),
                        fault->hint ? rv_arena_strdup(c->arena, fault->hint) : "Mend it before the merge.");
    }
}

static void find_heads(struct comparison *c, const struct rv_graph *graph)
{
    struct rv_node_list heads = rv_graph_real_heads(graph);
    if (heads.count < 2) {
        return;
    }
    rv_str_auto struct rv_str list = {0}, line = {0};
    const char **ids = RV_NEW_ARRAY(c->arena, const char *, heads.count);
    for (size_t i = 0; i < heads.count; i++) {
        const rev_revision *head = rv_graph_revision(graph, heads.items[i]);
        ids[i] = rv_arena_strdup(c->arena, head->id);
        rv_str_printf(&list, "%s%s (%s)", i ? ", " : "", head->id,
                      rv_side_find(&c->here, head->id) ? head->path : c->with);
        rv_str_printf(&line, " %s", head->id);
    }
    rev_finding *finding =
        rv_findings_add(c->findings, REV_FINDING_HEADS,
                        rv_arena_printf(c->arena, "there will be %zu heads: %s", heads.count, rv_str_text(&list)),
                        rv_arena_printf(c->arena, "Once merged, type: " PROGRAM_NAME " merge%s", rv_str_text(&line)));
    finding->revisions = (rev_strings){heads.count, ids};
}

static bool check_merged(struct comparison *c)
{
    if (!merge_sides(c)) {
        return false;
    }
    rev_error *faults = NULL;
    struct rv_graph *graph = rv_graph_new(c->merged.items, c->merged.count, &faults);
    if (graph) {
        find_heads(c, graph);
    } else {
        find_faults(c, faults);
    }
    rev_error_free(faults);
    rv_graph_free(graph);
    return true;
}

static bool check_against(struct comparison *c)
{
    for (size_t i = 0; i < c->there.scan.count; i++) {
        const struct rv_descriptor *there = &c->there.scan.descriptors[i];
        const struct rv_descriptor *here = rv_side_find(&c->here, there->id.text);
        bool same, changed_there;
        if (!here) {
            /* What came there after the branch was cut was never here; without a common commit (a shallow clone) that
             * can't be told from what was deleted. */
            if (c->is_ref && !c->has_base) {
                c->findings->remark = "there is no commit in common here, so what was deleted can't be told; a shallow "
                                      "clone gets it with `git fetch --unshallow`";
            } else if (!c->is_ref || rv_side_find(&c->base, there->id.text)) {
                add_deleted(c, there);
            }
            continue;
        }
        if (!compare_sides(c, here, there, &same, &changed_there)) {
            return false;
        }
        if (!same && !changed_there) {
            add_edited(c, here);
        }
    }
    return true;
}

static bool open_base(struct comparison *c, const rev_project *project)
{
    const char *commit = NULL;
    if (!c->is_ref) {
        return true;
    }
    if (!rv_git_merge_base(c->arena, project->settings.migrations_path, c->with, &commit, c->err)) {
        return false;
    }
    c->has_base = commit != NULL;
    return !commit || rv_side_commit(&c->base, project, commit, c->arena, c->err);
}

static rev_findings *run_comparison(const rev_project *project, const char *with, bool (*check)(struct comparison *c),
                                    rev_error **err)
{
    rev_error *error = NULL;
    struct comparison c = {.findings = rv_findings_new(), .with = with, .err = &error};
    c.base.dir.dir_fd = -1;
    c.arena = rv_findings_arena(c.findings);
    rv_side_here(&c.here, project);
    bool ok = rv_project_need_folder(project, &error) &&
              rv_side_there(&c.there, project, with, c.arena, &c.is_ref, &error) && open_base(&c, project) && check(&c);
    if (ok && !c.there.scan.count) {
        c.findings->remark = rv_arena_printf(c.arena, "%s has no revisions in that folder", with);
    }
    rv_vec_clear(&c.merged);
    rv_side_close(&c.here);
    rv_side_close(&c.there);
    rv_side_close(&c.base);
    if (ok) {
        return c.findings;
    }
    rev_findings_free(c.findings);
    rv_error_give(err, error);
    return NULL;
}

rev_findings *rev_check_merged(const rev_project *project, const char *with, rev_error **err)
{
    return run_comparison(project, with, check_merged, err);
}

rev_findings *rev_check_against(const rev_project *project, const char *with, rev_error **err)
{
    return run_comparison(project, with, check_against, err);
}
