/* The out-of-memory policy: small allocations abort with a word on stderr. Sizes that come from outside (files,
 * rows) are bounded by their readers before they get here. */
#include "base/alloc.h"

#include <stdint.h>
#include <unistd.h>

static _Noreturn void out_of_memory(void)
{
    static const char words[] = "out of memory\n";
    if (write(STDERR_FILENO, words, sizeof words - 1) < 0) {
        abort();
    }
    abort();
}

void *rv_alloc(size_t size)
{
    void *memory = malloc(size ? size : 1);
    if (!memory) {
        out_of_memory();
    }
    return memory;
}

void *rv_realloc(void *memory, size_t size)
{
    void *grown = realloc(memory, size ? size : 1);
    if (!grown) {
        out_of_memory();
    }
    return grown;
}

char *rv_strdup(const char *text)
{
    size_t size = strlen(text) + 1;
    return memcpy(rv_alloc(size), text, size);
}

size_t rv_size_mul(size_t a, size_t b)
{
    size_t product;
    if (__builtin_mul_overflow(a, b, &product)) {
        out_of_memory();
    }
    return product;
}

size_t rv_size_add(size_t a, size_t b)
{
    size_t sum;
    if (__builtin_add_overflow(a, b, &sum)) {
        out_of_memory();
    }
    return sum;
}
