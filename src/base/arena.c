/* A bump allocator over a list of blocks. Under AddressSanitizer each allocation is a block of its own, so that an
 * overrun is seen at the byte where it happens. */
#include "base/arena.h"

#include "base/alloc.h"

#include <stdint.h>

#if defined(__SANITIZE_ADDRESS__)
#define RV_ARENA_BLOCK_SIZE 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define RV_ARENA_BLOCK_SIZE 0
#endif
#endif
#ifndef RV_ARENA_BLOCK_SIZE
#define RV_ARENA_BLOCK_SIZE 16384
#endif

struct block {
    struct block *next;
    _Alignas(max_align_t) char bytes[];
};

struct rv_arena {
    struct block *blocks; /* the first is the one being filled */
    size_t used, size;    /* of the first block */
};

struct rv_arena *rv_arena_new(void)
{
    struct rv_arena *arena = rv_alloc(sizeof *arena);
    *arena = (struct rv_arena){0};
    return arena;
}

void rv_arena_free(struct rv_arena *arena)
{
    if (!arena) {
        return;
    }
    for (struct block *block = arena->blocks, *next; block; block = next) {
        next = block->next;
        free(block);
    }
    free(arena);
}

void rv_arena_cleanup(struct rv_arena **arena)
{
    rv_arena_free(*arena);
}

static struct block *block_new(struct rv_arena *arena, size_t size)
{
    struct block *block = rv_alloc(rv_size_add(sizeof(struct block), size));
    /* A block made for one big object goes behind the one being filled, which may have room left. */
    if (arena->blocks && size > RV_ARENA_BLOCK_SIZE) {
        block->next = arena->blocks->next;
        arena->blocks->next = block;
    } else {
        block->next = arena->blocks;
        arena->blocks = block;
        arena->used = 0;
        arena->size = size;
    }
    return block;
}

/* Blocks grow: most arenas hold one header, or one error's words. */
static size_t next_size(const struct rv_arena *arena, size_t need)
{
    enum { FIRST_BLOCK_SIZE = 1000 };
    size_t size = arena->size < FIRST_BLOCK_SIZE ? FIRST_BLOCK_SIZE : arena->size * 2;
    return size < need || size > RV_ARENA_BLOCK_SIZE ? RV_ARENA_BLOCK_SIZE : size;
}

/* Not zeroed. `align` is a power of two. */
static char *take(struct rv_arena *arena, size_t size, size_t align)
{
    if (RV_ARENA_BLOCK_SIZE == 0 || size > RV_ARENA_BLOCK_SIZE / 4) {
        char *memory = block_new(arena, size)->bytes;
        if (arena->blocks->bytes == memory) {
            arena->used = arena->size; /* it is full */
        }
        return memory;
    }
    size_t start = (arena->used + align - 1) & ~(align - 1);
    if (!arena->blocks || start > arena->size || arena->size - start < size) {
        block_new(arena, next_size(arena, size));
        start = 0;
    }
    arena->used = start + size;
    return arena->blocks->bytes + start;
}

void *rv_arena_alloc(struct rv_arena *arena, size_t size)
{
    return memset(take(arena, size, _Alignof(max_align_t)), 0, size);
}

void *rv_arena_try(struct rv_arena *arena, size_t size)
{
    void *probe = size < SIZE_MAX / 2 ? malloc(size + sizeof(struct block)) : NULL;
    if (!probe) {
        return NULL;
    }
    struct block *block = probe;
    block->next = arena->blocks ? arena->blocks->next : NULL;
    if (arena->blocks) {
        arena->blocks->next = block;
    } else {
        arena->blocks = block;
        arena->used = arena->size = size;
    }
    return block->bytes;
}

void *rv_arena_array(struct rv_arena *arena, size_t count, size_t item_size)
{
    return rv_arena_alloc(arena, rv_size_mul(count, item_size));
}

void *rv_arena_copy(struct rv_arena *arena, const void *memory, size_t size)
{
    void *copy = rv_arena_alloc(arena, size);
    return size ? memcpy(copy, memory, size) : copy;
}

char *rv_arena_text(struct rv_arena *arena, const char *ptr, size_t len)
{
    char *text = take(arena, rv_size_add(len, 1), 1);
    if (len) {
        memcpy(text, ptr, len);
    }
    text[len] = '\0';
    return text;
}

char *rv_arena_strdup(struct rv_arena *arena, const char *text)
{
    return text ? rv_arena_text(arena, text, strlen(text)) : NULL;
}

char *rv_arena_path(struct rv_arena *arena, const char *first, const char *second)
{
    size_t len = strlen(first), size = strlen(second) + 1;
    char *path = take(arena, rv_size_add(len, size + 1), 1);
    memcpy(path, first, len);
    path[len] = '/';
    memcpy(path + len + 1, second, size);
    return path;
}

char *rv_arena_printf(struct rv_arena *arena, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0) {
        va_end(again);
        return rv_arena_text(arena, "", 0);
    }
    char *text = take(arena, (size_t)len + 1, 1);
    vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    return text;
}
