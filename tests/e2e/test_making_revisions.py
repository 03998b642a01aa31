"""rev revision and rev merge on every sort of graph: what is written, and that a refusal leaves nothing behind."""

import re
import time

import pytest
from projects import Revision, draw, read_header

FORK = "a1; b2<a1 (left); c3<a1 (right)"
LONG = "aa11; aa22<aa11; bb33<aa11 (left)"


def everything(project):
    """Every file, folder and link below the project, with its bytes."""
    return {
        str(path.relative_to(project.root)): path.read_bytes() if path.is_file() else None
        for path in sorted(project.root.rglob("*"))
    }


def made(project, *arguments):
    (path,) = project.rev(*arguments).ok().lines
    folder = project.root / path
    assert sorted(each.name for each in folder.iterdir()) == ["down.sql", "revision.yaml", "up.sql"]
    project.rev("heads").ok()
    return read_header(folder)


def refused(project, *arguments, parts=()):
    before = everything(project)
    result = project.rev(*arguments).fails(2, *parts)
    assert result.stdout == ""
    assert everything(project) == before
    return result


# --- revision: parents ---


@pytest.mark.parametrize(
    "drawing, arguments, parents",
    [
        ("", [], []),
        ("a1", [], ["a1"]),
        ("a1", ["--head", "head"], ["a1"]),
        ("a1", ["--head", "heads"], ["a1"]),
        ("a1", ["--head", "base"], []),
        ("", ["--head", "base"], []),
        (FORK, ["--head", "b2"], ["b2"]),
        (FORK, ["--head", "left"], ["b2"]),
        (FORK, ["--head", "left@head"], ["b2"]),
        (FORK, ["--head", "right@head"], ["c3"]),
        (FORK, ["--head", "c3@head"], ["c3"]),
        (FORK, ["--head", "left@b2"], ["b2"]),
        (FORK, ["--head", "base"], []),
        (FORK, ["--head", "heads"], ["b2", "c3"]),
        (FORK, ["--head", "b2", "--head", "c3"], ["b2", "c3"]),
        (FORK, ["--head", "c3", "--head", "left@head"], ["c3", "b2"]),
        (FORK, ["--head", "a1", "--splice"], ["a1"]),
        (FORK, ["--head", "b2", "--splice"], ["b2"]),
        (FORK + "; d4<b2", ["--head", "left@head"], ["d4"]),
        (FORK + "; d4<b2", ["--head", "left", "--splice"], ["b2"]),
        (FORK + "; d4<b2", ["--head", "left", "--head", "c3", "--splice"], ["b2", "c3"]),
        ("a1; b1 !a1", ["--head", "a1"], ["a1"]),
        ("a1; b1 !a1", ["--head", "b1"], ["b1"]),
        (LONG, ["--head", "aa2"], ["aa22"]),
        (LONG, ["--head", "bb"], ["bb33"]),
        ("a1; b2; c3", ["--head", "heads"], ["a1", "b2", "c3"]),
    ],
)
def test_parents(files, drawing, arguments, parents):
    files.draw(drawing)
    assert made(files, "revision", "-m", "new", *arguments)["down_revision"] == parents


@pytest.mark.parametrize(
    "drawing, arguments, parts",
    [
        (FORK, [], ["b2", "c3", "--head", "rev merge"]),
        (FORK, ["--head", "head"], ["b2", "c3"]),
        (FORK, ["--head", "a1@head"], ["b2", "c3"]),
        (FORK, ["--head", "a1"], ["a1", "--splice"]),
        (FORK + "; d4<b2", ["--head", "left"], ["b2", "--splice"]),
        (FORK + "; d4<b2", ["--head", "c3", "--head", "b2"], ["b2", "--splice"]),
        (FORK, ["--head", "b2", "--head", "b2"], ["b2"]),
        (FORK, ["--head", "b2", "--head", "left"], ["b2"]),
        (FORK, ["--head", "b2", "--head", "heads"], ["b2"]),
        (FORK, ["--head", "b2", "--head", "base"], ["base"]),
        (FORK, ["--head", "a1", "--head", "b2", "--splice"], ["a1"]),
        (FORK, ["--head", "nosuch"], ["nosuch"]),
        (FORK, ["--head", "lefd"], ["lefd", "left"]),
        (FORK, ["--head", "nosuch@head"], ["nosuch"]),
        (FORK, ["--head", "nosuch@base"], ["nosuch"]),
        (FORK, ["--head", "left@c3"], ["left@c3"]),
        (FORK, ["--head", "+1"], ["+1"]),
        (FORK, ["--head", "-1"], ["-1"]),
        (FORK, ["--head", "b2-1"], ["b2-1"]),
        (FORK, ["--head", "b2+1"], ["b2+1"]),
        (FORK, ["--head", "a1:b2"], ["a1:b2"]),
        (FORK, ["--head", "current"], ["current"]),
        (FORK, ["--head", "head@head"], ["head@head"]),
        (FORK, ["--head", ""], ["--head"]),
        (FORK, ["--head", "b2 "], ["b2 "]),
        (FORK, ["--head", "b2@"], ["b2@"]),
        (FORK, ["--head", "@head"], ["@head"]),
        (LONG, ["--head", "aa"], ["aa11", "aa22"]),
        ("a1; b1 !a1", [], ["a1", "b1"]),
        ("a1", ["--splice=yes"], ["--splice"]),
        ("a1", ["extra"], ["extra"]),
    ],
)
def test_parents_refused(files, drawing, arguments, parts):
    files.draw(drawing)
    refused(files, "revision", "-m", "new", *arguments, parts=parts)


