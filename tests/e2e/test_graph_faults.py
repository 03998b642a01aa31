"""What is no graph is refused by every command that needs one, with all that is wrong."""

import re

import pytest
from projects import Revision


def test_cycle_below_a_head_and_above_a_base(files):
    """Alembic misses this one: z; a<z,b; b<a; h<b."""
    files.draw("z; a<z,b; b<a; h<b")
    failed = files.rev("heads").fails(2, "cycle")
    assert re.search(r"a\b.*\bb\b.*\ba\b|b\b.*\ba\b.*\bb\b", failed.stderr, re.S), "the cycle is printed in order"


def test_cycle_through_a_dependency(files):
    files.draw("a1; a2<a1 !b2; b1; b2<b1 !a2")
    files.rev("heads").fails(2, "cycle", "a2", "b2")


@pytest.mark.parametrize("drawing", ["a1<a1", "a1 !a1"])
def test_self_loop(files, drawing):
    files.draw(drawing)
    files.rev("heads").fails(2, "a1")


def test_unknown_parent_suggests_the_nearest(files):
    files.draw("aaaa1111; b2<aaaa1112")
    failed = files.rev("heads").fails(2, "aaaa1112", "aaaa1111")
    assert re.search(r"migrations/\S*b2\S*/revision\.yaml:2:\d+", failed.stderr), failed


def test_unknown_dependency(files):
    files.draw("a1; b2<a1 !nosuch")
    failed = files.rev("heads").fails(2, "nosuch")
    assert re.search(r"migrations/\S*b2\S*/revision\.yaml:3:\d+", failed.stderr), failed


def test_two_folders_with_one_id_are_both_named(files):
    first = files.write(Revision("a1", message="one"))
    second = files.write(Revision("a1", message="two"))
    files.rev("heads").fails(2, "a1", first.name, second.name)


def test_label_used_twice(files):
    files.draw("a1 (same); b2 (same)")
    files.rev("heads").fails(2, "same", "a1", "b2")


def test_label_that_is_an_id(files):
    files.draw("a1; b2 (a1)")
    files.rev("heads").fails(2, "a1")


def test_parent_listed_twice(files):
    files.draw("a1; b2<a1,a1")
    files.rev("heads").fails(2, "a1")


def test_all_faults_at_once(files):
    files.draw("a1; b2<nosuch1; c3<nosuch2; d4 (same); e5 (same); f6<g7; g7<f6")
    files.rev("history").fails(2, "nosuch1", "nosuch2", "same", "cycle", "f6", "g7")


def test_merge_of_a_revision_and_its_ancestor_loads(project, db):
    """Alembic dies with a KeyError on this one; the row rule does not."""
    project.draw("a; b<a; c; m<a,b,c")
    project.rev("upgrade", "heads").ok()
    assert db.rows() == ["m"]
    project.rev("downgrade", "base").ok()
    assert db.rows() == []


def test_long_line_loads_at_once(files):
    """Depth is no danger: nothing recursive over the graph."""
    names = [f"r{number:05}" for number in range(3000)]
    for before, name in zip((None, *names), names):
        folder = files.migrations / name
        folder.mkdir()
        parent = f'"{before}"' if before else ""
        (folder / "revision.yaml").write_text(f'revision: "{name}"\ndown_revision: [{parent}]\n')
        (folder / "up.sql").write_text("")
    files.rev("heads", timeout=60).ok(names[-1])
    assert len(files.rev("history", timeout=60).ok().lines) == 3000
