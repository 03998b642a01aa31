"""rev log, what the database has kept, and files that changed after they ran."""

import json
import re
import shutil
from datetime import datetime

import pytest
from projects import Project, Revision, line


def log(project, *options):
    return json.loads(project.rev("log", "--format", "json", *options).ok().stdout)


def test_the_log_has_every_step_newest_first(project, db):
    project.add(*line("a1", "b2"))
    project.sql("b2", "SELECT nope;\n")
    project.rev("upgrade", "head").fails(1)
    project.sql("b2", "CREATE TABLE t_b2 (id integer);\n")
    project.rev("upgrade", "head").ok()
    project.rev("downgrade", "-1").ok()
    project.rev("stamp", "head").ok()
    rows = log(project)
    assert [(row["revision"], row["direction"], row["outcome"]) for row in rows] == [
        ("b2", "stamp", "done"),
        ("b2", "downgrade", "done"),
        ("b2", "upgrade", "done"),
        ("b2", "upgrade", "failed"),
        ("a1", "upgrade", "done"),
    ]
    for row in rows:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", row["started_at"]), row
        assert row["finished_at"] >= row["started_at"] and "@" in row["applied_by"]
    assert len(rows[-1]["checksum"]) == 64 and rows[0]["checksum"] is None
    text = project.rev("log", "-v").ok("upgrade", "failed", "b2").stdout
    assert len(text.splitlines()) == 5
    assert len(log(project, "-n", "2")) == 2
    project.rev("log", "-n", "2").ok("older steps are left out")


def test_an_empty_log(project, db):
    project.add(*line("a1"))
    assert log(project) == []
    project.rev("log").ok("nothing has been run")
    assert db.all_tables() == []
    project.rev("log", "-n", "0").fails(2, "-n takes a number")


def test_an_interrupted_step_in_the_log(project, db):
    project.add(*line("a1"), Revision("b2", ["a1"], up=["SELECT 1", "SELECT nope"], extra={"transactional": "false"}))
    project.rev("upgrade", "head").fails(1)
    project.rev("log").ok("failed", "1 of 2 statements")
    assert log(project)[0]["finished_at"] is None
    project.rev("status").ok("Open      b2: its upgrade is at statement 2 of 2", "resolve b2 --continue")
    check = project.rev("check")
    assert check.status == 3 and "resolve b2 --continue" in check.stdout, check
    state = json.loads(project.rev("status", "--format", "json").ok().stdout)
    assert [step["revision"] for step in state["interrupted"]] == ["b2"]


def test_what_ran_is_kept(project, db):
    project.add(*line("a1"))
    up = project.sql("a1", "CREATE TABLE t_a1 (id integer);\r\n-- \u00e9\n")
    text = up.read_bytes().decode()
    project.rev("upgrade", "head").ok()
    kept = json.loads(project.rev("show", "a1", "--from-database", "--format", "json").ok().stdout)
    assert kept["up"] == text and kept["down"] == "DROP TABLE t_a1;\n" and 'revision: "a1"' in kept["header"]
    project.rev("show", "a1", "--from-database").ok("== up.sql", "CREATE TABLE t_a1")
    project.rev("show", "b2", "--from-database").fails(2, "kept nothing")
    project.rev("downgrade", "base").ok()
    project.rev("upgrade", "head").ok()
    assert db.query("SELECT count(*) FROM rev_script") == [(1,)], "once a checksum"


def test_a_large_file_is_not_kept_but_its_size_is(project, db):
    project.add(*line("a1"))
    path = project.sql("a1", "CREATE TABLE t_a1 (id integer);\n" + "-- padding\n" * 100000)
    project.rev("upgrade", "head").ok()
    assert db.query("SELECT up IS NULL, up_size, down_size FROM rev_script") in (
        [(True, path.stat().st_size, 17)],
        [(1, path.stat().st_size, 17)],
    )
    kept = json.loads(project.rev("show", "a1", "--from-database", "--format", "json").ok().stdout)
    assert kept["up"] is None and kept["down"] == "DROP TABLE t_a1;\n"


@pytest.fixture
def changed(project, db):
    """a1 is applied and was changed; b2 is to come."""
    project.add(*line("a1", "b2"))
    project.rev("upgrade", "a1").ok()
    project.sql("a1", "CREATE TABLE t_a1 (id bigint);\n")
    return project