def test_splice_makes_a_branch_point(files):
    files.draw("a1; b2<a1")
    new = made(files, "revision", "-m", "new", "--head", "a1", "--splice", "--rev-id", "n9")
    assert new["down_revision"] == ["a1"]
    assert files.rev("heads").ok().lines == ["b2 (head)", "n9 (head)"]
    assert files.rev("branches").ok().lines[0] == "a1 (branchpoint)"


def test_one_after_another(files):
    ids = [made(files, "revision", "-m", f"no {number}")["revision"] for number in range(5)]
    assert len(set(ids)) == 5
    history = [re.search(r"-> (\w+)", line).group(1) for line in files.rev("history").ok().lines]
    assert history == ids[::-1]


# --- labels ---


@pytest.mark.parametrize(
    "label", ["fresh", "x", "Left", "x" * 64, "ünï", "v1.2", "a-b", "a/b", "1", "é" * 32, "a_1", "headx"]
)
def test_label(files, label):
    files.draw(FORK)
    header = made(files, "revision", "-m", "new", "--head", "b2", "--branch-label", label, "--rev-id", "n9")
    assert header["branch_labels"] == [label]
    assert files.rev("show", label).ok().stdout.startswith("Rev: n9")
    assert files.rev("show", f"{label}@head").ok().stdout.startswith("Rev: n9")


@pytest.mark.parametrize(
    "label",
    [
        "left", "a1", "b2", "rel", "head", "heads", "base", "current", "", "a@b", "a:b", "a+b", "a b", "a\tb", "a\nb",
        "-x", "x-1", "x-12", "x" * 65, "é" * 33, "new9", "@", ":",
    ],
)  # fmt: skip
def test_label_refused(files, label):
    """Taken by a label, an id, a tag or the new id itself; reserved; or not a name."""
    files.draw("a1; b2<a1 (left)").add(Revision("c3", ["b2"], message="x", extra={"tags": '["rel"]'}))
    refused(files, "revision", "-m", "new", f"--branch-label={label}", "--rev-id", "new9", parts=[label[:60].strip()])


def test_label_of_a_merge_is_checked_as_well(files):
    files.draw(FORK)
    refused(files, "merge", "heads", "--branch-label", "left", parts=["left"])
    assert made(files, "merge", "heads", "--branch-label", "joined")["branch_labels"] == ["joined"]
    assert files.rev("heads").ok().stdout.count("joined") == 1


# --- ids ---


@pytest.mark.parametrize("name", ["x", "A", "0", "00", "_", "12e4", "0x1F", "null", "true", "Head", "headed", "x" * 32])
def test_rev_id(files, name, sqlite):
    files.draw("a1")
    assert made(files, "revision", "-m", "new", "--rev-id", name)["revision"] == name
    files.rev("upgrade", name, "-u", sqlite.url).ok()
    assert sqlite.rows() == [name]


@pytest.mark.parametrize(
    "name",
    [
        "", "head", "heads", "base", "current", "a-b", "a b", " a", "a.b", "ä", "x" * 33, "../x", "a/b", "a@b", "a+1",
        "a:b", "a\nb", "-x", "a\x01", "🐘", "a1", "left", "rel",
    ],
)  # fmt: skip
def test_rev_id_refused(files, name):
    files.draw("a1 (left)").add(Revision("b2", ["a1"], message="x", extra={"tags": '["rel"]'}))
    refused(files, "revision", "-m", "new", f"--rev-id={name}")
    files.draw("c3<a1")
    refused(files, "merge", "heads", f"--rev-id={name}")


