"""Scenario 4: two developers branch off one revision, and merge."""

from projects import Project, read_header


def branched(project):
    #      b
    #  a <
    #      c
    return project.draw("a1; b2<a1; c3<a1")


def test_the_whole_story(project, db):
    branched(project)

    refused = project.rev("upgrade", "head").fails(2, "b2", "c3", "rev merge", "rev upgrade heads")
    assert refused.stdout == ""
    assert db.all_tables() == []

    project.rev("upgrade", "heads").ok()
    assert db.rows() == ["b2", "c3"]

    merged = project.rev("merge", "b2", "c3", "-m", "merge b and c").ok()
    (path,) = merged.lines
    header = read_header(project.root / path)
    assert header["down_revision"] == ["b2", "c3"]

    project.rev("upgrade", "head").ok()
    assert db.rows() == [header["revision"]]

    project.rev("downgrade", "-1").ok()
    assert db.rows() == ["b2", "c3"]
    assert db.tables() == ["t_a1", "t_b2", "t_c3"]


def test_refusal_when_a_row_is_there_changes_nothing(project, db):
    branched(project)
    project.rev("upgrade", "b2").ok()
    project.rev("upgrade", "head").fails(2, "b2", "c3")
    assert db.rows() == ["b2"]
    assert db.tables() == ["t_a1", "t_b2"]


def test_other_branch_simply_runs(project, db):
    branched(project)
    project.rev("upgrade", "b2").ok()
    project.rev("upgrade", "c3").ok()
    assert db.rows() == ["b2", "c3"]


def test_bare_minus_one_with_two_rows_is_refused_with_what_to_type(project, db):
    branched(project)
    project.rev("upgrade", "heads").ok()
    project.rev("downgrade", "-1").fails(2, "b2", "c3")
    assert db.rows() == ["b2", "c3"]


def test_minus_one_undoes_one_branch_only(project, db):
    branched(project)
    project.rev("upgrade", "b2").ok()
    project.rev("downgrade", "-1").ok()
    assert (db.rows(), db.tables()) == (["a1"], ["t_a1"])


def test_downgrade_to_the_branch_point_undoes_both(project, db):
    branched(project)
    project.rev("upgrade", "heads").ok()
    project.rev("downgrade", "a1").ok()
    assert (db.rows(), db.tables()) == (["a1"], ["t_a1"])


def test_merge_of_four_and_back(project, db):
    project.draw("a; b<a; c<a; d<a; e<a; m<b,c,d,e")
    project.rev("upgrade", "head").ok()
    assert db.rows() == ["m"]
    project.rev("downgrade", "a").ok()
    assert db.rows() == ["a"]
    project.rev("upgrade", "m").ok()
    assert db.rows() == ["m"]


def test_one_side_and_then_the_merge(project, db):
    project.draw("a; b<a; c<b; d<a; m<c,d; z<m")
    project.rev("upgrade", "c").ok()
    project.rev("upgrade", "head").ok()
    assert db.rows() == ["z"]
    assert [row[0] for row in db.log()] == ["a", "b", "c", "d", "m", "z"]


def test_dependency_across_branches(project, db):
    project.draw("a1; a2<a1; b1; b2<b1 !a1")
    project.rev("upgrade", "b2").ok()
    assert db.rows() == ["b2"]
    assert db.tables() == ["t_a1", "t_b1", "t_b2"]
    project.rev("upgrade", "a2").ok()
    assert db.rows() == ["a2", "b2"]
    project.rev("downgrade", "base").ok()
    assert (db.rows(), db.tables()) == ([], [])


def test_two_independent_bases(project, db):
    project.draw("a1; a2<a1; b1; b2<b1")
    project.rev("upgrade", "heads").ok()
    assert db.rows() == ["a2", "b2"]
    project.rev("current").ok()


def test_refused_upgrade_makes_no_file(tmp_path, sqlite):
    project = branched(Project(tmp_path / "project", sqlite.url))
    project.rev("upgrade", "head").fails(2)
    assert not sqlite.exists()
