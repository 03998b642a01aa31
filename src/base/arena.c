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

void *rv_arena_alloc(struct rv_arena *arena, size_t size)
{
    const size_t align = _Alignof(max_align_t);
    size_t padded = rv_size_add(size, align - 1) / align * align;
    char *memory;
    if (RV_ARENA_BLOCK_SIZE == 0 || padded > RV_ARENA_BLOCK_SIZE / 4) {
        memory = block_new(arena, RV_ARENA_BLOCK_SIZE == 0 || padded <= RV_ARENA_BLOCK_SIZE ? size : padded)->bytes;
        if (arena->blocks->bytes == memory) {
            arena->used = arena->size; /* it is full */
        }
    } else {
        if (!arena->blocks || arena->size - arena->used < padded) {
            block_new(arena, RV_ARENA_BLOCK_SIZE);
        }
        memory = arena->blocks->bytes + arena->used;
        arena->used += padded;
    }
    return memset(memory, 0, size);
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
    char *text = rv_arena_alloc(arena, rv_size_add(len, 1));
    if (len) {
        memcpy(text, ptr, len);
    }
    return text;
}

char *rv_arena_strdup(struct rv_arena *arena, const char *text)
{
    return text ? rv_arena_text(arena, text, strlen(text)) : NULL;
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
    char *text = rv_arena_alloc(arena, (size_t)len + 1);
    vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    return text;
}
