/* Between the files of the PostgreSQL driver. Who needs the library's own types includes <libpq-fe.h> first. */
#ifndef RV_DB_PG_H
#define RV_DB_PG_H

#include "db/drivers.h"
#include "db/libpq.h"

#include <pthread.h>

struct pg_conn;
struct pg_result;
struct rv_pg_lease;
struct rv_pg_loan;

enum { RV_PG_LOCK_KEY_SIZE = 24 };

/* A second connection that looks who holds the lock which the first one waits for. It is opened when a statement runs
 * for long and closed when that ends. Nothing here is ever an error: who can't look does not know. */
struct rv_pg_watch {
    struct pg_conn *connection; /* NULL: none now */
    bool is_connected, is_asked;
    bool to_write;    /* while it connects: what the socket is waited for */
    bool is_off;      /* it did not work, and is not tried again */
    int64_t began_ms; /* when the statement was sent */
    int64_t next_ms;  /* when to look; 0: not at all */
};

/* The session that was in the way when it was last looked. */
enum { RV_PG_NOBODY = -1 };
struct rv_pg_blocker {
    int64_t pid; /* 0: a prepared transaction */
    bool is_old; /* seen while an earlier statement of the step waited */
    struct rv_str text;
    int64_t since_ms; /* its transaction's begin, by our clock; 0: not known */
};

struct rv_pg {
    struct rv_db head;
    const struct rv_libpq *pq;
    struct pg_conn *connection;
    struct rv_db_settings settings;
    const rev_observer *observer;
    int64_t deadline_ms;
    bool is_broken;        /* an answer is still to come that nobody will read: nothing can be sent any more */
    bool is_quiet;         /* a statement of our own is running: its notices are for nobody */
    bool is_ended;         /* the transaction that begin() opened has ended, by the server's answers */
    int64_t stop_heard_ms; /* when a caller was told REV_ERROR_CANCELLED; 0: not yet */
    struct rv_limits limits;
    struct rv_pg_watch watch;
    struct rv_pg_blocker blocker;       /* since set_limits() */
    int64_t said_pid;                   /* the observer was told of it */
    char lock_key[RV_PG_LOCK_KEY_SIZE]; /* a number */
    bool has_lock;                      /* the advisory one */
    bool is_session_shared;             /* a pooler may hand it to others after each transaction */
    struct rv_pg_lease *lease;          /* the lock row, while it is ours */
    struct rv_pg_loan *loan;            /* the connection is the application's */
    struct rv_pg_message *message;      /* while one runs */
    bool has_rules;                     /* of the version table: they allow no message */
    bool has_prepared;                  /* a script has said PREPARE since the session was last put right */
};

static inline struct rv_pg *rv_pg(struct rv_db *db)
{
    return (struct rv_pg *)db;
}

/* One trip to the server: what is asked, and what came back. */
struct rv_pg_call {
    const char *sql;
    const char *const *params;
    size_t param_count; /* with none, sql may hold several statements */
    const int *lengths; /* of the parameters, and whether they are bytes; NULL: all are text */
    const int *formats;
    struct rv_view copy_data; /* for COPY FROM STDIN; ptr NULL: such a COPY is ended with an error */
    bool is_script;           /* a user's: rows are dropped as they come */
    bool is_rollback_to;      /* its answer "ROLLBACK" ends no transaction */
    bool passes_notices;
    bool is_uncancellable;    /* the wish to stop is not looked at */
    bool is_hurried;          /* uncancellable, and the wish to stop has cut the wait short */
    int64_t give_up_ms;       /* rv_time_now_ms() at which the answer is no longer waited for; 0: never */
    struct pg_result *result; /* the last one that succeeded, to be cleared by rv_pg_call_clear(); not of a script */
    char tag[64];             /* of a script: what the server says it did */
    size_t error_offset;      /* byte in sql, or SIZE_MAX */
    bool cancel_sent;
    rev_error *error; /* the server's first, while the rest of its answer is read */
};
/* Waits for the whole answer; true if no part of it is an error. Once a caller was told that it is to stop, what it
 * still has to say (a rollback, a log row) goes through, but is not waited for long. */
bool rv_pg_call(struct rv_pg *pg, struct rv_pg_call *call, rev_error **err);
void rv_pg_call_clear(struct rv_pg *pg, struct rv_pg_call *call);
/* Our own statements, quietly and without an answer. */
bool rv_pg_execute(struct rv_pg *pg, const char *sql, rev_error **err);

/* Waits until the socket can be read (or written, if wanted) or the wish to stop is there; sends the cancel request
 * then. False: it was given up, and *err says so. */
bool rv_pg_wait(struct rv_pg *pg, struct rv_pg_call *call, bool to_write, rev_error **err);
const rev_cancel *rv_pg_cancel(const struct rv_pg *pg);

/* A thread that hears no signals: those belong to the threads of the application. NULL: nobody waits for its end. */
bool rv_pg_start_thread(void *(*body)(void *), void *context, pthread_t *out);

