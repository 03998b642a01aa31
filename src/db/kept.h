/* rev_script: the files of what was run, by checksum, so that a changed file can be shown as a difference, and a
 * revision whose files are gone can be undone. */
#ifndef RV_DB_KEPT_H
#define RV_DB_KEPT_H

#include "db/version.h"

/* A larger file is not kept; its size is. */
enum { RV_KEPT_LIMIT = 1024 * 1024 };

/* The files of a revision; ptr is NULL where there is none, or where it was not kept. */
struct rv_kept {
    struct rv_view header, up, down;
    int64_t up_size, down_size; /* -1: there was none. Not for rv_kept_save(). */
};

/* Neither does anything on an engine that keeps none. */
bool rv_kept_create(struct rv_db *db, struct rv_version *version, rev_error **err);
/* Once a checksum: a second time changes nothing. */
bool rv_kept_save(struct rv_db *db, const struct rv_version *version, const char *checksum, const struct rv_kept *files,
                  rev_error **err);
/* The same as a statement with literals and a semicolon (PostgreSQL); and what an error of it says to people. */
void rv_kept_save_sql(struct rv_str *out, const struct rv_version *version, const char *checksum,
                      const struct rv_kept *files);
void rv_kept_explain(const struct rv_version *version, rev_error *error);
/* In memory of the arena; *out_found is false if nothing is kept under that checksum, or there is no table at all. */
bool rv_kept_read(struct rv_db *db, const struct rv_version *version, const char *checksum, struct rv_arena *arena,
                  struct rv_kept *out, bool *out_found, rev_error **err);

#endif
