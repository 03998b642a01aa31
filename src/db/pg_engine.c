/* The engines that speak PostgreSQL's protocol: one entry each, facts only. docs/engines.md names the source of every
 * fact, and says which engine was ever met. */
#include "db/engine.h"

#include "base/str.h"

/* Without a schema: the first of the search_path that has the table, as an unqualified name would find it, else the one
 * in which it would be created. What tells an engine is looked up in pg_class: not all of them let pg_extension be
 * read. */
#define FIND_VERSION                                                                                                   \
    "SELECT s.nspname, CASE WHEN c.oid IS NULL THEN NULL WHEN c.relkind IN ('r', 'p') THEN 'table' WHEN c.relkind = "  \
    "'v' THEN 'view' WHEN c.relkind = 'm' THEN 'materialized view' WHEN c.relkind = 'f' THEN 'foreign table' ELSE "    \
    "'relation of another kind' END, (SELECT 'yes' FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND "       \
    "a.attname = 'version_num' AND a.attnum > 0 AND NOT a.attisdropped), (SELECT 'yes' FROM pg_catalog.pg_class l "    \
    "JOIN pg_catalog.pg_attribute f ON f.attrelid = l.oid AND f.attname = 'finished_at' AND NOT f.attisdropped "       \
    "WHERE l.relnamespace = s.oid AND l.relname = 'rev_log' AND l.relkind IN ('r', 'p') AND "                          \
    "pg_catalog.has_table_privilege(l.oid, 'SELECT')), (SELECT 'yes' FROM pg_catalog.pg_class k WHERE "                \
    "k.relnamespace = s.oid AND k.relname = 'rev_script' AND k.relkind IN ('r', 'p')), "                               \
    "pg_catalog.quote_literal(CAST($2 AS "                                                                             \
    "text)), pg_catalog.version(), "                                                                                   \
    "(SELECT e.nspname || '.' || o.relname FROM pg_catalog.pg_class o JOIN pg_catalog.pg_namespace e ON e.oid = "      \
    "o.relnamespace WHERE o.relname = 'pg_dist_node' AND e.nspname = 'pg_catalog' OR o.relname = "                     \
    "'iam_pg_role_mappings' AND e.nspname = 'sys' LIMIT 1) FROM pg_catalog.pg_namespace s LEFT JOIN "                  \
    "pg_catalog.pg_class c ON c.relnamespace = s.oid AND c.relname = CAST($2 AS text) WHERE s.nspname = "              \
    "COALESCE(CAST($1 AS text), (SELECT n.nspname FROM pg_catalog.unnest(pg_catalog.current_schemas(false)) WITH "     \
    "ORDINALITY AS p (name, place) JOIN pg_catalog.pg_namespace n ON n.nspname = p.name JOIN pg_catalog.pg_class t "   \
    "ON t.relnamespace = n.oid WHERE t.relname = CAST($2 AS text) ORDER BY p.place LIMIT 1), "                         \
    "pg_catalog.current_schema())"
#define VERSION_SHAPE                                                                                                  \
    "SELECT count(*), max(CASE WHEN a.attname = 'version_num' AND a.attnotnull THEN 'yes' ELSE 'no' END), "            \
    "max(CASE WHEN a.attname = 'version_num' AND EXISTS (SELECT 1 FROM pg_catalog.pg_index i WHERE i.indrelid = "      \
    "c.oid AND i.indisprimary AND i.indnatts = 1 AND i.indkey[0] = a.attnum) THEN 'yes' ELSE 'no' END) "               \
    "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "                             \
    "JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "                    \
    "WHERE n.nspname = CAST($1 AS text) AND c.relname = CAST($2 AS text)"
#define KEPT_TABLE "checksum text PRIMARY KEY, header bytea, up bytea, down bytea, up_size bigint, down_size bigint"
#define LOG_COLUMNS                                                                                                    \
    "version_table text NOT NULL, revision text, direction text NOT NULL, started_at timestamptz NOT NULL, "           \
    "finished_at timestamptz, execution_time_ms bigint, applied_by text, checksum text, statements_total bigint, "     \
    "statements_done bigint, outcome text NOT NULL, rev_version text, rows_affected bigint"
#define TIME_FORMAT "'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
#define SHOW_TIME                                                                                                      \
    {                                                                                                                  \
        "pg_catalog.to_char(pg_catalog.timezone('UTC', ", "), " TIME_FORMAT                                            \
    }
