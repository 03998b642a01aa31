"""current, heads, branches, history, show: the exact lines of section 8."""

import re

import pytest
from projects import Revision

BRANCHED = "a1; b2<a1 (left); c3<a1; m4<b2,c3; z5<m4"


@pytest.fixture
def drawn(files):
    return files.draw(BRANCHED)


def text(result):
    return result.ok().stdout


def test_heads(drawn):
    assert text(drawn.rev("heads")) == "z5 (left) (head)\n"


def test_heads_with_dependencies(files):
    files.draw("a1; b1; b2<b1 !a1")
    assert text(files.rev("heads")) == "a1 (effective head)\nb2 (head)\n"
    assert text(files.rev("heads", "--resolve-dependencies")) == "b2 (head)\n"


def test_branches(files):
    files.draw("a1; b2<a1 (left); c3<a1; d4<a1,b2")
    assert text(files.rev("branches")) == (
        "a1 (branchpoint)\n" "   -> b2 (left)\n" "   -> c3 (head)\n" "   -> d4 (left) (head) (mergepoint)\n" "\n"
    )


def test_branches_verbose_adds_the_message(files):
    files.draw("a1; b2<a1; c3<a1")
    assert text(files.rev("branches", "--verbose")).rstrip().splitlines()[-2:] == [
        "   -> b2 (head), make b2",
        "   -> c3 (head), make c3",
    ]


def test_history(drawn):
    lines = text(drawn.rev("history")).splitlines()
    assert lines[:2] == ["m4 -> z5 (left) (head), make z5", "b2, c3 -> m4 (left) (mergepoint), make m4"]
    assert sorted(lines[2:4]) == ["a1 -> b2 (left), make b2", "a1 -> c3, make c3"]
    assert lines[4:] == ["<base> -> a1 (branchpoint), make a1"]


def test_history_with_dependencies(files):
    files.draw("a1; b1; b2<b1 !a1")
    lines = text(files.rev("history")).splitlines()
    assert "b1 (a1) -> b2 (head), make b2" in lines
    assert "<base> -> a1 (effective head), make a1" in lines


@pytest.mark.parametrize(
    "span, shown",
    [
        ("a2:a4", "a4 a3 a2"),
        (":a2", "a2 a1"),
        ("base:a2", "a2 a1"),
        ("a4:", "a5 a4"),
        ("a4:head", "a5 a4"),
        ("a2:+2", "a4 a3 a2"),
        ("-2:a4", "a4 a3 a2"),
        (":", "a5 a4 a3 a2 a1"),
    ],
)
def test_history_range(files, span, shown):
    files.draw("a1; a2<a1; a3<a2; a4<a3; a5<a4")
    lines = text(files.rev("history", "-r", span)).splitlines()
    assert " ".join(re.search(r"-> (\w+)", line).group(1) for line in lines) == shown


@pytest.mark.parametrize("span", ["a4:a2", "a2", "nosuch:a4", "a2:nosuch", "a1:a2:a3"])
def test_history_range_refused(files, span):
    files.draw("a1; a2<a1; a3<a2; a4<a3")
    files.rev("history", "-r", span).fails(2)


def test_history_current(project, db):
    project.draw("a1; a2<a1; a3<a2; a4<a3; a5<a4")
    project.rev("upgrade", "a4").ok()
    lines = text(project.rev("history", "-r", "-2:current", "--indicate-current")).splitlines()
    assert lines == ["a3 -> a4 (current), make a4", "a2 -> a3, make a3", "a1 -> a2, make a2"]
    assert text(project.rev("history", "-r", "current:")).splitlines() == [
        "a4 -> a5 (head), make a5",
        "a3 -> a4, make a4",
    ]


def test_history_indicates_every_row(project, db):
    project.draw("a1; b2<a1; c3<a1")
    project.rev("upgrade", "heads").ok()
    lines = text(project.rev("history", "--indicate-current")).splitlines()
    assert "a1 -> b2 (head) (current), make b2" in lines
    assert "a1 -> c3 (head) (current), make c3" in lines
    assert "<base> -> a1 (branchpoint), make a1" in lines


def test_message_is_one_line(files):
    files.add(Revision("a1", message="first line\nsame paragraph\n\nsecond paragraph"))
    assert text(files.rev("history")) == "<base> -> a1 (head), first line same paragraph\n"


