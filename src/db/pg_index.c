/* Indexes that CREATE INDEX CONCURRENTLY left INVALID: it does so when it fails half-way, and with IF NOT EXISTS a
 * second try takes such an index for done. The catalog says what is so, never the statement's success. */
#include "db/pg.h"

#include "base/error.h"
#include "sql/index.h"

/* In the session of the script, so that names mean what they mean there. */
static bool find(struct rv_pg *pg, const struct rv_new_index *index, struct rv_result *out, rev_error **err)
{
    rv_str_auto struct rv_str table = {0}, name = {0};
    rv_str_add_view(&table, index->table);
    rv_str_add_view(&name, index->name);
    const char *const params[] = {rv_str_text(&table), name.len ? rv_str_text(&name) : NULL};
    return rv_pg_query(
        &pg->head,
        "SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) "
        "FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid "
        "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
        "WHERE i.indrelid = pg_catalog.to_regclass($1) AND NOT i.indisvalid AND (CAST($2 AS text) IS NULL OR "
        "c.oid = pg_catalog.to_regclass(pg_catalog.quote_ident(n.nspname) || '.' || CAST($2 AS text)))",
        params, 2, out, err);
}

bool rv_pg_check_left(struct rv_db *db, const struct rv_statement *statement, rev_error **err)
{
    struct rv_new_index index;
    rv_result_auto struct rv_result found = {0};
    if (!rv_sql_new_index(db->driver->dialect, statement, &index)) {
        return true;
    }
    if (!find(rv_pg(db), &index, &found, err)) {
        return false;
    }
    if (found.row_count == 0) {
        return true;
    }
    rv_fail(err, REV_ERROR_DATABASE, "the index %s is INVALID: it is there, and no query uses it", found.values[0]);
    rv_error_detail(*err, "It is what an earlier CREATE INDEX CONCURRENTLY left that failed half-way.");
    return false;
}

bool rv_pg_clear_left(struct rv_db *db, const struct rv_statement *statement, struct rv_str *out, rev_error **err)
{
    struct rv_new_index index;
    rv_result_auto struct rv_result found = {0};
    if (!rv_sql_new_index(db->driver->dialect, statement, &index)) {
        return true;
    }
    bool ok = find(rv_pg(db), &index, &found, err);
    for (size_t i = 0; i < found.row_count && ok; i++) {
        rv_str_auto struct rv_str sql = {0};
        rv_str_printf(&sql, "DROP INDEX CONCURRENTLY %s", found.values[i]);
        ok = rv_pg_execute(rv_pg(db), rv_str_text(&sql), err);
        rv_str_printf(out, "%sdropped the INVALID index %s", out->len ? "; " : "", found.values[i]);
    }
    return ok;
}
