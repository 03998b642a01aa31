/* The one file that uses uthash. Entries live in an arena, so that freeing the map is cheap. */
#include "base/map.h"

#include "base/alloc.h"
#include "base/arena.h"

#define uthash_malloc(size) rv_alloc(size)
#define uthash_fatal(message) abort()
#include <uthash.h>

struct entry {
    uint32_t value;
    UT_hash_handle hh;
};

struct rv_map {
    struct rv_arena *arena;
    struct entry *entries;
};

struct rv_map *rv_map_new(void)
{
    struct rv_map *map = rv_alloc(sizeof *map);
    *map = (struct rv_map){.arena = rv_arena_new()};
    return map;
}

void rv_map_free(struct rv_map *map)
{
    if (!map) {
        return;
    }
    HASH_CLEAR(hh, map->entries);
    rv_arena_free(map->arena);
    free(map);
}

void rv_map_cleanup(struct rv_map **map)
{
    rv_map_free(*map);
}

bool rv_map_put(struct rv_map *map, struct rv_view key, uint32_t value)
{
    if (rv_map_has(map, key)) {
        return false;
    }
    struct entry *entry = RV_NEW(map->arena, struct entry);
    entry->value = value;
    HASH_ADD_KEYPTR(hh, map->entries, key.ptr, key.len, entry);
    return true;
}

bool rv_map_get(const struct rv_map *map, struct rv_view key, uint32_t *out_value)
{
    struct entry *entry = NULL;
    HASH_FIND(hh, map->entries, key.ptr, key.len, entry);
    if (!entry) {
        return false;
    }
    *out_value = entry->value;
    return true;
}

bool rv_map_has(const struct rv_map *map, struct rv_view key)
{
    uint32_t ignored;
    return rv_map_get(map, key, &ignored);
}
