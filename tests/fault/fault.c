/* rev with faults: the command as it is, but the driver that it gets for its database counts its calls, and one of them
 * goes wrong. The linker puts __wrap_rv_driver_for() in the place of rv_driver_for() (see tests/meson.build).
 *
 *     FAULT_AT=17 FAULT_KIND=drop_after FAULT_REPORT=calls.txt rev-fault upgrade head
 *
 * Kinds: error (the call does nothing and reports a failure; not for those that can't fail: rollback, unlock, close),
 * drop_before and drop_after (the connection is lost before the call does anything, or after it did and before its
 * answer arrives), exit_before and exit_after (the process ends at once). The report has a line for each call that was
 * made: without FAULT_AT it tells how many there are. Behind the name of the call that went wrong stands the kind.
 *
 * A connection to PostgreSQL is really lost: its socket is shut down. SQLite has none to lose: there the transaction is
 * rolled back, and every later call fails. */
#ifdef RV_HAVE_POSTGRESQL
#include <libpq-fe.h>
#endif

#include "base/error.h"
#include "base/num.h"
#include "db/drivers.h"
#include "db/pg.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FAULT_EXIT = 77 };

enum kind { ERROR, DROP_BEFORE, DROP_AFTER, EXIT_BEFORE, EXIT_AFTER, KINDS };
static const char *const kind_names[] = {"error", "drop_before", "drop_after", "exit_before", "exit_after"};

static struct {
    const struct rv_driver *real;
    struct rv_driver driver; /* the real one's table, but for the calls below */
    int64_t at, count;       /* 0: no call goes wrong */
    enum kind kind;
    int report;                  /* file descriptor, or -1 */
    const struct rv_db *dropped; /* SQLite's, lost for good */
} fault = {.report = -1};

/* Called by the linker's doing, and the command's own main(), which is built under this name. */
const struct rv_driver *__real_rv_driver_for(const char *url, rev_error **err);
const struct rv_driver *__wrap_rv_driver_for(const char *url, rev_error **err);
int program_main(int argc, char **argv);

static bool is_the_one(int64_t number)
{
    return fault.at && number == fault.at;
}

static void report(const char *name, bool is_now)
{
    char line[64];
    int len = snprintf(line, sizeof line, "%s%s%s\n", name, is_now ? " " : "", is_now ? kind_names[fault.kind] : "");
    if (fault.report >= 0 && write(fault.report, line, (size_t)len) != len) {
        abort();
    }
}

static bool is_postgresql(void)
{
    return strcmp(fault.real->name, "postgresql") == 0;
}

static void shut_socket(struct rv_db *db, int how)
{
#ifdef RV_HAVE_POSTGRESQL
    struct rv_pg *pg = rv_pg(db);
    shutdown(pg->pq->PQsocket(pg->connection), how);
#else
    (void)db, (void)how;
#endif
}

static void drop(struct rv_db *db)
{
    if (is_postgresql()) {
        shut_socket(db, SHUT_RDWR);
    } else {
        fault.real->rollback(db);
        fault.dropped = db;
    }
}

static bool is_lost(const struct rv_db *db)
{
    return db && fault.dropped == db;
}

static bool fail(const struct rv_db *db, rev_error **err)
{
    return rv_fail(err, !db || is_lost(db) ? REV_ERROR_CONNECT : REV_ERROR_DATABASE, "a fault made by the test");
}

/* Before a call: its number, or 0 if it is not made. db is NULL where there is no connection yet. */
static int64_t enter(const char *name, struct rv_db *db)
{
    int64_t number = ++fault.count;
    bool is_now = is_the_one(number);
    report(name, is_now);
    if (is_now && fault.kind == EXIT_BEFORE) {
        _exit(FAULT_EXIT);
    }
    if (is_now && fault.kind == DROP_BEFORE && db) {
        drop(db);
    }
    if (is_now && fault.kind == DROP_AFTER && db && is_postgresql()) {
        shut_socket(db, SHUT_RD); /* what is asked still reaches the server */
    }
    bool is_refused = is_now && (fault.kind == ERROR || (fault.kind == DROP_BEFORE && !db));
    return is_refused || is_lost(db) ? 0 : number;
}

