/* What is known of the engine behind a connection: many speak PostgreSQL's protocol without being PostgreSQL. A
 * difference is a field here, never an `if` on a name. */
#ifndef RV_DB_ENGINE_H
#define RV_DB_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* SQL for the bookkeeping of version.c, log.c and kept.c. */
struct rv_books_sql {
    const char *find_version; /* a query for the schema $1 (NULL: the connection's own) and the version table $2: no
                                 row if there is no such schema, else the schema's name, what the table is ("table",
                                 another word, NULL: it is not there), "yes" if it has the column version_num, "yes"
                                 if rev_log is there, "yes" if rev_script is, $2 as a literal, the server's version as
                                 it calls it, and what else tells the engine (rv_engine.relation; NULL: nothing) */
    const char
        *version_shape;     /* a query, of the version table $2 in schema $1: how many columns, whether version_num
                               is NOT NULL and whether it is the primary key ("yes" or "no"); NULL: not to be known */
    const char *kept_table; /* the columns of rev_script, between the parentheses; NULL: no script is kept */
    const char *time[2];    /* around a time of rev_log: an expression that shows it as text, in UTC */
    const char *hex[2];     /* around bytes: an expression that shows them as hexadecimal text */
    const char *log_table;  /* the columns of rev_log, likewise */
    const char *timestamp;  /* an expression: now, on the server's clock, inside a transaction */
    const char *started;    /* an expression: the moment $4 milliseconds ago, likewise */
    const char *begun;      /* expressions: the moment at which the transaction has begun, and the milliseconds since;
                               NULL: not to be known */
    const char *elapsed;
    bool has_returning;      /* INSERT … RETURNING */
    const char *lock_table;  /* the columns of rev_lock, likewise; NULL: a row can't be a lock */
    const char *lock_expiry; /* an expression: the moment in $3 seconds, on the server's clock */
    /* Ends of queries for a row of rev_lock; "" where a transaction that writes is alone anyway. */
    const char *lock_remove; /* its reader will delete it: passes over a row that is in use */
    const char *lock_renew;  /* its reader will change it, but not its key: likewise */
    const char *lock_keep;   /* nobody removes it before our transaction's end; fails at once if somebody is about to;
                                does not hinder a renewal, nor is it hindered by one */
};

struct rv_engine {
    const char *name; /* "CockroachDB" */

    /* How it is told from others; NULL: not by this. */
    const char *version;        /* what its version() contains */
    const char *parameter;      /* a parameter that the server reports when connecting… */
    const char *parameter_mark; /* …and what its value contains ("": anything) */
    const char *relation;       /* a relation that only its catalog has */

    bool has_advisory_locks;
    bool is_ddl_transactional; /* else each statement of a script runs by itself, and nothing rolls it back */
    bool has_savepoints;
    bool has_lock_timeout, has_statement_timeout;
    bool tells_blockers; /* by pg_blocking_pids() and pg_stat_activity */
    bool is_optimistic;  /* a conflict is noticed late and may be anybody's: only another try shows what is lost */
    /* Errors after which a transaction that was rolled back, or a lone statement that was refused, is worth another
     * try; up to NULL. */
    const char *const *retry_sqlstates;
    /* Schema changes that go on after their statement was answered: a query for those that still run (what a person
     * reads), and one for those that failed since $1 milliseconds ago (the same, and why). NULL: there are none. */
    const char *jobs_sql, *failed_jobs_sql;
    const char
        *read_only_sql; /* a query: a row if the session can change nothing: why, and what to do. NULL: not known */
    const char *invalid_index_sql; /* a query: indexes that no query uses, and their tables; NULL: there are none */
    /* As rv_driver.guard and rv_driver.reset; reset_shared_sql for a session that a pooler hands to others too, who may
     * have prepared statements in it. That one only with has_advisory_locks: else a session is taken for ours. */
    const char *guard_sql, *reset_sql, *reset_shared_sql;
    /* A query for one text: statements that set what was SET in the session, its role too, as it is now. NULL: that is
     * not to be known. */
    const char *session_sql;
    /* Where one message may hold a transaction from BEGIN to COMMIT, in which an error passes over the rest, and each
     * statement has its own result and its own time (else both NULL): the guard there, where nothing is left to be
     * read, and an expression that belongs to it. */
    const char *message_guard_sql, *message_check_sql;
    const struct rv_books_sql *books;
};

/* PostgreSQL's is what offline scripts are made for. */
extern const struct rv_engine rv_engine_postgresql, rv_engine_sqlite;

/* By a parameter that the server has reported (`parameter` hands out its value, NULL if it has not). */
const struct rv_engine *rv_pg_engine_told(const char *(*parameter)(void *context, const char *name), void *context);
/* By its version and by a relation in its catalog; either may be NULL. */
const struct rv_engine *rv_pg_engine_found(const char *version, const char *relation);

/* Whether an error with this SQLSTATE (NULL is fine) is one that passes. */
static inline bool rv_engine_retries(const struct rv_engine *engine, const char *sqlstate)
{
    for (const char *const *state = engine->retry_sqlstates; sqlstate && state && *state; state++) {
        if (strcmp(sqlstate, *state) == 0) {
            return true;
        }
    }
    return false;
}

#endif
