/* Connections in tests. */
#ifndef RV_TESTS_DB_CONNECTION_H
#define RV_TESTS_DB_CONNECTION_H

#include "harness.h"

#include "base/time.h"
#include "db/driver.h"
#include "sql/script.h"

#include <pthread.h>
#include <time.h>

/* What an observer heard. */
struct heard {
    size_t notices, waits, warnings;
    char last[400];
};

static inline void hear(void *user, const rev_event *event)
{
    struct heard *heard = user;
    heard->notices += event->kind == REV_EVENT_NOTICE;
    heard->waits += event->kind == REV_EVENT_WAITING;
    heard->warnings += event->kind == REV_EVENT_WARNING;
    snprintf(heard->last, sizeof heard->last, "%s", event->text ? event->text : "");
}

static inline struct rv_db *open_with(const char *url, const rev_observer *observer, int64_t wait_ms, bool read_only)
{
    rev_error *err = NULL;
    const struct rv_driver *driver = rv_driver_for(url, &err);
    assert_succeeds(driver != NULL, &err);
    struct rv_db_settings settings = {.url = url,
                                      .application_name = "rev test",
                                      .deadline_ms = rv_time_now_ms() + wait_ms,
                                      .read_only = read_only,
                                      .version_table = "alembic_version",
                                      .observer = observer};
    struct rv_db *db = driver->open(&settings, &err);
    assert_succeeds(db != NULL, &err);
    return db;
}

static inline struct rv_db *open_url(const char *url)
{
    return open_with(url, NULL, 5000, false);
}

/* Runs a script as a step does; false and *err at the first statement that fails, with its offset. */
static inline bool run_script_at(struct rv_db *db, const char *text, size_t *out_offset, rev_error **err)
{
    struct rv_splitter splitter;
    struct rv_statement statement;
    rv_splitter_init(&splitter, rv_view_of(text));
    while (db->driver->dialect->next(&splitter, &statement)) {
        struct rv_ran ran = {-1, SIZE_MAX};
        bool is_done = statement.kind == RV_STATEMENT_EMPTY || db->driver->run(db, &statement, &ran, err);
        *out_offset = ran.offset;
        if (!is_done) {
            return false;
        }
    }
    return true;
}

static inline void run_script(struct rv_db *db, const char *text)
{
    rev_error *err = NULL;
    size_t offset;
    bool is_done = run_script_at(db, text, &offset, &err);
    assert_succeeds(is_done, &err);
}

static inline void do_begin(struct rv_db *db)
{
    rev_error *err = NULL;
    bool is_done = db->driver->begin(db, &err);
    assert_succeeds(is_done, &err);
}

static inline void do_commit(struct rv_db *db)
{
    rev_error *err = NULL;
    bool is_done = db->driver->commit(db, &err);
    assert_succeeds(is_done, &err);
}

static inline void do_reset(struct rv_db *db)
{
    rev_error *err = NULL;
    bool is_done = db->driver->reset(db, &err);
    assert_succeeds(is_done, &err);
}

static inline void do_guard(struct rv_db *db)
{
    rev_error *err = NULL;
    bool is_done = db->driver->guard(db, &err);
    assert_succeeds(is_done, &err);
}

/* The one value of a query without parameters. */
static inline void assert_value(struct rv_db *db, const char *sql, const char *expected)
{
    rev_error *err = NULL;
    rv_result_auto struct rv_result result = {0};
    bool is_done = db->driver->query(db, sql, NULL, 0, &result, &err);
    assert_succeeds(is_done, &err);
    assert_int_equal(result.row_count, 1);
    assert_int_equal(result.column_count, 1);
    if (!expected) {
        assert_null(result.values[0]);
    } else {
        assert_non_null(result.values[0]);
        assert_string_equal(result.values[0], expected);
    }
}

/* Asks to stop after a moment, from another thread. */
struct later {
    pthread_t thread;
    rev_cancel *cancel;
};

static inline void *stop_after_a_moment(void *context)
{
    struct later *later = context;
    nanosleep(&(struct timespec){.tv_nsec = 150 * 1000000}, NULL);
    rev_cancel_request(later->cancel);
    return NULL;
}

static inline void stop_later(struct later *later, rev_cancel *cancel)
{
    later->cancel = cancel;
    assert_int_equal(pthread_create(&later->thread, NULL, stop_after_a_moment, later), 0);
}

#endif