#define SHOW_BYTES                                                                                                     \
    {                                                                                                                  \
        "pg_catalog.encode(", ", 'hex')"                                                                               \
    }
#define TIMESTAMP "pg_catalog.clock_timestamp()"
#define STARTED "pg_catalog.clock_timestamp() - CAST($4 AS bigint) * interval '1 millisecond'"
#define LOCK_TABLE                                                                                                     \
    "version_table text PRIMARY KEY, owner text NOT NULL, acquired_at timestamptz(0) NOT NULL, heartbeat_at "          \
    "timestamptz NOT NULL, expires_at timestamptz NOT NULL"
#define LOCK_EXPIRY "pg_catalog.clock_timestamp() + CAST($3 AS bigint) * interval '1 second'"

static const struct rv_books_sql books = {
    .find_version = FIND_VERSION,
    .version_shape = VERSION_SHAPE,
    .kept_table = KEPT_TABLE,
    .time = SHOW_TIME,
    .hex = SHOW_BYTES,
    .log_table = "id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, " LOG_COLUMNS,
    .timestamp = TIMESTAMP,
    .started = STARTED,
    .begun = "pg_catalog.now()",
    .elapsed = "CAST(EXTRACT(epoch FROM pg_catalog.clock_timestamp() - pg_catalog.now()) * 1000 AS bigint)",
    .has_returning = true,
    .lock_table = LOCK_TABLE,
    .lock_expiry = LOCK_EXPIRY,
    .lock_remove = " FOR UPDATE SKIP LOCKED",
    .lock_renew = " FOR NO KEY UPDATE SKIP LOCKED",
    .lock_keep = " FOR KEY SHARE NOWAIT",
};

/* An identity must say how many numbers it takes at a time. Nobody waits for a row: of two transactions that want it,
 * the one that commits later fails. FOR UPDATE makes a row that is only read count among those. */
static const struct rv_books_sql dsql_books = {
    .find_version = FIND_VERSION,
    .version_shape = VERSION_SHAPE,
    .kept_table = KEPT_TABLE,
    .time = SHOW_TIME,
    .hex = SHOW_BYTES,
    .log_table = "id bigint GENERATED BY DEFAULT AS IDENTITY (CACHE 1) PRIMARY KEY, " LOG_COLUMNS,
    .timestamp = TIMESTAMP,
    .started = STARTED,
    .has_returning = true,
    .lock_table = LOCK_TABLE,
    .lock_expiry = LOCK_EXPIRY,
    .lock_remove = "",
    .lock_renew = "",
    .lock_keep = " FOR UPDATE",
};

/* The grammar of PostgreSQL 8.0: no WITH ORDINALITY, no RETURNING, no bytea, no ON CONFLICT, no clock_timestamp().
 * Keys are not unique, whatever is declared: a row is no lock. */
static const struct rv_books_sql redshift_books = {
    .find_version =
        "SELECT s.nspname, CASE WHEN c.oid IS NULL THEN NULL WHEN c.relkind = 'r' THEN 'table' WHEN c.relkind = 'v' "
        "THEN 'view' ELSE 'relation of another kind' END, CASE WHEN a.attnum > 0 THEN 'yes' END, CASE WHEN f.attnum > "
        "0 THEN 'yes' END, NULL, quote_literal(CAST($2 AS varchar)), version(), NULL FROM pg_catalog.pg_namespace s "
        "LEFT JOIN pg_catalog.pg_class c ON "
        "c.relnamespace = s.oid AND c.relname = CAST($2 AS varchar) LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid "
        "= c.oid AND a.attname = 'version_num' AND NOT a.attisdropped LEFT JOIN pg_catalog.pg_class l ON "
        "l.relnamespace = s.oid AND l.relname = 'rev_log' LEFT JOIN pg_catalog.pg_attribute f ON f.attrelid = l.oid "
        "AND f.attname = 'finished_at' AND NOT f.attisdropped WHERE s.nspname = COALESCE(CAST($1 AS varchar), "
        "current_schema())",
    .time = {"to_char(timezone('UTC', ", "), " TIME_FORMAT},
    .log_table = "id bigint GENERATED BY DEFAULT AS IDENTITY(1, 1), version_table varchar(256) NOT NULL, revision "
                 "varchar(64), direction varchar(16) NOT NULL, started_at timestamptz NOT NULL, finished_at "
                 "timestamptz, execution_time_ms bigint, applied_by varchar(512), checksum varchar(64), "
                 "statements_total bigint, statements_done bigint, outcome varchar(16) NOT NULL, rev_version "
                 "varchar(64), rows_affected bigint",
    .timestamp = "CAST(GETDATE() AS timestamptz)",
    .started = "CAST(DATEADD(ms, -CAST($4 AS bigint), GETDATE()) AS timestamptz)",
};

