"""Scenario 3: upgrade head, downgrade base, upgrade head: the schema is the same after the first and the third."""

from projects import Revision


def revisions(db):
    """Tables with keys, an index, a view, a column that comes later, data."""
    key = "integer PRIMARY KEY"
    return [
        Revision(
            "a1",
            message="people",
            up=[f"CREATE TABLE person (id {key}, name varchar(50) NOT NULL, born date)"],
            down=["DROP TABLE person"],
        ),
        Revision(
            "b2",
            ["a1"],
            message="pets",
            up=[
                f"CREATE TABLE pet (id {key}, owner integer NOT NULL REFERENCES person (id), name text DEFAULT 'Rex')",
                "CREATE INDEX pet_owner ON pet (owner)",
                "CREATE VIEW owned AS SELECT person.name AS owner, pet.name AS pet FROM person, pet "
                "WHERE pet.owner = person.id",
            ],
            down=["DROP VIEW owned", "DROP TABLE pet"],
        ),
        Revision(
            "c3",
            ["b2"],
            message="age of pets",
            up=["ALTER TABLE pet ADD COLUMN age integer", "INSERT INTO person (id, name) VALUES (1, 'Ann')"],
            down=["DELETE FROM person", "ALTER TABLE pet DROP COLUMN age"],
        ),
    ]


def test_schema_is_the_same_after_the_first_and_the_third(project, db):
    project.add(*revisions(db))

    project.rev("upgrade", "head").ok()
    first = db.schema()
    assert first

    project.rev("downgrade", "base").ok()
    assert db.schema() == []
    assert db.rows() == []

    project.rev("upgrade", "head").ok()
    assert db.schema() == first
    assert db.rows() == ["c3"]


def test_log_tells_all_nine_steps(project, db):
    project.add(*revisions(db))
    for direction, target in (("upgrade", "head"), ("downgrade", "base"), ("upgrade", "head")):
        project.rev(direction, target).ok()

    ups, downs = ["a1", "b2", "c3"], ["c3", "b2", "a1"]
    expected = [(name, "upgrade") for name in ups] + [(name, "downgrade") for name in downs]
    expected += [(name, "upgrade") for name in ups]
    assert db.log() == [(name, direction, "done") for name, direction in expected]


def test_downgrade_base_twice(project, db):
    project.add(*revisions(db))
    project.rev("upgrade", "head").ok()
    project.rev("downgrade", "base").ok()
    project.rev("downgrade", "base").ok("nothing to do")


def test_downgrade_without_an_argument_is_an_error(project, db):
    project.add(*revisions(db))
    project.rev("upgrade", "head").ok()
    project.rev("downgrade").fails(2)
    assert db.rows() == ["c3"]