/* After a call that was made: what its caller is told. Calls may have been made inside it. */
static bool leave(int64_t number, struct rv_db *db, bool ok, rev_error **err)
{
    if (is_the_one(number) && fault.kind == EXIT_AFTER) {
        _exit(FAULT_EXIT);
    }
    if (is_the_one(number) && fault.kind == DROP_AFTER) {
        drop(db);
    }
    return ok && (!is_lost(db) || fail(db, err));
}

/* An answer that does not arrive is nobody's to clear. */
static bool leave_with(struct rv_result *out, int64_t number, struct rv_db *db, bool ok, rev_error **err)
{
    bool is_told = leave(number, db, ok, err);
    if (ok && !is_told && out) {
        rv_result_clear(out);
    }
    return is_told;
}

static struct rv_db *open_database(const struct rv_db_settings *settings, rev_error **err)
{
    int64_t number = enter("open", NULL);
    if (!number) {
        fail(NULL, err);
        return NULL;
    }
    struct rv_db *db = fault.real->open(settings, err);
    if (db) {
        db->driver = &fault.driver;
        rev_error *seen_by_the_next_call = NULL;
        leave(number, db, true, &seen_by_the_next_call);
        rev_error_free(seen_by_the_next_call);
    }
    return db;
}

static void close_database(struct rv_db *db)
{
    if (!db) {
        return;
    }
    int64_t number = enter("close", db);
    fault.real->close(db);
    fault.dropped = NULL;
    if (is_the_one(number) && fault.kind == EXIT_AFTER) {
        _exit(FAULT_EXIT);
    }
}

static bool query(struct rv_db *db, const char *sql, const char *const *params, size_t param_count,
                  struct rv_result *out, rev_error **err)
{
    int64_t number = enter("query", db);
    if (!number) {
        return fail(db, err);
    }
    bool is_done = fault.real->query(db, sql, params, param_count, out, err);
    return leave_with(out, number, db, is_done, err);
}

static bool read_limited(struct rv_db *db, const char *sql, struct rv_result *out, rev_error **err)
{
    int64_t number = enter("read", db);
    if (!number) {
        return fail(db, err);
    }
    bool is_done = fault.real->read(db, sql, out, err);
    return leave_with(out, number, db, is_done, err);
}

static bool insert(struct rv_db *db, const char *sql, const struct rv_value *values, size_t count, rev_error **err)
{
    int64_t number = enter("insert", db);
    return number ? leave(number, db, fault.real->insert(db, sql, values, count, err), err) : fail(db, err);
}

static bool check_left(struct rv_db *db, const struct rv_statement *statement, rev_error **err)
{
    int64_t number = enter("check_left", db);
    return number ? leave(number, db, fault.real->check_left(db, statement, err), err) : fail(db, err);
}

static bool clear_left(struct rv_db *db, const struct rv_statement *statement, struct rv_str *out, rev_error **err)
{
    int64_t number = enter("clear_left", db);
    return number ? leave(number, db, fault.real->clear_left(db, statement, out, err), err) : fail(db, err);
}

static bool run(struct rv_db *db, const struct rv_statement *statement, struct rv_ran *out, rev_error **err)
{
    *out = (struct rv_ran){-1, SIZE_MAX};
    int64_t number = enter("run", db);
    return number ? leave(number, db, fault.real->run(db, statement, out, err), err) : fail(db, err);
}

static bool begin(struct rv_db *db, rev_error **err)
{
    int64_t number = enter("begin", db);
    return number ? leave(number, db, fault.real->begin(db, err), err) : fail(db, err);
}

