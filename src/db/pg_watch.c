/* Who is in the way of a statement that runs for long, and how far the building of an index is: asked on a second
 * connection, since the first one waits. It lives beside the first one's poll(), so a wish to stop is heard as ever,
 * and its own failure is silence. */
#include <libpq-fe.h>

#include "db/pg.h"

#include "base/alloc.h"
#include "base/num.h"
#include "base/time.h"
#include "base/utf8.h"

#include <poll.h>

enum { FIRST_LOOK_MS = 1000, NEXT_LOOK_MS = 2000, SHORTEST_LOOK_MS = 50 };

/* Soon enough to see it before lock_timeout ends the wait. */
static int64_t look_after(const struct rv_pg *pg, int64_t wanted_ms)
{
    int64_t half = pg->limits.lock_timeout_ms / 2;
    int64_t ms = half > 0 && half < wanted_ms ? half : wanted_ms;
    return ms > SHORTEST_LOOK_MS ? ms : SHORTEST_LOOK_MS;
}

void rv_pg_watch_begin(struct rv_pg *pg, const struct rv_pg_call *call)
{
    struct rv_pg_watch *watch = &pg->watch;
    pg->blocker.is_old = true;
    watch->began_ms = rv_time_now_ms();
    bool is_wanted = pg->head.engine->tells_blockers && !watch->is_off && !call->is_uncancellable;
    watch->next_ms = is_wanted ? watch->began_ms + look_after(pg, FIRST_LOOK_MS) : 0;
}

void rv_pg_watch_end(struct rv_pg *pg)
{
    struct rv_pg_watch *watch = &pg->watch;
    if (watch->connection) {
        pg->pq->PQfinish(watch->connection);
    }
    *watch = (struct rv_pg_watch){.is_off = watch->is_off};
}

static void give_up(struct rv_pg *pg)
{
    pg->watch.is_off = true;
    rv_pg_watch_end(pg);
}

static void drop_notice(void *context, const PGresult *result)
{
    (void)context, (void)result;
}

/* To the same server with the same options; its address is known, so no name is looked up, which could take long. */
static void connect(struct rv_pg *pg)
{
    enum { MOST = 64 };
    const struct rv_libpq *pq = pg->pq;
    PQconninfoOption *options = pq->PQconninfo(pg->connection);
    const char *names[MOST + 4] = {"host", "hostaddr", "port"};
    const char *values[MOST + 4] = {pq->PQhost(pg->connection), pq->PQhostaddr(pg->connection),
                                    pq->PQport(pg->connection)};
    size_t count = 3;
    for (PQconninfoOption *option = options; option && option->keyword && count < MOST + 3; option++) {
        static const char *const others[] = {"host", "hostaddr", "port", "service"};
        bool is_ours = false;
        for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
            is_ours = is_ours || strcmp(option->keyword, others[i]) == 0;
        }
        if (!is_ours && option->val && *option->val) {
            names[count] = option->keyword;
            values[count++] = option->val;
        }
    }
    pg->watch.connection = options ? pq->PQconnectStartParams(names, values, 0) : NULL;
    pq->PQconninfoFree(options);
    pg->watch.to_write = true;
    if (!pg->watch.connection || pq->PQstatus(pg->watch.connection) == CONNECTION_BAD) {
        give_up(pg);
        return;
    }
    pq->PQsetNoticeReceiver(pg->watch.connection, drop_notice, NULL);
}

/* The beginning of the statement, by which the server knows that the session is ours: behind a pooler, the pid that
 * libpq was told is made up. */
static char *beginning(const char *sql)
{
    enum { CHARACTERS = 60 };
    struct rv_view text = rv_view_of(sql);
    size_t at = 0;
    for (size_t i = 0; i < CHARACTERS && at < text.len; i++) {
        uint32_t point;
        size_t size = rv_utf8_decode(text.ptr + at, text.len - at, &point);
        at += size ? size : 1;
    }
    struct rv_str copy = {0};
    rv_str_add(&copy, text.ptr, at);
    return rv_str_take(&copy);
}

