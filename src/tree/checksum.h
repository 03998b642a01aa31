/* What a revision's meaning hashes to. */
#ifndef RV_TREE_CHECKSUM_H
#define RV_TREE_CHECKSUM_H

#include <rev/graph.h>

#include "base/sha256.h"
#include "base/str.h"

/* SHA-256 over revision, down_revision, depends_on and both scripts; line endings and a BOM don't count, nor do
 * message, date, labels and tags. `down` with a NULL ptr is a missing down.sql, which differs from an empty one. */
void rv_checksum(const rev_revision *revision, struct rv_view up, struct rv_view down,
                 char out_hex[RV_SHA256_TEXT_SIZE]);

#endif
