/* The rows of rev_lock. Taking one over deletes the old row and inserts a new one, each in a statement that waits for
 * nobody: a row that its owner keeps until its COMMIT (lock_keep_sql) can't be deleted, while the owner's own heartbeat
 * changes everything but the key and so gets through. */
#include "db/lock_row.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/id.h"
#include "base/num.h"
#include "base/user.h"
#include "db/wait.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <unistd.h>

void rv_lock_row_init(struct rv_lock_row *row, const char *schema, const char *table)
{
    rv_str_auto struct rv_str quoted = {0}, owner = {0};
    char id[RV_ID_LENGTH + 1];
    rv_id_new(id);
    rv_sql_add_table(&quoted, schema, "rev_lock");
    rv_user_add(&owner);
    rv_str_printf(&owner, " pid %ld ", (long)getpid());
    rv_user_add_place(&owner);
    rv_str_printf(&owner, "-%s", id);
    *row =
        (struct rv_lock_row){.quoted = rv_str_take(&quoted), .table = rv_strdup(table), .owner = rv_str_take(&owner)};
    snprintf(row->lease_s, sizeof row->lease_s, "%d", RV_LOCK_LEASE_S);
}

void rv_lock_row_clear(struct rv_lock_row *row)
{
    free(row->quoted);
    free(row->table);
    free(row->owner);
    *row = (struct rv_lock_row){0};
}

/* The end of an owner's text: the process, where it runs, the id of this one lock. */
static bool split_owner(const char *owner, pid_t *out_pid, struct rv_view *out_place)
{
    const char *pid = NULL;
    for (const char *p = strstr(owner, " pid "); p; p = strstr(pid, " pid ")) {
        pid = p + strlen(" pid ");
    }
    const char *place = pid ? strchr(pid, ' ') : NULL, *id = place ? strchr(place, '-') : NULL;
    int64_t number;
    if (!id || !rv_num_parse(rv_view(pid, (size_t)(place - pid)), 1, INT_MAX, &number)) {
        return false;
    }
    *out_pid = (pid_t)number;
    *out_place = rv_view(place + 1, (size_t)(id - place) - 1);
    return true;
}

/* A process elsewhere may be alive whatever the ids here say. */
static bool is_gone(const char *owner)
{
    pid_t pid;
    struct rv_view place;
    rv_str_auto struct rv_str here = {0};
    rv_user_add_place(&here);
    return split_owner(owner, &pid, &place) && rv_view_equals(place, rv_str_text(&here)) && kill(pid, 0) != 0 &&
           errno == ESRCH;
}

static bool has_sqlstate(const rev_error *error, const char *sqlstate)
{
    return error->sqlstate && strcmp(error->sqlstate, sqlstate) == 0;
}

static void forget(rev_error **err)
{
    rev_error_free(*err);
    *err = NULL;
}

static bool explain(const struct rv_lock_row *row, rev_error *error)
{
    rv_error_prefix(error, "the lock row in %s: ", row->quoted);
    if (!error->hint) {
        rv_error_hint(error, "If this is another tool's table, rename it or set version_table_schema.");
    }
    return false;
}

/* Runs a statement that changes one row at most. One that came too late for a snapshot (a server whose default is not
 * READ COMMITTED) has changed none. */
static bool change(struct rv_db *db, struct rv_bookkeeping *statement, bool *out_is_changed, rev_error **err)
{
    rv_result_auto struct rv_result result = {0};
    *out_is_changed = false;
    if (db->driver->query(db, rv_str_text(&statement->sql), statement->params, statement->param_count, &result, err)) {
        *out_is_changed = result.affected == 1;
        return true;
    }
    if (!has_sqlstate(*err, "40001")) {
        return false;
    }
    forget(err);
    return true;
}

static void add_params(struct rv_bookkeeping *out, const char *first, const char *second, const char *third)
{
    out->params[0] = first;
    out->params[1] = second;
    out->params[2] = third;
    out->param_count = third ? 3 : 2;
}