/* A query with a password in it is not shown. Who waits itself is behind the one that matters. */
static void ask(struct rv_pg *pg, const struct rv_pg_call *call)
{
    static const char sql[] =
        "SELECT w.*, p.phase, CASE WHEN p.blocks_total > 0 THEN p.blocks_done * 100 / p.blocks_total "
        "WHEN p.tuples_total > 0 THEN p.tuples_done * 100 / p.tuples_total END FROM (SELECT 1) AS one LEFT JOIN ("
        "SELECT b.pid, a.application_name, CASE WHEN a.query ILIKE '%password%' THEN NULL ELSE "
        "pg_catalog.left(a.query, 400) END, CAST(EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.xact_start) * "
        "1000 AS bigint) FROM (SELECT DISTINCT pg_catalog.unnest(pg_catalog.pg_blocking_pids(w.pid)) AS pid FROM "
        "pg_catalog.pg_stat_activity w WHERE w.pid = COALESCE(CAST($1 AS integer), w.pid) AND w.wait_event_type = "
        "'Lock' AND w.datname = pg_catalog.current_database() AND pg_catalog.left(w.query, 60) = "
        "pg_catalog.left($2, 60)) AS b LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = b.pid ORDER BY "
        "a.wait_event_type IS NOT DISTINCT FROM 'Lock', a.xact_start NULLS LAST LIMIT 1) AS w ON true "
        "LEFT JOIN pg_catalog.pg_stat_progress_create_index p ON p.pid = CAST($1 AS integer) LIMIT 1";
    char pid[24];
    char *text = beginning(call->sql);
    snprintf(pid, sizeof pid, "%d", pg->pq->PQbackendPID(pg->connection));
    const char *const params[] = {pg->is_session_shared ? NULL : pid, text};
    if (pg->pq->PQsendQueryParams(pg->watch.connection, sql, 2, NULL, params, NULL, NULL, 0)) {
        pg->watch.is_asked = true;
        pg->watch.next_ms = rv_time_now_ms() + look_after(pg, NEXT_LOOK_MS);
    } else {
        give_up(pg);
    }
    free(text);
}

static const char *field(const struct rv_pg *pg, const PGresult *result, int column)
{
    return pg->pq->PQgetisnull(result, 0, column) ? "" : pg->pq->PQgetvalue(result, 0, column);
}

static void take_blocker(struct rv_pg *pg, const PGresult *result)
{
    enum { QUERY_WIDTH = 80 };
    struct rv_pg_blocker *found = &pg->blocker;
    const char *name = field(pg, result, 1), *query = field(pg, result, 2);
    int64_t age;
    if (!rv_num_parse(rv_view_of(field(pg, result, 0)), 0, INT32_MAX, &found->pid)) {
        return;
    }
    found->is_old = false;
    found->text.len = 0;
    rv_str_add_text(&found->text, name);
    if (*query) {
        rv_str_add_text(&found->text, *name ? ", `" : "`");
        rv_utf8_add_beginning(&found->text, rv_view_of(query), QUERY_WIDTH);
        rv_str_add_char(&found->text, '`');
    }
    bool has_age = rv_num_parse(rv_view_of(field(pg, result, 3)), 0, INT64_MAX / 2, &age);
    found->since_ms = has_age ? rv_time_now_ms() - age : 0;
}

static void add_age(struct rv_str *out, int64_t ms)
{
    int64_t seconds = ms / 1000;
    if (seconds < 120) {
        rv_str_printf(out, "%lld s", (long long)seconds);
    } else if (seconds < 7200) {
        rv_str_printf(out, "%lld min", (long long)(seconds / 60));
    } else {
        rv_str_printf(out, "%lld h", (long long)(seconds / 3600));
    }
}

void rv_pg_add_blocker(struct rv_str *out, const struct rv_pg *pg)
{
    const struct rv_pg_blocker *found = &pg->blocker;
    if (found->pid <= 0) {
        rv_str_add_text(out, found->pid == 0 ? "a prepared transaction (see pg_prepared_xacts)" : "");
        return;
    }
    rv_str_printf(out, "pid %lld (%s", (long long)found->pid, rv_str_text(&found->text));
    if (found->since_ms) {
        rv_str_add_text(out, found->text.len ? ", in a transaction for " : "in a transaction for ");
        add_age(out, rv_time_now_ms() - found->since_ms);
    }
    rv_str_add_char(out, ')');
}

