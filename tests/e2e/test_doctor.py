"""rev doctor: every finding says what to type, and typing it helps."""

import json
import re
import shutil

import pytest
from projects import Project, Revision, line


def findings(project, status=3):
    result = project.rev("doctor", "--format", "json")
    assert result.status == status, result
    return [(finding["kind"], finding["revisions"]) for finding in json.loads(result.stdout)["findings"]]


@pytest.fixture
def applied(project, db):
    project.add(*line("a1", "b2"))
    project.rev("upgrade", "head").ok()
    return project


def test_nothing_is_wrong(applied, db):
    applied.rev("doctor").ok("nothing is wrong", "Server", "SQLite" if db.name == "sqlite" else "PostgreSQL")
    profile = "SQLite: schema changes are transactional, lock: transaction"
    applied.rev("doctor").ok(
        profile
        if db.name == "sqlite"
        else profile.replace("SQLite", "PostgreSQL").replace("lock: transaction", "lock: advisory")
    )
    assert findings(applied, 0) == []


def test_a_new_database(project, db):
    project.add(*line("a1"))
    project.rev("doctor").ok("there is no version table yet")
    assert db.all_tables() == []


def test_the_version_table_is_gone(applied, db):
    db.execute("DROP TABLE alembic_version")
    words = "is gone, though the log has 2 applied revisions"
    result = applied.rev("doctor")
    assert result.status == 3 and words in result.stdout, result
    applied.rev("status").ok("rev doctor")
    applied.rev("upgrade", "head").fails(5, words, "rev stamp SPEC", "DROP TABLE")
    applied.rev("upgrade", "head", "--dry-run").fails(5, words)
    assert "alembic_version" not in db.all_tables()
    applied.rev("stamp", "head").ok()
    assert findings(applied, 0) == []


@pytest.mark.parametrize(
    "columns, word",
    [
        ("version_num varchar(32)", "may be NULL"),
        ("version_num varchar(32) NOT NULL PRIMARY KEY, x integer", "further columns"),
        ("version_num varchar(32) NOT NULL", "no primary key"),
        ("other text", "no column version_num"),
    ],
)
def test_an_altered_version_table(applied, db, columns, word):
    db.execute("DROP TABLE alembic_version", f"CREATE TABLE alembic_version ({columns})")
    if "version_num" in columns:
        db.execute("INSERT INTO alembic_version (version_num) VALUES ('b2')")
    result = applied.rev("doctor")
    assert result.status == 3 and word in result.stdout and ";\n" not in result.stdout, result
    assert [kind for kind, _ in findings(applied)] == ["version_table"]


def test_rows_that_nothing_defines_and_redundant_ones(applied, db):
    db.execute("INSERT INTO alembic_version VALUES ('a1')", "INSERT INTO alembic_version VALUES ('deadbeef')")
    assert findings(applied) == [("rows", ["deadbeef"]), ("rows", ["a1"])]
    db.execute("DELETE FROM alembic_version WHERE version_num = 'deadbeef'")
    assert "`rev stamp b2`" in applied.rev("doctor").stdout
    applied.rev("stamp", "b2").ok()
    assert findings(applied, 0) == []
    assert db.rows() == ["b2"]


def test_a_kept_script_defines_a_row(applied, db):
    shutil.move(applied.folder("b2"), applied.root.parent / "b2")
    assert findings(applied, 0) == []


def test_the_log_and_the_rows_disagree(applied, db):
    db.execute("UPDATE alembic_version SET version_num = 'a1'")
    assert findings(applied) == [("log", ["b2"])]
    applied.rev("stamp", "b2").ok()
    assert findings(applied, 0) == []


def test_what_came_before_a_stamp_proves_nothing_and_what_came_after_does(applied, db):
    applied.rev("stamp", "a1").ok()
    assert findings(applied, 0) == []
    db.execute("DROP TABLE t_b2")
    applied.rev("upgrade", "head").ok()
    db.execute("UPDATE alembic_version SET version_num = 'a1'")
    assert findings(applied) == [("log", ["b2"])]


