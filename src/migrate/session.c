/* Opens the database of a project and finds its version table. */
#include "migrate/step.h"

#include "base/error.h"
#include "base/time.h"

enum { DEFAULT_WAIT_MS = 60000, DEFAULT_LOCK_TIMEOUT_MS = 5000, DEFAULT_LOCK_RETRIES = 5 };

const char *rev_direction_name(rev_direction direction)
{
    static const char *const names[] = {
        [REV_UPGRADE] = "upgrade", [REV_DOWNGRADE] = "downgrade", [REV_STAMP] = "stamp"};
    return direction >= REV_UPGRADE && direction <= REV_STAMP ? names[direction] : "";
}

void rv_tell(const rev_observer *observer, const rev_event *event)
{
    if (observer && observer->event) {
        observer->event(observer->user, event);
    }
}

void rv_warn_redundant(const rev_observer *observer, const char *row)
{
    rv_str_auto struct rv_str text = {0};
    rv_str_printf(&text, "the version row %s is implied by another row; the next step that runs removes it", row);
    rv_tell(observer, &(rev_event){.kind = REV_EVENT_WARNING, .text = rv_str_text(&text)});
}

static void on_driver_event(void *user, const rev_event *event)
{
    const struct rv_session *session = user;
    rev_event placed = *event;
    if (event->kind == REV_EVENT_NOTICE) {
        placed.file = session->at.file;
        placed.line = session->at.line;
    }
    rv_tell(session->observer, &placed);
}

static int64_t first_said(int64_t option, int64_t header, struct rv_number setting, int64_t fallback)
{
    if (option) {
        return option < 0 ? 0 : option;
    }
    return header >= 0 ? header : rv_number_or(setting, fallback);
}

/* What somebody has asked for and the engine can't do is not passed over in silence. */
static void warn_of_limits(struct rv_session *session, bool is_lock_timeout_said)
{
    const struct rv_engine *engine = session->db->engine;
    rv_str_auto struct rv_str text = {0};
    bool lacks_statement = !engine->has_statement_timeout && session->limits.statement_timeout_ms > 0;
    bool lacks_lock = !engine->has_lock_timeout && is_lock_timeout_said && session->limits.lock_timeout_ms > 0;
    if (session->has_warned_of_limits || (!lacks_statement && !lacks_lock)) {
        return;
    }
    session->has_warned_of_limits = true;
    rv_str_printf(&text, "not applied, since " PROGRAM_NAME " can't on %s: %s%s%s", engine->name,
                  lacks_statement ? "statement_timeout" : "", lacks_statement && lacks_lock ? ", " : "",
                  lacks_lock ? "lock_timeout" : "");
    rv_tell(session->observer, &(rev_event){.kind = REV_EVENT_WARNING, .text = rv_str_text(&text)});
}

void rv_session_set_limits(struct rv_session *session, const rev_revision *revision)
{
    static const rev_revision silent = {.lock_timeout_ms = -1, .lock_retries = -1, .statement_timeout_ms = -1};
    const rev_migrate_options *said = session->options;
    const struct rv_settings *settings = &session->project->settings;
    const rev_revision *header = revision ? revision : &silent;
    session->limits = (struct rv_limits){
        .lock_timeout_ms = first_said(said->lock_timeout_ms, header->lock_timeout_ms, settings->lock_timeout_ms,
                                      DEFAULT_LOCK_TIMEOUT_MS),
        .statement_timeout_ms =
            first_said(said->statement_timeout_ms, header->statement_timeout_ms, settings->statement_timeout_ms, -1),
    };
    session->retries =
        first_said(said->lock_retries, header->lock_retries, settings->lock_retries, DEFAULT_LOCK_RETRIES);
    session->driver->set_limits(session->db, &session->limits);
    if (revision && session->driver->add_limits_sql) {
        warn_of_limits(session,
                       said->lock_timeout_ms || header->lock_timeout_ms >= 0 || settings->lock_timeout_ms.is_said);
    }
}

static int64_t deadline_of(const rev_migrate_options *options)
{
    int64_t wait_ms = options->wait_ms == 0 ? DEFAULT_WAIT_MS : options->wait_ms < 0 ? 0 : options->wait_ms;
    int64_t now = rv_time_now_ms();
    return wait_ms < INT64_MAX - now ? now + wait_ms : INT64_MAX;
}