/* Once for the same one. */
static void say(struct rv_pg *pg)
{
    if (pg->blocker.pid == pg->said_pid || !pg->observer || !pg->observer->event) {
        return;
    }
    rv_str_auto struct rv_str text = {0};
    rv_str_add_text(&text, "for a lock of ");
    rv_pg_add_blocker(&text, pg);
    pg->said_pid = pg->blocker.pid;
    rev_event event = {
        .kind = REV_EVENT_WAITING, .elapsed_ms = rv_time_now_ms() - pg->watch.began_ms, .text = rv_str_text(&text)};
    pg->observer->event(pg->observer->user, &event);
}

/* "waiting for writers before build", "building index: scanning table, 42 %" */
static void say_progress(struct rv_pg *pg, const PGresult *result)
{
    enum { PHASE = 4, PERCENT = 5 };
    const char *phase = field(pg, result, PHASE), *percent = field(pg, result, PERCENT);
    if (!*phase || !pg->observer || !pg->observer->event) {
        return;
    }
    rv_str_auto struct rv_str text = {0};
    rv_str_printf(&text, *percent ? "%s, %s %%" : "%s", phase, percent);
    rev_event event = {
        .kind = REV_EVENT_PROGRESS, .elapsed_ms = rv_time_now_ms() - pg->watch.began_ms, .text = rv_str_text(&text)};
    pg->observer->event(pg->observer->user, &event);
}

static void read_answer(struct rv_pg *pg)
{
    PGconn *connection = pg->watch.connection;
    bool is_good = pg->pq->PQconsumeInput(connection);
    while (is_good && !pg->pq->PQisBusy(connection)) {
        PGresult *result = pg->pq->PQgetResult(connection);
        if (!result) {
            pg->watch.is_asked = false;
            return;
        }
        is_good = pg->pq->PQresultStatus(result) == PGRES_TUPLES_OK;
        pg->blocker.pid = RV_PG_NOBODY;
        if (is_good && pg->pq->PQntuples(result) == 1) {
            take_blocker(pg, result);
        }
        if (pg->blocker.pid != RV_PG_NOBODY) {
            say(pg);
        }
        if (is_good && pg->pq->PQntuples(result) == 1) {
            say_progress(pg, result);
        }
        pg->pq->PQclear(result);
    }
    if (!is_good) {
        give_up(pg);
    }
}

static void connect_further(struct rv_pg *pg, const struct rv_pg_call *call)
{
    PostgresPollingStatusType status = pg->pq->PQconnectPoll(pg->watch.connection);
    if (status == PGRES_POLLING_FAILED) {
        give_up(pg);
    } else if (status == PGRES_POLLING_OK) {
        pg->watch.is_connected = true;
        ask(pg, call);
    }
    pg->watch.to_write = status == PGRES_POLLING_WRITING;
}

int rv_pg_watch_poll(const struct rv_pg *pg, struct pollfd *out)
{
    const struct rv_pg_watch *watch = &pg->watch;
    *out = (struct pollfd){.fd = -1};
    if (watch->connection && (!watch->is_connected || watch->is_asked)) {
        out->fd = pg->pq->PQsocket(watch->connection);
        out->events = !watch->is_connected && watch->to_write ? POLLOUT : POLLIN;
        return -1;
    }
    int64_t rest = watch->next_ms - rv_time_now_ms();
    return watch->next_ms == 0 ? -1 : rest > 0 ? (int)rest : 0;
}

void rv_pg_watch_go_on(struct rv_pg *pg, const struct rv_pg_call *call, const struct pollfd *seen)
{
    struct rv_pg_watch *watch = &pg->watch;
    if (seen->fd >= 0) {
        if (seen->revents && watch->is_connected) {
            read_answer(pg);
        } else if (seen->revents) {
            connect_further(pg, call);
        }
    } else if (watch->next_ms && rv_time_now_ms() >= watch->next_ms) {
        if (watch->connection) {
            ask(pg, call);
        } else {
            connect(pg);
        }
    }
}
