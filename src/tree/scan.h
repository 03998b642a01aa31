/* The migrations folder → descriptors, plus every fault found. */
#ifndef RV_TREE_SCAN_H
#define RV_TREE_SCAN_H

#include "graph/descriptor.h"
#include "tree/source.h"

struct rv_scan {
    struct rv_descriptor *descriptors; /* sorted by directory; path: the folder as shown, '/', the directory */
    size_t count;
    bool has_all;          /* false: a header gave no id, so that what names it will seem unknown */
    const char **warnings; /* sentences for the user */
    size_t warning_count;
};

/* Reads every header. Faults of headers are added to `faults`; a descriptor is there for each header whose id could be
 * read. False with *err only if the folder itself can't be listed. */
bool rv_scan(struct rv_arena *arena, const struct rv_source *source, struct rv_scan *out, struct rv_faults *faults,
             rev_error **err);

#endif
