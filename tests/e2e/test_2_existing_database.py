"""Scenario 2: a database built from schema.sql is stamped; an upgrade then finds nothing to do."""

from projects import line

SCHEMA = ["CREATE TABLE t_a1 (id integer)", "CREATE TABLE t_b2 (id integer)"]


def test_stamp_head_then_upgrade_does_nothing(project, db):
    project.add(*line("a1", "b2"))
    (project.root / "schema.sql").write_text("".join(statement + ";\n" for statement in SCHEMA))
    db.execute(*SCHEMA)
    before = db.schema()

    project.rev("stamp", "head").ok()
    assert db.rows() == ["b2"]

    project.rev("upgrade", "head").ok("nothing to do")
    assert (db.schema(), db.rows()) == (before, ["b2"])


def test_stamp_is_logged_and_runs_no_sql(project, db):
    project.add(*line("a1", "b2"))
    project.rev("stamp", "b2").ok()
    assert db.tables() == []
    assert [row[1:] for row in db.log()] == [("stamp", "done")]


def test_later_revision_runs_on_top_of_the_stamp(project, db):
    project.add(*line("a1", "b2"))
    db.execute(*SCHEMA)
    project.rev("stamp", "head").ok()
    project.draw("c3<b2")

    project.rev("upgrade", "head").ok()

    assert db.tables() == ["t_a1", "t_b2", "t_c3"]
    assert db.rows() == ["c3"]
