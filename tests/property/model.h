/* Revision semantics once more, as slowly and plainly as they can be written: sets are bit masks over at most 24
 * revisions, closures are made by going round until nothing changes, and names are searched from end to end. Written
 * from docs/specs.md and knows nothing of src/. */
#ifndef RV_TESTS_MODEL_H
#define RV_TESTS_MODEL_H

#include <stdbool.h>
#include <stdint.h>

enum { MODEL_REVISIONS = 24, MODEL_LINKS = 4, MODEL_NAME_SIZE = 12 };

struct model_revision {
    char id[MODEL_NAME_SIZE];
    int parents[MODEL_LINKS], parent_count;
    int needs[MODEL_LINKS], need_count;
    bool need_by_label[MODEL_LINKS];
    char labels[2][MODEL_NAME_SIZE];
    int label_count;
    char tag[MODEL_NAME_SIZE]; /* "" if none */
};

/* Revisions come after their parents and needs: a node's number is greater than theirs. */
struct model {
    struct model_revision revisions[MODEL_REVISIONS];
    int count;
    uint32_t versioned_below[MODEL_REVISIONS], full_below[MODEL_REVISIONS]; /* ancestors, itself included */
};

void model_close(struct model *model);

uint32_t model_applied(const struct model *model, uint32_t rows);
uint32_t model_maximal(const struct model *model, uint32_t nodes);
uint32_t model_heads(const struct model *model);
uint32_t model_real_heads(const struct model *model);
uint32_t model_bases(const struct model *model);
uint32_t model_children(const struct model *model, int node);
uint32_t model_current(const struct model *model, uint32_t rows);
bool model_carries(const struct model *model, int node, const char *label);

/* What a spec gives: refused, or a set. */
struct model_answer {
    bool is_refused;
    uint32_t nodes; /* none is base */
};

struct model_answer model_targets(const struct model *model, const char *spec, uint32_t rows); /* upgrade */
struct model_answer model_show(const struct model *model, const char *spec, uint32_t rows);
struct model_answer model_parents(const struct model *model, const char *spec);
struct model_answer model_history(const struct model *model, const char *range, uint32_t rows);

/* What a command does: refused, or the revisions that change and the rows in the end. */
struct model_change {
    bool is_refused;
    uint32_t steps, rows;
};

struct model_change model_upgrade(const struct model *model, const char *spec, uint32_t rows);
struct model_change model_downgrade(const struct model *model, const char *spec, uint32_t rows);
struct model_change model_stamp(const struct model *model, const char *const *specs, int count, uint32_t rows,
                                bool purge);

#endif
