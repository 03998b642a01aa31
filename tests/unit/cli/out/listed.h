/* Revisions made by hand, newest first, without a project. */
#ifndef RV_TESTS_LISTED_H
#define RV_TESTS_LISTED_H

#include "harness.h"

#include "base/arena.h"

#include <rev/rev.h>

/* "a b c" as a list. */
static inline rev_strings listed_words(struct rv_arena *arena, const char *text)
{
    const char **items = RV_NEW_ARRAY(arena, const char *, strlen(text) + 1);
    size_t count = 0;
    while (*(text += strspn(text, " "))) {
        size_t len = strcspn(text, " ");
        items[count++] = rv_arena_text(arena, text, len);
        text += len;
    }
    return (rev_strings){count, items};
}

struct listed {
    const char *id, *parents, *depends_on, *message;
};

/* Newest first; what the graph knows besides is for the test to set. */
static inline rev_revision *listed_new(struct rv_arena *arena, const struct listed *rows, size_t count,
                                       rev_revisions *out)
{
    rev_revision *revisions = RV_NEW_ARRAY(arena, rev_revision, count + 1);
    const rev_revision **items = RV_NEW_ARRAY(arena, const rev_revision *, count + 1);
    for (size_t i = 0; i < count; i++) {
        revisions[i].id = rows[i].id;
        revisions[i].message = rows[i].message ? rows[i].message : "";
        revisions[i].down_revision = listed_words(arena, rows[i].parents ? rows[i].parents : "");
        revisions[i].depends_on_ids = listed_words(arena, rows[i].depends_on ? rows[i].depends_on : "");
        revisions[i].is_base = revisions[i].down_revision.count == 0;
        revisions[i].is_merge_point = revisions[i].down_revision.count > 1;
        items[i] = &revisions[i];
    }
    *out = (rev_revisions){count, items};
    return revisions;
}

#endif