def test_an_upgrade_refuses_beside_a_changed_file(changed, db):
    changed.rev("upgrade", "head").fails(
        5,
        "a1_make_a1/up.sql",
        "-CREATE TABLE t_a1 (id integer);",
        "+CREATE TABLE t_a1 (id bigint);",
        "--accept-changes",
    )
    changed.rev("upgrade", "head", "--dry-run").fails(5)
    assert (db.rows(), db.tables()) == (["a1"], ["t_a1"])
    changed.rev("upgrade", "a1").ok("nothing to do")


def test_status_and_check_say_it(changed):
    changed.rev("status").ok("Changed", "up.sql, applied 20")
    changed.rev("status", "-v").ok("+CREATE TABLE t_a1 (id bigint);")
    assert "changed" in [finding["kind"] for finding in json.loads(changed.rev("check", "--format", "json").stdout)]
    state = json.loads(changed.rev("status", "--format", "json").ok().stdout)
    assert [(change["revision"], change["only_blanks"]) for change in state["changed"]] == [("a1", False)]


def test_accepting_a_change(changed, db):
    changed.rev("resolve", "a1", "--accept-changes").ok("resolved")
    changed.rev("resolve", "a1", "--accept-changes").fails(2, "no change of a1")
    changed.rev("resolve", "b2", "--accept-changes").fails(2, "no change of b2")
    changed.rev("upgrade", "head").ok()
    assert db.rows() == ["b2"]
    assert db.log() == [("a1", "upgrade", "done"), ("a1", "upgrade", "applied"), ("b2", "upgrade", "done")]


def test_a_change_brought_back(changed, db):
    changed.sql("a1", "CREATE TABLE t_a1 (id integer);\n")
    changed.rev("upgrade", "head").ok()


@pytest.mark.parametrize(
    "text", ["CREATE TABLE t_a1 (id integer);\r\n", "\ufeffCREATE TABLE t_a1 (id integer);\n"], ids=["CRLF", "BOM"]
)
def test_line_ends_and_bom_are_no_change(changed, text):
    changed.folder("a1").joinpath("up.sql").write_bytes(text.encode())
    changed.rev("upgrade", "head").ok()


def test_comments_and_white_space_are_said_to_be_all(changed):
    changed.sql("a1", "-- why\nCREATE TABLE t_a1 (\n  id integer\n);\n")
    changed.rev("upgrade", "head").fails(5, "Only comments and white space differ")
    changed.rev("status").ok("only comments and white space")


def test_a_changed_down_sql_and_header(changed):
    changed.sql("a1", "CREATE TABLE t_a1 (id integer);\n")
    changed.sql("a1", "DROP TABLE IF EXISTS t_a1;\n", "down.sql")
    changed.rev("upgrade", "head").fails(5, "a1_make_a1/down.sql", "+DROP TABLE IF EXISTS t_a1;")
    changed.sql("a1", "DROP TABLE t_a1;\n", "down.sql")
    header = changed.folder("a1") / "revision.yaml"
    header.write_text(header.read_text() + "transactional: false\n")
    changed.rev("upgrade", "head").fails(5, "a1_make_a1/revision.yaml", "+transactional: false")
    header.write_text(
        header.read_text().replace("transactional: false", "transactional: true").replace("make a1", "better")
    )
    changed.rev("upgrade", "head").ok()


def test_a_changed_header_beside_comments_is_said(changed):
    changed.sql("a1", "-- why\nCREATE TABLE t_a1 (id integer);\n")
    header = changed.folder("a1") / "revision.yaml"
    header.write_text(header.read_text() + "transactional: false\n")
    result = changed.rev("upgrade", "head").fails(5, "a1_make_a1/revision.yaml:", "+-- why", "+transactional: false")
    assert "Only comments" not in result.stderr, result
    assert "only comments" not in changed.rev("status").ok().stdout


def test_each_changed_file_is_named(changed):
    changed.sql("a1", "DROP TABLE IF EXISTS t_a1;\n", "down.sql")
    result = changed.rev("upgrade", "head").fails(5, "a1_make_a1/up.sql: error", "a1_make_a1/down.sql:\n")
    assert "revision.yaml" not in result.stderr, result


