"""rev status: where the database stands and what is to come."""

from projects import line


def test_names_current_and_pending(project, db):
    project.add(*line("a1", "b2", "c3"))
    project.rev("upgrade", "a1").ok()
    result = project.rev("status").ok()
    for part in ("a1", "b2", "c3"):
        assert part in result.stdout, result


def test_up_to_date(project, db):
    project.add(*line("a1", "b2"))
    project.rev("upgrade", "head").ok()
    assert "b2" in project.rev("status").ok().stdout


def test_empty_database(project, db):
    project.add(*line("a1"))
    assert "a1" in project.rev("status").ok().stdout
    assert db.all_tables() == []


def test_exit_code_asks_a_question(project, db):
    project.add(*line("a1", "b2"))
    assert project.rev("status", "--exit-code").status == 3
    project.rev("upgrade", "a1").ok()
    assert project.rev("status", "--exit-code").status == 3
    project.rev("upgrade", "head").ok()
    assert project.rev("status", "--exit-code").status == 0


def test_two_heads_are_named(project, db):
    project.draw("a1; b2<a1; c3<a1")
    result = project.rev("status").ok()
    assert "b2" in result.stdout and "c3" in result.stdout
