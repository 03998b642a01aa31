"""revision.yaml: strict, every fault at once, each with file:line:column."""

import re

import pytest
from projects import line


def header(files, text, folder="20250101_0000_a1_one"):
    path = files.migrations / folder
    path.mkdir(parents=True, exist_ok=True)
    (path / "revision.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    (path / "up.sql").write_text("")
    (path / "down.sql").write_text("")
    return f"migrations/{folder}/revision.yaml"


@pytest.mark.parametrize(
    "text, place, part",
    [
        ("down_revision: []\n", "", "revision"),
        ('revision: "a1"\ndown_revison: []\n', ":2:1", "down_revision"),
        ('revision: "a1"\nmesage: x\n', ":2:1", "message"),
        ('revision: "a-1"\n', ":1:11", "a-1"),
        ('revision: "head"\n', ":1:11", "head"),
        ('revision: ""\n', ":1:11", ""),
        ('revision: "a1"\nrevision: "a2"\n', ":2:1", "revision"),
        ('revision: ["a1"]\n', ":1:11", "revision"),
        ('revision: "a1"\ndown_revision: {x: y}\n', ":2:16", "down_revision"),
        ('revision: "a1"\ndown_revision: [["x"]]\n', ":2:17", "down_revision"),
        ('revision: "a1"\nmessage: [unclosed\n', "", ""),
        ('revision: &x "a1"\nmessage: *x\n', ":", ""),
        ('revision: "a1"\nbranch_labels: ["no good"]\n', ":2:17", "no good"),
        ('revision: "a1"\nbranch_labels: ["a@b"]\n', ":2:17", "a@b"),
        ("- a1\n", ":1:1", ""),
        ("just text\n", ":1:1", ""),
        ("", "", ""),
        ('revision: "a1"\n---\nrevision: "a2"\n', ":", ""),
        (b'revision: "a1"\nmessage: "\xff\xfe"\n', ":2", ""),
        (b'revision: "a1"\nmessage: "a\x00b"\n', ":2", ""),
        ('revision: "a1"\nx-deep: ' + "[" * 40 + "]" * 40 + "\n", ":", ""),
    ],
)
def test_fault(files, text, place, part):
    name = header(files, text)
    failed = files.rev("heads").fails(2, name + place, part)
    assert failed.stdout == ""


def test_size_has_a_limit(files):
    name = header(files, 'revision: "a1"\nmessage: "' + "x" * 70000 + '"\n')
    files.rev("heads").fails(2, name, "65536")


def test_number_is_text(files):
    """As written, never as a number: 0012 and 4446e08588 keep their digits."""
    header(files, "revision: 0012\n", "one")
    header(files, "revision: 4446e08588\ndown_revision: 0012\n", "two")
    lines = files.rev("history").ok().lines
    assert [re.match(r"(\S+) -> (\w+)", text).groups() for text in lines] == [
        ("0012", "4446e08588"),
        ("<base>", "0012"),
    ]


@pytest.mark.parametrize(
    "value, parents",
    [
        ('"a1"', "a1"),
        ("a1", "a1"),
        ('["a1"]', "a1"),
        ("[a1, b2]", "a1, b2"),
        ("\n  - a1\n  - b2", "a1, b2"),
        ("null", "<base>"),
        ("~", "<base>"),
        ("", "<base>"),
        ("[]", "<base>"),
    ],
)
def test_forms_of_down_revision(files, value, parents):
    files.draw("a1; b2")
    header(files, f'revision: "c3"\ndown_revision: {value}\nmessage: third\n', "c3")
    assert any(text.startswith(f"{parents} -> c3") for text in files.rev("history").ok().lines)


def test_user_keys_and_comments_are_fine(files):
    header(files, '# a comment\r\nrevision: "a1"  # id\r\nx-ticket: {id: 7, who: [ann, bob]}\r\n')
    files.rev("heads").ok("a1 (head)")


def test_byte_order_mark(files):
    header(files, b'\xef\xbb\xbfrevision: "a1"\n')
    files.rev("heads").ok("a1 (head)")


def test_every_fault_in_one_run(files):
    first = header(files, 'revision: "a1"\nmesage: x\n', "one")
    second = header(files, 'revision: "b-2"\ndown_revison: x\n', "two")
    third = header(files, 'revision: "c3"\ndown_revision: ["nosuch"]\n', "three")
    failed = files.rev("heads").fails(2, f"{first}:2:1", f"{second}:1:11", f"{second}:2:1", third, "nosuch")
    assert failed.stdout == ""


def test_commands_that_change_refuse_too(project, db):
    project.add(*line("a1"))
    header(project, 'revision: "b2"\nnosuchkey: 1\n', "two")
    for command in (["upgrade", "head"], ["downgrade", "base"], ["stamp", "head"], ["revision", "-m", "x"]):
        project.rev(*command).fails(2, "nosuchkey")
    assert db.all_tables() == []


def test_folder_without_a_header_is_no_revision(files):
    files.draw("a1")
    (files.migrations / "notes").mkdir()
    (files.migrations / "notes" / "up.sql").write_text("SELECT 1;")
    (files.migrations / "empty").mkdir()
    (files.migrations / "README.md").write_text("hello")
    result = files.rev("heads").ok("a1")
    assert "notes" in result.stderr, "a folder that holds up.sql but no header deserves a warning"
    assert "empty" not in result.stderr


def test_missing_up_sql(project, db):
    project.add(*line("a1"))
    (project.folder("a1") / "up.sql").unlink()
    result = project.rev("upgrade", "head")
    assert result.status in (1, 2), result
    result.fails(result.status, "up.sql")
    assert db.all_tables() == []


def test_link_out_of_the_project_is_refused(project, db, tmp_path):
    project.add(*line("a1"))
    outside = tmp_path / "outside.sql"
    outside.write_text("CREATE TABLE stolen (id integer);")
    script = project.folder("a1") / "up.sql"
    script.unlink()
    script.symlink_to(outside)
    result = project.rev("upgrade", "head")
    assert result.status in (1, 2), result
    assert db.tables() == []


def test_link_below_the_project_is_followed(project, db):
    project.add(*line("a1"))
    script = project.folder("a1") / "up.sql"
    shared = project.root / "migrations" / "shared.sql"
    shared.write_text("CREATE TABLE linked (id integer);\n")
    script.unlink()
    script.symlink_to("../shared.sql")
    project.rev("upgrade", "head").ok()
    assert db.tables() == ["linked"]


def test_the_same_hint_is_said_once(files):
    """A key that is wrong everywhere is wrong for one reason."""
    for name in ("a1", "b2", "c3"):
        header(files, f'revision: "{name}"\ndate: x\n', f"20250101_0000_{name}_x")
    result = files.rev("heads").fails(2, "a1_x/revision.yaml:2:1", "b2_x", "c3_x")
    assert result.stderr.count("unknown key 'date'") == 3
    assert result.stderr.count("hint:") == 1
