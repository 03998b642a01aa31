/* A caller's options, however old the header is that it was compiled with. */
#ifndef RV_COMMAND_OPTIONS_H
#define RV_COMMAND_OPTIONS_H

#include <rev/migrate.h>

struct rv_given_options {
    rev_migrate_options options; /* what the caller gave, and zero for what it does not know */
    rev_observer observer;       /* likewise: options.observer, if there is one */
};

bool rv_given_options_read(struct rv_given_options *out, const rev_migrate_options *given, rev_error **err);

#endif
