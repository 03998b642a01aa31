"""Scenario 6: the third of five revisions fails: two are applied, the third left no trace, the next run resumes."""

import re

from projects import line

FIVE = ("a1", "b2", "c3", "d4", "e5")

# The failing name stands on line 5; its first character is column 23.
BROKEN = """\
CREATE TABLE trace_c3 (id integer);
-- Umlauts before the fault: äöü
INSERT INTO trace_c3
    VALUES (1);
INSERT INTO trace_c3 (nosuchcolumn)
    VALUES (2);
CREATE TABLE after_c3 (id integer);
"""
MENDED = BROKEN.replace("nosuchcolumn", "id")


def broken(project):
    project.add(*line(*FIVE))
    return project.sql("c3", BROKEN)


def test_two_applied_third_left_no_trace(project, db):
    broken(project)

    project.rev("upgrade", "head").fails(1)

    assert db.tables() == ["t_a1", "t_b2"]
    assert db.rows() == ["b2"]


def test_failure_is_logged_after_the_rollback(project, db):
    broken(project)
    project.rev("upgrade", "head").fails(1)
    assert db.log() == [("a1", "upgrade", "done"), ("b2", "upgrade", "done"), ("c3", "upgrade", "failed")]


def test_report_names_the_place_the_statement_and_the_servers_words(project, db):
    path = broken(project).relative_to(project.root)

    failed = project.rev("upgrade", "head").fails(1, "nosuchcolumn", "INSERT INTO trace_c3")

    # SQLite has no position for this one: then it is the statement's own place.
    place = "5:1" if db.name == "sqlite" else "5:23"
    assert re.search(rf"{re.escape(str(path))}:{place}\b", failed.stderr), failed
    if db.name == "postgresql":
        failed.fails(1, "42703", 'column "nosuchcolumn" of relation "trace_c3" does not exist')
    assert failed.stdout == ""


def test_position_counts_characters_not_bytes(project, db):
    """Two-byte letters stand before the fault on its own line."""
    project.add(*line("a1"))
    path = project.sql("a1", "SELECT 1;\nSELECT 'äöü' AS x, nosuch AS y;\n").relative_to(project.root)
    failed = project.rev("upgrade", "head").fails(1, "nosuch")
    assert re.search(rf"{re.escape(str(path))}:2:20\b", failed.stderr), failed


def test_syntax_error_points_at_the_token(project, db):
    project.add(*line("a1"))
    path = project.sql("a1", "CREATE TABLE one (id integer);\n\n  CREATE TABLE two id integer;\n")
    failed = project.rev("upgrade", "head").fails(1)
    assert re.search(rf"{re.escape(str(path.relative_to(project.root)))}:3:20\b", failed.stderr), failed
    assert db.tables() == []


def test_next_run_resumes_at_the_third(project, db):
    broken(project)
    project.rev("upgrade", "head").fails(1)
    project.sql("c3", MENDED)

    project.rev("upgrade", "head").ok()

    assert db.rows() == ["e5"]
    assert db.tables() == ["after_c3", "t_a1", "t_b2", "t_d4", "t_e5", "trace_c3"]
    done = [row[0] for row in db.log() if row[2] == "done"]
    assert done == ["a1", "b2", "c3", "d4", "e5"]


def test_failing_again_says_the_same(project, db):
    broken(project)
    first = project.rev("upgrade", "head").fails(1)
    second = project.rev("upgrade", "head").fails(1)
    assert re.findall(r"\S+up\.sql:\d+:\d+", first.stderr) == re.findall(r"\S+up\.sql:\d+:\d+", second.stderr)
    assert db.rows() == ["b2"]


def test_failing_downgrade(project, db):
    project.add(*line(*FIVE))
    path = project.sql("c3", "DROP TABLE t_c3;\nDROP TABLE nosuchtable;\n", "down.sql").relative_to(project.root)
    project.rev("upgrade", "head").ok()

    failed = project.rev("downgrade", "base").fails(1, "nosuchtable")

    assert re.search(rf"{re.escape(str(path))}:2:\d+", failed.stderr), failed
    assert db.rows() == ["c3"]
    assert db.tables() == ["t_a1", "t_b2", "t_c3"]


def test_constraint_failure_names_the_statement(project, db):
    """Most servers give no position here: the statement's own line is the place."""
    project.add(*line("a1"))
    path = project.sql(
        "a1", "CREATE TABLE u (id integer PRIMARY KEY);\nINSERT INTO u VALUES (1);\n\nINSERT INTO u\n  VALUES (1);\n"
    ).relative_to(project.root)
    failed = project.rev("upgrade", "head").fails(1, "INSERT INTO u")
    assert re.search(rf"{re.escape(str(path))}:4:1\b", failed.stderr), failed
    if db.name == "postgresql":
        failed.fails(1, "23505", "Key (id)=(1) already exists")