def test_a_downgrade_says_it_and_runs_down_sql_as_it_is(changed, db):
    changed.rev("downgrade", "base").ok("warning", "up.sql was changed since it was applied")
    assert db.tables() == []


def test_stamped_revisions_are_not_judged(project, db):
    project.add(*line("a1", "b2"))
    project.rev("stamp", "a1").ok()
    project.rev("upgrade", "head").ok()


def test_a_deleted_log_loses_history_never_correctness(changed, db):
    db.execute("DROP TABLE rev_log", "DROP TABLE rev_script")
    changed.rev("upgrade", "head").ok()
    assert db.rows() == ["b2"]


@pytest.fixture
def older(project, db):
    """An older release: a newer one has applied b2 and c3, whose files are not here."""
    project.add(*line("a1", "b2", "c3"))
    project.rev("upgrade", "head").ok()
    for name in ("b2", "c3"):
        shutil.move(project.folder(name), project.root.parent / name)
    return project


def test_an_older_release_undoes_what_a_newer_one_applied(older, db):
    older.rev("downgrade", "a1").ok(
        "no file defines revision c3", "no file defines revision b2", "c3 -> b2", "b2 -> a1"
    )
    assert (db.rows(), db.tables()) == (["a1"], ["t_a1"])
    older.rev("current").ok("a1").says_not("warning")


def test_an_older_release_reads_where_the_database_is(older):
    older.rev("current").ok("c3")
    assert [
        step["revision"] for step in json.loads(older.rev("status", "--format", "json").ok().stdout)["current"]
    ] == ["c3"]
    older.rev("upgrade", "head").ok("nothing to do")


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE rev_script SET down = up",
        "UPDATE rev_script SET header = NULL",
        "DELETE FROM rev_script",
        "DROP TABLE rev_script",
        "DELETE FROM rev_log WHERE revision = 'c3'",
    ],
)
def test_what_was_kept_is_used_only_as_it_was_logged(older, db, spoil):
    db.execute(spoil)
    older.rev("downgrade", "a1").fails(2, "'c3'", "no file here defines")
    assert (db.rows(), db.tables()) == (["c3"], ["t_a1", "t_b2", "t_c3"])


def test_what_was_kept_without_down_sql_is_irreversible(project, db):
    revisions = line("a1", "b2")
    revisions[1].down = None
    project.add(*revisions)
    project.rev("upgrade", "head").ok()
    shutil.move(project.folder("b2"), project.root.parent / "b2")
    project.rev("downgrade", "a1").fails(1, "irreversible")
    assert db.rows() == ["b2"]


def test_times_are_local_for_people_and_utc_for_programs(project, db):
    project.add(*line("a1"))
    project.rev("upgrade", "head", env={"TZ": "IST-5:30"}).ok()
    local = project.rev("log", env={"TZ": "IST-5:30"}).ok().stdout[:25]
    (row,) = json.loads(project.rev("log", "--format", "json", env={"TZ": "IST-5:30"}).ok().stdout)
    assert local.endswith("+05:30") and row["started_at"].endswith("Z")
    started = datetime.fromisoformat(row["started_at"].replace("Z", "+00:00"))
    assert datetime.fromisoformat(local) == started.replace(microsecond=0)
    for whole in (["show", "a1"], ["history", "--verbose"], ["heads", "--verbose"], ["current", "--verbose"]):
        assert "2025-01-01 05:30:00+05:30" in project.rev(*whole, env={"TZ": "IST-5:30"}).ok().stdout
    project.sql("a1", "CREATE TABLE other (id integer);")
    assert f"applied {local} by" in project.rev("status", env={"TZ": "IST-5:30"}).ok().stdout


def test_a_file_that_changes_during_a_run_runs_as_it_was_checked(tmp_path, postgresql):
    """The first step keeps the server busy until the second one's file is another."""
    project = Project(tmp_path / "project", postgresql.url)
    project.add(Revision("a1", up=["SELECT pg_sleep(3)"]), *line("a1", "b2")[1:])
    process = project.rev.start("upgrade", "head")
    postgresql.wait_until_slow(process)
    project.sql("b2", "CREATE TABLE another (id integer);\n")
    process.communicate()
    assert process.returncode == 0
    assert postgresql.tables() == ["t_b2"]
    changes = json.loads(project.rev("status", "--format", "json").ok().stdout)["changed"]
    assert [change["revision"] for change in changes] == ["b2"]
