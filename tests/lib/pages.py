"""What the pages in docs/ show, as something that can be run.

A page is one shell session in a folder of its own, from its first line to its last:

    ```console          each line behind `$ ` is typed; `> ` continues it; what stands below is what it prints.
    $ rev heads         Nothing below: whatever it prints. `…` stands for anything, a line of `…` for any lines.
    ```                 It must succeed, unless an error is shown, or `$ echo $?` follows.
    ```sql              A block whose first line is a comment with a file's name is written to that file;
    -- a/…_b/up.sql     `…` in the name stands for what a name holds by chance.
    ```
    <!-- run            Typed, too, and not shown to readers.
    -->

What varies (times, dates, who and where) is compared as if it did not. `rev revision` and `rev merge` get the ids that
the page shows behind them.
"""

import contextlib
import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from rev import binary, clean_environment

ROOT = Path(__file__).resolve().parents[2]
URL = "postgresql://app@db/shop"  # what pages call the PostgreSQL database

PATIENCE = 120  # seconds for a page

FENCE = re.compile(r"^( *)```([\w-]*)$")
FILE = re.compile(r"^(?:--|#) (\S*(?:\.(?:sql|ya?ml|service|py|ini|conf|env)|Dockerfile))$")
NEW_ID = re.compile(r"^migrations/\d{8}_\d{4}_([0-9a-f]{12})_", re.M)


def pages():
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@dataclass
class Block:
    language: str
    line: int  # of its first line of content
    text: str

    @property
    def file(self):
        match = FILE.match(self.text.split("\n", 1)[0])
        return match and match.group(1)


@dataclass
class Command:
    line: int
    text: str
    shown: list = field(default_factory=list)
    may_fail: bool = False


def blocks(page):
    """The fenced blocks, and the hidden ones, whose language is `run`."""
    found, kept, opened, indent = [], [], None, ""
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        fence = FENCE.match(line)
        if opened is None and fence:
            opened, kept, indent = (fence.group(2), number + 1), [], fence.group(1)
        elif opened is None and line == "<!-- run":
            opened, kept, indent = ("run", number + 1), [], ""
        elif opened and (line == indent + "```" if opened[0] != "run" else line == "-->"):
            found.append(Block(*opened, "\n".join(kept) + "\n"))
            opened = None
        elif opened:
            kept.append(line.removeprefix(indent))
    assert opened is None, f"{page.name}:{opened[1]}: a block without an end"
    return found


def prose(page):
    """The page without its blocks: (line number, text)."""
    inside = False
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        if FENCE.match(line) or line in ("<!-- run", "-->"):
            inside = not inside
        elif not inside and not line.startswith("    "):
            yield number, line


def typed(block):
    """A console block's commands."""
    found = []
    for number, line in enumerate(block.text.splitlines(), block.line):
        if line.startswith("$ "):
            found.append(Command(number, line[2:]))
        elif line.startswith("> ") and found and not found[-1].shown:
            found[-1].text += "\n" + line[2:]
        else:
            assert found, f"line {number}: output before any command"
            found[-1].shown.append(line)
    return found


def put(block):
    """A command that writes the block to its file."""
    name = block.file.replace("…", "*")
    folder = os.path.dirname(name) if "*" not in name else ""
    made = f"mkdir -p {folder} && " if folder else ""
    return Command(block.line, f"{made}cat > {name} <<'END_OF_FILE'\n{block.text}END_OF_FILE")


def commands(page):
    found = []
    for block in blocks(page):
        if block.language == "console":
            found += typed(block)
        elif block.language == "run":
            found.append(Command(block.line, block.text.rstrip("\n")))
        elif block.file:
            found.append(put(block))
    for command, following in zip(found, [*found[1:], None]):
        shows_error = any("error:" in line for line in command.shown)
        command.may_fail = shows_error or bool(following and following.text.startswith("echo $?"))
    return found


def with_id(command):
    """`rev revision` with the id that the page shows for it."""
    shown = NEW_ID.search("\n".join(command.shown))
    if shown and "--rev-id" not in command.text:
        return re.sub(r"\brev( -[Ce] \w+)? (revision|merge)\b", rf"\g<0> --rev-id {shown.group(1)}", command.text, count=1)
    return command.text


