/* Waiting for another migrator: tries with a back-off until a deadline, and says who it waits for. */
#ifndef RV_DB_WAIT_H
#define RV_DB_WAIT_H

#include <rev/error.h>
#include <rev/observer.h>

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

struct rv_wait {
    int64_t deadline_ms;          /* rv_time_now_ms() at which it ends; the first try is always made */
    const rev_observer *observer; /* hears REV_EVENT_WAITING, and its wish to stop is heard; may be NULL */
    void *context;                /* of the two functions, which leave no transaction open behind them */
    bool (*take)(void *context, bool *out_is_taken, rev_error **err);
    bool (*find_holder)(void *context, struct rv_str *out, rev_error **err); /* who it is, as a person reads it */
};

/* True: taken. Past the deadline: REV_ERROR_LOCKED naming the holder; stopped meanwhile: REV_ERROR_CANCELLED. */
bool rv_wait_for_lock(const struct rv_wait *wait, rev_error **err);

#endif
