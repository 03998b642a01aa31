"""What pg_dump and the sqlite3 shell write is a script like any other: run by rev into an empty database, it makes one
whose dump is the same."""

import subprocess
from contextlib import closing
from pathlib import Path

import pytest
import rev as rev_library
from database import OWN_TABLES, PostgresDatabase, SqliteDatabase
from projects import Project, line

RICH = Path(__file__).resolve().parent / "dumped"


def run(*command, **options):
    done = subprocess.run(
        list(map(str, command)), env=rev_library.clean_environment(), capture_output=True, timeout=300, **options
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def upgrade(folder, database, dump, **header):
    """The dump as the first revision's up.sql, byte by byte, and a usual one behind it."""
    first, second = line("a1", "b2")
    first.extra = header
    project = Project(folder, database.url).add(first, second)
    (project.folder("a1") / "up.sql").write_bytes(dump)
    return project.rev("upgrade", "head")


# PostgreSQL


def pg_dump(database, *options):
    return run("pg_dump", "-T", "alembic_version", "-T", "rev_*", "-T", "t_b2", *options, database.url)


def comparable(dump):
    """Without the lines that hold a new random key each time."""
    return [text for text in dump.split(b"\n") if not text.startswith((b"\\restrict ", b"\\unrestrict "))]


@pytest.fixture(scope="module")
def rich(server):
    """Made by psql."""
    database = PostgresDatabase(server, "rich")
    run("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", RICH / "postgresql.sql", database.url)
    yield database
    database.drop()


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--inserts",),
        ("--column-inserts", "--disable-triggers"),
        ("--clean", "--if-exists"),
        ("--rows-per-insert=7", "--quote-all-identifiers", "--disable-dollar-quoting"),
        ("--use-set-session-authorization",),
    ],
    ids=" ".join,
)
def test_pg_dump(rich, postgresql, tmp_path, options):
    dump = pg_dump(rich, *options)
    assert b"set_config('search_path', '', false)" in dump

    upgrade(tmp_path / "project", postgresql, dump).ok()

    assert comparable(pg_dump(postgresql, *options)) == comparable(dump)
    assert postgresql.rows() == ["b2"] and postgresql.has("t_b2")


def test_pg_dump_runs_statement_by_statement_too(rich, postgresql, tmp_path):
    dump = pg_dump(rich)
    upgrade(tmp_path / "project", postgresql, dump, transactional="false").ok()
    assert comparable(pg_dump(postgresql)) == comparable(dump)
    assert postgresql.rows() == ["b2"] and postgresql.has("t_b2")


def test_a_dump_in_three_revisions(rich, postgresql, tmp_path):
    dumps = {"--section=pre-data": "a1", "--section=data": "b2", "--section=post-data": "c3"}
    project = Project(tmp_path / "project", postgresql.url).add(*line(*dumps.values()))
    for section, revision in dumps.items():
        (project.folder(revision) / "up.sql").write_bytes(pg_dump(rich, section))
    project.rev("upgrade", "head").ok()
    assert comparable(pg_dump(postgresql)) == comparable(pg_dump(rich))


def test_large_objects_need_transactions_of_their_own(postgresql, server, tmp_path):
    """pg_dump writes BEGIN and COMMIT around them, in the middle of its script."""
    source = PostgresDatabase(server, f"{postgresql.database}_source")
    source.execute("SELECT lo_from_bytea(424242, '\\x00ff3b27')", "COMMENT ON LARGE OBJECT 424242 IS 'large; object'")
    dump = pg_dump(source)
    upgrade(tmp_path / "first", postgresql, dump).fails(2, "BEGIN", "transactional: false")
    assert postgresql.all_tables() == []
    upgrade(tmp_path / "second", postgresql, dump, transactional="false").ok()
    assert comparable(pg_dump(postgresql)) == comparable(dump)
    source.drop()


def test_a_dump_that_makes_its_database_is_refused(rich, postgresql, tmp_path):
    result = upgrade(tmp_path / "project", postgresql, pg_dump(rich, "--create"))
    result.fails(2, "CREATE DATABASE", "\\connect")
    assert postgresql.all_tables() == []


# SQLite


FOREIGN_KEYS = b"PRAGMA foreign_keys=OFF;\n"


def sqlite_dump(database):
    """Without rev's own tables and what the next revision made: .dump takes no list of what to leave out."""
    copy = database.path.with_name("copy.db")
    copy.write_bytes(database.path.read_bytes())
    with closing(SqliteDatabase(copy).connect()) as connection:
        for table in sorted(OWN_TABLES | {"t_b2"}):
            connection.execute(f"DROP TABLE IF EXISTS {table}")
    return run("sqlite3", copy, ".dump")


@pytest.fixture(scope="module")
def rich_dump(tmp_path_factory):
    """Of a database made by the shell."""
    database = SqliteDatabase(tmp_path_factory.mktemp("rich") / "rich.db")
    run("sqlite3", "-bail", database.path, stdin=open(RICH / "sqlite.sql", "rb"))
    dump = sqlite_dump(database)
    assert dump.startswith(FOREIGN_KEYS + b"BEGIN TRANSACTION;\n") and dump.endswith(b"COMMIT;\n")
    return dump


def test_sqlite_dump_as_it_is_is_refused(sqlite, tmp_path, rich_dump):
    result = upgrade(tmp_path / "project", sqlite, rich_dump)
    result.fails(2, "up.sql:1:1", "PRAGMA foreign_keys", "transactional: false", "foreign_keys: off")
    assert not sqlite.exists()


@pytest.mark.parametrize("header", [{"foreign_keys": "off"}, {}], ids=str)
def test_sqlite_dump(sqlite, tmp_path, rich_dump, header):
    upgrade(tmp_path / "project", sqlite, rich_dump.removeprefix(FOREIGN_KEYS), **header).ok()
    assert sqlite_dump(sqlite).splitlines() == rich_dump.splitlines()
    assert sqlite.rows() == ["b2"]
    assert sqlite.query("SELECT title FROM found WHERE found MATCH 'body'") == [("a;b",)]


def test_sqlite_dump_runs_statement_by_statement_as_it_is(sqlite, tmp_path, rich_dump):
    upgrade(tmp_path / "project", sqlite, rich_dump, transactional="false").ok()
    assert sqlite_dump(sqlite).splitlines() == rich_dump.splitlines()
    assert sqlite.rows() == ["b2"]
