/* A live connection, whatever the engine. A difference between engines is a field of struct rv_driver, never an `if`
 * elsewhere. */
#ifndef RV_DB_DRIVER_H
#define RV_DB_DRIVER_H

#include <rev/observer.h>

#include "base/str.h"
#include "config/config.h"
#include "db/engine.h"
#include "sql/dialect.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rv_db;
struct sqlite3;
struct pg_conn;

/* The texts and the observer outlive the connection. */
struct rv_db_settings {
    const char *url; /* as config/url.h hands it out: driver suffix dropped, SQLite path absolute */
    /* Of these at most one, instead of the URL: lent by the application, used, put right, and left open. */
    struct sqlite3 *sqlite;
    struct pg_conn *postgresql;
    const char *application_name; /* "rev upgrade" */
    int64_t deadline_ms;          /* rv_time_now_ms() at which waiting for other migrators (lock, busy) ends */
    bool read_only;               /* the caller will only read: SQLite must not create the file */
    enum rv_lock_mode lock;       /* PostgreSQL's; SQLite has but one way */
    const char *version_table;    /* may be NULL: see is_unchanged */
    const rev_observer *observer; /* may be NULL */
};

/* The answer to a query: all values as text, in memory of its own. */
struct rv_result {
    struct rv_arena *arena;
    size_t row_count, column_count;
    const char *const *values; /* row by row; NULL is SQL's NULL */
    int64_t affected;          /* rows changed, -1 if not known */
};
void rv_result_clear(struct rv_result *result);
#define rv_result_auto __attribute__((cleanup(rv_result_clear)))

/* A parameter: text in UTF-8, or bytes; ptr NULL is SQL's NULL. */
struct rv_value {
    const char *ptr;
    size_t len;
    bool is_bytes;
};

/* What a statement of a script did. */
struct rv_ran {
    int64_t rows;  /* inserted, updated, deleted; -1: it is no such statement */
    size_t offset; /* where it failed: the byte in its text, or SIZE_MAX */
};

/* A step as one message: a transaction, and behind it the session put right. */
struct rv_message {
    const char *title;                     /* for whoever looks what the server is doing */
    const struct rv_statement *statements; /* of the script */
    size_t statement_count;
    const char *const *books; /* statements of ours behind them, each with its semicolon */
    size_t book_count;
    /* Before a notice reaches the observer: which statement of the script it belongs to; statement_count: none. */
    void (*tell_place)(void *context, size_t index);
    void *context;
};

enum rv_message_end {
    RV_MESSAGE_COMMITTED,
    RV_MESSAGE_REFUSED, /* nothing of it stays, and it says nothing about the step: another way is needed */
    RV_MESSAGE_STATEMENT_FAILED,
    RV_MESSAGE_TRANSACTION_ENDED, /* by the script */
    RV_MESSAGE_BOOKS_FAILED,
    RV_MESSAGE_COMMIT_FAILED, /* nothing of it stays */
    RV_MESSAGE_LOST,          /* it may be committed or not */
};
struct rv_message_answer {
    enum rv_message_end end;
    size_t statements_done; /* of the script: the one that failed is the next */
    size_t offset;          /* where in that it failed, or SIZE_MAX */
    size_t book;            /* the one that failed; book_count: none of them */
    bool is_reset;          /* the session is put right: no reset is needed */
};

/* What statements may wait and run. */
struct rv_limits {
    int64_t lock_timeout_ms;      /* 0: for ever */
    int64_t statement_timeout_ms; /* 0: for ever; negative: as the connection has it */
};

enum rv_transaction { RV_IDLE, RV_IN_TRANSACTION, RV_FAILED_TRANSACTION, RV_UNKNOWN_TRANSACTION };

struct rv_driver {
    const char *name; /* as in the build options */
    const struct rv_dialect *dialect;
    const struct rv_engine *engine; /* of scripts that are printed, and of a connection that knows no better */
    bool (*takes_url)(const char *url);

    struct rv_db *(*open)(const struct rv_db_settings *settings, rev_error **err);
    void (*close)(struct rv_db *db); /* NULL is fine; gives up the lock */
    /* Sets db->engine by what find_version has found; NULL: there is but one. */
    void (*learn)(struct rv_db *db, const char *version, const char *relation);

    /* One statement of ours, with text parameters ($1, ?1; NULL is SQL's NULL). out may be NULL. */
    bool (*query)(struct rv_db *db, const char *sql, const char *const *params, size_t param_count,
                  struct rv_result *out, rev_error **err);
    /* A question of ours outside of a transaction, which waits for locks as long as the limits say. */
    bool (*read)(struct rv_db *db, const char *sql, struct rv_result *out, rev_error **err);
    /* A statement of ours that returns nothing, with values that may be bytes. */
    bool (*insert)(struct rv_db *db, const char *sql, const struct rv_value *values, size_t count, rev_error **err);
    /* One statement of a user's script. Notices go to the observer. Never waits for input. Cancelled:
     * REV_ERROR_CANCELLED. */
    bool (*run)(struct rv_db *db, const struct rv_statement *statement, struct rv_ran *out, rev_error **err);

