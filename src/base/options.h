/* Structs that a caller fills: read by the size that the caller knows. */
#ifndef RV_BASE_OPTIONS_H
#define RV_BASE_OPTIONS_H

#include "base/error.h"

#include <string.h>

/* Copies what both sides know of `given` (NULL: nothing) into `own`, which is zeroed; both begin with struct_size. A
 * size of zero, forgotten, is REV_ERROR_USAGE. */
static inline bool rv_options_copy(void *own, size_t own_size, const void *given, rev_error **err)
{
    size_t size = 0;
    memset(own, 0, own_size);
    if (!given) {
        return true;
    }
    memcpy(&size, given, sizeof size);
    if (size < sizeof size) {
        return rv_fail(err, REV_ERROR_USAGE, "the struct_size of an options struct is not set");
    }
    memcpy(own, given, size < own_size ? size : own_size);
    return true;
}

#endif
