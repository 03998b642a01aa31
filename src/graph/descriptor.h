/* What a revision says of itself, as its header has it: the graph's only input. Made by tree, which also owns it. */
#ifndef RV_GRAPH_DESCRIPTOR_H
#define RV_GRAPH_DESCRIPTOR_H

#include "base/num.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A name and where it was written, so that a fault can point at it. */
struct rv_name {
    const char *text;
    uint32_t line, column;
};

struct rv_names {
    struct rv_name *items;
    size_t count;
};

struct rv_descriptor {
    const char *file; /* the header's path, for faults */
    const char *path; /* the directory's path, to show */
    struct rv_name id;
    struct rv_names down_revision, depends_on, branch_labels, tags;
    const char *message;     /* "" if none */
    const char *create_date; /* NULL if none */
    bool is_statementwise;   /* transactional: false */
    bool foreign_keys_off;   /* foreign_keys: off */
    struct rv_number lock_timeout_ms, lock_retries, statement_timeout_ms;
};

#endif