/* Around a statement: begins to watch it, and ends that. */
void rv_pg_watch_begin(struct rv_pg *pg, const struct rv_pg_call *call);
void rv_pg_watch_end(struct rv_pg *pg);
/* What poll() is to wait for besides the statement's answer: fills *out and returns for how long, -1 for ever. */
struct pollfd;
int rv_pg_watch_poll(const struct rv_pg *pg, struct pollfd *out);
/* After that poll(): looks when it is time, without waiting. */
void rv_pg_watch_go_on(struct rv_pg *pg, const struct rv_pg_call *call, const struct pollfd *seen);
/* "pid 12 (psql, `LOCK TABLE t`, in a transaction for 3 s)"; nothing if there is nobody. */
void rv_pg_add_blocker(struct rv_str *out, const struct rv_pg *pg);

/* The error that a result of the server is. */
bool rv_pg_fail(const struct rv_pg *pg, const struct rv_pg_call *call, const struct pg_result *result,
                size_t *out_offset, rev_error **err);
/* A COMMIT whose answer did not come is the one case that nobody here can decide: says so. */
void rv_pg_explain_lost_commit(const struct rv_pg *pg, rev_error *error);
bool rv_pg_fail_lost(const struct rv_pg *pg, rev_error **err);
void rv_pg_listen(struct rv_pg *pg); /* notices go to the observer */

/* Whether a result is one row that says true. */
bool rv_pg_is_true(const struct rv_pg *pg, const struct pg_result *result);
/* By the server's word for what it did, a statement has ended or begun a transaction. */
bool rv_pg_tag_ends_transaction(const char *tag);

/* Statements that make the limits, or one of them, hold until the transaction's end. */
void rv_pg_add_limits_sql(struct rv_str *out, const struct rv_engine *engine, const struct rv_limits *limits);
void rv_pg_add_lock_timeout(struct rv_str *out, const struct rv_pg *pg);

bool rv_pg_takes_messages(const struct rv_db *db);
bool rv_pg_run_message(struct rv_db *db, const struct rv_message *asked, struct rv_message_answer *out,
                       rev_error **err);
/* Each result of a message as it comes; and whether a notice that comes now is for people: tells where it belongs. */
void rv_pg_message_take(struct rv_pg_message *message, const struct rv_pg *pg, struct pg_result *result);
bool rv_pg_message_hears(const struct rv_pg_message *message);

/* COPY, once the server has answered that it begins. */
bool rv_pg_copy_in(struct rv_pg *pg, struct rv_pg_call *call, rev_error **err);
bool rv_pg_copy_out(struct rv_pg *pg, struct rv_pg_call *call, rev_error **err);

/* Takes a connection that is lent: REV_ERROR_USAGE unless it is idle. When it is closed, it is given back instead. */
bool rv_pg_loan_take(struct rv_pg *pg, struct pg_conn *connection, rev_error **err);
void rv_pg_loan_give_back(struct rv_pg *pg);
/* Something may change the session from now on; and whether nothing has. */
void rv_pg_loan_use(struct rv_pg *pg);
bool rv_pg_loan_is_unused(const struct rv_pg *pg);
/* Statements that give a session that was reset what the application had set; none if the connection is ours. */
void rv_pg_loan_add_session(struct rv_str *sql, const struct rv_pg *pg);

/* Connects; the URL's password is in no error. */
bool rv_pg_connect(struct rv_pg *pg, const struct rv_db_settings *settings, rev_error **err);

bool rv_pg_query(struct rv_db *db, const char *sql, const char *const *params, size_t param_count,
                 struct rv_result *out, rev_error **err);
bool rv_pg_check_left(struct rv_db *db, const struct rv_statement *statement, rev_error **err);
bool rv_pg_clear_left(struct rv_db *db, const struct rv_statement *statement, struct rv_str *out, rev_error **err);
bool rv_pg_lock(struct rv_db *db, const char *schema, const char *table, rev_error **err);
/* An expression that is true if the session still has the lock that it took. */
void rv_pg_add_lock_check(struct rv_str *sql, const struct rv_pg *pg);
/* Takes the lock again that a script has dropped. */
bool rv_pg_relock(struct rv_pg *pg, rev_error **err);
void rv_pg_unlock(struct rv_db *db);
bool rv_pg_lock_holder(struct rv_db *db, const char *schema, const char *table, struct rv_str *out,
                       struct rv_str *out_end, rev_error **err);

/* The lock row: taken by polling, renewed in the background until it is dropped. */
bool rv_pg_lease_take(struct rv_pg *pg, const char *schema, const char *table, rev_error **err);
void rv_pg_lease_drop(struct rv_pg *pg);
/* The last thing before a COMMIT: true if the lock is no row. */
bool rv_pg_lease_check(struct rv_pg *pg, rev_error **err);
/* Statements that give a session that was reset the settings of our connection; none if the lock is no row. */
void rv_pg_lease_add_session(struct rv_str *sql, const struct rv_pg *pg);
/* The user wants to stop: a renewal that hangs is given up meanwhile. */
void rv_pg_lease_hurry(const struct rv_pg *pg);

#endif
