"""Hostile files, links and database contents: an error that names the place, soon, and nothing else."""

import json
import os
import re
import time

import pytest
from projects import Project, line

SECONDS = 2  # what the slowest of them may take…
SLACK = 10  # …times what a busy machine and a sanitizer make of it


def refused(project, *arguments, status=None):
    """Exit status 1 or 2 with a word about it, in bounded time."""
    started = time.monotonic()
    result = project.rev(*arguments, timeout=SECONDS * SLACK)
    assert result.status in ((status,) if status else (1, 2)), result
    assert result.stderr.strip() and "\x1b" not in result.stderr
    assert time.monotonic() - started < SECONDS * SLACK
    return result


@pytest.fixture
def pair(files):
    files.configure("sqlite:///test.db")
    return files.add(*line("a1", "b2"))


def replace(path, make):
    if path.exists():
        path.unlink()
    make(path)


SPECIAL = {
    "fifo": os.mkfifo,
    "folder": lambda path: path.mkdir(),
    "loop": lambda path: path.symlink_to(path.name),
    "out": lambda path: path.symlink_to("/etc/passwd"),
    "device": lambda path: path.symlink_to("/dev/zero"),
    "nowhere": lambda path: path.symlink_to("nowhere"),
}


@pytest.mark.parametrize("kind", SPECIAL)
@pytest.mark.parametrize("name", ["revision.yaml", "up.sql"])
def test_what_is_no_file_is_never_read(pair, kind, name):
    replace(pair.folder("b2") / name, SPECIAL[kind])
    result = refused(pair, "upgrade", "head")
    assert name in result.stderr, result


@pytest.mark.parametrize("kind", ["fifo", "folder", "loop", "device", "nowhere"])
def test_rev_yaml_that_is_no_file(pair, kind):
    replace(pair.root / "rev.yaml", SPECIAL[kind])
    assert "rev.yaml" in refused(pair, "heads").stderr


HEADERS = {
    "NUL": b"revision: b2\0\n",
    "not UTF-8": b"revision: b2\nmessage: \xff\xfe\n",
    "UTF-16": "revision: b2\n".encode("utf-16"),
    "deep": b"revision: b2\nx-a: " + b"[" * 5000 + b"]" * 5000 + b"\n",
    "wide": b"revision: b2\n" + b"".join(b"x-%d: 1\n" % i for i in range(5000)),
    "long": b"revision: b2\nmessage: " + b"x" * 70000 + b"\n",
    "alias": b"revision: &a b2\nmessage: *a\n",
    "bomb": b"x-a: &a [x,x]\nx-b: &b [*a,*a]\nrevision: b2\n",
    "tag": b"revision: !!binary YjI=\n",
    "merge key": b"x-a: {a: b}\nrevision: b2\n<<: {message: m}\n",
    "two documents": b"revision: b2\n---\nrevision: c3\n",
    "duplicate": b"revision: b2\nrevision: c3\n",
    "a path": b"revision: '../../etc'\n",
    "a reserved word": b"revision: head\n",
    "escape codes": b'revision: "\\e[2J\\e]0;x\\a"\n',
}


@pytest.mark.parametrize("kind", HEADERS)
def test_headers(pair, kind):
    (pair.folder("b2") / "revision.yaml").write_bytes(HEADERS[kind])
    result = refused(pair, "heads", status=2)
    assert "revision.yaml" in result.stderr, result


@pytest.mark.parametrize(
    "spec",
    [
        "+99999999999999999999",
        "x" * 100000,
        "a1\x1b[2J",
        "-" * 2000,
        "@" * 500,
        "a:" * 300,
        "\u202e",
        "../..",
        "+-1",
        "a1\n",
    ],
)
def test_specs(pair, spec):
    refused(pair, "upgrade", spec, status=2)


@pytest.mark.parametrize(
    "url", ["sqlite:" + "x" * 10000, "postgresql://" + "a" * 9000, "postgresql://[" * 500, "\x1b[2J://"]
)
def test_urls(pair, url):
    refused(pair, "current", "--url", url, status=2)


ROWS = {
    "escape codes": "UPDATE alembic_version SET version_num = char(27) || '[2J'",
    "long": "UPDATE alembic_version SET version_num = hex(zeroblob(50000))",
    "a blob": "UPDATE alembic_version SET version_num = x'00ff00'",
    "NUL": "UPDATE alembic_version SET version_num = 'a' || char(0) || 'b'",
    "many": "INSERT INTO alembic_version WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT 'r' || i FROM n",
    "a view": "ALTER TABLE alembic_version RENAME TO o; CREATE VIEW alembic_version AS SELECT 1 AS version_num",
    "other columns": "DROP TABLE alembic_version; CREATE TABLE alembic_version (x)",
}


@pytest.mark.parametrize("kind", ROWS)
def test_version_rows(tmp_path, sqlite, kind):
    project = Project(tmp_path / "project", sqlite.url).add(*line("a1", "b2"))
    project.rev("upgrade", "a1").ok()
    sqlite.execute(*ROWS[kind].split("; "))
    before = sqlite.query("SELECT count(*) FROM sqlite_master")
    refused(project, "upgrade", "head")
    refused(project, "current")
    project.rev("doctor")
    assert sqlite.query("SELECT count(*) FROM sqlite_master") == before