/* Of the session, inside a transaction: what decides how our statements are understood. */
#define SESSION_GUARD                                                                                                  \
    "SET LOCAL SESSION AUTHORIZATION DEFAULT; SET LOCAL ROLE NONE;"                                                    \
    "SET LOCAL search_path = pg_catalog, pg_temp; SET LOCAL statement_timeout TO DEFAULT;"
/* An expression: only a superuser can have switched triggers off, or put them back. */
#define TRIGGERS_ON                                                                                                    \
    "CASE WHEN pg_catalog.current_setting('session_replication_role') <> 'origin' AND "                                \
    "pg_catalog.current_setting('is_superuser') = 'on' THEN "                                                          \
    "pg_catalog.set_config('session_replication_role', 'origin', true) END"
#define GUARD                                                                                                          \
    SESSION_GUARD                                                                                                      \
    "SET LOCAL standard_conforming_strings = on; SET LOCAL client_encoding = 'UTF8'; SELECT " TRIGGERS_ON ";"
/* DISCARD ALL but for the advisory lock, and fit for use inside a transaction too: there RESET ALL passes over what the
 * guard has SET LOCAL TO DEFAULT. */
#define RESET_SHARED                                                                                                   \
    "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; RESET statement_timeout;"                                     \
    "RESET lock_timeout; CLOSE ALL; UNLISTEN *; DISCARD SEQUENCES; DISCARD TEMP;"
#define RESET RESET_SHARED "DEALLOCATE ALL;"
/* What pg_settings does not show can't be known: parameters that no extension has defined. */
#define SESSION                                                                                                        \
    "SELECT pg_catalog.string_agg(pg_catalog.format('SELECT pg_catalog.set_config(%L, %L, false);', name, "            \
    "setting), ' ' ORDER BY place, name) FROM (SELECT 1 AS place, name, pg_catalog.current_setting(name) AS setting "  \
    "FROM (VALUES ('session_authorization')) AS u (name) UNION ALL SELECT 2, 'role', "                                 \
    "pg_catalog.current_setting('role') WHERE pg_catalog.current_setting('role') <> 'none' UNION ALL SELECT 3, name, " \
    "setting FROM pg_catalog.pg_settings WHERE source = 'session' AND name <> 'client_encoding') AS s"
#define INVALID_INDEX                                                                                                  \
    "SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname), "                           \
    "pg_catalog.quote_ident(t.relname) FROM pg_catalog.pg_index i "                                                    \
    "JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_class t ON t.oid = i.indrelid "             \
    "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE NOT i.indisvalid AND c.relkind = 'i' AND "         \
    "i.indexrelid NOT IN (SELECT p.index_relid FROM pg_catalog.pg_stat_progress_create_index p) "                      \
    "ORDER BY 1 LIMIT 100"

#define READ_ONLY                                                                                                      \
    "SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN 'the server is a standby: it takes no changes' ELSE "        \
    "'transactions are read-only here (default_transaction_read_only)' END, CASE WHEN "                                \
    "pg_catalog.pg_is_in_recovery() THEN 'Let the URL name the primary; with several hosts in it, add "                \
    "?target_session_attrs=read-write.' ELSE 'If that is not meant, type in psql: ALTER DATABASE ' || "                \
    "pg_catalog.quote_ident(pg_catalog.current_database()) || ' RESET default_transaction_read_only; or ALTER ROLE '"  \
    " || pg_catalog.quote_ident(session_user) || ' RESET default_transaction_read_only; and look into "                \
    "postgresql.conf.' END WHERE pg_catalog.current_setting('transaction_read_only') = 'on'"

/* lock_not_available, serialization_failure, deadlock_detected */
static const char *const conflicts[] = {"55P03", "40001", "40P01", NULL};
static const char *const serialization[] = {"40001", NULL};

const struct rv_engine rv_engine_postgresql = {
    .name = "PostgreSQL",
    .has_advisory_locks = true,
    .is_ddl_transactional = true,
    .has_savepoints = true,
    .has_lock_timeout = true,
    .has_statement_timeout = true,
    .tells_blockers = true,
    .message_guard_sql = SESSION_GUARD,
    .message_check_sql = TRIGGERS_ON,
    .retry_sqlstates = conflicts,
    .guard_sql = GUARD,
    .reset_sql = RESET,
    .reset_shared_sql = RESET_SHARED,
    .read_only_sql = READ_ONLY,
    .invalid_index_sql = INVALID_INDEX,
    .session_sql = SESSION,
    .books = &books,
};

