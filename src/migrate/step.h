/* One step on a live connection. */
#ifndef RV_MIGRATE_STEP_H
#define RV_MIGRATE_STEP_H

#include "migrate/run.h"

/* A step at work. */
struct rv_work {
    struct rv_session *session;
    const struct rv_step *step;
    const struct rv_step_script *script;
    int64_t started_ms;
    int64_t statements_done;
    int64_t elapsed_ms;    /* of a step that has ended before its log row is written; 0: it has not */
    bool is_unknown;       /* COMMIT was sent and not answered */
    bool is_message;       /* it is to be one message: nothing has begun yet */
    bool is_reset;         /* it is done and has put the session right */
    bool is_statementwise; /* the observer hears of each statement */
};

/* A transactional step: script, version rows and log row in one transaction, which the caller has begun unless it is a
 * message. True: committed; false: rolled back, or is_unknown. */
bool rv_step_run(struct rv_work *work, rev_error **err);

/* Whether a step may be one message to the server; and such a step. False and *out_is_refused: that way leads nowhere,
 * nothing has happened, and the step is to run as any other. */
bool rv_step_fits_message(const struct rv_session *session, const struct rv_step *step,
                          const struct rv_step_script *script);
bool rv_step_run_message(struct rv_work *work, bool *out_is_refused, rev_error **err);

/* All of them in one transaction, which the caller has begun; *out_at is the one that failed. `tell_started` is called
 * with the place of each step before it runs. */
typedef void rv_step_started(void *context, size_t index);
bool rv_steps_run_together(struct rv_work *works, size_t count, rv_step_started *tell_started, void *context,
                           struct rv_work **out_at, rev_error **err);

/* The same of one step, tried again as often as the session's limits say where a lock, a deadlock or a conflict was in
 * the way. */
bool rv_step_run_patiently(struct rv_work *work, rev_error **err);

/* Tries of one transaction. */
struct rv_retry {
    const struct rv_session *session;
    const char *what; /* "revision b2" */
    int64_t tries;    /* that have failed */
};
/* Whether a transaction that failed and was rolled back should be tried again: says so, sleeps and takes the error
 * away. Otherwise the error stays, with the number of tries in its hint. */
bool rv_retry_again(struct rv_retry *retry, rev_error **err);

/* Whether a statement of a step that is not transactional runs outside of transactions: by what it is, or since the
 * engine does not roll back what is not about rows. */
bool rv_runs_alone(const struct rv_engine *engine, const struct rv_statement *statement);

/* Waits until no schema change runs in the background any more. False, too, if one has failed since then
 * (rv_time_now_ms()). */
bool rv_wait_for_jobs(const struct rv_session *session, int64_t since_ms, rev_error **err);

/* A step that is not transactional: each statement is committed by itself and logged. `interrupted` is what it goes on
 * from, NULL for a step from its beginning. False: it is interrupted, and the log says where. */
bool rv_step_run_statements(struct rv_work *work, const struct rv_unfinished *interrupted, rev_error **err);

/* The same of a script that is no step of its own: nothing is logged and no version row changes. */
bool rv_step_run_unlogged(struct rv_work *work, rev_error **err);

/* What these are made of. The script, inside a transaction of ours: */
bool rv_work_run_script(struct rv_work *work, rev_error **err);
bool rv_work_add_log(struct rv_work *work, const char *outcome, rev_error **err);
bool rv_work_commit(struct rv_work *work, rev_error **err);
/* After the rollback, in a transaction of its own. That it could not be written is no second error. */
void rv_work_log_failure(struct rv_work *work);

/* For both: tells the observer which statement runs now. */
void rv_work_tell(const struct rv_work *work, const struct rv_statement *statement, size_t index);
/* One statement; an error says where in the file. */
bool rv_work_statement(struct rv_work *work, const struct rv_statement *statement, size_t index, struct rv_ran *out,
                       rev_error **err);
/* What its error, that of a COMMIT which did not happen, and a transaction that is not ours any more say to people. */
void rv_work_explain_statement(const struct rv_work *work, const struct rv_statement *statement, size_t index,
                               size_t offset, rev_error *error);
void rv_work_explain_commit(const struct rv_work *work, rev_error *error);
bool rv_work_fail_ended(const struct rv_work *work, rev_error **err);
/* The server's words for "not in a transaction block", and for a COMMIT inside a procedure or DO block there. */
bool rv_refuses_transaction(const rev_error *error);
/* Inside a transaction of ours: is it still that? */
bool rv_work_is_ours(const struct rv_work *work, rev_error **err);
/* Inside the transaction, after the script: foreign keys hold, where the step had them switched off. */
bool rv_work_foreign_keys_hold(struct rv_work *work, rev_error **err);
/* The tables, as far as they are missing, and in them the files that run. */
bool rv_work_begin_books(struct rv_work *work, rev_error **err);
bool rv_work_change_rows(struct rv_work *work, rev_error **err);
/* What the log says of the step; lives as long as the session. */
struct rv_log_entry rv_work_log_entry(const struct rv_work *work);

#endif