    /* Of a statement that ran in no transaction (NULL: nothing is ever left): whether it left behind what looks done
     * and is not, otherwise REV_ERROR_DATABASE; and, before it is tried again, that taken away, with words about it in
     * out. */
    bool (*check_left)(struct rv_db *db, const struct rv_statement *statement, rev_error **err);
    bool (*clear_left)(struct rv_db *db, const struct rv_statement *statement, struct rv_str *out, rev_error **err);

    /* A step's transaction: one that will write (SQLite: BEGIN IMMEDIATE, waits until the deadline, then
     * REV_ERROR_LOCKED). */
    bool (*begin)(struct rv_db *db, rev_error **err);
    bool (*commit)(struct rv_db *db, rev_error **err);
    /* Whether a step may be one message now, whose statements are all OTHER and change nothing of how SQL is read
     * (NULL: never); and such a step, in place of begin, limit, run, guard, commit and reset. A failed one is to be
     * rolled back. */
    bool (*takes_messages)(const struct rv_db *db);
    bool (*run_message)(struct rv_db *db, const struct rv_message *message, struct rv_message_answer *out,
                        rev_error **err);
    void (*rollback)(struct rv_db *db); /* whatever state it is in; never fails */
    enum rv_transaction (*transaction)(const struct rv_db *db);
    /* Whether the transaction is still the one that begin opened (a script can say COMMIT; BEGIN). Asked after a
     * script, before the bookkeeping. */
    bool (*is_our_transaction)(struct rv_db *db);
    /* From now on these limits hold for read and guard; nothing is sent. */
    void (*set_limits)(struct rv_db *db, const struct rv_limits *limits);
    /* Makes them hold for what a script runs: both of them inside a transaction, until its end; outside, where waiting
     * for a lock is never limited, the second until reset. */
    bool (*limit)(struct rv_db *db, rev_error **err);
    /* Before bookkeeping inside a step's transaction, and after a step: what a script changed of the session (role,
     * search_path, timeouts, temporary objects) is put back. Behind a pooler the session after a step is anybody's:
     * there commit has done it. */
    bool (*guard)(struct rv_db *db, rev_error **err);
    bool (*reset)(struct rv_db *db, rev_error **err);

    /* One migrator at a time for this database and version table: polls until the deadline, then REV_ERROR_LOCKED
     * naming the holder. Where the lock is a row, each commit checks that it is still ours: REV_ERROR_LOCKED if not.
     * SQLite: nothing to do (begin is the lock). */
    bool (*lock)(struct rv_db *db, const char *schema, const char *table, rev_error **err);
    void (*unlock)(struct rv_db *db);
    /* Who has it, and the SQL that ends that session (NULL: there is no lock that could be asked for); both stay empty
     * where nobody has. A row is told by rv_lock_row_read(). */
    bool (*lock_holder)(struct rv_db *db, const char *schema, const char *table, struct rv_str *out,
                        struct rv_str *out_end, rev_error **err);

    /* There is no lock but begin's: between two steps somebody else may change the version rows. */
    bool begin_is_lock;
    /* Inside a transaction (NULL: never asked): whether since it was asked before nobody else has written to the
     * database, nor a script or a trigger to the version table or rev_log. When in doubt, false. */
    bool (*is_unchanged)(struct rv_db *db);
    /* Opening for writing creates what is not there: so a connection is first opened read-only, and anew once there is
     * something to do. */
    bool open_creates;

    /* Limits for one transaction of a printed script. NULL: the engine has none. */
    void (*add_limits_sql)(struct rv_str *out, const struct rv_limits *limits);

    const char *server_sql;       /* a query: what the database calls itself */
    const char *begin_sql;        /* what begin says */
    const char *stop_on_error;    /* the line that makes the engine's shell stop at the first error */
    bool shell_has_terminators;   /* that shell ends a statement at a line of `/` or `go` (sqlite3) */
    bool shell_has_variables;     /* that shell replaces :name (psql) */
    const char *script_guard_sql; /* in a script, after statements that may have changed the session; "" if nothing */
    /* Where the engine lets foreign keys be switched off (else both NULL): the statement that does, before begin and
     * until reset; and the query that, inside the transaction, has a row for each pair of tables that don't agree: the
     * child, the parent, how many rows, the first one's number. */
    const char *foreign_keys_off_sql, *foreign_keys_check_sql;
};

/* The common head of each driver's struct rv_db. */
struct rv_db {
    const struct rv_driver *driver;
    const struct rv_engine *engine; /* never NULL; sure once the version table was looked for */
};

/* The driver for a URL. None, or one that was left out of this build: REV_ERROR_CONFIG. */
const struct rv_driver *rv_driver_for(const char *url, rev_error **err);
/* The driver for a connection that is lent. Two of them: REV_ERROR_USAGE. */
const struct rv_driver *rv_driver_for_loan(const struct rv_db_settings *settings, rev_error **err);

#endif
