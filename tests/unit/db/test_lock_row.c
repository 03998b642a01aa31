/* On a file of SQLite and, where REV_TEST_PG_URL names a server, on PostgreSQL too. */
#include "connection.h"

#include "base/user.h"
#include "db/lock_row.h"

#include <sys/wait.h>
#include <unistd.h>

/* Where a test's tables are, and two migrators there. */
struct place {
    char url[400], schema[40], folder[64];
    struct rv_db *first, *second;
    struct rv_lock_row a, b; /* their locks */
};

static void execute(struct rv_db *db, const char *sql)
{
    rev_error *err = NULL;
    assert_succeeds(db->driver->query(db, sql, NULL, 0, NULL, &err), &err);
}

static void open_both(struct place *place)
{
    place->first = open_url(place->url);
    place->second = open_url(place->url);
    rv_lock_row_init(&place->a, place->schema, "alembic_version");
    rv_lock_row_init(&place->b, place->schema, "alembic_version");
}

static void close_both(struct place *place)
{
    rv_lock_row_clear(&place->a);
    rv_lock_row_clear(&place->b);
    place->first->driver->rollback(place->first);
    place->first->driver->close(place->first);
    place->second->driver->close(place->second);
}

static int setup_sqlite(void **state)
{
    struct place *place = *state;
    const char *parent = getenv("TMPDIR");
    *place = (struct place){.schema = "main"};
    snprintf(place->folder, sizeof place->folder, "%s/rev-test-XXXXXX", parent && parent[0] ? parent : "/tmp");
    assert_non_null(mkdtemp(place->folder));
    snprintf(place->url, sizeof place->url, "sqlite:///%s/a.db", place->folder);
    open_both(place);
    return 0;
}

static int teardown_sqlite(void **state)
{
    struct place *place = *state;
    close_both(place);
    unlink(place->url + strlen("sqlite:///"));
    return rmdir(place->folder);
}

static int setup_postgresql(void **state)
{
    struct place *place = *state;
    *place = (struct place){0};
    snprintf(place->url, sizeof place->url, "%s", getenv("REV_TEST_PG_URL"));
    snprintf(place->schema, sizeof place->schema, "rev_lock_row_%ld", (long)getpid());
    open_both(place);
    char sql[80];
    snprintf(sql, sizeof sql, "CREATE SCHEMA %s", place->schema);
    execute(place->first, sql);
    return 0;
}

static int teardown_postgresql(void **state)
{
    struct place *place = *state;
    char sql[80];
    snprintf(sql, sizeof sql, "DROP SCHEMA %s CASCADE", place->schema);
    place->first->driver->rollback(place->first);
    execute(place->second, sql);
    close_both(place);
    return 0;
}

static bool take(struct rv_db *db, const struct rv_lock_row *row)
{
    rev_error *err = NULL;
    bool is_taken = false, is_done = rv_lock_row_take(db, row, &is_taken, &err);
    assert_succeeds(is_done, &err);
    return is_taken;
}

static bool renew(struct rv_db *db, const struct rv_lock_row *row)
{
    rev_error *err = NULL;
    bool is_ours = false, is_done = rv_lock_row_renew(db, row, &is_ours, &err);
    assert_succeeds(is_done, &err);
    return is_ours;
}

static void release(struct rv_db *db, const struct rv_lock_row *row)
{
    rev_error *err = NULL;
    assert_succeeds(rv_lock_row_release(db, row, &err), &err);
}

static void assert_is_kept(struct rv_db *db, const struct rv_lock_row *row)
{
    rev_error *err = NULL;
    assert_succeeds(rv_lock_row_check(db, row, &err), &err);
}

static void assert_is_lost(struct rv_db *db, const struct rv_lock_row *row)
{
    rev_error *err = NULL;
    bool is_ours = rv_lock_row_check(db, row, &err);
    assert_non_null(err->hint);
    assert_fails(is_ours, &err, REV_ERROR_LOCKED, "another migrator has taken the lock over");
}

static void assert_holder(struct rv_db *db, const struct rv_lock_row *row, const char *owner, bool is_expired)
{
    rev_error *err = NULL;
    rv_lock_holder_auto struct rv_lock_holder holder = {0};
    assert_succeeds(rv_lock_row_read(db, row, &holder, &err), &err);
    check_text("owner", holder.owner, owner);
    if (owner) {
        assert_int_equal(holder.is_expired, is_expired);
        assert_false(holder.is_gone);
        assert_true(strncmp(holder.since, "20", 2) == 0 && strncmp(holder.expires_at, "20", 2) == 0);
    }
}

