"""--transaction all: one transaction for the whole command."""

import json

import pytest
from projects import Project, Revision, line
from proxy import CuttingProxy


@pytest.fixture
def three(project):
    return project.add(*line("a1", "b2", "c3"))


def test_all_or_nothing(three, db):
    three.sql("c3", "CREATE TABLE t_c3 (id integer);\nSELECT nope;\n")
    result = three.rev("upgrade", "head", "--transaction", "all")
    result.fails(1, "c3_make_c3/up.sql:2:", "revision c3", "rolled back, all of it").says_not("done in")
    assert db.tables() == [] and not db.has("alembic_version")
    assert db.log() == [("c3", "upgrade", "failed")]
    three.sql("c3", "CREATE TABLE t_c3 (id integer);\n")
    three.rev("upgrade", "head", "--transaction", "all").ok("(3 of 3)")
    assert (db.rows(), db.tables()) == (["c3"], ["t_a1", "t_b2", "t_c3"])
    assert db.log()[1:] == [(name, "upgrade", "done") for name in ("a1", "b2", "c3")]
    three.sql("b2", "SELECT nope;\n", "down.sql")
    three.rev("downgrade", "base", "--transaction", "all").fails(1, "down.sql:1:")
    assert db.rows() == ["c3"] and len(db.tables()) == 3
    three.sql("b2", "DROP TABLE t_b2;\n", "down.sql")
    assert (
        json.loads(three.rev("downgrade", "base", "--transaction", "all", "--format", "json").ok().stdout)["rows"] == []
    )
    assert db.tables() == []


def test_branches_and_merges(project, db):
    project.draw("a; b<a; c<a; m<b,c; d<m")
    project.rev("upgrade", "head", "--transaction", "all").ok()
    assert db.rows() == ["d"]
    project.rev("downgrade", "a", "--transaction", "all").ok()
    assert db.rows() == ["a"]


def test_the_usual_one_can_be_asked_for(three, db):
    three.sql("c3", "SELECT nope;\n")
    three.rev("upgrade", "head", "--transaction", "migration").fails(1)
    assert db.rows() == ["b2"]
    three.rev("upgrade", "head", "--transaction", "some").fails(2, "migration or all")
    three.rev("upgrade", "head", "--transaction", "all", "--sql").fails(2, "don't go together")
    three.rev("upgrade", "head", "--transaction", "all", "--dry-run").ok("c3")
    assert db.rows() == ["b2"]


def test_what_runs_statement_by_statement_is_refused(three, db):
    three.add(Revision("d4", ["c3"], up=["SELECT 1"], extra={"transactional": "false"}))
    three.rev("upgrade", "head", "--transaction", "all").fails(2, "d4", "one transaction")
    assert db.all_tables() == []
    three.rev("upgrade", "c3", "--transaction", "all").ok()


def test_each_script_begins_in_a_fresh_session(tmp_path, postgresql):
    project = Project(tmp_path / "project", postgresql.url).add(*line("a1", "b2"))
    project.sql(
        "a1", "SET search_path = pg_catalog;\nCREATE TEMP TABLE t_b2 (id integer);\nSET statement_timeout = 1;\n"
    )
    project.sql("b2", "CREATE TABLE t_b2 (id integer);\nSELECT pg_sleep(0.1);\n")
    project.rev("upgrade", "head", "--transaction", "all").ok()
    assert postgresql.tables() == ["t_b2"]


@pytest.mark.parametrize("after", [True, False])
def test_a_lost_commit_is_looked_up(tmp_path, postgresql, after):
    with CuttingProxy(postgresql.server.port, b"COMMIT\0", after=after) as proxy:
        url = postgresql.url.replace(f":{postgresql.server.port}/", f":{proxy.port}/")
        project = Project(tmp_path / "project", url + "?sslmode=disable&gssencmode=disable").add(*line("a1", "b2"))
        result = project.rev("upgrade", "head", "--transaction", "all")
        if after:
            result.ok("was committed")
        else:
            result.fails(1, "nothing was committed")
    assert postgresql.has("t_b2") == after


def test_many_at_once(three, db):
    runs = [three.rev.start("upgrade", "head", "--transaction", "all") for _ in range(4)]
    assert [run.wait(timeout=60) for run in runs if run.communicate()] == [0] * 4
    assert db.log() == [(name, "upgrade", "done") for name in ("a1", "b2", "c3")]


def test_foreign_keys_off(tmp_path, sqlite):
    project = Project(tmp_path / "project", sqlite.url)
    project.add(Revision("a1", up=["CREATE TABLE p (id INTEGER PRIMARY KEY)", "CREATE TABLE c (p REFERENCES p)"]))
    project.add(Revision("b2", ["a1"], up=["INSERT INTO c VALUES (1)"], extra={"foreign_keys": "off"}))
    project.rev("upgrade", "head", "--transaction", "all").fails(1, "foreign keys are violated")
    assert sqlite.tables() == []
