/* A growing list of findings that the caller frees at once. */
#include "command/findings.h"

#include "base/alloc.h"
#include "base/vec.h"

struct findings {
    rev_findings public;
    struct rv_arena *arena;
    RV_VEC(rev_finding) list;
};

rev_findings *rv_findings_new(void)
{
    struct findings *findings = rv_alloc(sizeof *findings);
    *findings = (struct findings){.arena = rv_arena_new()};
    return &findings->public;
}

struct rv_arena *rv_findings_arena(rev_findings *findings)
{
    return ((struct findings *)findings)->arena;
}

rev_finding *rv_findings_add(rev_findings *findings, rev_finding_kind kind, const char *message, const char *hint)
{
    struct findings *whole = (struct findings *)findings;
    rv_vec_push(&whole->list, (rev_finding){.kind = kind, .message = message, .hint = hint});
    findings->items = whole->list.items;
    findings->count = whole->list.count;
    return &whole->list.items[whole->list.count - 1];
}

void rev_findings_free(rev_findings *findings)
{
    if (findings) {
        struct findings *whole = (struct findings *)findings;
        rv_vec_clear(&whole->list);
        rv_arena_free(whole->arena);
        free(whole);
    }
}