static bool commit(struct rv_db *db, rev_error **err)
{
    int64_t number = enter("commit", db);
    return number ? leave(number, db, fault.real->commit(db, err), err) : fail(db, err);
}

static bool run_message(struct rv_db *db, const struct rv_message *message, struct rv_message_answer *out,
                        rev_error **err)
{
    *out = (struct rv_message_answer){.end = RV_MESSAGE_BOOKS_FAILED, .book = message->book_count};
    int64_t number = enter("run_message", db);
    return number ? leave(number, db, fault.real->run_message(db, message, out, err), err) : fail(db, err);
}

static bool limit(struct rv_db *db, rev_error **err)
{
    int64_t number = enter("limit", db);
    return number ? leave(number, db, fault.real->limit(db, err), err) : fail(db, err);
}

static bool guard(struct rv_db *db, rev_error **err)
{
    int64_t number = enter("guard", db);
    return number ? leave(number, db, fault.real->guard(db, err), err) : fail(db, err);
}

static bool reset(struct rv_db *db, rev_error **err)
{
    int64_t number = enter("reset", db);
    return number ? leave(number, db, fault.real->reset(db, err), err) : fail(db, err);
}

static bool lock(struct rv_db *db, const char *schema, const char *table, rev_error **err)
{
    int64_t number = enter("lock", db);
    return number ? leave(number, db, fault.real->lock(db, schema, table, err), err) : fail(db, err);
}

static void rollback(struct rv_db *db)
{
    int64_t number = enter("rollback", db);
    if (number) {
        fault.real->rollback(db);
    }
    leave(number, db, false, NULL);
}

static void unlock(struct rv_db *db)
{
    int64_t number = enter("unlock", db);
    if (number) {
        fault.real->unlock(db);
    }
    leave(number, db, false, NULL);
}

static enum rv_transaction transaction(const struct rv_db *db)
{
    return is_lost(db) ? RV_UNKNOWN_TRANSACTION : fault.real->transaction(db);
}

const struct rv_driver *__wrap_rv_driver_for(const char *url, rev_error **err)
{
    fault.real = __real_rv_driver_for(url, err);
    if (!fault.real) {
        return NULL;
    }
    fault.driver = *fault.real;
    fault.driver.open = open_database;
    fault.driver.close = close_database;
    fault.driver.query = query;
    fault.driver.read = read_limited;
    fault.driver.insert = insert;
    fault.driver.run = run;
    fault.driver.check_left = fault.real->check_left ? check_left : NULL;
    fault.driver.clear_left = fault.real->clear_left ? clear_left : NULL;
    fault.driver.begin = begin;
    fault.driver.commit = commit;
    fault.driver.run_message = fault.real->run_message ? run_message : NULL;
    fault.driver.limit = limit;
    fault.driver.guard = guard;
    fault.driver.reset = reset;
    fault.driver.lock = lock;
    fault.driver.rollback = rollback;
    fault.driver.unlock = unlock;
    fault.driver.transaction = transaction;
    return &fault.driver;
}

/* False: the variables make no sense. */
static bool read_wishes(void)
{
    const char *at = getenv("FAULT_AT"), *kind = getenv("FAULT_KIND"), *path = getenv("FAULT_REPORT");
    if (path) {
        fault.report = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    }
    if (path && fault.report < 0) {
        return false;
    }
    if (!at) {
        return true;
    }
    while (kind && fault.kind < KINDS && strcmp(kind, kind_names[fault.kind]) != 0) {
        fault.kind++;
    }
    return kind && fault.kind < KINDS && rv_num_parse(rv_view_of(at), 1, INT64_MAX, &fault.at);
}

int main(int argc, char **argv)
{
    if (!read_wishes()) {
        fputs("rev-fault: see the head of tests/fault/fault.c for what FAULT_AT, FAULT_KIND and FAULT_REPORT are\n",
              stderr);
        return EXIT_FAILURE;
    }
    return program_main(argc, argv);
}
