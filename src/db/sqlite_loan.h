/* A connection of the application's, while it is ours to use: what it was like, so that it can be given back so. */
#ifndef RV_DB_SQLITE_LOAN_H
#define RV_DB_SQLITE_LOAN_H

#include <rev/error.h>

#include <stdbool.h>

struct sqlite3;
struct rv_sqlite_loan;

/* Notes how the connection is set. REV_ERROR_USAGE where it is in use: a transaction or a statement is open. */
struct rv_sqlite_loan *rv_sqlite_loan_take(struct sqlite3 *connection, rev_error **err);
/* Whether a temporary object (kind "table", "view", "trigger") or an attached "database" of that name was there before.
 * NULL: none was. */
bool rv_sqlite_loan_had(const struct rv_sqlite_loan *loan, const char *kind, const char *name);
/* Sets what can be read of its settings, and is different by now, as it was. Outside of a transaction. */
void rv_sqlite_loan_put_back(const struct rv_sqlite_loan *loan);
/* The end: the callbacks that we have set are gone, the busy timeout is as it was. NULL is fine. */
void rv_sqlite_loan_end(struct rv_sqlite_loan *loan);

#endif
