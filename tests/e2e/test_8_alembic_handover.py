"""Scenario 8: a database goes from Debian's alembic to rev and back, with the same graph written for both."""

import pytest
from alembic_project import AlembicProject
from projects import draw

# a <- b <- m <- z, with a branch c off a that is merged into m
GRAPH = "a1; b2<a1; c3<a1; m4<b2,c3; z5<m4"


@pytest.fixture
def alembic(tmp_path, db):
    return AlembicProject(tmp_path / "alembic-project", db.url)


def current(alembic):
    return sorted(text.split()[0] for text in alembic("current").splitlines() if text)


def test_alembic_first_then_rev(project, alembic, db):
    project.draw(GRAPH)
    alembic.add(*draw(GRAPH))
    alembic("upgrade", "b2")
    assert db.rows() == ["b2"]

    project.rev("current").ok("b2")
    project.rev("upgrade", "head").ok()

    assert db.rows() == ["z5"]
    assert db.tables() == ["t_a1", "t_b2", "t_c3", "t_m4", "t_z5"]
    assert current(alembic) == ["z5"]
    alembic("upgrade", "head")
    assert db.rows() == ["z5"]


def test_rev_first_then_alembic_then_rev(project, alembic, db):
    project.draw(GRAPH)
    alembic.add(*draw(GRAPH))
    project.rev("upgrade", "c3").ok()

    alembic("upgrade", "b2")
    assert db.rows() == ["b2", "c3"]
    assert project.rev("current").ok().lines == ["b2", "c3"]

    project.rev("upgrade", "head").ok()
    alembic("downgrade", "-1")
    assert db.rows() == ["m4"]
    alembic("downgrade", "b2")
    assert db.rows() == ["b2", "c3"]

    project.rev("downgrade", "a1").ok()
    assert db.rows() == current(alembic) == ["a1"]
    assert db.tables() == ["t_a1"]


def test_both_undo_what_the_other_did(project, alembic, db):
    project.draw(GRAPH)
    alembic.add(*draw(GRAPH))
    alembic("upgrade", "heads")
    project.rev("downgrade", "base").ok()
    assert (db.rows(), db.tables()) == ([], [])

    project.rev("upgrade", "heads").ok()
    alembic("downgrade", "base")
    assert (db.rows(), db.tables()) == ([], [])
    project.rev("upgrade", "head").ok()
    assert db.rows() == ["z5"]


def test_same_rows_whoever_goes(project, alembic, db):
    """Every target from empty: rows and tables are those that Alembic leaves."""
    project.draw(GRAPH)
    alembic.add(*draw(GRAPH))
    for target in ("a1", "c3", "m4"):
        alembic("upgrade", target)
        theirs = (db.rows(), db.schema())
        alembic("downgrade", "base")
        project.rev("upgrade", target).ok()
        assert (db.rows(), db.schema()) == theirs
        project.rev("downgrade", "base").ok()


def test_labels_and_dependencies(project, alembic, db):
    graph = "a1 (core); a2<a1; b1 (extra); b2<b1 !a1"
    project.draw(graph)
    alembic.add(*draw(graph))

    alembic("upgrade", "extra@head")
    assert db.rows() == ["b2"]
    project.rev("upgrade", "heads").ok()
    assert db.rows() == ["a2", "b2"]
    alembic("downgrade", "b1")
    project.rev("upgrade", "heads").ok()
    assert db.rows() == current(alembic) == ["a2", "b2"]


def test_stamp_by_either(project, alembic, db):
    project.draw(GRAPH)
    alembic.add(*draw(GRAPH))
    alembic("stamp", "b2")
    project.rev("current").ok("b2")
    project.rev("stamp", "z5").ok()
    assert current(alembic) == ["z5"]
    alembic("stamp", "base")
    assert project.rev("current").ok().stdout == ""
