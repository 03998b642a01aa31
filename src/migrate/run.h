/* The executor: a plan on a live database. */
#ifndef RV_MIGRATE_RUN_H
#define RV_MIGRATE_RUN_H

#include <rev/migrate.h>

#include "base/vec.h"
#include "db/kept.h"
#include "db/lock_row.h"
#include "plan/plan.h"
#include "project/project.h"
#include "sql/script.h"

/* What was asked for. The plan is made from it each time the version rows may have moved. */
struct rv_request {
    rev_direction direction;
    const char *spec;  /* upgrade, downgrade */
    rev_strings specs; /* stamp */
    bool purge;
};

/* Where in a script the connection is. */
struct rv_session_place {
    const char *file; /* NULL: in none */
    uint32_t line;
};

/* A connection with its version table, as every command that uses a database opens it. Stays where it is: the
 * connection tells it what the server says. */
struct rv_session {
    const rev_project *project;
    const struct rv_driver *driver;
    struct rv_db *db;
    struct rv_version version;
    const rev_migrate_options *options; /* the caller's, or the defaults */
    const rev_observer *observer;       /* may be NULL */
    rev_observer listener;              /* the connection's: adds the place to a notice */
    struct rv_session_place at;
    struct rv_limits limits; /* in force */
    bool has_warned_of_limits;
    struct rv_str user; /* of the operating system, as the log names it; empty: not asked yet */
    int64_t retries;
    int64_t deadline_ms;    /* rv_time_now_ms() at which waiting for other migrators ends */
    struct rv_lock_row row; /* only while has_row */
    bool has_row;
};

bool rv_session_open(struct rv_session *session, const rev_project *project, const rev_migrate_options *options,
                     bool read_only, rev_error **err);
/* The same without reading anything yet. */
bool rv_session_connect(struct rv_session *session, const rev_project *project, const rev_migrate_options *options,
                        bool read_only, rev_error **err);
/* Reads (again) which tables are there and what the version rows are. */
bool rv_session_read(struct rv_session *session, rev_error **err);
/* A new connection in place of one that was lost. */
bool rv_session_reopen(struct rv_session *session, bool read_only, rev_error **err);
/* Where schema changes are no part of a transaction: creates the tables of the bookkeeping that are missing, before a
 * transaction that fills them. Elsewhere that transaction creates them. */
bool rv_session_prepare_books(struct rv_session *session, rev_error **err);
/* Whether the step runs statement by statement: its revision or the engine wants it so. */
bool rv_session_is_statementwise(const struct rv_session *session, const struct rv_step *step);
/* Keeps other migrators of this version table out, until driver->unlock(). */
bool rv_session_lock(struct rv_session *session, rev_error **err);
/* Where the driver's only lock is a step's transaction: keeps others out of a step that is none, by a row. Elsewhere
 * there is nothing to do. */
bool rv_session_hold_row(struct rv_session *session, rev_error **err);
/* Now and then while it is held: it is still ours, and stays so for a while. */
bool rv_session_keep_row(struct rv_session *session, rev_error **err);
void rv_session_release_row(struct rv_session *session);
/* The limits of a revision's step (NULL: of none) are in force from now on: as an option says, else the header, else
 * rev.yaml, else the defaults. */
void rv_session_set_limits(struct rv_session *session, const rev_revision *revision);
void rv_session_close(struct rv_session *session);
/* Whether the connection is the application's. */
static inline bool rv_session_is_lent(const struct rv_session *session)
{
    return session->options->sqlite || session->options->postgresql;
}
static inline rev_strings rv_session_rows(const struct rv_session *session)
{
    return (rev_strings){session->version.row_count, (const char *const *)session->version.rows};
}

/* The plan for a request, with these version rows. */
struct rv_plan *rv_request_plan(const struct rv_graph *graph, const struct rv_request *request, rev_strings rows,
                                rev_error **err);

/* What was done, or with dry_run would be. */
struct rv_outcome {
    struct rv_arena *arena;
    RV_VEC(struct rv_plan *) plans; /* own the steps: more than one where the plan was made again */
    RV_VEC(const struct rv_step *) steps;
    rev_strings rows;               /* afterwards; with dry_run as they are */
    struct rv_extension *extension; /* owns revisions of steps that no file defines */
};
void rv_outcome_clear(struct rv_outcome *outcome);

/* Carries the request out. */
bool rv_run(const rev_project *project, const struct rv_request *request, const rev_migrate_options *options,
            struct rv_outcome *out, rev_error **err);

/* How rev_log names a step: the revision, or where a stamp leads. */
static inline const char *rv_step_log_name(const struct rv_step *step)
{
    return step->revision ? step->revision->id : step->to.count ? step->to.items[0] : "base";
}

/* Writes the script that carries the request out offline, from the version row `from` (NULL: base), as psql or the
 * sqlite3 shell runs it. */
bool rv_script_write(const rev_project *project, const struct rv_request *request, const char *from, const char *tag,
                     struct rv_str *out, rev_error **err);

/* Creates the version table if it is missing. */
bool rv_run_ensure_version(const rev_project *project, const rev_migrate_options *options, rev_error **err);

/* A step's script, read once: what was hashed is what runs. */
struct rv_step_script {
    const char *file; /* as shown; NULL: nothing to run (a stamp) */
    struct rv_script script;
    struct rv_kept files; /* of the revision */
    char checksum[65];
};

/* Reads the files of a revision. */
bool rv_read_files(const rev_project *project, const rev_revision *revision, struct rv_arena *arena,
                   struct rv_kept *out, rev_error **err);

/* Reads, splits and checks the scripts of every step, in memory of the arena; everything that can be refused is refused
 * here, all of it at once: no up.sql, no down.sql, statements that don't belong into a transaction. */
bool rv_preflight(const rev_project *project, const struct rv_dialect *dialect, const struct rv_plan *plan,
                  struct rv_arena *arena, struct rv_step_script **out_scripts, rev_error **err);

static inline bool rv_step_is_statementwise(const struct rv_step *step)
{
    return step->revision && !step->revision->is_transactional;
}

/* REV_ERROR_INTERRUPTED if rev_log has a step that is not finished: which statement, where it stands, and what to type.
 * Where nobody holds the lock, nobody runs it any more. */
bool rv_check_unfinished(const struct rv_session *session, rev_error **err);
/* Adds to an error how an interrupted step is resolved. */
void rv_interrupted_hint(rev_error *error, const char *revision, rev_direction direction, int64_t done, int64_t total);
/* Resolves an interrupted step. */
bool rv_recover(const rev_project *project, const char *revision, rev_recovery how, bool run_down,
                const rev_migrate_options *options, struct rv_outcome *out, rev_error **err);

/* Warns of a row that another row implies, as after an edit by hand. */
void rv_warn_redundant(const rev_observer *observer, const char *row);

/* Tells the observer. */
void rv_tell(const rev_observer *observer, const rev_event *event);

#endif