LOGS = {
    "escape codes": "UPDATE rev_log SET revision = char(27) || '[2J', applied_by = char(27) || ']0;x' || char(7), outcome = char(27)",
    "other types": "UPDATE rev_log SET statements_done = 'x', statements_total = x'ff', execution_time_ms = -1e300, started_at = 7",
    "NULL": "UPDATE rev_log SET revision = NULL, checksum = NULL, rev_version = NULL, applied_by = NULL",
    "long": "UPDATE rev_log SET revision = hex(zeroblob(100000)), checksum = hex(zeroblob(100000))",
    "unfinished": "UPDATE rev_log SET finished_at = NULL, revision = char(27) || '[2J', statements_done = 99999999999999999999",
    "a NUL": "UPDATE rev_log SET applied_by = 'a' || char(0)",
}


@pytest.mark.parametrize("row", ["NULL", "'" + "x" * 100 + "'", "'a1'"], ids=["null", "long", "twice"])
def test_the_way_out_of_rows_that_are_none(tmp_path, sqlite, row):
    project = Project(tmp_path / "project", sqlite.url).add(*line("a1", "b2"))
    project.rev("upgrade", "a1").ok()
    sqlite.execute(
        "DROP TABLE alembic_version",
        "CREATE TABLE alembic_version (version_num text)",
        f"INSERT INTO alembic_version VALUES ('a1'), ({row})",
    )
    result = project.rev("upgrade", "head").fails(1, "rev stamp SPEC")
    sqlite.execute(re.search(r"type (DELETE FROM .*?;)", result.stderr)[1])
    project.rev("stamp", "a1").ok()
    project.rev("upgrade", "head").ok()
    assert sqlite.rows() == ["b2"]


def test_a_table_that_only_has_the_name_of_rev_script(tmp_path, sqlite):
    project = Project(tmp_path / "project", sqlite.url).add(*line("a1"))
    sqlite.execute("CREATE TABLE rev_script (x text)")
    project.rev("upgrade", "head").fails(1, "writing", "rev_script", "another tool's table")
    assert "t_a1" not in sqlite.all_tables()


@pytest.mark.parametrize("kind", LOGS)
def test_log_rows(tmp_path, sqlite, kind):
    project = Project(tmp_path / "project", sqlite.url).add(*line("a1", "b2"))
    project.rev("upgrade", "a1").ok()
    sqlite.execute(LOGS[kind])
    for arguments in (("log",), ("status",), ("doctor",), ("check",), ("upgrade", "head"), ("log", "--format", "json")):
        result = project.rev(*arguments, timeout=SECONDS * SLACK)
        assert result.status in (0, 1, 2, 3, 5), result
        assert "\x1b" not in result.stderr, result
        if arguments[-1] == "json" and result.status == 0:
            json.loads(result.stdout)


KEPT = {
    "not UTF-8": "UPDATE rev_script SET header = x'ff00fe', up = x'00', down = x'ff'",
    "another's header": "UPDATE rev_script SET header = CAST('revision: head' AS BLOB)",
    "text": "UPDATE rev_script SET up = 'text', down = 'zz', up_size = -5",
}


@pytest.mark.parametrize("kind", KEPT)
def test_kept_scripts(tmp_path, sqlite, kind):
    project = Project(tmp_path / "project", sqlite.url).add(*line("a1", "b2"))
    project.rev("upgrade", "head").ok()
    sqlite.execute(KEPT[kind])
    project.sql("a1", "CREATE TABLE t_a1 (id bigint);\n")
    for arguments in (("status", "-v"), ("check",)):
        assert project.rev(*arguments, timeout=SECONDS * SLACK).status in (0, 3)
    result = project.rev("show", "b2", "--from-database").fails(1, "is not what ran", "DELETE FROM")
    sqlite.execute(re.search(r"(DELETE FROM .*?;)", result.stderr)[1])
    project.rev("show", "b2", "--from-database").fails(2, "has kept nothing")
    folder = project.folder("b2")
    folder.rename(project.root / "elsewhere")
    refused(project, "downgrade", "a1", status=2)


@pytest.mark.parametrize("row", ["x'00ff'", "x'613100'", "'a' || char(65533)"])
def test_a_version_row_that_is_no_text(tmp_path, sqlite, row):
    project = Project(tmp_path / "project", sqlite.url).add(*line("a1", "b2"))
    project.rev("upgrade", "a1").ok()
    sqlite.execute(f"UPDATE alembic_version SET version_num = {row}")
    for arguments in (("status",), ("upgrade", "head"), ("stamp", "--purge", "a1")):
        result = project.rev(*arguments).fails(1, "alembic_version holds a row that is no text")
    sqlite.execute(re.search(r"(DELETE FROM .*?;)", result.stderr)[1])
    project.rev("stamp", "a1").ok()
    project.rev("upgrade", "head").ok()
    assert sqlite.rows() == ["b2"]


def test_a_log_row_that_is_no_text(tmp_path, sqlite):
    project = Project(tmp_path / "project", sqlite.url).add(*line("a1", "b2"))
    project.rev("upgrade", "a1").ok()
    sqlite.execute("UPDATE rev_log SET applied_by = CAST(x'610062' AS text), finished_at = NULL")
    project.rev("log").ok("a\ufffdb")
    project.rev("upgrade", "head").fails(5, "a\ufffdb", "rev resolve a1 --rolled-back")
    project.rev("resolve", "a1", "--rolled-back").ok()
    project.rev("upgrade", "head").ok()
    assert sqlite.rows() == ["b2"]