bool rv_session_connect(struct rv_session *session, const rev_project *project, const rev_migrate_options *options,
                        bool read_only, rev_error **err)
{
    static const rev_migrate_options defaults = {0};
    options = options ? options : &defaults;
    *session = (struct rv_session){
        .project = project, .options = options, .observer = options->observer, .deadline_ms = deadline_of(options)};
    bool is_lent = rv_session_is_lent(session);
    if (!is_lent && !rv_project_need_url(project, err)) {
        return false;
    }
    const struct rv_settings *settings = &project->settings;
    struct rv_db_settings db_settings = {
        .url = is_lent ? NULL : settings->url.text,
        .sqlite = options->sqlite,
        .postgresql = options->postgresql,
        .application_name = options->application_name ? options->application_name : "rev",
        .deadline_ms = session->deadline_ms,
        .read_only = read_only,
        .lock = settings->lock,
        .version_table = settings->version_table,
        .observer = &session->listener,
    };
    session->listener = (rev_observer){
        .struct_size = sizeof session->listener,
        .user = session,
        .event = on_driver_event,
        .cancel = options->observer ? options->observer->cancel : NULL,
    };
    session->driver = is_lent ? rv_driver_for_loan(&db_settings, err) : rv_driver_for(settings->url.text, err);
    session->db = session->driver ? session->driver->open(&db_settings, err) : NULL;
    if (session->db) {
        rv_session_set_limits(session, NULL);
    }
    return session->db != NULL;
}

bool rv_session_open(struct rv_session *session, const rev_project *project, const rev_migrate_options *options,
                     bool read_only, rev_error **err)
{
    if (!rv_session_connect(session, project, options, read_only, err)) {
        return false;
    }
    if (!rv_session_read(session, err)) {
        rv_session_close(session);
        return false;
    }
    return true;
}

bool rv_session_reopen(struct rv_session *session, bool read_only, rev_error **err)
{
    const rev_project *project = session->project;
    const rev_migrate_options *options = session->options;
    rv_session_close(session);
    return rv_session_open(session, project, options, read_only, err);
}

bool rv_session_read(struct rv_session *session, rev_error **err)
{
    const struct rv_settings *settings = &session->project->settings;
    /* Between two steps only what was begun since can be unfinished: the log may be long. */
    int64_t log_start = session->version.log_end && !session->version.unfinished_count ? session->version.log_end : -1;
    rv_version_clear(&session->version);
    return rv_version_read(session->db, settings->version_table_schema, settings->version_table, log_start,
                           &session->version, err);
}

bool rv_session_lock(struct rv_session *session, rev_error **err)
{
    return session->driver->lock(session->db, session->version.schema, session->version.table, err);
}

bool rv_session_hold_row(struct rv_session *session, rev_error **err)
{
    if (session->has_row || !session->driver->begin_is_lock) {
        return true;
    }
    rv_lock_row_init(&session->row, session->version.schema, session->version.table);
    session->has_row = rv_lock_row_wait(session->db, &session->row, session->deadline_ms, session->observer, err);
    if (!session->has_row) {
        rv_lock_row_clear(&session->row);
    }
    return session->has_row;
}

bool rv_session_keep_row(struct rv_session *session, rev_error **err)
{
    bool is_ours = true;
    if (session->has_row && !rv_lock_row_renew(session->db, &session->row, &is_ours, err)) {
        return false;
    }
    if (!is_ours) {
        rv_fail(err, REV_ERROR_LOCKED,
                "another migrator has taken over the lock, since this one did not move for long");
        rv_error_hint(*err, "See `" PROGRAM_NAME " status`.");
    }
    return is_ours;
}

void rv_session_release_row(struct rv_session *session)
{
    rev_error *ignored = NULL;
    if (session->has_row) {
        rv_lock_row_release(session->db, &session->row, &ignored);
        rv_lock_row_clear(&session->row);
        session->has_row = false;
    }
    rev_error_free(ignored);
}

static bool create_books(struct rv_session *session, rev_error **err)
{
    return rv_version_create(session->db, &session->version, err) &&
           rv_log_create(session->db, &session->version, err) && rv_kept_create(session->db, &session->version, err);
}

bool rv_session_prepare_books(struct rv_session *session, rev_error **err)
{
    struct rv_retry retry = {session, "the tables of the bookkeeping", 0};
    while (!session->db->engine->is_ddl_transactional && !create_books(session, err)) {
        if (!rv_retry_again(&retry, err)) {
            return false;
        }
    }
    return true;
}

bool rv_session_is_statementwise(const struct rv_session *session, const struct rv_step *step)
{
    return rv_step_is_statementwise(step) || (step->revision && !session->db->engine->is_ddl_transactional);
}

void rv_session_close(struct rv_session *session)
{
    rv_version_clear(&session->version);
    rv_str_clear(&session->user);
    if (session->db) {
        session->driver->close(session->db);
        session->db = NULL;
    }
}
