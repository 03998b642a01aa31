/* A lock that is a row: where a session can't hold one (a pooler hands each transaction another session), or where a
 * transaction can't be kept open. The row is a lease by the server's clock, renewed by its owner. Whoever finds it run
 * out, or its owner's process gone, may take it over; an owner that was paused so long is told by the check. */
#ifndef RV_DB_LOCK_ROW_H
#define RV_DB_LOCK_ROW_H

#include "db/version.h"

enum { RV_LOCK_LEASE_S = 30, RV_LOCK_RENEWAL_MS = 5000 };

/* One taking of the lock: it is never used for a second one. */
struct rv_lock_row {
    char *quoted;     /* "schema".rev_lock */
    char *table;      /* the row's key: the version table */
    char *owner;      /* "user@host pid N place-id": of nobody else, ever */
    char lease_s[24]; /* a number: RV_LOCK_LEASE_S */
};
void rv_lock_row_init(struct rv_lock_row *row, const char *schema, const char *table);
void rv_lock_row_clear(struct rv_lock_row *row);

/* Outside a transaction: creates the table if it is missing, and takes the row if it is free or its owner's lease has
 * run out or its process has ended. Waits for nobody. */
bool rv_lock_row_take(struct rv_db *db, const struct rv_lock_row *row, bool *out_is_taken, rev_error **err);
/* The same until the deadline (rv_time_now_ms()), as rv_wait_for_lock() does. */
bool rv_lock_row_wait(struct rv_db *db, const struct rv_lock_row *row, int64_t deadline_ms,
                      const rev_observer *observer, rev_error **err);

/* Makes the lease last its full time again; *out_is_ours false: somebody else has the row by now. */
bool rv_lock_row_renew(struct rv_db *db, const struct rv_lock_row *row, bool *out_is_ours, rev_error **err);

/* The last thing before a COMMIT, inside its transaction: whether the row is still ours, and it stays so until the
 * transaction ends. A lease that has run out but was not taken over is ours: nobody was here in between. Else
 * REV_ERROR_LOCKED. */
bool rv_lock_row_check(struct rv_db *db, const struct rv_lock_row *row, rev_error **err);

/* Gives the row back, if it is ours. */
bool rv_lock_row_release(struct rv_db *db, const struct rv_lock_row *row, rev_error **err);
/* What it runs, for a driver with its own way to run it. */
void rv_lock_row_release_sql(struct rv_bookkeeping *out, const struct rv_lock_row *row);

/* Who has the lock. */
struct rv_lock_holder {
    struct rv_result memory;
    const char *owner; /* NULL: nobody, or there is no such table */
    const char *since, *expires_at;
    bool is_expired, is_gone; /* the lease has run out; the process was on this machine and has ended */
};
bool rv_lock_row_read(struct rv_db *db, const struct rv_lock_row *row, struct rv_lock_holder *out, rev_error **err);
void rv_lock_holder_clear(struct rv_lock_holder *holder);
#define rv_lock_holder_auto __attribute__((cleanup(rv_lock_holder_clear)))

#endif