/* As if its owner had been paused for longer than the lease. */
static void let_expire(struct rv_lock_row *row)
{
    snprintf(row->lease_s, sizeof row->lease_s, "-1");
}

static void one_has_the_row(void **state)
{
    struct place *place = *state;
    assert_holder(place->second, &place->b, NULL, false); /* not even the table is there */
    assert_true(take(place->first, &place->a));
    assert_false(take(place->second, &place->b));
    assert_holder(place->second, &place->b, place->a.owner, false);
    assert_true(renew(place->first, &place->a));
    assert_false(renew(place->second, &place->b));
    release(place->second, &place->b); /* not its own: nothing happens */
    assert_holder(place->second, &place->b, place->a.owner, false);
    struct rv_lock_row other;
    rv_lock_row_init(&other, place->schema, "other_version");
    assert_true(take(place->second, &other));
    rv_lock_row_clear(&other);
    release(place->first, &place->a);
    assert_holder(place->first, &place->a, NULL, false);
    assert_true(take(place->second, &place->b));
}

static void the_waiter_names_the_holder(void **state)
{
    struct place *place = *state;
    rev_error *err = NULL;
    struct heard heard = {0};
    rev_observer observer = {.struct_size = sizeof observer, .user = &heard, .event = hear};
    assert_true(take(place->first, &place->a));
    bool is_done = rv_lock_row_wait(place->second, &place->b, rv_time_now_ms() + 200, &observer, &err);
    assert_non_null(strstr(err->message, place->a.owner));
    assert_fails(is_done, &err, REV_ERROR_LOCKED, "another migrator holds the lock: ");
    assert_int_equal(heard.waits, 1);
    release(place->first, &place->a);
    assert_succeeds(rv_lock_row_wait(place->second, &place->b, 0, NULL, &err), &err);
}

static void a_lease_that_ran_out_is_taken_over(void **state)
{
    struct place *place = *state;
    let_expire(&place->a);
    assert_true(take(place->first, &place->a));
    assert_holder(place->second, &place->b, place->a.owner, true);
    assert_true(take(place->second, &place->b));
    assert_holder(place->first, &place->a, place->b.owner, false);
    assert_false(renew(place->first, &place->a));
    do_begin(place->first);
    assert_is_lost(place->first, &place->a);
    place->first->driver->rollback(place->first);
    release(place->first, &place->a);
    do_begin(place->second);
    assert_is_kept(place->second, &place->b);
    do_commit(place->second);
    /* The one that took it over has finished: the row is nobody's, still not the first one's. */
    release(place->second, &place->b);
    do_begin(place->first);
    assert_is_lost(place->first, &place->a);
}

static void a_lease_that_nobody_took_is_kept(void **state)
{
    struct place *place = *state;
    let_expire(&place->a);
    assert_true(take(place->first, &place->a));
    do_begin(place->first);
    assert_is_kept(place->first, &place->a);
    do_commit(place->first);
    snprintf(place->a.lease_s, sizeof place->a.lease_s, "30");
    assert_true(renew(place->first, &place->a));
    assert_false(take(place->second, &place->b));
}