# Written before and behind each command.
PROLOGUE = """\
set -o pipefail
status=0
new_folder() { cd "$(mktemp -d "$SCRATCH/XXXXXX")"; }
new_database() { psql -qX "$PAGE_URL" -c 'DROP SCHEMA public CASCADE' -c 'CREATE SCHEMA public' \
    -c 'GRANT USAGE ON SCHEMA public TO PUBLIC' 2>/dev/null; }
"""
STEP = "printf '\\036%d\\n' {number}\n(exit $status)\n{{\n{text}\n}} 2>&1 </dev/null\nstatus=$?\nprintf '\\037%d\\n' $status\n"


def script(found, url):
    steps = (STEP.format(number=i, text=with_id(command)) for i, command in enumerate(found))
    return PROLOGUE + "".join(steps).replace(URL, url)


def environment(scratch, url):
    """`rev` is the one that is tested, Python the one that the tests run in; git has a name to commit under."""
    programs = scratch / "bin"
    programs.mkdir()
    (programs / "rev").symlink_to(binary())
    for name, words in (("python3", ""), ("alembic", " -m alembic")):
        (programs / name).write_text(f'#!/bin/sh\nexec "{sys.executable}"{words} "$@"\n')
        (programs / name).chmod(0o755)
    named = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in
             (("NAME", "Ann"), ("EMAIL", "ann@example.org"))}  # fmt: skip
    return clean_environment(
        PATH=f"{programs}:{os.environ['PATH']}", SCRATCH=scratch, PAGE_URL=url, TZ="CEST-2", GIT_CONFIG_GLOBAL="/dev/null",
        GIT_CONFIG_COUNT="1", GIT_CONFIG_KEY_0="init.defaultBranch", GIT_CONFIG_VALUE_0="main", **named,
    )  # fmt: skip


def run(found, scratch, url):
    """(command, what it printed, its exit status) of each, in order."""
    folder = scratch / "page"
    folder.mkdir()
    (scratch / "session.sh").write_text(script(found, url), encoding="utf-8")
    output = scratch / "output"
    with output.open("wb") as stream:  # a file: what goes on in the background does not hold it up
        session = subprocess.Popen(
            ["bash", "--noprofile", "--norc", scratch / "session.sh"], cwd=folder, env=environment(scratch, url),
            stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, start_new_session=True,
        )  # fmt: skip
        try:
            session.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            pass
        with contextlib.suppress(ProcessLookupError):
            os.killpg(session.pid, signal.SIGKILL)
        session.wait()
    printed = output.read_text(encoding="utf-8", errors="replace").replace(url, URL)
    parts = re.findall(r"\x1e(\d+)\n(.*?)\x1f(\d+)\n", printed, re.S)
    assert len(parts) == len(found), f"the session did not come to its end:\n{printed[-3000:]}"
    return [(found[int(number)], text, int(status)) for number, text, status in parts]


VARYING = [
    (r"\d{4}-\d\d-\d\d([ T])\d\d:\d\d:\d\d(?:\.\d+)?", r"DATE\1TIME"),
    (r"\d{8}_\d{4}_", "DATE_"),
    (r"\b\d+ ms\b|\b\d+(?:\.\d)? s\b", "DURATION"),
    (r"\b\d+ rows/s", "N rows/s"),
    (r"[\w.-]+@[\w.-]+", "USER@HOST"),
    (r"\b(pid |pg_terminate_backend\()\d+", r"\1N"),
    (r"(?<=\S) +(?=\S)", " "),
    (r" +$", ""),
]


def steady(text):
    for pattern, word in VARYING:
        text = re.sub(pattern, word, text, flags=re.M)
    return text


def is_like(shown, printed):
    """Whether the output is what the page shows."""
    lines = steady("\n".join(shown)).rstrip("\n").split("\n")
    patterns = [
        r"(?:.*\n)*?" if line.strip() == "…" else re.escape(line).replace("…", ".*") + r"\n" for line in lines
    ]  # fmt: skip
    return re.fullmatch("".join(patterns), steady(printed).rstrip("\n") + "\n") is not None
