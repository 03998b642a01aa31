/* A hash table from texts to small numbers (indexes into somebody's array). */
#ifndef RV_BASE_MAP_H
#define RV_BASE_MAP_H

#include "base/str.h"

#include <stdint.h>

struct rv_map;

struct rv_map *rv_map_new(void);
void rv_map_free(struct rv_map *map); /* NULL is fine */

/* The key's bytes are not copied: they must outlive the map. False, and nothing changed, if the key is there. */
bool rv_map_put(struct rv_map *map, struct rv_view key, uint32_t value);
bool rv_map_get(const struct rv_map *map, struct rv_view key, uint32_t *out_value);
bool rv_map_has(const struct rv_map *map, struct rv_view key);

void rv_map_cleanup(struct rv_map **map);
#define rv_map_auto __attribute__((cleanup(rv_map_cleanup)))

#endif
