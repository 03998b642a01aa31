/* What a CREATE INDEX CONCURRENTLY makes. */
#ifndef RV_SQL_INDEX_H
#define RV_SQL_INDEX_H

#include "sql/dialect.h"

struct rv_new_index {
    struct rv_view name;  /* as written; empty: the server chooses one */
    struct rv_view table; /* as written, with its schema if it has one */
};

/* False if the statement is none. */
bool rv_sql_new_index(const struct rv_dialect *dialect, const struct rv_statement *statement, struct rv_new_index *out);

#endif
