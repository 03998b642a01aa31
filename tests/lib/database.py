"""One face for the two databases: what tests ask of a SQLite file and of a PostgreSQL database."""

import sqlite3
import time
from contextlib import closing

OWN_TABLES = {"alembic_version", "rev_log", "rev_script", "rev_lock"}


class Database:
    name = None

    def query(self, sql):
        raise NotImplementedError

    def execute(self, *statements):
        raise NotImplementedError

    def all_tables(self):
        raise NotImplementedError

    def schema(self):
        """Everything a migration may have made, comparable; without rev's own tables."""
        raise NotImplementedError

    def tables(self):
        return sorted(set(self.all_tables()) - OWN_TABLES)

    def has(self, table):
        return table in self.all_tables()

    def rows(self):
        """alembic_version, sorted."""
        return sorted(row[0] for row in self.query("SELECT version_num FROM alembic_version"))

    def is_slow(self):
        """Whether somebody is in the middle of `slow`."""
        raise NotImplementedError

    def wait_until_slow(self, process):
        deadline = time.monotonic() + 60
        while not self.is_slow():
            assert time.monotonic() < deadline, "nobody ever got to the slow statement"
            assert process.poll() is None, process.communicate()
            time.sleep(0.05)

    def log(self):
        """(revision, direction, outcome) in the order of the steps."""
        return [tuple(row) for row in self.query("SELECT revision, direction, outcome FROM rev_log ORDER BY id")]


class SqliteDatabase(Database):
    name = "sqlite"
    # A statement that keeps the server busy for minutes unless it is interrupted.
    slow = (
        "CREATE TABLE slow AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000000) "
        "SELECT count(*) AS n FROM n"
    )

    def __init__(self, path):
        self.path = path
        self.url = f"sqlite:///{path}"

    def pause(self, seconds):
        """A statement that takes about that long (here: a guess by counting)."""
        return (
            "INSERT INTO trace SELECT 'pause' WHERE (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
            f"WHERE i < {int(seconds * 4000000)}) SELECT count(*) FROM n) < 0"
        )

    def is_slow(self):
        """A step's transaction is open that has been so for a moment: the others are quick."""
        return self._is_locked() and not time.sleep(0.3) and self._is_locked()

    def _is_locked(self):
        with closing(sqlite3.connect(self.path, isolation_level=None, timeout=0)) as connection:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                return True
            connection.execute("ROLLBACK")
            return False

    def connect(self):
        return sqlite3.connect(self.path, isolation_level=None, timeout=30)

    def query(self, sql):
        with closing(self.connect()) as connection:
            return connection.execute(sql).fetchall()

    def execute(self, *statements):
        with closing(self.connect()) as connection:
            for statement in statements:
                connection.execute(statement)

    def exists(self):
        return self.path.exists()

    def all_tables(self):
        if not self.exists():
            return []
        return [row[0] for row in self.query("SELECT name FROM sqlite_master WHERE type = 'table'")]

    def schema(self):
        sql = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name"
        return [row for row in self.query(sql) if row[2] not in OWN_TABLES]


COLUMNS = """
    SELECT table_name, ordinal_position, column_name, data_type, is_nullable, column_default
    FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2"""
CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2"""
INDEXES = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2"
FUNCTIONS = """
    SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1"""
VIEWS = "SELECT viewname, definition FROM pg_views WHERE schemaname = 'public' ORDER BY 1"


class PostgresDatabase(Database):
    name = "postgresql"
    slow = "SELECT pg_sleep(300)"

    def __init__(self, server, name):
        self.server = server
        self.database = name
        self.url = server.url(name)
        self._administer(f'CREATE DATABASE "{name}" TEMPLATE template0')

    def drop(self):
        self._administer(f'DROP DATABASE IF EXISTS "{self.database}" WITH (FORCE)')

    def clear(self):
        """Empties it: cheaper than a database of its own for each of many small tests."""
        schemas = "SELECT quote_ident(nspname) FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema$)'"
        self.execute(*(f"DROP SCHEMA {name} CASCADE" for (name,) in self.query(schemas)), "CREATE SCHEMA public")

    def _administer(self, sql):
        with closing(self.connect(self.server.url("postgres"))) as connection, connection.cursor() as cursor:
            cursor.execute(sql)

    def pause(self, seconds):
        return f"SELECT pg_sleep({seconds})"

    def is_slow(self):
        return (
            self.query(
                "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND wait_event = 'PgSleep' "
                "AND datname = current_database()"
            )
            != []
        )

    def connect(self, url=None):
        import psycopg2

        connection = psycopg2.connect(url or self.url)
        connection.autocommit = True
        return connection

    def query(self, sql):
        with closing(self.connect()) as connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()

    def execute(self, *statements):
        with closing(self.connect()) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def exists(self):
        return True

    def all_tables(self):
        return [row[0] for row in self.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]

    def schema(self):
        found = [row for sql in (COLUMNS, CONSTRAINTS, INDEXES, FUNCTIONS, VIEWS) for row in self.query(sql)]
        return [row for row in found if row[0] not in OWN_TABLES]