def test_ids_are_case_sensitive(files):
    files.draw("abcd")
    made(files, "revision", "-m", "new", "--rev-id", "ABCD")
    assert files.rev("history").ok().lines[0].startswith("abcd -> ABCD")


def test_ids_are_random(files):
    ids = {made(files, "revision", "-m", "same", "--head", "base")["revision"] for _ in range(12)}
    assert len(ids) == 12 and all(re.fullmatch("[0-9a-f]{12}", name) for name in ids)
    assert len({name[0] for name in ids}) > 1


# --- depends_on ---


@pytest.mark.parametrize(
    "words, written",
    [
        (["x1"], ["x1"]),
        (["xlab"], ["xlab"]),
        (["yyyy1"], ["yyyy1234"]),
        (["xlab@head"], ["x2"]),
        (["x1@head"], ["x2"]),
        (["rel"], ["x2"]),
        (["xlab", "yyyy"], ["xlab", "yyyy1234"]),
        (["b2"], ["b2"]),
        (["a1"], ["a1"]),
    ],
)
def test_depends_on(files, words, written):
    """A label is written as the label, all else as the full id; what is redundant is legal."""
    files.draw("a1; b2<a1 (left); x1 (xlab); yyyy1234")
    files.add(Revision("x2", ["x1"], message="x", extra={"tags": '["rel"]'}))
    options = [word for name in words for word in ("--depends-on", name)]
    header = made(files, "revision", "-m", "new", "--head", "b2", *options)
    assert header["depends_on"] == written
    assert header["down_revision"] == ["b2"]


@pytest.mark.parametrize(
    "words, parts",
    [
        (["nosuch"], ["nosuch"]),
        (["x1y"], ["x1y", "x1"]),
        (["yyyy"], ["yyyy1234", "yyyy5678"]),
        (["heads"], []),
        (["head"], ["b2"]),
        (["base"], ["base"]),
        (["current"], ["current"]),
        (["+1"], ["+1"]),
        (["x1:b2"], ["x1:b2"]),
        ([""], ["--depends-on"]),
        (["n9"], ["n9"]),
        (["x1", "nosuch"], ["nosuch"]),
        (["nosuch@x1"], ["nosuch"]),
    ],
)
def test_depends_on_refused(files, words, parts):
    files.draw("a1; b2<a1; x1 (xlab); yyyy1234; yyyy5678")
    options = [word for name in words for word in ("--depends-on", name)]
    refused(files, "revision", "-m", "new", "--head", "b2", "--rev-id", "n9", *options, parts=parts)


def test_depends_on_what_head_names(files):
    files.draw("a1; b2<a1")
    header = made(files, "revision", "-m", "new", "--head", "base", "--depends-on", "head")
    assert (header["down_revision"], header["depends_on"]) == ([], ["b2"])


def test_dependency_orders_the_steps(files, sqlite):
    files.draw("a1; z1")
    made(files, "revision", "-m", "new", "--head", "a1", "--depends-on", "z1", "--rev-id", "b2")
    files.rev("upgrade", "b2", "-u", sqlite.url).ok()
    assert sqlite.rows() == ["b2"]
    assert [entry[0] for entry in sqlite.log()][-1] == "b2"


# --- merge ---


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_merge_of_many(files, sqlite, count):
    names = [f"h{number}" for number in range(count)]
    files.add(*draw("a1; " + "; ".join(f"{name}<a1" for name in names)))
    order = names[::-1]
    assert made(files, "merge", *order, "--rev-id", "m9")["down_revision"] == order
    files.rev("upgrade", "head", "-u", sqlite.url).ok()
    assert sqlite.rows() == ["m9"]
    files.rev("downgrade", "-1", "-u", sqlite.url).ok()
    assert sqlite.rows() == names


