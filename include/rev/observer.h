/** @file
 * How the library tells its caller what it is doing, and how the caller stops it.
 */
#ifndef REV_OBSERVER_H
#define REV_OBSERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <rev/export.h>
#include <rev/graph.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a step does. */
typedef enum rev_direction {
    REV_UPGRADE = 1,
    REV_DOWNGRADE = 2,
    REV_STAMP = 3,
} rev_direction;

/** "upgrade", "downgrade", "stamp"; "" of no direction. A static text. */
REV_API const char *rev_direction_name(rev_direction direction);

/** One step of a plan. Lives as long as the plan or the event that holds it. Fields are added only at the end. */
typedef struct rev_step {
    rev_direction direction;
    const rev_revision *revision; /**< NULL for a stamp. */
    rev_strings from;             /**< What stood before: parents (upgrade), the revision (downgrade), rows (stamp). */
    rev_strings to;               /**< What stands after. */
} rev_step;

typedef enum rev_event_kind {
    REV_EVENT_STEP_STARTED = 1, /**< step, index, total. */
    REV_EVENT_STEP_DONE = 2,    /**< step, index, total, elapsed_ms. The step is committed. */
    REV_EVENT_STEP_FAILED =
        3,                 /**< step, index, total, elapsed_ms. Rolled back; with a text, its outcome is not known. */
    REV_EVENT_NOTICE = 4,  /**< text: what the server said, for a person to read; file, line: of the statement. */
    REV_EVENT_WARNING = 5, /**< text: something to look at that stopped nothing. */
    REV_EVENT_WAITING =
        6, /**< text: for whom, or for the next try of a step that was rolled back; elapsed_ms: waited so far. */
    REV_EVENT_STATEMENT = 7,      /**< text: the statement that runs now; index, total: its place in the script; file,
                                       line. Always told of a step that runs statement by statement. */
    REV_EVENT_STATEMENT_DONE = 8, /**< Of such a step: index, total, elapsed_ms, rows, file, line. Committed. */
    REV_EVENT_PROGRESS = 10,      /**< text: how far the server is with the statement, where it says so; elapsed_ms. */
    REV_EVENT_ROWS = 9, /**< A statement that is repeated has run once more: index, total, elapsed_ms, rows. */
} rev_event_kind;

/** Something that happened. Valid during the callback only. Fields are added only at the end. */
typedef struct rev_event {
    rev_event_kind kind;
    const rev_step *step; /**< NULL unless the event is about a step. */
    size_t index;         /**< 0-based place of the step (or statement). */
    size_t total;         /**< Steps in the plan (or statements in the script). */
    int64_t elapsed_ms;
    const char *text; /**< UTF-8 as it came, not escaped for a terminal; NULL if none. */
    const char *file; /**< The script; NULL if the event is about none. */
    uint32_t line;    /**< Of the statement's beginning, 1-based; 0 if not known. */
    int64_t rows;     /**< Changed so far by a repeated statement; -1 if it is none. */
} rev_event;

/** A wish to stop, shared between who works and who waits. */
typedef struct rev_cancel rev_cancel;

/** A new, not yet requested wish to stop; NULL if the process has no descriptors left. Free after the last use. */
REV_API rev_cancel *rev_cancel_new(void);
/** Asks the work that uses `cancel` to stop soon. May be called from a signal handler and from any thread.
 * NULL is fine. */
REV_API void rev_cancel_request(rev_cancel *cancel);
/** Whether rev_cancel_request() was called. NULL: false. */
REV_API bool rev_cancel_requested(const rev_cancel *cancel);
/** Frees it. NULL is fine. No operation may be using it any more. */
REV_API void rev_cancel_free(rev_cancel *cancel);

/** Who is told of events and who may stop the work. All fields may be NULL. */
typedef struct rev_observer {
    size_t struct_size; /**< sizeof(rev_observer). */
    void *user;         /**< Handed back to `event`. */
    /** Called in the thread that runs the operation; must not call back into the same operation. */
    void (*event)(void *user, const rev_event *event);
    rev_cancel *cancel;
    bool wants_statements; /**< Whether REV_EVENT_STATEMENT is to be told, too. */
} rev_observer;

#ifdef __cplusplus
}
#endif
#endif
