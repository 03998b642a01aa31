/* The wish to stop, as the library's waiting code sees it. */
#ifndef RV_BASE_CANCEL_H
#define RV_BASE_CANCEL_H

#include <rev/observer.h>

/* A descriptor that becomes readable once the wish is there (never read from it); -1 for NULL. */
int rv_cancel_fd(const rev_cancel *cancel);

/* Sleeps up to `ms`, less when the wish comes. Returns whether it is there. */
bool rv_cancel_sleep(const rev_cancel *cancel, int64_t ms);

#endif
