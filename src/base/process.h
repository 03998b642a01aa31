/* Another program, run without a shell. */
#ifndef RV_BASE_PROCESS_H
#define RV_BASE_PROCESS_H

#include "base/error.h"
#include "base/str.h"

/* Runs argv[0] (looked for in PATH; argv ends in NULL), without the environment variables `hidden` (ends in NULL), with
 * `input` on its standard input until it ends. What it writes to its standard output goes to *out, up to `limit` bytes
 * (beyond it: REV_ERROR_TOO_LARGE); its standard error goes to *out_complaint. False with REV_ERROR_IO if it could not
 * be started; otherwise *out_status is its exit status (128 and more for a signal). */
bool rv_process_run(const char *const *argv, const char *const *hidden, struct rv_view input, size_t limit,
                    struct rv_str *out, struct rv_str *out_complaint, int *out_status, rev_error **err);

/* Runs it on our own streams, as for an editor, and waits. *out_status as above. */
bool rv_process_wait(const char *const *argv, int *out_status, rev_error **err);

#endif
