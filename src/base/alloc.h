/* Memory from the heap, with the one policy for running out of it. */
#ifndef RV_BASE_ALLOC_H
#define RV_BASE_ALLOC_H

#include <stddef.h>

/* These never return NULL: without memory they print "out of memory" and abort. */
void *rv_alloc(size_t size);
void *rv_realloc(void *memory, size_t size);
char *rv_strdup(const char *text);

/* Products and sums of sizes; abort on overflow, since no caller can have asked for that much in earnest. */
size_t rv_size_mul(size_t a, size_t b);
size_t rv_size_add(size_t a, size_t b);

#endif
