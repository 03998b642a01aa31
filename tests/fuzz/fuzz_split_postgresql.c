#include "split.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rv_view source = fuzz_view(data, size);
    /* A statement that switches the meaning of backslashes reaches into the next. */
    bool may_switch = size > 0 && memmem(data, size, "_", 1) != NULL;
    split_fuzz(&rv_dialect_postgresql, source, !may_switch);
    return 0;
}
