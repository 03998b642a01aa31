/* Layers of settings: which of several places decides a value, and what ${NAME} in it means. */
#ifndef RV_CONFIG_OVERLAY_H
#define RV_CONFIG_OVERLAY_H

#include "base/arena.h"
#include "base/env.h"
#include "base/error.h"
#include "base/yaml.h"

/* The keys of rev.yaml that an environment may overlay. */
enum rv_key {
    RV_KEY_URL,
    RV_KEY_MIGRATIONS,
    RV_KEY_VERSION_TABLE,
    RV_KEY_VERSION_TABLE_SCHEMA,
    RV_KEY_FILE_TEMPLATE,
    RV_KEY_LOCK,
    RV_KEY_LOCK_TIMEOUT,
    RV_KEY_LOCK_RETRIES,
    RV_KEY_STATEMENT_TIMEOUT,
    RV_KEY_COUNT
};

/* One layer: a file's top level or one environment. NULL where it says nothing (an explicit null counts as nothing). */
struct rv_layer {
    const struct rv_yaml *values[RV_KEY_COUNT];
};

const char *rv_key_name(enum rv_key key);

/* Reads the map `node` into `out`, adding a fault for each unknown key (nearest known one named), value that is no
 * scalar, or value that is illegal. `is_top` allows `environments`, whose map goes to *out_environments. */
void rv_layer_read(const struct rv_yaml *node, bool is_top, const char *file, struct rv_layer *out,
                   const struct rv_yaml **out_environments, struct rv_faults *faults);

/* A value with ${NAME} and ${NAME:-default} replaced from the process's environment, then from `.env`. A variable that
 * is neither set nor has a default is an error with the value's place. */
const char *rv_expand(struct rv_arena *arena, const struct rv_yaml *value, const char *file,
                      const struct rv_env_file *env_file, rev_error **err);

#endif