static const struct rv_engine engines[] = {
    {
        .name = "CockroachDB",
        .version = "CockroachDB",
        .parameter = "crdb_version",
        .parameter_mark = "",
        .has_savepoints = true,
        .has_statement_timeout = true,
        .is_optimistic = true,
        .retry_sqlstates = serialization,
        /* Its own session's statement waits for its job: what runs here is of one that was cut off. */
        .jobs_sql = "SELECT CAST(job_id AS text) || ': ' || description FROM [SHOW JOBS] WHERE job_type IN ('SCHEMA "
                    "CHANGE', 'NEW SCHEMA CHANGE') AND status IN ('pending', 'running', 'reverting') AND user_name = "
                    "current_user()",
        .guard_sql = "SET LOCAL search_path = pg_catalog;",
        .reset_sql = "DISCARD ALL",
        .books = &books,
    },
    {
        .name = "YugabyteDB",
        .version = "-YB-",
        .has_savepoints = true,
        .has_lock_timeout = true,
        .has_statement_timeout = true,
        .retry_sqlstates = conflicts,
        .guard_sql = GUARD,
        .reset_sql = RESET,
        .reset_shared_sql = RESET_SHARED,
        .read_only_sql = READ_ONLY,
        .invalid_index_sql = INVALID_INDEX,
        .books = &books,
    },
    {
        .name = "Citus",
        .relation = "pg_catalog.pg_dist_node",
        .has_advisory_locks = true,
        .is_ddl_transactional = true,
        .has_savepoints = true,
        .has_lock_timeout = true,
        .has_statement_timeout = true,
        .tells_blockers = true,
        .retry_sqlstates = conflicts,
        .guard_sql = GUARD,
        .reset_sql = RESET,
        .reset_shared_sql = RESET_SHARED,
        .read_only_sql = READ_ONLY,
        .invalid_index_sql = INVALID_INDEX,
        .books = &books,
    },
    {
        .name = "Amazon Redshift",
        .version = "Redshift",
        .parameter = "server_version",
        .parameter_mark = "8.0.",
        .is_ddl_transactional = true,
        .has_statement_timeout = true,
        .retry_sqlstates = conflicts,
        .guard_sql = "SET LOCAL SESSION AUTHORIZATION DEFAULT; SET LOCAL search_path TO pg_catalog;",
        .reset_sql = "SET SESSION AUTHORIZATION DEFAULT; RESET ALL",
        .books = &redshift_books,
    },
    {
        .name = "Aurora DSQL",
        .relation = "sys.iam_pg_role_mappings",
        .is_optimistic = true,
        .retry_sqlstates = serialization,
        .jobs_sql = "SELECT job_id || ': ' || object_name FROM sys.jobs WHERE job_type = 'INDEX_BUILD' AND status IN "
                    "('submitted', 'processing')",
        .failed_jobs_sql = "SELECT job_id || ': ' || object_name || COALESCE(': ' || details, '') FROM sys.jobs WHERE "
                           "job_type = 'INDEX_BUILD' AND status = 'failed' AND start_time >= "
                           "pg_catalog.clock_timestamp() - CAST($1 AS bigint) * interval '1 millisecond'",
        .guard_sql = "SET LOCAL search_path = pg_catalog;",
        .reset_sql = "RESET search_path",
        .books = &dsql_books,
    },
};
enum { ENGINE_COUNT = sizeof engines / sizeof engines[0] };

const struct rv_engine *rv_pg_engine_told(const char *(*parameter)(void *context, const char *name), void *context)
{
    for (size_t i = 0; i < ENGINE_COUNT; i++) {
        const char *value = engines[i].parameter ? parameter(context, engines[i].parameter) : NULL;
        if (value && rv_text_starts_with(value, engines[i].parameter_mark)) {
            return &engines[i];
        }
    }
    return &rv_engine_postgresql;
}

const struct rv_engine *rv_pg_engine_found(const char *version, const char *relation)
{
    for (size_t i = 0; i < ENGINE_COUNT; i++) {
        const struct rv_engine *engine = &engines[i];
        if ((engine->version && version && strstr(version, engine->version)) ||
            (engine->relation && relation && strcmp(engine->relation, relation) == 0)) {
            return engine;
        }
    }
    return NULL;
}
