"""Runs every example of docs/specs.md."""

import os
import pathlib
import re
import shlex
import sqlite3
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "specs.md"


def examples():
    """The blocks that begin with a `graph` line, each as its lines without indentation."""
    block, found = [], []
    for number, line in enumerate(PAGE.read_text(encoding="utf-8").splitlines() + [""], 1):
        text = line.strip()
        if text.startswith("graph ") or (block and text):
            block.append((number, text))
        elif block:
            found.append(block)
            block = []
    return found


def write_graph(folder, drawn):
    """`a; b<a !x (L) #t` as a project's migrations."""
    for entry in drawn.split(";"):
        words = entry.split()
        revision, _, parents = words[0].partition("<")
        lists = {
            "down_revision": parents.split(",") if parents else [],
            "depends_on": [word[1:] for word in words if word.startswith("!")],
            "branch_labels": [word[1:-1] for word in words if word.startswith("(")],
            "tags": [word[1:] for word in words if word.startswith("#")],
        }
        directory = folder / "migrations" / revision
        directory.mkdir(parents=True)
        header = [f'revision: "{revision}"']
        header += [f"{key}: [{', '.join(chr(34) + name + chr(34) for name in names)}]" for key, names in lists.items()]
        (directory / "revision.yaml").write_text("\n".join(header) + "\n")
        (directory / "up.sql").write_text("")
        (directory / "down.sql").write_text("")


def set_rows(run, rows):
    if rows:
        run("stamp", "--purge", *rows)


def names(text):
    return [] if text == "-" else text.split()


@pytest.mark.parametrize("block", examples(), ids=lambda block: f"line {block[0][0]}")
def test_example(block, tmp_path, run_rev):
    lines = [text for _, text in block]
    write_graph(tmp_path, lines[0].split(None, 1)[1])
    command = next(line for line in lines if line.startswith("$ "))
    before, after = lines[1 : lines.index(command)], lines[lines.index(command) + 1 :]

    def run(*words):
        return run_rev(tmp_path, *words)

    for line in before:
        assert line.startswith("rows "), line
        set_rows(run, names(line.split(None, 1)[1]))
    result = run(*shlex.split(command)[2:])
    printed = [re.sub(r"^> ?", "", line) for line in after if line.startswith(">")]
    if printed:
        # the page's lists lose their indentation: compare word by word
        assert [line.split() for line in result.stdout.splitlines() if line] == [line.split() for line in printed]
    for line in after:
        key, _, value = line.partition(" ")
        value = value.strip()
        if key == "runs":
            steps = re.findall(r"^Running (?:upgrade|downgrade) (.*) -> ([^,\n]*)", result.stderr, re.M)
            is_up = "upgrade" in command
            assert [(new if is_up else old).split(",")[0] for old, new in steps] == names(value), result.stderr
        elif key == "rows":
            assert rows_of(tmp_path) == names(value)
        elif key == "refused":
            assert result.returncode == 2, result
            assert value in result.stderr
        else:
            assert key == ">", line
    if not any(line.startswith("refused") for line in after):
        assert result.returncode == 0, result


def rows_of(folder):
    connection = sqlite3.connect(folder / "test.db")
    try:
        return sorted(row[0] for row in connection.execute("SELECT version_num FROM alembic_version"))
    finally:
        connection.close()


def test_there_are_examples():
    assert len(examples()) > 30


@pytest.fixture
def run_rev():
    binary = os.environ["REV_BINARY"]

    def run(folder, *words):
        return subprocess.run(
            [binary, "-C", str(folder), "-u", "sqlite:///test.db", *words],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run
