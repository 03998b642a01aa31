/* Memory that is freed at once: the home of an object that lives as a whole. */
#ifndef RV_BASE_ARENA_H
#define RV_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct rv_arena;

struct rv_arena *rv_arena_new(void);
void rv_arena_free(struct rv_arena *arena); /* NULL is fine */

/* Zeroed, aligned for any type, never NULL. */
void *rv_arena_alloc(struct rv_arena *arena, size_t size);
void *rv_arena_array(struct rv_arena *arena, size_t count, size_t item_size);

/* For a size that comes from outside: NULL where there is not so much memory; not zeroed. */
void *rv_arena_try(struct rv_arena *arena, size_t size);

/* Copies; texts get a closing NUL. */
void *rv_arena_copy(struct rv_arena *arena, const void *memory, size_t size);
char *rv_arena_text(struct rv_arena *arena, const char *ptr, size_t len);
char *rv_arena_strdup(struct rv_arena *arena, const char *text); /* NULL gives NULL */
/* "first/second". */
char *rv_arena_path(struct rv_arena *arena, const char *first, const char *second);
char *rv_arena_printf(struct rv_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define RV_NEW(arena, type) ((type *)rv_arena_alloc((arena), sizeof(type)))
#define RV_NEW_ARRAY(arena, type, count) ((type *)rv_arena_array((arena), (count), sizeof(type)))

/* A local arena that frees itself: `rv_arena_auto struct rv_arena *scratch = rv_arena_new();` */
void rv_arena_cleanup(struct rv_arena **arena);
#define rv_arena_auto __attribute__((cleanup(rv_arena_cleanup)))

#endif
