/* What SQLite is, as an engine, and the SQL that the books are kept with there. */
#include "db/engine.h"

/* A view can't be written to. */
#define BOOK_EXISTS(table, column)                                                                                     \
    " (SELECT 'yes' FROM main.sqlite_master m, pragma_table_info('" table "', 'main') f WHERE m.type = 'table' AND "   \
    "m.name = '" table "' COLLATE NOCASE AND f.name = '" column "'),"
static const struct rv_books_sql books = {
    .find_version =
        "SELECT 'main', (SELECT type FROM main.sqlite_master WHERE name = $2 COLLATE NOCASE AND type IN "
        "('table', 'view')), (SELECT 'yes' FROM pragma_table_info($2, 'main') WHERE name = 'version_num' COLLATE "
        "NOCASE)," BOOK_EXISTS("rev_log", "finished_at")
            BOOK_EXISTS("rev_script", "checksum") " quote($2), 'SQLite ' || sqlite_version(), NULL "
                                                  "WHERE $1 IS NULL OR $1 = 'main' COLLATE NOCASE",
    .version_shape = "SELECT count(*), max(CASE WHEN name = 'version_num' COLLATE NOCASE AND \"notnull\" THEN 'yes' "
                     "ELSE 'no' END), max(CASE WHEN name = 'version_num' COLLATE NOCASE AND pk THEN 'yes' ELSE 'no' "
                     "END) FROM pragma_table_info($2, $1)",
    .kept_table = "checksum TEXT PRIMARY KEY, header BLOB, up BLOB, down BLOB, up_size INTEGER, down_size INTEGER",
    .time = {"(", ")"},
    .hex = {"hex(", ")"},
    .log_table = "id INTEGER PRIMARY KEY, version_table TEXT NOT NULL, revision TEXT, direction TEXT NOT NULL, "
                 "started_at TEXT NOT NULL, finished_at TEXT, execution_time_ms INTEGER, applied_by TEXT, "
                 "checksum TEXT, statements_total INTEGER, statements_done INTEGER, outcome TEXT NOT NULL, "
                 "rev_version TEXT, rows_affected INTEGER",
    .timestamp = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
    .started = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', printf('-%f seconds', $4 / 1000.0))",
    .has_returning = true,
    .lock_table = "version_table TEXT PRIMARY KEY, owner TEXT NOT NULL, acquired_at TEXT NOT NULL, "
                  "heartbeat_at TEXT NOT NULL, expires_at TEXT NOT NULL",
    .lock_expiry = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', printf('%+d seconds', $3))",
    .lock_remove = "",
    .lock_renew = "",
    .lock_keep = "",
};

/* A busy file is waited for by begin: no error of a statement passes by itself. */
const struct rv_engine rv_engine_sqlite = {
    .name = "SQLite",
    .is_ddl_transactional = true,
    .has_savepoints = true,
    .books = &books,
};
