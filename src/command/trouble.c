/* Words for what a database and a project don't agree on. */
#include "command/trouble.h"

#include "base/str.h"

rev_strings rv_one_id(struct rv_arena *arena, const char *id)
{
    const char **ids = RV_NEW(arena, const char *);
    ids[0] = rv_arena_strdup(arena, id);
    return (rev_strings){1, ids};
}

void rv_find_interrupted(rev_findings *findings, const rev_interrupted *step)
{
    struct rv_arena *arena = rv_findings_arena(findings);
    rev_finding *finding = rv_findings_add(
        findings, REV_FINDING_INTERRUPTED,
        rv_arena_printf(arena, "the %s of revision %s is not finished: statement %lld of %lld, since %s by %s",
                        step->direction, step->revision, (long long)step->statements_done + 1,
                        (long long)step->statements_total, step->started_at, step->applied_by),
        rv_arena_printf(arena,
                        "If nobody is running it, type `" PROGRAM_NAME
                        " resolve %s --continue` (or --applied, --rolled-back).",
                        step->revision));
    finding->revisions = rv_one_id(arena, step->revision);
}

void rv_find_changed(rev_findings *findings, const rev_change *change)
{
    struct rv_arena *arena = rv_findings_arena(findings);
    const char *id = change->revision->id;
    rev_finding *finding = rv_findings_add(
        findings, REV_FINDING_CHANGED,
        rv_arena_printf(arena, "%s was changed since it was applied (%s%s%s)%s", change->file, change->applied_at,
                        change->applied_by[0] ? " by " : "", change->applied_by,
                        change->is_only_blanks ? ": only comments and white space" : ""),
        rv_arena_printf(arena,
                        "`" PROGRAM_NAME " status -v` shows the difference. Bring it back as it was, or type "
                        "`" PROGRAM_NAME " resolve %s --accept-changes`.",
                        id));
    finding->revisions = rv_one_id(arena, id);
}