static bool insert(struct rv_db *db, const struct rv_lock_row *row, bool *out_is_taken, rev_error **err)
{
    const struct rv_books_sql *books = db->engine->books;
    rv_bookkeeping_auto struct rv_bookkeeping statement = {0};
    rv_str_printf(&statement.sql,
                  "INSERT INTO %s (version_table, owner, acquired_at, heartbeat_at, expires_at) VALUES ($1, $2, %s, "
                  "%s, %s) ON CONFLICT (version_table) DO NOTHING",
                  row->quoted, books->timestamp, books->timestamp, books->lock_expiry);
    add_params(&statement, row->table, row->owner, row->lease_s);
    return change(db, &statement, out_is_taken, err);
}

static bool create(struct rv_db *db, const struct rv_lock_row *row, rev_error **err)
{
    rv_str_auto struct rv_str sql = {0};
    rv_str_printf(&sql, "CREATE TABLE IF NOT EXISTS %s (%s)", row->quoted, db->engine->books->lock_table);
    return rv_version_create_table(db, rv_str_text(&sql), err);
}

/* Created when it turns out to be missing: whoever may not create tables can be given one. */
static bool insert_or_create(struct rv_db *db, const struct rv_lock_row *row, bool *out_is_taken, rev_error **err)
{
    if (insert(db, row, out_is_taken, err)) {
        return true;
    }
    if (!rv_is_missing_table(*err)) {
        return false;
    }
    forget(err);
    return create(db, row, err) && insert(db, row, out_is_taken, err);
}

static bool remove_dead(struct rv_db *db, const struct rv_lock_row *row, const struct rv_lock_holder *holder,
                        rev_error **err)
{
    rv_bookkeeping_auto struct rv_bookkeeping statement = {0};
    rv_str_printf(&statement.sql,
                  "DELETE FROM %s WHERE version_table IN (SELECT version_table FROM %s WHERE version_table = $1 AND "
                  "owner = $2",
                  row->quoted, row->quoted);
    if (!holder->is_gone) {
        rv_str_printf(&statement.sql, " AND expires_at < %s", db->engine->books->timestamp);
    }
    rv_str_printf(&statement.sql, "%s)", db->engine->books->lock_remove);
    add_params(&statement, row->table, holder->owner, NULL);
    bool ignored;
    return change(db, &statement, &ignored, err);
}

static bool try_to_take(struct rv_db *db, const struct rv_lock_row *row, bool *out_is_taken, rev_error **err)
{
    rv_lock_holder_auto struct rv_lock_holder holder = {0};
    if (!insert_or_create(db, row, out_is_taken, err) || *out_is_taken) {
        return *out_is_taken;
    }
    if (!rv_lock_row_read(db, row, &holder, err)) {
        return false;
    }
    bool is_dead = holder.owner && (holder.is_expired || holder.is_gone);
    return !is_dead || (remove_dead(db, row, &holder, err) && insert(db, row, out_is_taken, err));
}

bool rv_lock_row_take(struct rv_db *db, const struct rv_lock_row *row, bool *out_is_taken, rev_error **err)
{
    return try_to_take(db, row, out_is_taken, err) || explain(row, *err);
}

struct waiter {
    struct rv_db *db;
    const struct rv_lock_row *row;
};

static bool take_for_waiter(void *context, bool *out_is_taken, rev_error **err)
{
    const struct waiter *waiter = context;
    return rv_lock_row_take(waiter->db, waiter->row, out_is_taken, err);
}

static bool find_holder(void *context, struct rv_str *out, rev_error **err)
{
    const struct waiter *waiter = context;
    rv_lock_holder_auto struct rv_lock_holder holder = {0};
    if (!rv_lock_row_read(waiter->db, waiter->row, &holder, err)) {
        return false;
    }
    if (holder.owner) {
        rv_str_printf(out, "%s, since %s, lease until %s", holder.owner, holder.since, holder.expires_at);
    } else {
        rv_str_add_text(out, "one that has finished by now");
    }
    return true;
}

bool rv_lock_row_wait(struct rv_db *db, const struct rv_lock_row *row, int64_t deadline_ms,
                      const rev_observer *observer, rev_error **err)
{
    struct waiter waiter = {db, row};
    struct rv_wait wait = {deadline_ms, observer, &waiter, take_for_waiter, find_holder};
    return rv_wait_for_lock(&wait, err);
}

