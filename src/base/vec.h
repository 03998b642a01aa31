/* Typed growing arrays on the heap. All zero is the empty array.
 *
 *     RV_VEC(uint32_t) nodes = {0};
 *     rv_vec_push(&nodes, 7);
 *     rv_vec_clear(&nodes);
 */
#ifndef RV_BASE_VEC_H
#define RV_BASE_VEC_H

#include "base/alloc.h"

#include <stdlib.h>

#define RV_VEC(type)                                                                                                   \
    struct {                                                                                                           \
        type *items;                                                                                                   \
        size_t count, capacity;                                                                                        \
    }

static inline void *rv_vec_grow(void *items, size_t count, size_t *capacity, size_t item_size)
{
    if (count < *capacity) {
        return items;
    }
    *capacity = *capacity ? rv_size_mul(*capacity, 2) : 8;
    return rv_realloc(items, rv_size_mul(*capacity, item_size));
}

#define rv_vec_push(vec, ...)                                                                                          \
    ((vec)->items = rv_vec_grow((vec)->items, (vec)->count, &(vec)->capacity, sizeof *(vec)->items),                   \
     (vec)->items[(vec)->count++] = (__VA_ARGS__))

#define rv_vec_clear(vec) (free((vec)->items), (vec)->items = NULL, (vec)->count = (vec)->capacity = 0)

#endif