@pytest.mark.parametrize(
    "drawing, arguments, parents",
    [
        (FORK, ["heads"], ["b2", "c3"]),
        (FORK, ["left", "right"], ["b2", "c3"]),
        (FORK, ["right@head", "left@head"], ["c3", "b2"]),
        (FORK + "; d4<b2", ["left@head", "c3"], ["d4", "c3"]),
        (FORK + "; d4<b2", ["left", "c3", "--splice"], ["b2", "c3"]),
        (FORK + "; d4<a1", ["left", "d4"], ["b2", "d4"]),
        ("a1; b2", ["heads"], ["a1", "b2"]),
        ("a1; b1 !a1; c1", ["heads"], ["b1", "c1"]),
        ("a1; b1 !a1", ["a1", "b1"], ["a1", "b1"]),
        (LONG, ["aa2", "bb"], ["aa22", "bb33"]),
    ],
)
def test_merge(files, drawing, arguments, parents):
    files.draw(drawing)
    header = made(files, "merge", *arguments)
    assert header["down_revision"] == parents
    for name in parents:
        assert name in header["message"]


@pytest.mark.parametrize(
    "drawing, arguments, parts",
    [
        ("", ["heads"], ["nothing to merge"]),
        ("a1", ["heads"], ["nothing to merge"]),
        ("a1", ["a1"], ["nothing to merge"]),
        ("a1; b1 !a1", ["heads"], ["nothing to merge"]),
        (FORK, ["b2", "left"], ["b2"]),
        (FORK, ["heads", "b2"], ["b2"]),
        (FORK, ["heads", "heads"], ["b2"]),
        (FORK, ["b2", "base"], []),
        (FORK, ["b2", "head"], ["b2", "c3"]),
        (FORK, ["b2", "nosuch"], ["nosuch"]),
        (FORK, ["b2", "c3-1"], ["c3-1"]),
        (FORK, ["b2:c3"], ["b2:c3"]),
        (FORK, ["b2", ""], []),
        (FORK, ["a1", "b2", "--splice"], ["a1"]),
        (FORK + "; d4<b2", ["a1", "d4", "--splice"], ["a1"]),
        (FORK + "; d4<b2", ["b2", "c3"], ["b2", "--splice"]),
        (FORK, ["b2", "c3", "-m", ""], ["-m"]),
        (FORK, ["b2", "c3", "--depends-on", "a1"], ["--depends-on"]),
        (FORK, ["b2", "c3", "--head", "a1"], ["--head"]),
        (LONG, ["aa", "bb"], ["aa11", "aa22"]),
    ],
)
def test_merge_refused(files, drawing, arguments, parts):
    files.draw(drawing)
    refused(files, "merge", *arguments, parts=parts)


def test_merge_twice_finds_nothing_the_second_time(files):
    files.draw(FORK)
    made(files, "merge", "heads")
    refused(files, "merge", "heads", parts=["nothing to merge"])


# --- file_template ---


def template(project, text):
    project.configure(config="file_template: " + "'" + text.replace("'", "''") + "'\n")


def name_of(project, *arguments):
    (path,) = project.rev("revision", "-m", "Hello, World", "--rev-id", "n9", *arguments).ok().lines
    return path.split("/", 1)[1]


@pytest.mark.parametrize(
    "text, clock",
    [
        ("%(rev)s", "n9"),
        ("%(slug)s", "hello_world"),
        ("%(rev)s-%(slug)s", "n9-hello_world"),
        ("%%(rev)s_%%(slug)s", "n9_hello_world"),
        ("%(year)d", "%Y"),
        ("%(month).2d", "%m"),
        ("%(day).2d", "%d"),
        ("%(hour).2d", "%H"),
        ("%(minute).2d", "%M"),
        ("%(second).2d", "%S"),
        ("%(year)d_%(month).2d_%(day).2d_%(hour).2d%(minute).2d-%(rev)s_%(slug)s", "%Y_%m_%d_%H%M-n9_hello_world"),
        ("%(year)04d%(month)02d%(day)02d", "%Y%m%d"),
        ("%(year).4d-%(month).4d", "%Y-00%m"),
        ("rev %(rev)s (%(slug)s)", "rev n9 (hello_world)"),
        ("100%% %(rev)s", "100%% n9"),
        ("%(rev)s%(rev)s", "n9n9"),
        ("übung_%(rev)s", "übung_n9"),
    ],
)
def test_file_template(files, text, clock):
    template(files, text)
    before = time.gmtime()
    name = name_of(files)
    after = time.gmtime()
    assert name in (time.strftime(clock, before), time.strftime(clock, after))
    assert files.rev("heads").ok().lines == ["n9 (head)"]


