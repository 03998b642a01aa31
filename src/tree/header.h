/* revision.yaml ⇄ descriptor. */
#ifndef RV_TREE_HEADER_H
#define RV_TREE_HEADER_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "graph/descriptor.h"

enum { RV_HEADER_LIMIT = 64 * 1024, RV_MESSAGE_LIMIT = 4096 };

/* Reads a header strictly: an unknown key (but x-…), a wrong type, an empty name or a missing `revision` is a fault
 * with its place; all of them are added to `faults`. What can be read goes to *out, in memory of the arena. */
bool rv_header_parse(struct rv_arena *arena, struct rv_view text, const char *file, struct rv_descriptor *out,
                     struct rv_faults *faults);

/* Appends the header as rv_header_parse() reads it. */
void rv_header_write(struct rv_str *out, const struct rv_descriptor *descriptor);

#endif
