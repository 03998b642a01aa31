/* log and show --from-database: what a database says of its past. */
#include <rev/log.h>

#include "base/alloc.h"
#include "command/options.h"
#include "migrate/extend.h"

/* A connection for one question. */
static bool ask(struct rv_session *session, const rev_project *project, const rev_migrate_options *options,
                struct rv_given_options *own, rev_error **err)
{
    return rv_given_options_read(own, options, err) && rv_session_open(session, project, &own->options, true, err);
}

enum { MOST = 100000 };

struct log {
    rev_log public;
    struct rv_arena *arena;
};

static bool read_log(const struct rv_session *session, size_t limit, struct log *out, rev_error **err)
{
    rev_log_row *rows;
    size_t count;
    if (!rv_log_read(session->db, &session->version, limit + 1, out->arena, &rows, &count, err)) {
        return false;
    }
    out->public = (rev_log){count > limit ? limit : count, rows, count > limit};
    return true;
}

rev_log *rev_log_read(const rev_project *project, size_t limit, const rev_migrate_options *options, rev_error **err)
{
    struct rv_session session;
    struct rv_given_options own;
    rev_error *error = NULL;
    struct log *log = NULL;
    if (limit < 1 || limit > MOST) {
        rv_fail(err, REV_ERROR_USAGE, "the log is read in pieces of 1 to %d steps, not %zu", MOST, limit);
        return NULL;
    }
    if (ask(&session, project, options, &own, &error)) {
        log = rv_alloc(sizeof *log);
        *log = (struct log){.arena = rv_arena_new()};
        if (!read_log(&session, limit, log, &error)) {
            rev_log_free(&log->public);
            log = NULL;
        }
        rv_session_close(&session);
    }
    rv_error_give(err, error);
    return log ? &log->public : NULL;
}

void rev_log_free(rev_log *log)
{
    if (log) {
        rv_arena_free(((struct log *)log)->arena);
        free(log);
    }
}

struct kept {
    rev_kept public;
    struct rv_arena *arena;
};

/* The checksum under which the revision ran last. */
static const char *find_checksum(const struct rv_session *session, const char *revision, struct rv_arena *arena,
                                 rev_error **err)
{
    rev_log_row *rows;
    size_t count;
    if (!rv_log_read_last(session->db, &session->version, arena, &rows, &count, err)) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rows[i].revision, revision) == 0 && rows[i].checksum) {
            return rows[i].checksum;
        }
    }
    return "";
}

static bool read_kept(const struct rv_session *session, const char *revision, struct kept *out, rev_error **err)
{
    struct rv_kept files = {0};
    bool found = false;
    const char *checksum = find_checksum(session, revision, out->arena, err);
    if (!checksum || !rv_kept_read(session->db, &session->version, checksum, out->arena, &files, &found, err)) {
        return false;
    }
    if (!found) {
        rv_fail(err, REV_ERROR_SPEC, "the database has kept nothing of '%s'", revision);
        rv_error_hint(*err, "It keeps what ran on it: `" PROGRAM_NAME " log` shows that. A whole id is wanted here.");
        return false;
    }
    if (rv_kept_is_altered(&files, checksum)) {
        rv_fail(err, REV_ERROR_DATABASE, "what %s holds of '%s' is not what ran: its checksum is another",
                session->version.kept_quoted, revision);
        rv_error_hint(*err,
                      "Somebody wrote in that table. DELETE FROM %s WHERE checksum = '%s'; in the database's shell "
                      "takes the row away.",
                      session->version.kept_quoted, checksum);
        return false;
    }
    out->public = (rev_kept){
        .revision = rv_arena_strdup(out->arena, revision),
        .checksum = checksum,
        .header = files.header.ptr,
        .up = files.up.ptr,
        .down = files.down.ptr,
        .header_size = files.header.len,
        .up_size = files.up.len,
        .down_size = files.down.len,
    };
    return true;
}

rev_kept *rev_kept_read(const rev_project *project, const char *revision, const rev_migrate_options *options,
                        rev_error **err)
{
    struct rv_session session;
    struct rv_given_options own;
    rev_error *error = NULL;
    struct kept *kept = NULL;
    if (ask(&session, project, options, &own, &error)) {
        kept = rv_alloc(sizeof *kept);
        *kept = (struct kept){.arena = rv_arena_new()};
        if (!read_kept(&session, revision, kept, &error)) {
            rev_kept_free(&kept->public);
            kept = NULL;
        }
        rv_session_close(&session);
    }
    rv_error_give(err, error);
    return kept ? &kept->public : NULL;
}

void rev_kept_free(rev_kept *kept)
{
    if (kept) {
        rv_arena_free(((struct kept *)kept)->arena);
        free(kept);
    }
}
