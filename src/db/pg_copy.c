/* COPY through its protocol: data of the script go in, data of the server are thrown away, and nothing is ever waited
 * for that nobody will send. */
#include <libpq-fe.h>

#include "db/pg.h"

#include "base/error.h"

enum { CHUNK_SIZE = 65536 };

static bool lost(struct rv_pg *pg, rev_error **err)
{
    pg->is_broken = true;
    return rv_pg_fail_lost(pg, err);
}

/* Until there is room to write; what the server sends meanwhile is taken in, so that neither waits for the other. */
static bool make_room(struct rv_pg *pg, struct rv_pg_call *call, rev_error **err)
{
    int unsent = pg->pq->PQflush(pg->connection);
    if (unsent < 0) {
        return lost(pg, err);
    }
    return unsent == 0 ||
           (rv_pg_wait(pg, call, true, err) && (pg->pq->PQconsumeInput(pg->connection) || lost(pg, err)));
}

static bool end_copy(struct rv_pg *pg, struct rv_pg_call *call, const char *refusal, rev_error **err)
{
    int is_sent;
    while ((is_sent = pg->pq->PQputCopyEnd(pg->connection, refusal)) == 0) {
        if (!make_room(pg, call, err)) {
            return false;
        }
    }
    return is_sent > 0 || lost(pg, err);
}

bool rv_pg_copy_in(struct rv_pg *pg, struct rv_pg_call *call, rev_error **err)
{
    struct rv_view rest = call->copy_data;
    if (!rest.ptr) {
        return end_copy(pg, call, "no data follow this COPY in the script", err);
    }
    while (rest.len > 0 && !call->cancel_sent) {
        size_t size = rest.len < CHUNK_SIZE ? rest.len : CHUNK_SIZE;
        int is_sent = pg->pq->PQputCopyData(pg->connection, rest.ptr, (int)size);
        if (is_sent < 0) {
            return lost(pg, err);
        }
        if (is_sent > 0) {
            rest = rv_view(rest.ptr + size, rest.len - size);
        }
        if (!make_room(pg, call, err)) {
            return false;
        }
    }
    return end_copy(pg, call, call->cancel_sent ? "cancelled" : NULL, err);
}

bool rv_pg_copy_out(struct rv_pg *pg, struct rv_pg_call *call, rev_error **err)
{
    for (;;) {
        char *row = NULL;
        int len = pg->pq->PQgetCopyData(pg->connection, &row, 1);
        if (len > 0) {
            pg->pq->PQfreemem(row);
        } else if (len < 0) {
            return true; /* the end, or an error that the next result tells */
        } else if (!rv_pg_wait(pg, call, false, err)) {
            return false;
        } else if (!pg->pq->PQconsumeInput(pg->connection)) {
            return lost(pg, err);
        }
    }
}
