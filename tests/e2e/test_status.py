"""rev status: where the database stands and what is to come."""

import json

from projects import Project, line


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


def test_no_command_says_where_the_project_stands(project, db):
    project.add(*line("a1", "b2"))
    project.rev("upgrade", "a1").ok()
    alone = project.rev().ok("rev --help")
    assert alone.stdout == project.rev("status").ok().stdout
    assert json.loads(project.rev("--format", "json").ok().stdout) == json.loads(
        project.rev("status", "--format", "json").ok().stdout
    )
    assert project.rev("--quiet").ok().stderr == ""


def test_no_command_without_its_database_still_shows_the_graph(tmp_path):
    project = Project(tmp_path / "project", "postgresql://localhost:1/nosuch").add(*line("a1", "b2"))
    assert "b2" in project.rev().fails(1, "no connection", "rev --help").stdout
    project.configure()
    assert "b2" in project.rev().fails(2, "no database URL").stdout


def test_no_command_in_a_broken_project_says_what_is_wrong(tmp_path):
    project = Project(tmp_path / "project", "sqlite:///test.db", config="nosuch: 1\n")
    project.rev().fails(2, "rev.yaml:2:1", "nosuch")


def test_no_command_without_a_project_shows_the_help(rev):
    rev().fails(2, "Usage:", "upgrade", "status")
