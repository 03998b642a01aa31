"""rev merge: two or more heads become one revision."""

import pytest
from projects import read_header, tree


def merge(project, *arguments):
    (path,) = project.rev("merge", *arguments).ok().lines
    folder = project.root / path
    return folder, read_header(folder)


def test_parents_in_the_order_given(files):
    files.draw("a1; b2<a1; c3<a1")
    folder, header = merge(files, "c3", "b2", "-m", "both")
    assert header["down_revision"] == ["c3", "b2"]
    assert header["message"] == "both"
    assert len(files.rev("heads").ok().lines) == 1


def test_heads_takes_all(files):
    files.draw("a1; b2<a1; c3<a1; d4<a1")
    _, header = merge(files, "heads", "-m", "all")
    assert sorted(header["down_revision"]) == ["b2", "c3", "d4"]


def test_without_a_message(files):
    files.draw("a1; b2<a1; c3<a1")
    folder, header = merge(files, "b2", "c3")
    assert folder.is_dir()
    assert isinstance(header["message"], str)


def test_scripts_do_nothing(files, db):
    files.draw("a1; b2<a1; c3<a1")
    _, header = merge(files, "heads")
    files.rev("upgrade", "head", "--url", db.url).ok()
    assert db.rows() == [header["revision"]]
    assert db.tables() == ["t_a1", "t_b2", "t_c3"]
    files.rev("downgrade", "-1", "--url", db.url)


def test_prefixes_and_rev_id(files):
    files.draw("aa11; bb22<aa11; cc33<aa11")
    _, header = merge(files, "bb", "cc", "--rev-id", "m1")
    assert (header["revision"], header["down_revision"]) == ("m1", ["bb22", "cc33"])


@pytest.mark.parametrize(
    "drawing, arguments, part",
    [
        ("a1; b2<a1", ["heads"], "nothing to merge"),
        ("a1; b2<a1", ["b2"], "nothing to merge"),
        ("a1; b2<a1; c3<a1; d4<c3", ["b2", "c3"], "c3"),
        ("a1; b2<a1; c3<a1", ["b2", "nosuch"], "nosuch"),
        ("a1; b2<a1; c3<a1", ["b2", "b2"], "b2"),
        ("a1; b2<a1; c3<a1", ["a1", "b2"], "a1"),
        ("a1; b2<a1; c3<a1", ["b2", "c3", "--rev-id", "a1"], "a1"),
        ("a1; b2<a1; c3<a1", ["b2", "c3", "--rev-id", "no-good"], "no-good"),
    ],
)
def test_refused(files, drawing, arguments, part):
    files.draw(drawing)
    before = tree(files.root)
    files.rev("merge", *arguments, "-m", "x").fails(2, part)
    assert tree(files.root) == before


def test_no_argument(files):
    files.draw("a1; b2<a1; c3<a1")
    files.rev("merge").fails(2)
