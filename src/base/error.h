/* Making and extending errors.
 *
 * A function that can fail takes `rev_error **err` last (never NULL inside the library) and returns bool or a pointer:
 * false or NULL means that *err is set, and the reverse. So a failing function reads
 *
 *     if (...) {
 *         rv_fail(err, REV_ERROR_SPEC, "no such revision or branch '%s'", spec);
 *         rv_error_hint(*err, "Near: %s.", near);
 *         return false;
 *     }
 */
#ifndef RV_BASE_ERROR_H
#define RV_BASE_ERROR_H

#include <rev/error.h>

#include <stdbool.h>
#include <stddef.h>

/* Sets *err, which must not be set yet; always false, so that `return rv_fail(…)` reads well. */
bool rv_fail(rev_error **err, rev_error_code code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* A copy of this error alone, without those chained behind it. */
rev_error *rv_error_copy(const rev_error *error);

/* At the border of the library: hands `error` to a caller who may not want it (a NULL err). */
void rv_error_give(rev_error **err, rev_error *error);

/* These add to an error; a NULL error is ignored. The later call for the same field wins. */
void rv_error_hint(rev_error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));
void rv_error_detail(rev_error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));
void rv_error_prefix(rev_error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));
void rv_error_at(rev_error *error, const char *file, uint32_t line, uint32_t column);
void rv_error_sqlstate(rev_error *error, const char *sqlstate);
void rv_error_statement(rev_error *error, const char *ptr, size_t len, uint32_t number);
void rv_error_excerpt(rev_error *error, const char *ptr, size_t len);

/* All faults of one call, gathered. After RV_FAULT_LIMIT they are only counted. */
#define RV_FAULT_LIMIT 20
struct rv_faults {
    rev_error *first, *last;
    size_t count;
};

/* The new fault, to be extended; NULL (which the functions above ignore) when it was one too many. */
rev_error *rv_faults_add(struct rv_faults *faults, rev_error_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Takes over an error list made elsewhere. */
void rv_faults_take(struct rv_faults *faults, rev_error *error);
/* True if there are none. Otherwise hands them to *err ("and N more" included) and returns false. */
bool rv_faults_done(struct rv_faults *faults, rev_error **err);

#endif
