"""rev stamp: the rows of section 6, on a real database."""

import pytest

DIAMOND = "a; b<a; c<a; d<b,c"
DEPENDENT = "a1; b1; b2<b1 !a1"


def set_rows(project, db, *rows):
    """Rows as some other tool may have left them."""
    if not db.has("alembic_version"):
        db.execute(
            "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
            "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
        )
    db.execute("DELETE FROM alembic_version", *(f"INSERT INTO alembic_version VALUES ('{row}')" for row in rows))


@pytest.mark.parametrize(
    "drawing, before, specs, after",
    [
        (DIAMOND, [], ["head"], ["d"]),
        (DIAMOND, [], ["a"], ["a"]),
        (DIAMOND, ["a"], ["d"], ["d"]),
        (DIAMOND, ["d"], ["a"], ["a"]),
        (DIAMOND, ["b"], ["c"], ["b", "c"]),
        (DIAMOND, ["b", "c"], ["d"], ["d"]),
        (DIAMOND, ["d"], ["b"], ["b"]),
        (DIAMOND, ["d"], ["b", "c"], ["b", "c"]),
        (DIAMOND, ["b", "c"], ["base"], []),
        (DIAMOND, ["d"], ["d"], ["d"]),
        ("a; b<a; c<a", [], ["heads"], ["b", "c"]),
        (DEPENDENT, ["b2"], ["b1"], ["b1"]),
        (DEPENDENT, ["a1", "b1"], ["b2"], ["b2"]),
        (DEPENDENT, [], ["heads"], ["b2"]),
        ("a1; a2<a1; b1; b2<b1; q", ["a1", "b1", "q"], ["heads"], ["a2", "b2", "q"]),
        ("a1; a2<a1; b1; b2<b1", ["a1", "b1"], ["a2", "b1"], ["a2", "b1"]),
    ],
)
def test_rows(project, db, drawing, before, specs, after):
    project.draw(drawing)
    set_rows(project, db, *before)
    project.rev("stamp", *specs).ok()
    assert db.rows() == after
    assert db.tables() == []


def test_on_an_empty_database_creates_the_table(project, db):
    project.draw(DIAMOND)
    project.rev("stamp", "b").ok()
    assert db.rows() == ["b"]


@pytest.mark.parametrize("specs", [["+1"], ["-1"], ["b-1"], ["a", "b"], ["base", "b"], ["nosuch"], ["a:b"]])
def test_refused(project, db, specs):
    project.draw(DIAMOND)
    set_rows(project, db, "b", "c")
    project.rev("stamp", *specs).fails(2)
    assert db.rows() == ["b", "c"]


def test_head_with_several_heads(project, db):
    project.draw("a; b<a; c<a")
    project.rev("stamp", "head").fails(2, "b", "c")
    assert db.all_tables() == []


def test_purge_is_the_way_out_of_a_foreign_database(project, db):
    project.draw(DIAMOND)
    set_rows(project, db, "deadbeef0000", "feedface0000")
    project.rev("stamp", "head").fails(2, "deadbeef0000")
    project.rev("stamp", "head", "--purge").ok()
    assert db.rows() == ["d"]


def test_says_what_it_does(project, db):
    project.draw(DIAMOND)
    project.rev("stamp", "b").ok("Running stamp", "-> b")
    project.rev("stamp", "b").ok("nothing to do")
