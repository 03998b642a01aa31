/* The revisions of one side of a comparison: this project's, those of a git ref, or those of another folder. */
#ifndef RV_COMMAND_SIDE_H
#define RV_COMMAND_SIDE_H

#include "base/map.h"
#include "project/project.h"
#include "tree/checksum.h"

struct rv_side {
    const struct rv_source *source;
    struct rv_source_dir dir; /* where source is a folder */
    struct rv_source_memory memory;
    struct rv_scan scan;
    struct rv_map *by_id;
};

/* This project's own. */
void rv_side_here(struct rv_side *out, const rev_project *project);
/* A git ref of the project's repository, or a folder: *out_is_ref says which. */
bool rv_side_there(struct rv_side *out, const rev_project *project, const char *with, struct rv_arena *arena,
                   bool *out_is_ref, rev_error **err);
/* A commit known to exist. */
bool rv_side_commit(struct rv_side *out, const rev_project *project, const char *commit, struct rv_arena *arena,
                    rev_error **err);
void rv_side_close(struct rv_side *side);

const struct rv_descriptor *rv_side_find(const struct rv_side *side, const char *id);
const char *rv_side_directory(const struct rv_descriptor *descriptor);
/* The checksum of a revision of this side. */
bool rv_side_digest(const struct rv_side *side, const struct rv_descriptor *descriptor, char out[RV_SHA256_TEXT_SIZE],
                    rev_error **err);

#endif