@pytest.mark.parametrize("table", ["rev_log", "rev_script"])
@pytest.mark.parametrize("by", ["CREATE TABLE {} (id text)", "CREATE VIEW {} AS SELECT * FROM kept"])
def test_something_else_in_the_place_of_a_table_of_ours(applied, db, table, by):
    db.execute(f"ALTER TABLE {table} RENAME TO kept", by.format(table))
    assert findings(applied) == [("books", [])]
    result = applied.rev("doctor")
    assert "is not as rev keeps it" in result.stdout, result
    rename = re.search(r"type (ALTER TABLE .*?) RENAME", result.stdout)[1]
    db.execute(f"{rename} RENAME TO other_name" if "TABLE" in by or db.name == "postgresql" else f"DROP VIEW {table}")
    applied.add(*line("a1", "b2", "c3")[2:])
    applied.rev("upgrade", "head").ok()
    assert findings(applied, 0) == []


def test_a_database_that_takes_no_changes(tmp_path, postgresql):
    project = Project(tmp_path / "project", postgresql.url).add(*line("a1", "b2"))
    project.rev("upgrade", "a1").ok()
    name = postgresql.query("SELECT quote_ident(current_database())")[0][0]
    postgresql.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    project.rev("upgrade", "head").fails(1, "read-only transaction", "rev doctor")
    result = project.rev("doctor")
    assert findings(project) == [("read_only", [])]
    postgresql.execute("SET default_transaction_read_only = off", re.search(r"(ALTER DATABASE .*?;)", result.stdout)[1])
    project.rev("upgrade", "head").ok()


def test_changed_and_interrupted(applied, db):
    applied.add(Revision("c3", ["b2"], up=["SELECT nope"], extra={"transactional": "false"}))
    applied.rev("upgrade", "head").fails(1)
    applied.sql("a1", "CREATE TABLE t_a1 (id bigint);\n")
    assert findings(applied) == [("interrupted", ["c3"]), ("changed", ["a1"])]
    applied.rev("resolve", "c3", "--rolled-back").ok()
    applied.rev("resolve", "a1", "--accept-changes").ok()
    assert findings(applied, 0) == []


def test_a_lock_that_is_held(tmp_path, postgresql):
    project = Project(tmp_path / "project", postgresql.url).add(*line("a1"))
    project.sql("a1", "SELECT pg_sleep(300);\n")
    process = project.rev.start("upgrade", "head")
    postgresql.wait_until_slow(process)
    result = project.rev("doctor")
    assert result.status == 3 and "the lock is held by pid" in result.stdout and "rev upgrade" in result.stdout, result
    end = re.search(r"in psql: (SELECT pg_terminate_backend\(\d+\);)", result.stdout)
    assert end, result
    postgresql.execute(end[1])
    process.communicate()
    assert process.returncode == 1


def test_a_lock_row_that_was_left(tmp_path, sqlite):
    project = Project(tmp_path / "project", sqlite.url)
    project.add(Revision("a1", up=["CREATE TABLE trace (t text)", sqlite.slow], extra={"transactional": "false"}))
    process = project.rev.start("upgrade", "head")
    sqlite.wait_until_slow(process)
    process.kill()
    process.communicate()
    result = project.rev("doctor")
    assert result.status == 3 and "was left behind by" in result.stdout, result
    project.rev("resolve", "a1", "--rolled-back").ok()
    assert [kind for kind, _ in findings(project, 0)] == []


def test_an_invalid_index(tmp_path, postgresql):
    import psycopg2

    project = Project(tmp_path / "project", postgresql.url).add(*line("a1"))
    project.rev("upgrade", "head").ok()
    postgresql.execute("INSERT INTO t_a1 VALUES (1), (1)")
    with pytest.raises(psycopg2.Error):
        postgresql.execute('CREATE UNIQUE INDEX CONCURRENTLY "I" ON t_a1 (id)')
    result = project.rev("doctor")
    assert result.status == 3 and 'DROP INDEX CONCURRENTLY public."I"' in result.stdout, result
    postgresql.execute('DROP INDEX CONCURRENTLY public."I"')
    assert findings(project, 0) == []


def test_a_database_that_is_not_there(project, tmp_path):
    project.configure("postgresql://nobody@127.0.0.1:1/nothing")
    project.rev("doctor").fails(1, "127.0.0.1")
