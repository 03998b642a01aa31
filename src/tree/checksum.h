/* What a revision's meaning hashes to. */
#ifndef RV_TREE_CHECKSUM_H
#define RV_TREE_CHECKSUM_H

#include <rev/graph.h>

#include "base/sha256.h"
#include "graph/descriptor.h"
#include "base/str.h"

/* SHA-256 over revision, down_revision, depends_on, transactional, foreign_keys and both scripts; line endings and a
 * BOM don't count, nor do message, date, labels and tags. `down` with a NULL ptr is a missing down.sql, which differs
 * from an empty one. */
void rv_checksum(const rev_revision *revision, struct rv_view up, struct rv_view down,
                 char out_hex[RV_SHA256_TEXT_SIZE]);

/* The same of a revision that is in no graph yet. */
void rv_checksum_descriptor(const struct rv_descriptor *descriptor, struct rv_view up, struct rv_view down,
                            char out_hex[RV_SHA256_TEXT_SIZE]);

#endif
