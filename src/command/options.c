/* Copies the structs that a caller fills, by the sizes that it knows. */
#include "command/options.h"

#include "base/options.h"

bool rv_given_options_read(struct rv_given_options *out, const rev_migrate_options *given, rev_error **err)
{
    *out = (struct rv_given_options){0};
    if (!rv_options_copy(&out->options, sizeof out->options, given, err)) {
        return false;
    }
    if (out->options.observer) {
        if (!rv_options_copy(&out->observer, sizeof out->observer, out->options.observer, err)) {
            return false;
        }
        out->options.observer = &out->observer;
    }
    return true;
}
