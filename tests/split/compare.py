"""Compares the statements that `rev split` finds in scripts with those that psql sends.

    python3 tests/split/compare.py [-v] FILE-OR-FOLDER…

No server is needed: psql talks to fake_server.py. Each difference is put down to what explains it; docs/splitting.md
says what the explanations mean. The exit status is 1 if one is left unexplained.
"""

import argparse
import collections
import difflib
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lib"))

import rev  # noqa: E402
from fake_server import FakeServer  # noqa: E402

BLANK = rb"(?:\s|--[^\n]*(?:\n|\Z)|/\*.*?\*/)*"
TRAILING = re.compile(BLANK + rb";?" + BLANK, re.S)


def without_leading(text):
    """psql sends the comments before a statement with it; they may be nested."""
    while True:
        text = text.lstrip(b" \t\n\r\f\v")
        if text.startswith(b"--"):
            text = text.partition(b"\n")[2]
        elif text.startswith(b"/*"):
            depth = at = 0
            for mark in re.finditer(rb"/\*|\*/", text):
                depth += 1 if mark.group() == b"/*" else -1
                at = mark.end()
                if depth == 0:
                    break
            if depth:
                return text
            text = text[at:]
        else:
            return text


def bare(text):
    """Without the semicolon at its end: only a statement that never ends has one in rev's text."""
    text = text.rstrip(b" \t\n\r\f\v")
    return text[:-1].rstrip(b" \t\n\r\f\v") if text.endswith(b";") else text


def run_psql(server, path, folder):
    """The statements that psql sends for a script."""
    environment = rev.clean_environment(PGCLIENTENCODING="UTF8", HOME=folder)
    address = f"host=127.0.0.1 port={server.port} user=fake dbname=fake sslmode=disable gssencmode=disable"
    done = subprocess.run(
        ["psql", "-X", "-q", "-f", str(path), address],
        cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=300,
    )  # fmt: skip
    assert done.returncode in (0, 3), done
    return server.take()


def run_rev(path):
    """(text, kind, data) of each statement that rev finds, as bytes of the file."""
    done = subprocess.run(
        [str(rev.binary()), "split", str(path), "--dialect", "postgresql", "--format", "json"],
        env=rev.clean_environment(), capture_output=True, timeout=300,
    )  # fmt: skip
    assert done.returncode in (0, 2), done
    source = Path(path).read_bytes()
    found = []
    for item in json.loads(done.stdout):
        data = source[item["data"]["start"] : item["data"]["end"]] if item["data"] else None
        found.append((source[item["start"] : item["end"]], item["kind"], data))
    return found


# What psql puts in place of :name, :'name', :"name" and :{?name}; a cast is none.
VARIABLE = re.compile(rb"(?<!:):(?:\w|'\w|\"\w|\{\?)")
# psql takes them out of what is not quoted, and so do we for both sides.
EMPTY_LINES = re.compile(rb"\n\n+")
# Commands that ask the catalog.
CATALOG = re.compile(rb"\\(?:d|l|z|s[fv])")
# What psql says on its own behalf: for large objects, and where FETCH_COUNT is set.
OWN = re.compile(rb"(?:BEGIN|COMMIT|ROLLBACK|(?:FETCH FORWARD|DECLARE|CLOSE) .*_psql_cursor.*)\Z", re.S)
# Commands that end a statement or send the last one, run what a query gave, or skip a part of the script.
SENDING = re.compile(rb"\\(?:\.|(?:g|gx|gset|gexec|gdesc|crosstabview|watch|if|elif|else|endif|p|r|w|e|q|c|connect)\b)")


def explain(psql_texts, rev_texts, shell):
    """(explanation, side, text) of each text of a block that only one side has."""
    has_variable = any(VARIABLE.search(text) for text in rev_texts)
    has_joined = any(line.startswith(b"\\;") for line in shell)

    def of_psql(text):
        if b"pg_catalog." in text and any(CATALOG.match(line) for line in shell):
            return "catalog query"
        if has_joined and b";" in text:
            return "joined"
        if re.match(rb"COPY  ", text) and any(line.startswith(b"\\copy") for line in shell):
            return "\\copy"
        if OWN.match(text) and any(line.startswith((b"\\lo_", b"\\set fetch_count")) for line in shell):
            return "psql's own"
        return None

    def of_rev(text):
        if VARIABLE.search(text):
            return "variable"
        return None

    for side, texts, judge in (("psql", psql_texts, of_psql), ("rev", rev_texts, of_rev)):
        for text in texts:
            explanation = judge(text)
            if not explanation and has_variable and side == "psql":
                explanation = "variable"
            if not explanation and has_joined:
                explanation = "joined"
            if not explanation and any(line.startswith(b"\\copy") for line in shell):
                explanation = "\\copy"
            if not explanation and any(SENDING.match(line) for line in shell):
                explanation = "other command"
            yield explanation or "unexplained", side, text


class Comparison:
    """One file: how much is alike, and the differences with their explanations."""

    def __init__(self, sent, found):
        self.shell = [text.lower() for text, kind, _ in found if kind == "shell"]
        self.equal = 0
        self.differences = []
        ours = [bare(EMPTY_LINES.sub(b"\n", text)) for text, kind, _ in found if kind != "shell"]
        theirs = self._as_ours(sent, set(ours))
        matcher = difflib.SequenceMatcher(None, theirs, ours, autojunk=False)
        for operation, a, b, c, d in matcher.get_opcodes():
            if operation == "equal":
                self.equal += b - a
            else:
                self.differences += explain(theirs[a:b], ours[c:d], self.shell)

    @staticmethod
    def _as_ours(sent, known):
        """Without what stands around a statement: the comments before it, the semicolon; and the comments before that,
        where it is then one of ours. Empty statements are left out; psql leaves out empty lines."""
        theirs = []
        for text in (without_leading(EMPTY_LINES.sub(b"\n", raw)) for raw in sent):
            plain = bare(text)
            if plain not in known and re.search(rb"--|/\*", plain):
                alike = (each for each in known if text.startswith(each) and TRAILING.fullmatch(text, len(each)))
                plain = next(alike, plain)
            if plain:
                theirs.append(plain)
        return theirs


def scripts(arguments):
    for argument in map(Path, arguments):
        yield from sorted(argument.rglob("*.sql")) if argument.is_dir() else [argument]


def compare(server, path, folder):
    sent, copied = run_psql(server, path, folder)
    found = run_rev(path)
    return Comparison(sent, found), copied, found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-v", "--verbose", action="store_true", help="show each difference")
    parser.add_argument("paths", nargs="+", metavar="FILE-OR-FOLDER")
    arguments = parser.parse_args()
    counts = collections.Counter()
    files = collections.Counter()
    with FakeServer() as server, tempfile.TemporaryDirectory() as folder:
        for path in scripts(arguments.paths):
            comparison, _, found = compare(server, path.resolve(), folder)
            files["all"] += 1
            files["with backslash commands"] += bool(comparison.shell)
            files["without, and split alike"] += not comparison.shell and not comparison.differences
            files["with, and split alike"] += bool(comparison.shell) and not comparison.differences
            counts["equal"] += comparison.equal
            for explanation, side, text in comparison.differences:
                counts[f"{explanation} ({side} only)"] += 1
                if arguments.verbose or explanation == "unexplained":
                    print(f"{path}: {explanation}, {side} only: {text[:300]!r}")
    print(dict(files))
    print(dict(counts))
    return 1 if any(name.startswith("unexplained") for name in counts) else 0


if __name__ == "__main__":
    sys.exit(main())
