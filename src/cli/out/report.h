/* Errors, as a person reads them. */
#ifndef RV_CLI_OUT_REPORT_H
#define RV_CLI_OUT_REPORT_H

#include <rev/error.h>

#include "cli/out/term.h"

/* One error and all that is chained behind it. */
void report_error(struct term *err, const rev_error *error);

#endif
