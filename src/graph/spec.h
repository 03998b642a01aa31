/* The text of a spec, taken apart (section 2). No graph is needed here, and nothing is looked up. */
#ifndef RV_GRAPH_SPEC_H
#define RV_GRAPH_SPEC_H

#include <rev/error.h>

#include "base/str.h"

#include <stdint.h>

enum { RV_SPEC_LIMIT = 1024 };

enum rv_symbol {
    RV_SYMBOL_NONE, /* a bare +N or -N */
    RV_SYMBOL_NAME, /* id, label or tag, perhaps only its beginning */
    RV_SYMBOL_HEAD,
    RV_SYMBOL_HEADS,
    RV_SYMBOL_BASE,
    RV_SYMBOL_CURRENT,
};

/* All texts are views into what was parsed. */
struct rv_spec {
    struct rv_view text; /* the whole, for messages */
    bool has_where;
    struct rv_view where; /* before the @ */
    enum rv_symbol symbol;
    struct rv_view name; /* the symbol as written */
    char sign;           /* '+' or '-', 0 unless relative */
    uint32_t distance;   /* N; what is too great for the type stays at its maximum, farther than any graph goes */
};

/* spec = [ where "@" ] ( symbol | [ symbol ] sign digits ) */
bool rv_spec_parse(struct rv_view text, struct rv_spec *out_spec, rev_error **err);

/* A:B, split at the one colon; empty sides stay empty. */
bool rv_spec_split(const char *range, struct rv_view *out_first, struct rv_view *out_last, rev_error **err);

#endif
