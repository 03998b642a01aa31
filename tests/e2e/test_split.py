"""rev split: the bytes and lines of each statement, from files, pipes and anything else that can be read."""

import json
import os
import signal
import subprocess
import time

import pytest
import rev as rev_library

KEYS = ["line", "sql", "end_line", "start", "end", "kind", "command", "data"]
KINDS = {"plain", "begin", "commit", "transaction", "no_transaction", "copy", "shell"}

SCRIPT = """\
\ufeff-- a table;
CREATE TABLE t (a text DEFAULT ';');
/* é */ INSERT INTO t VALUES ('naïve
移行');;
CREATE TRIGGER g AFTER INSERT ON t BEGIN
  DELETE FROM t WHERE a = 'x';
END;
VACUUM
"""


def split(rev, text, *arguments, dialect="sqlite", status=0):
    data = text if isinstance(text, bytes) else text.encode()
    (rev.directory / "script.sql").write_bytes(data)
    result = rev("split", "script.sql", "--dialect", dialect, "--format", "json", *arguments)
    assert result.status == status, result
    statements = json.loads(result.stdout)
    for statement in statements:
        assert list(statement) == KEYS
        assert statement["kind"] in KINDS
        piece = data[statement["start"] : statement["end"]]
        assert piece.decode("utf-8", "replace").count("\n") == statement["sql"].count("\n")
        assert piece[:1].strip(b" \t\r\n") == piece[:1]
        assert statement["line"] == data[: statement["start"]].count(b"\n") + 1
        assert statement["end_line"] == data[: statement["end"] - 1].count(b"\n") + 1
        if b"\xff" not in piece:
            assert piece.decode() == statement["sql"]
    assert all(a["end"] <= b["start"] for a, b in zip(statements, statements[1:]))
    return statements


def test_statements(rev):
    statements = split(rev, SCRIPT)
    assert [(each["line"], each["end_line"], each["kind"], each["command"]) for each in statements] == [
        (2, 2, "plain", "CREATE TABLE"),
        (3, 4, "plain", "INSERT"),
        (5, 7, "plain", "CREATE TRIGGER"),
        (8, 8, "no_transaction", "VACUUM"),
    ]
    assert statements[1]["sql"] == "INSERT INTO t VALUES ('naïve\n移行')"


def test_text_says_the_same(rev):
    statements = split(rev, SCRIPT)
    lines = rev("split", "script.sql", "--dialect", "sqlite").ok().lines
    assert len(lines) == len(statements)
    for number, (line, statement) in enumerate(zip(lines, statements), 1):
        first, *last = line.split()[1].split("-")
        assert line.split()[0] == str(number)
        assert (int(first), int((last or [first])[0])) == (statement["line"], statement["end_line"])
        assert line.split()[2] == f"{statement['start']}-{statement['end']}"
        assert len(line) <= 120


def test_kinds_of_postgresql(rev):
    script = "BEGIN; SAVEPOINT a; ROLLBACK TO a; ABORT; END;\n"
    script += "COPY t FROM stdin;\n1;\n\\.\n\\i x\nALTER SYSTEM RESET ALL"
    statements = split(rev, script, dialect="postgresql")
    assert [statement["kind"] for statement in statements] == [
        "begin", "plain", "plain", "transaction", "commit", "copy", "shell", "no_transaction",
    ]  # fmt: skip
    data = statements[5]["data"]
    assert script.encode()[data["start"] : data["end"]] == b"1;\n"
    assert all(statement["data"] is None for statement in statements if statement["kind"] != "copy")


@pytest.mark.parametrize("text", ["", "\ufeff", " \n\t", "-- nothing;\n/* here; */ ;;\n"])
@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_nothing(rev, text, dialect):
    assert split(rev, text, dialect=dialect) == []
    assert rev("split", "script.sql", "--dialect", dialect).ok().stdout == ""


def test_any_bytes(rev):
    (statement,) = split(rev, b"SELECT '\xff\x00\xc3\xa9\x1b[31m\xed\xa0\x80'")
    assert statement["sql"] == "SELECT '\ufffd\x00é\x1b[31m\ufffd\ufffd\ufffd'"
    shown = rev("split", "script.sql", "--dialect", "sqlite").ok().stdout
    assert "\x1b" not in shown and "\x00" not in shown


def test_a_text_longer_than_any_slice(rev):
    text = "".join(chr(0x20 + i % 0x3000) for i in range(40000)).replace("'", "")
    (statement,) = split(rev, f"SELECT '{text}'")
    assert statement["sql"] == f"SELECT '{text}'"


@pytest.mark.parametrize(
    "dialect, text, place, statements",
    [
        ("postgresql", "SELECT 1;\nSELECT 'a;\n\n", ":2:8:", 2),
        ("postgresql", "SELECT (1;", ":1:8:", 1),
        ("postgresql", "CREATE FUNCTION f() BEGIN ATOMIC\nSELECT 1;", ":1:27:", 1),
        ("postgresql", "SELECT 1;\n -- x\n/* a /* b */", ":3:1:", 2),
        ("sqlite", 'SELECT 1; SELECT "a;', ":1:18:", 2),
        ("sqlite", "SELECT 1;\n -- x\n /* a", ":3:2:", 1),
        ("sqlite", "CREATE TRIGGER g BEGIN SELECT 1;", ":1:1:", 1),
    ],
)
def test_a_statement_that_never_ends(rev, dialect, text, place, statements):
    assert len(split(rev, text, dialect=dialect, status=2)) == statements
    rev("split", "script.sql", "--dialect", dialect).fails(2, "script.sql" + place, "never ends")