def test_file_template_epoch(files):
    template(files, "%(epoch)s_%(rev)s")
    before = int(time.time())
    epoch, name = name_of(files).split("_")
    assert before <= int(epoch) <= time.time() and name == "n9"


def test_file_template_numbers_without_padding(files):
    template(files, "%(month)d-%(day)d")
    now = time.gmtime()
    assert name_of(files) == f"{now.tm_mon}-{now.tm_mday}"


def test_file_template_is_utc(files):
    template(files, "%(hour).2d")
    before = time.gmtime()
    (path,) = files.rev("revision", "-m", "x", env={"TZ": "Asia/Kathmandu"}).ok().lines
    assert path.split("/")[1] in (time.strftime("%H", before), time.strftime("%H", time.gmtime()))


@pytest.mark.parametrize(
    "text",
    [
        "%(nosuch)s", "%(rev)", "%(rev", "%rev", "%", "x%", "%s", "%(rev)d", "%(year)x", "%(slug)n", "%(rev)s/%(slug)s",
        "../%(rev)s", "/tmp/%(rev)s", ".", "..", "", " ", "%(rev)s\n", "%(year)999999999d", "%(rev).999999999s",
        "%(year)*d", "%(rev)$s", "%(rev)s\x01",
    ],
)  # fmt: skip
def test_file_template_refused(files, text):
    """Unknown tokens, formats that Python refuses, and what would not be one plain folder below migrations/."""
    files.draw("a1")
    escaped = "".join(f"\\x{ord(each):02x}" if each < " " else each for each in text)
    (files.root / "rev.yaml").write_text(f'file_template: "{escaped}"\n')
    before = everything(files)
    result = files.rev("revision", "-m", "x")
    assert result.status == 2, result
    assert "rev.yaml" in result.stderr or "file_template" in result.stderr
    assert everything(files) == before


def test_file_template_that_gives_a_name_in_use(files):
    template(files, "%(slug)s")
    name_of(files)
    before = everything(files)
    result = files.rev("revision", "-m", "Hello world!")
    assert result.status in (1, 2), result
    result.fails(result.status, "hello_world")
    assert everything(files) == before


def test_slug_of_nothing(files):
    template(files, "%(rev)s_%(slug)s")
    (path,) = files.rev("revision", "-m", "!?! ///", "--rev-id", "n9").ok().lines
    assert re.fullmatch(r"migrations/n9_?\w*", path)


def test_merge_uses_the_template(files):
    template(files, "%(rev)s=%(slug)s")
    files.draw(FORK)
    (path,) = files.rev("merge", "heads", "-m", "join", "--rev-id", "n9").ok().lines
    assert path == "migrations/n9=join"


# --- what lies in the way ---


def test_nothing_left_behind_when_the_folder_cannot_be_written(files):
    import os

    files.draw("a1")
    if os.geteuid() == 0:
        files.migrations.rename(files.root / "real")
        files.migrations.write_text("a file where the folder should be\n")
    else:
        files.migrations.chmod(0o555)
    before = everything(files)
    result = files.rev("revision", "-m", "x")
    assert result.status in (1, 2) and result.stderr
    assert everything(files) == before
    if os.geteuid() != 0:
        files.migrations.chmod(0o755)


def test_foreign_files_in_the_folder_stay(files):
    (files.migrations / "README").write_text("hello\n")
    (files.migrations / ".hidden").mkdir()
    before = everything(files)
    header = made(files, "revision", "-m", "x")
    after = everything(files)
    assert {name: after[name] for name in before} == before
    assert len(after) == len(before) + 4 and header["down_revision"] == []


def test_migrations_folder_is_made_on_first_need(files):
    files.migrations.rmdir()
    result = files.rev("revision", "-m", "x")
    assert result.status in (0, 1, 2)
    if result.status:
        assert "migrations" in result.stderr and not files.migrations.exists()
    else:
        assert len(list(files.migrations.iterdir())) == 1


def test_edit_of_the_new_one(files, tmp_path):
    """`rev edit head` opens what `rev revision` made."""
    record = tmp_path / "record"
    editor = tmp_path / "my editor"
    editor.write_text(f'#!/bin/sh\nfor word; do echo "$word"; done >"{record}"\n')
    editor.chmod(0o755)
    (path,) = files.rev("revision", "-m", "x").ok().lines
    files.rev("edit", "head", env={"EDITOR": f"'{editor}' --wait"}).ok()
    assert record.read_text().splitlines() == ["--wait", f"{path}/up.sql", f"{path}/down.sql"]
