"""What is refused before the first statement runs, and what a script may say."""

import pytest
from projects import Project, Revision, line


@pytest.mark.parametrize(
    "statement",
    ["COMMIT", "ROLLBACK", "END", "COMMIT TRANSACTION", "BEGIN", "rollback transaction"],
)
def test_transaction_control_is_refused(project, db, statement):
    project.add(*line("a1", "b2"))
    path = project.sql("b2", f"CREATE TABLE one (id integer);\n\n  {statement};\nCREATE TABLE two (id integer);\n")
    project.rev("upgrade", "head").fails(2, f"{path.relative_to(project.root)}:3:3")
    assert db.all_tables() == [], "refused before the first step"


def test_transaction_words_elsewhere_are_fine(project, db):
    project.add(*line("a1"))
    project.sql(
        "a1",
        '-- COMMIT;\n/* ROLLBACK; */\nCREATE TABLE "commit" (s text);\nINSERT INTO "commit" VALUES (\'COMMIT; END;\');\n',
    )
    project.rev("upgrade", "head").ok()
    assert db.query('SELECT s FROM "commit"') == [("COMMIT; END;",)]


def test_savepoints_are_fine(project, db):
    project.add(*line("a1"))
    project.sql(
        "a1",
        "CREATE TABLE one (id integer);\nSAVEPOINT s;\nCREATE TABLE two (id integer);\nROLLBACK TO s;\nRELEASE s;\n",
    )
    project.rev("upgrade", "head").ok()
    assert db.tables() == ["one"]


def test_irreversible_revision_stops_a_downgrade_before_anything_runs(project, db):
    revisions = line("a1", "b2", "c3")
    revisions[1].down = None
    project.add(*revisions)
    project.rev("upgrade", "head").ok()
    project.rev("downgrade", "base").fails(1, "b2", "down.sql")
    assert db.rows() == ["c3"]
    assert db.tables() == ["t_a1", "t_b2", "t_c3"]
    project.rev("downgrade", "b2").ok()
    assert db.rows() == ["b2"]


def test_failed_later_refusal_runs_nothing_before_it(project, db):
    """The whole plan is looked at first: a fault in the last revision stops the first one too."""
    project.add(*line("a1", "b2", "c3"))
    project.sql("c3", "COMMIT;\n")
    project.rev("upgrade", "head").fails(2, "up.sql:1:1")
    assert db.all_tables() == []


def test_backslash_command_is_refused(tmp_path, postgresql):
    project = Project(tmp_path / "project", postgresql.url).add(*line("a1", "b2"))
    project.sql("b2", "SELECT 1;\n\\connect other\n")
    project.rev("upgrade", "head").fails(2, "up.sql:2:1", "\\connect")
    assert postgresql.all_tables() == []


def test_unterminated_string_names_its_place(project, db):
    project.add(*line("a1"))
    project.sql("a1", "CREATE TABLE one (id integer);\nINSERT INTO one VALUES ('oops);\n")
    result = project.rev("upgrade", "head")
    assert result.status in (1, 2), result
    result.fails(result.status, "up.sql:2:")
    assert db.tables() == []


def test_script_cannot_bend_the_bookkeeping(postgresql, tmp_path):
    project = Project(tmp_path / "project", postgresql.url)
    project.add(*line("a1", "b2"))
    project.sql(
        "a1", "SELECT pg_catalog.set_config('search_path', '', false);\nCREATE TABLE public.one (id integer);\n"
    )
    project.rev("upgrade", "head").ok()
    assert postgresql.rows() == ["b2"]
    assert postgresql.tables() == ["one", "t_b2"]


@pytest.mark.parametrize(
    "script",
    [
        ["INSERT INTO alembic_version VALUES ('zz')"],
        ["CREATE TABLE t (a integer)", "CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT INTO alembic_version VALUES "
         "('zz'); END", "INSERT INTO t VALUES (1)"],
        ["CREATE TRIGGER g AFTER UPDATE ON alembic_version BEGIN INSERT INTO alembic_version VALUES ('zz'); END"],
    ],
)  # fmt: skip
def test_what_a_script_writes_into_the_version_table_is_seen_by_the_next_step(sqlite, tmp_path, script):
    project = Project(tmp_path / "project", sqlite.url)
    project.add(*line("a1", "b2", "c3"))
    project.sql("b2", "".join(f"{statement};\n" for statement in script))
    project.rev("upgrade", "head").fails(2, "'zz'")
    assert sqlite.rows() == ["b2", "zz"]


def test_data_survives_as_written(project, db):
    text = "it''s 100% \\n $1 ? :name äöü 🐘 -- no comment"
    project.add(Revision("a1", up=["CREATE TABLE t (s text)", f"INSERT INTO t VALUES ('{text}')"]))
    project.rev("upgrade", "head").ok()
    assert db.query("SELECT s FROM t") == [(text.replace("''", "'"),)]