def test_standard_input(rev, tmp_path):
    script = tmp_path / "script.sql"
    script.write_text("SELECT 1;\nSELECT 2")
    with open(script, "rb") as stream:
        assert len(rev("split", "-", "--dialect", "sqlite", stdin=stream).ok().lines) == 2
    process = rev.start("split", "--dialect", "sqlite", "-", stdin=subprocess.PIPE)
    for part in (b"SELECT '", b";'; SEL", b"ECT 2;"):
        process.stdin.write(part)
        process.stdin.flush()
        time.sleep(0.02)
    process.stdin.close()
    process.stdin = None
    assert len(rev_library.finish(process).ok().lines) == 2
    process = rev.start("split", "--dialect", "sqlite", "-", stdin=subprocess.PIPE)
    stdout, stderr = process.communicate(b"SELECT '")
    assert process.returncode == 2 and b"standard input:1:8: error" in stderr


def test_fifo(rev):
    path = rev.directory / "fifo"
    os.mkfifo(path)
    process = rev.start("split", "fifo", "--dialect", "sqlite")
    with open(path, "w") as fifo:
        fifo.write("SELECT 1; SELECT 2;")
    assert len(rev_library.finish(process).ok().lines) == 2


def test_stopped_while_it_waits(rev):
    process = rev.start("split", "-", "--dialect", "sqlite", stdin=subprocess.PIPE)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == 130
    process.communicate()


@pytest.mark.parametrize("name", ["nosuch.sql", ".", "a/b.sql", "locked.sql"])
def test_what_cannot_be_read(rev, name):
    if name == "locked.sql":
        if os.geteuid() == 0:
            pytest.skip("root reads everything")
        (rev.directory / name).write_text("")
        (rev.directory / name).chmod(0)
    assert rev("split", name, "--dialect", "sqlite").fails(1, "can't be read").stdout == ""


def test_answer_that_cannot_be_written(rev):
    (rev.directory / "script.sql").write_text("SELECT 1;\n" * 100000)
    with open("/dev/full", "wb") as full:
        rev("split", "script.sql", "--dialect", "sqlite", stdout=full).fails(1, "can't be written")


TRIGGER = "CREATE TRIGGER g BEGIN SELECT 1; SELECT 2; END;"


def count(rev, *arguments, **options):
    return len(rev("split", "script.sql", *arguments, **options).ok().lines)


def test_the_project_says_the_dialect(rev):
    (rev.directory / "script.sql").write_text(TRIGGER)
    rev("split", "script.sql").fails(2, "--dialect sqlite", "rev.yaml")
    (rev.directory / "migrations").mkdir()
    rev("split", "script.sql").fails(2, "--dialect sqlite", "url")
    assert count(rev, env={"DATABASE_URL": "sqlite:///x.db"}) == 1
    assert count(rev, "--url", "postgres://h/x") == 3
    rev("split", "script.sql", "--url", "mysql://h/x").fails(2, "--dialect")
    config = "url: sqlite:///x.db\nenvironments:\n  production: {url: 'postgresql+psycopg2://u:s3cret@h/x'}\n"
    (rev.directory / "rev.yaml").write_text(config)
    assert count(rev) == 1
    assert count(rev, "-e", "production") == 3
    assert count(rev, "--dialect", "postgresql") == 3
    assert "s3cret" not in repr(rev("split", "script.sql", "-e", "production", "-v"))
    (rev.directory / "rev.yaml").write_text("url: [")
    rev("split", "script.sql").fails(2, "--dialect")
    assert count(rev, "--dialect", "sqlite") == 1
    assert not (rev.directory / "x.db").exists()


def test_revisions_that_do_not_load_are_none_of_its_business(files):
    files.draw("a1")
    script = files.folder("a1") / "up.sql"
    script.with_name("revision.yaml").write_text("nonsense")
    script.write_text(TRIGGER)
    assert len(files.rev("split", script, "--url", "sqlite:///x.db").ok().lines) == 1


@pytest.mark.parametrize("arguments", [[], ["a", "b"], ["a", "--dialect", "SQLite"], ["a", "--dialect", ""]])
def test_usage(rev, arguments):
    assert rev("split", *arguments).fails(2, "").stdout == ""


def peak_memory(rev, path, *arguments):
    """The bytes that it held at most."""
    process = rev.start("split", path, *arguments, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.communicate()
    assert process.returncode == 0
    return usage.ru_maxrss * 1024


@pytest.mark.skipif("ASAN_OPTIONS" in os.environ, reason="AddressSanitizer keeps memory of its own")
@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(
    "unit", ["SELECT 1;\n", "INSERT INTO t VALUES (1, 'abcdefghijklmnopqrstuvwxyz é');\n", "(1, 'a'),\n"]
)
def test_memory_stays_under_twice_the_file(rev, unit, form):
    path = rev.directory / "big.sql"
    size = 12 << 20
    path.write_text(unit * (size // len(unit.encode())))
    small = rev.directory / "small.sql"
    small.write_text("SELECT 1;")
    base = peak_memory(rev, small, "--dialect", "postgresql")
    used = peak_memory(rev, path, "--dialect", "postgresql", "--format", form)
    assert used - base < 1.5 * size