bool rv_lock_row_renew(struct rv_db *db, const struct rv_lock_row *row, bool *out_is_ours, rev_error **err)
{
    const struct rv_books_sql *books = db->engine->books;
    rv_bookkeeping_auto struct rv_bookkeeping statement = {0};
    rv_str_printf(&statement.sql,
                  "UPDATE %s SET heartbeat_at = %s, expires_at = %s WHERE version_table IN (SELECT version_table FROM "
                  "%s WHERE version_table = $1 AND owner = $2%s)",
                  row->quoted, books->timestamp, books->lock_expiry, row->quoted, books->lock_renew);
    add_params(&statement, row->table, row->owner, row->lease_s);
    bool is_renewed;
    if (!change(db, &statement, &is_renewed, err)) {
        return explain(row, *err);
    }
    *out_is_ours = is_renewed;
    if (is_renewed) {
        return true;
    }
    /* Passed over: gone, or in somebody's hands at this moment. */
    rv_lock_holder_auto struct rv_lock_holder holder = {0};
    if (!rv_lock_row_read(db, row, &holder, err)) {
        return explain(row, *err);
    }
    *out_is_ours = holder.owner && strcmp(holder.owner, row->owner) == 0;
    return true;
}

static bool fail_lost(rev_error **err)
{
    rv_fail(err, REV_ERROR_LOCKED, "another migrator has taken the lock over, since ours was not renewed in time");
    rv_error_hint(*err, "Nothing of this step stays. Run the command again: it goes on from where the other one ends.");
    return false;
}

bool rv_lock_row_check(struct rv_db *db, const struct rv_lock_row *row, rev_error **err)
{
    rv_str_auto struct rv_str sql = {0};
    rv_result_auto struct rv_result result = {0};
    const char *const params[] = {row->table, row->owner};
    rv_str_printf(&sql, "SELECT version_table FROM %s WHERE version_table = $1 AND owner = $2%s", row->quoted,
                  db->engine->books->lock_keep);
    if (db->driver->query(db, rv_str_text(&sql), params, 2, &result, err)) {
        return result.row_count == 1 || fail_lost(err);
    }
    /* lock_not_available: it is being taken over; serialization_failure: it was, since the transaction's snapshot. */
    if (has_sqlstate(*err, "55P03") || (has_sqlstate(*err, "40001") && !db->engine->is_optimistic)) {
        forget(err);
        return fail_lost(err);
    }
    return explain(row, *err);
}

void rv_lock_row_release_sql(struct rv_bookkeeping *out, const struct rv_lock_row *row)
{
    rv_str_printf(&out->sql, "DELETE FROM %s WHERE version_table = $1 AND owner = $2", row->quoted);
    add_params(out, row->table, row->owner, NULL);
}

bool rv_lock_row_release(struct rv_db *db, const struct rv_lock_row *row, rev_error **err)
{
    rv_bookkeeping_auto struct rv_bookkeeping statement = {0};
    bool ignored;
    rv_lock_row_release_sql(&statement, row);
    return change(db, &statement, &ignored, err) || explain(row, *err);
}

bool rv_lock_row_read(struct rv_db *db, const struct rv_lock_row *row, struct rv_lock_holder *out, rev_error **err)
{
    rv_str_auto struct rv_str sql = {0};
    rv_result_auto struct rv_result result = {0};
    const char *const params[] = {row->table};
    rv_str_printf(&sql,
                  "SELECT owner, acquired_at, expires_at, CASE WHEN expires_at < %s THEN 'yes' END FROM %s WHERE "
                  "version_table = $1",
                  db->engine->books->timestamp, row->quoted);
    *out = (struct rv_lock_holder){0};
    if (!db->driver->query(db, rv_str_text(&sql), params, 1, &result, err)) {
        if (!rv_is_missing_table(*err)) {
            return false;
        }
        forget(err);
        return true;
    }
    if (result.row_count == 1 && (!result.values[0] || !result.values[1] || !result.values[2])) {
        return rv_fail(err, REV_ERROR_DATABASE, "a column that must have a value is NULL");
    }
    if (result.row_count == 1) {
        *out = (struct rv_lock_holder){result,           result.values[0],         result.values[1],
                                       result.values[2], result.values[3] != NULL, is_gone(result.values[0])};
        result = (struct rv_result){0};
    }
    return true;
}

void rv_lock_holder_clear(struct rv_lock_holder *holder)
{
    rv_result_clear(&holder->memory);
    *holder = (struct rv_lock_holder){0};
}
