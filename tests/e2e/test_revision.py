"""rev revision: what it writes, and all that it refuses before it writes anything."""

import re

import pytest
from projects import read_header, tree

SQL_FILES = ("up.sql", "down.sql")


@pytest.fixture
def made(rev):
    rev("init").ok()
    return rev


def new(rev, *arguments):
    """Makes a revision; its folder and header."""
    (path,) = rev("revision", *arguments).ok().lines
    folder = rev.directory / path
    return folder, read_header(folder)


def test_what_is_written(made):
    folder, header = new(made, "-m", "Initial schema")

    assert folder.parent == made.directory / "migrations"
    assert sorted(path.name for path in folder.iterdir()) == ["down.sql", "revision.yaml", "up.sql"]
    assert re.fullmatch(r"[0-9a-f]{12}", header["revision"])
    assert header["down_revision"] == [] or header["down_revision"] is None
    assert header["message"] == "Initial schema"
    assert re.fullmatch(rf"\d{{8}}_\d{{4}}_{header['revision']}_initial_schema", folder.name)
    text = (folder / "revision.yaml").read_text()
    assert re.search(r"^create_date: '?\"?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", text, re.M)
    assert f'revision: "{header["revision"]}"' in text, "ids are quoted: some YAML readers take 4446e08588 for a number"


def test_chain(made):
    _, first = new(made, "-m", "first")
    folder, second = new(made, "-m", "second")
    assert second["down_revision"] == [first["revision"]] or second["down_revision"] == first["revision"]
    assert f'"{first["revision"]}"' in (folder / "revision.yaml").read_text()
    assert [text.split()[0] for text in made("heads").ok().lines] == [second["revision"]]


def test_fresh_revision_upgrades_and_downgrades(made, db):
    new(made, "-m", "first")
    made("upgrade", "head", "--url", db.url).ok()
    made("downgrade", "base", "--url", db.url).ok()


@pytest.mark.parametrize(
    "message",
    [
        'it\'s "quoted"',
        "naïve café — 移行 🐘",
        "two\nlines",
        "colon: hash # brace { [ , & * ! | > % @ `",
        "  spaces around  ",
        "../../etc/passwd",
        "4446e08588",
        "null",
        "yes",
        "\ttab",
        "back\\slash",
        "x" * 500,
        "%(rev)s %s %n",
    ],
)
def test_message_round_trips(made, message):
    folder, header = new(made, "-m", message)
    assert header["message"].strip() == message.strip()
    assert folder.parent == made.directory / "migrations"
    assert re.fullmatch(r"[\w]+", folder.name, re.ASCII), "the slug is plain"
    assert len(folder.name) < 200
    made("history").ok()


def test_message_with_leading_dashes(made):
    _, header = new(made, "-m", "--force is gone")
    assert header["message"] == "--force is gone"
    _, header = new(made, "--message=-x")
    assert header["message"] == "-x"


def test_message_of_empty_text_or_none(made):
    made("revision", "-m", "").fails(2)
    assert list(made.directory.glob("migrations/*/revision.yaml")) == []


def test_rev_id(made):
    folder, header = new(made, "-m", "one", "--rev-id", "0012")
    assert header["revision"] == "0012"
    assert "0012" in folder.name


@pytest.mark.parametrize(
    "identifier", ["", "a-b", "a b", "ä", "x" * 33, "head", "heads", "base", "current", "../x", "a@b", "a+1"]
)
def test_illegal_rev_id(made, identifier):
    before = tree(made.directory)
    made("revision", "-m", "one", "--rev-id", identifier).fails(2)
    assert tree(made.directory) == before


def test_longest_rev_id(made, db):
    new(made, "-m", "one", "--rev-id", "x" * 32)
    made("upgrade", "head", "--url", db.url).ok()
    assert db.rows() == ["x" * 32]


def test_rev_id_taken(made):
    new(made, "-m", "one", "--rev-id", "abc")
    before = tree(made.directory)
    made("revision", "-m", "two", "--rev-id", "abc").fails(2, "abc")
    assert tree(made.directory) == before


def test_several_heads_are_refused(files):
    files.draw("a1; b2<a1; c3<a1")
    before = tree(files.root)
    files.rev("revision", "-m", "more").fails(2, "b2", "c3", "--head", "rev merge")
    assert tree(files.root) == before


def test_head_option_says_which(files):
    files.draw("a1; b2<a1; c3<a1")
    _, header = new(files.rev, "-m", "more", "--head", "b2")
    assert header["down_revision"] == ["b2"]


def test_parent_that_has_a_child_needs_splice(files):
    files.draw("a1; b2<a1")
    before = tree(files.root)
    files.rev("revision", "-m", "more", "--head", "a1").fails(2, "--splice")
    assert tree(files.root) == before
    _, header = new(files.rev, "-m", "more", "--head", "a1", "--splice")
    assert header["down_revision"] == ["a1"]
    assert len(files.rev("heads").ok().lines) == 2


def test_head_base_makes_a_second_base(files):
    files.draw("a1")
    _, header = new(files.rev, "-m", "other", "--head", "base")
    assert header["down_revision"] in ([], None)
    assert len(files.rev("heads").ok().lines) == 2


def test_branch_label_and_depends_on(files):
    files.draw("a1; b1")
    _, header = new(files.rev, "-m", "x", "--head", "b1", "--branch-label", "extra", "--depends-on", "a1")
    assert header["branch_labels"] == ["extra"]
    assert header["depends_on"] == ["a1"]
    files.rev("revision", "-m", "y", "--head", "a1", "--branch-label", "extra").fails(2, "extra")
    files.rev("revision", "-m", "y", "--head", "a1", "--depends-on", "nosuch").fails(2, "nosuch")


def test_unknown_head(files):
    files.draw("a1b2")
    files.rev("revision", "-m", "x", "--head", "a1b3").fails(2, "a1b3", "a1b2")


def test_broken_graph_writes_nothing(files):
    files.draw("a1; b2<nosuch")
    before = tree(files.root)
    files.rev("revision", "-m", "x").fails(2, "nosuch")
    assert tree(files.root) == before


def test_message_is_needed(made):
    made("revision").fails(2, "-m")


def test_file_template_of_the_project(files):
    files.configure(config='file_template: "%(rev)s-%(slug)s"\n')
    folder, header = new(files.rev, "-m", "Hello World")
    assert folder.name == f"{header['revision']}-hello_world"
