/* Database URLs: told apart, made absolute, and shown without their passwords. */
#ifndef RV_CONFIG_URL_H
#define RV_CONFIG_URL_H

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>

enum { RV_URL_LIMIT = 8192 };

struct rv_url {
    const char *text;    /* for the driver: SQLAlchemy's driver suffix dropped, SQLite paths absolute */
    const char *shown;   /* for people: passwords replaced by *** */
    const char *dialect; /* "postgresql", "sqlite"; NULL if the scheme is nobody's (the drivers say so) */
};

/* `dir` is the folder in which relative SQLite paths start (absolute itself). Errors (REV_ERROR_CONFIG) show nothing of
 * the URL after its scheme. Forms and their source: libpq's "Connection Strings" and SQLAlchemy's database URLs. */
bool rv_url_parse(struct rv_arena *arena, const char *text, const char *dir, struct rv_url *out, rev_error **err);

#endif