static void the_row_of_a_process_that_ended_is_free(void **state)
{
    struct place *place = *state;
    pid_t child = fork();
    if (child == 0) {
        struct rv_lock_row row;
        rev_error *err = NULL;
        bool is_taken = false;
        rv_lock_row_init(&row, place->schema, "alembic_version");
        struct rv_db *db = open_url(place->url);
        rv_lock_row_take(db, &row, &is_taken, &err);
        _exit(is_taken ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    rev_error *err = NULL;
    rv_lock_holder_auto struct rv_lock_holder holder = {0};
    assert_succeeds(rv_lock_row_read(place->second, &place->b, &holder, &err), &err);
    assert_true(holder.is_gone && !holder.is_expired);
    assert_true(take(place->second, &place->b));
}

static void owners_are_told_apart(void **state)
{
    struct place *place = *state;
    rv_str_auto struct rv_str here = {0};
    rv_user_add_place(&here);
    /* No process has so large an id. */
    const struct {
        const char *name, *process, *place, *id;
        bool is_gone;
    } cases[] = {
        {"a process here", "somebody@here pid 1999999999 ", rv_str_text(&here), "-5cd038a8f131", true},
        {"an odd name", "a pid 1 b@here pid 1999999999 ", rv_str_text(&here), "-5cd038a8f131", true},
        {"a process elsewhere", "somebody@here pid 1999999999 ", "0000000", "-5cd038a8f131", false},
        {"no id", "somebody@here pid 1999999999 ", rv_str_text(&here), "", false},
        {"no place", "somebody@here pid 1999999999", "", "", false},
        {"no number", "somebody@here pid -1 ", rv_str_text(&here), "-5cd038a8f131", false},
        {"too large a number", "somebody@here pid 99999999999 ", rv_str_text(&here), "-5cd038a8f131", false},
        {"another writer's", "me", "", "", false},
    };
    assert_true(take(place->first, &place->a));
    for (size_t i = 0; i < COUNT(cases); i++) {
        rv_str_auto struct rv_str sql = {0};
        rv_str_printf(&sql, "UPDATE %s SET owner = '%s%s%s'", place->a.quoted, cases[i].process, cases[i].place,
                      cases[i].id);
        execute(place->first, rv_str_text(&sql));
        rev_error *err = NULL;
        rv_lock_holder_auto struct rv_lock_holder holder = {0};
        rv_lock_row_read(place->second, &place->b, &holder, &err);
        check_none(cases[i].name, err);
        CHECK(cases[i].name, holder.is_gone == cases[i].is_gone);
    }
}

static void a_table_of_another_kind_is_an_error(void **state)
{
    struct place *place = *state;
    rv_str_auto struct rv_str sql = {0};
    rv_str_printf(&sql, "CREATE TABLE %s (version_table text, owner text)", place->a.quoted);
    execute(place->first, rv_str_text(&sql));
    rev_error *err = NULL;
    bool is_taken, is_done = rv_lock_row_take(place->first, &place->a, &is_taken, &err);
    assert_non_null(err->hint);
    assert_fails(is_done, &err, REV_ERROR_DATABASE, "the lock row in ");
}

/* PostgreSQL alone: two writers at the same time. */
static void the_heartbeat_and_the_check_do_not_meet(void **state)
{
    struct place *place = *state;
    static const char *const levels[] = {"READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"};
    for (size_t i = 0; i < COUNT(levels); i++) {
        char sql[80];
        snprintf(sql, sizeof sql, "SET TRANSACTION ISOLATION LEVEL %s", levels[i]);
        let_expire(&place->a);
        assert_true(take(place->first, &place->a));
        do_begin(place->first);
        execute(place->first, sql);
        assert_value(place->first, "SELECT 1", "1"); /* the snapshot, if the level has one */
        assert_true(renew(place->second, &place->a));
        assert_is_kept(place->first, &place->a);
        assert_true(renew(place->second, &place->a));
        /* Run out, but its owner is about to commit. */
        assert_false(take(place->second, &place->b));
        do_commit(place->first);

        do_begin(place->first);
        execute(place->first, sql);
        assert_value(place->first, "SELECT 1", "1");
        assert_true(renew(place->second, &place->a));
        assert_true(take(place->second, &place->b));
        assert_is_lost(place->first, &place->a);
        place->first->driver->rollback(place->first);
        release(place->second, &place->b);
    }
}

static void a_check_waits_for_nobody(void **state)
{
    struct place *place = *state;
    assert_true(take(place->first, &place->a));
    rv_str_auto struct rv_str sql = {0};
    rv_str_printf(&sql, "DELETE FROM %s", place->a.quoted);
    do_begin(place->second);
    execute(place->second, rv_str_text(&sql));
    assert_true(renew(place->first, &place->a)); /* passed over; it may come back */
    do_begin(place->first);
    assert_is_lost(place->first, &place->a);
    place->second->driver->rollback(place->second);
}

static struct place sqlite, postgresql;
#define ON(place, name)                                                                                                \
    {                                                                                                                  \
#name " on " #place, name, setup_##place, teardown_##place, &place                                             \
    }
#define ON_BOTH(place)                                                                                                 \
    ON(place, one_has_the_row), ON(place, the_waiter_names_the_holder), ON(place, a_lease_that_ran_out_is_taken_over), \
        ON(place, a_lease_that_nobody_took_is_kept), ON(place, the_row_of_a_process_that_ended_is_free),               \
        ON(place, owners_are_told_apart), ON(place, a_table_of_another_kind_is_an_error)

int main(void)
{
    const char *url = getenv("REV_TEST_PG_URL"), *format = getenv("CMOCKA_MESSAGE_OUTPUT");
    const struct CMUnitTest on_sqlite[] = {ON_BOTH(sqlite)};
    const struct CMUnitTest on_both[] = {
        ON_BOTH(sqlite),
        ON_BOTH(postgresql),
        ON(postgresql, the_heartbeat_and_the_check_do_not_meet),
        ON(postgresql, a_check_waits_for_nobody),
    };
    int failed =
        url && *url ? cmocka_run_group_tests(on_both, NULL, NULL) : cmocka_run_group_tests(on_sqlite, NULL, NULL);
    return format && strcmp(format, "TAP") == 0 ? 0 : failed;
}
