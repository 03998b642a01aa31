"""--dry-run: the steps in order, nothing touched."""

from projects import line, tree


def in_order(text, *parts):
    places = [text.index(part) for part in parts]
    return places == sorted(places)


def test_upgrade_of_an_empty_database(project, db):
    project.add(*line("a1", "b2", "c3"))
    result = project.rev("upgrade", "head", "--dry-run").ok()
    assert in_order(result.stdout, "a1", "b2", "c3"), result
    assert db.all_tables() == []
    if db.name == "sqlite":
        assert not db.exists()


def test_downgrade(project, db):
    project.add(*line("a1", "b2", "c3"))
    project.rev("upgrade", "head").ok()
    before = (db.schema(), db.log(), db.rows(), tree(project.root))
    result = project.rev("downgrade", "base", "--dry-run").ok()
    assert in_order(result.stdout, "c3 ->", "b2 ->"), result
    assert (db.schema(), db.log(), db.rows(), tree(project.root)) == before


def test_only_what_is_pending(project, db):
    project.add(*line("a1", "b2", "c3"))
    project.rev("upgrade", "b2").ok()
    assert "c3" in project.rev("upgrade", "head", "--dry-run").ok().stdout
    assert "-> b2" not in project.rev("upgrade", "head", "--dry-run").ok().stdout


def test_nothing_to_do(project, db):
    project.add(*line("a1"))
    project.rev("upgrade", "head").ok()
    project.rev("upgrade", "head", "--dry-run").ok("nothing to do")


def test_refusals_are_the_same(project, db):
    project.draw("a1; b2<a1; c3<a1")
    project.rev("upgrade", "head", "--dry-run").fails(2, "b2", "c3")
    project.rev("downgrade", "-1", "--dry-run").fails(2)
    project.sql("b2", "COMMIT;")
    project.rev("upgrade", "b2", "--dry-run").fails(2, "up.sql:1")
