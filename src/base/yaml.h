/* A small YAML tree with positions: scalars, lists and maps, and nothing else of YAML. */
#ifndef RV_BASE_YAML_H
#define RV_BASE_YAML_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

enum rv_yaml_kind { RV_YAML_SCALAR, RV_YAML_LIST, RV_YAML_MAP };

struct rv_yaml {
    enum rv_yaml_kind kind;
    uint32_t line, column; /* 1-based */
    const char *text;      /* scalar: as written, quotes resolved */
    bool is_plain;         /* scalar: written without quotes, so that `null` is a word of YAML's */
    struct rv_yaml **keys; /* map: scalars */
    struct rv_yaml **items;
    size_t count; /* of items (and keys) */
};

enum { RV_YAML_DEPTH_LIMIT = 16, RV_YAML_KEY_LIMIT = 1000 };

/* Parses one document; an empty one is an empty map. Refused with file, line and column (`code` as the error's code):
 * bytes that are not UTF-8, NUL, what libyaml refuses, anchors, aliases, tags, merge keys, a second document, duplicate
 * keys, keys that are no scalars, more depth or keys than the limits. */
struct rv_yaml *rv_yaml_parse(struct rv_arena *arena, struct rv_view text, const char *file, rev_error_code code,
                              rev_error **err);

/* Whether a plain scalar means null: empty, ~, null, Null, NULL. */
bool rv_yaml_is_null(const struct rv_yaml *node);

/* Appends `text` as a double-quoted YAML scalar. */
void rv_yaml_add_quoted(struct rv_str *out, const char *text);

#endif