def test_history_verbose(files):
    files.draw("a1; b2<a1 (left); c3<a1; m4<b2,c3")
    entries = text(files.rev("history", "--verbose")).split("Rev: ")[1:]
    assert [entry.split()[0] for entry in entries][0] == "m4"
    merge = entries[0].splitlines()
    assert merge[0] == "m4 (head) (mergepoint)"
    assert merge[1] == "Merges: b2, c3"
    base = entries[-1].splitlines()
    assert base[0] == "a1 (branchpoint)"
    assert base[1] == "Parent: <base>"
    assert base[2] == "Branches into: b2, c3"
    assert base[3] == "Path: migrations/20250101_0000_a1_make_a1"
    assert [line.strip() for line in base[4:8]] == ["", "make a1", "", "Revision ID: a1"]
    assert base[8].startswith("    Revises:")
    assert base[9].startswith("    Create Date: 2025-01-01")
    assert base[5] == "    make a1"


def test_show(files):
    files.draw("a1; b1; b2<b1 (left) !a1")
    shown = text(files.rev("show", "b2"))
    lines = shown.splitlines()
    assert lines[:4] == ["Rev: b2 (head)", "Parent: b1", "Also depends on: a1", "Branch names: left"]
    assert lines[4].startswith("Path: ")
    assert "    make b2" in lines
    assert "    Revision ID: b2" in lines
    assert "    Revises: b1" in lines


def test_show_base_and_current(project, db):
    project.draw("a1; b2<a1")
    assert text(project.rev("show", "base")) == ""
    project.rev("upgrade", "head").ok()
    assert text(project.rev("show", "current")).startswith("Rev: b2 (head)")
    project.rev("show", "nosuch").fails(2, "nosuch")


def test_current(project, db):
    project.draw(BRANCHED)
    assert text(project.rev("current")) == ""
    assert db.all_tables() == []
    if db.name == "sqlite":
        assert not db.exists(), "a reading command does not create the file"
    project.rev("upgrade", "b2").ok()
    project.rev("upgrade", "c3").ok()
    assert text(project.rev("current")) == "b2\nc3\n"
    project.rev("upgrade", "head").ok()
    assert text(project.rev("current")) == "z5 (head)\n"
    project.rev("downgrade", "m4").ok()
    assert text(project.rev("current")) == "m4 (mergepoint)\n"
    project.rev("downgrade", "a1").ok()
    assert text(project.rev("current")) == "a1 (branchpoint)\n"


def test_current_with_what_is_applied_by_dependency_only(project, db):
    project.draw("a1; b1 !a1")
    project.rev("upgrade", "heads").ok()
    assert db.rows() == ["b1"]
    assert text(project.rev("current")) == "a1 (effective head)\nb1 (head)\n"


def test_current_verbose(project, db):
    project.draw("a1; b2<a1")
    project.rev("upgrade", "head").ok()
    lines = text(project.rev("current", "--verbose")).splitlines()
    assert lines[0].startswith("Current revision(s) for ")
    assert "Rev: b2 (head)" in lines or "Rev: b2 (head) (current)" in lines
    assert "Parent: a1" in lines


def test_current_check_heads(project, db):
    project.draw("a1; b2<a1")
    project.rev("upgrade", "a1").ok()
    result = project.rev("current", "--check-heads")
    assert (result.status, result.stdout) == (3, "a1\n"), result
    project.rev("upgrade", "head").ok()
    project.rev("current", "--check-heads").ok("b2 (head)")


def test_empty_project(files):
    for command in ("heads", "branches", "history"):
        assert text(files.rev(command)) == ""


def test_reading_commands_create_nothing(project, db):
    project.draw(BRANCHED)
    for command in (["current"], ["history", "--indicate-current"], ["status"], ["show", "head"], ["heads"]):
        project.rev(*command).ok()
    assert db.all_tables() == []
    if db.name == "sqlite":
        assert not db.exists()


def test_reading_what_cannot_be_written(files, sqlite):
    """A read-only database file answers as well."""
    files.configure(sqlite.url)
    files.draw("a1; b2<a1")
    files.rev("upgrade", "head").ok()
    sqlite.path.chmod(0o444)
    assert text(files.rev("current")) == "b2 (head)\n"
    files.rev("status").ok()
