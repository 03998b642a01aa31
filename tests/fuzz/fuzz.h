/* What a fuzz target is: one function that takes any bytes and aborts where a promise is broken. libFuzzer calls it
 * millions of times; replay.c calls it once for each file of a corpus, and for each beginning of one. */
#ifndef RV_TESTS_FUZZ_H
#define RV_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PROMISE(condition)                                                                                             \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #condition);                                    \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

static inline struct rv_view fuzz_view(const uint8_t *data, size_t size)
{
    return rv_view((const char *)data, size);
}

/* A function's promise: false or NULL means that the error is set, and the reverse. Frees it. */
static inline void fuzz_promised(bool succeeded, rev_error *error)
{
    PROMISE(succeeded == !error);
    for (const rev_error *fault = error; fault; fault = fault->next) {
        PROMISE(fault->message && fault->message[0]);
    }
    rev_error_free(error);
}

#endif
