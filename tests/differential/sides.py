"""The two tools on one graph: each with its own SQLite file, each answering with an Outcome."""

import contextlib
import io
import logging
import os
import re
import signal
import sqlite3
import subprocess
import warnings
from dataclasses import dataclass, field
from types import ModuleType

import alembic.command
import sqlalchemy
from alembic import context
from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from alembic.script.revision import RevisionError, RevisionMap
from alembic_project import one_or_many
from projects import Project
from rev import Result, clean_environment

ALEMBIC_PATIENCE = 10
REV_PATIENCE = 60

VERSION_TABLE = """
    CREATE TABLE IF NOT EXISTS alembic_version (
        version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"""

warnings.simplefilter("ignore")
logging.getLogger("alembic").setLevel(logging.ERROR)


@dataclass
class Outcome:
    is_ok: bool
    rows: set = field(default_factory=set)
    steps: list = field(default_factory=list)  # ("up" or "down", id) in the order in which they ran
    planned: list | None = None  # Alembic only: the ids of the plan, if it got as far as that
    answer: str = ""  # stdout
    error: str = ""  # for Alembic the exception's class and text, for rev stderr
    status: int = 0  # rev only

    def __str__(self):
        steps = " ".join(f"{direction} {id}" for direction, id in self.steps) or "no steps"
        text = f"{'ok' if self.is_ok else 'refused'}; {steps}; rows {{{','.join(sorted(self.rows))}}}"
        if self.planned is not None:
            text += f"; planned {' '.join(self.planned)}"
        for part in (self.answer, self.error):
            if part.strip():
                text += "\n      " + part.strip().replace("\n", "\n      ")
        return text


class Database:
    """A SQLite file with the version table of both tools."""

    def __init__(self, path):
        self.path = path
        self.connection = sqlite3.connect(path, isolation_level=None, timeout=30)
        self.connection.execute("PRAGMA synchronous = OFF")
        self.connection.execute("CREATE TABLE journal (number INTEGER PRIMARY KEY, step TEXT)")

    def close(self):
        self.connection.close()

    @property
    def url(self):
        return f"sqlite:///{self.path}"

    def rows(self):
        try:
            return {row[0] for row in self.connection.execute("SELECT version_num FROM alembic_version").fetchall()}
        except sqlite3.OperationalError:
            return set()

    def set_rows(self, rows):
        if rows == self.rows():
            return
        self.connection.execute("BEGIN")
        self.connection.execute(VERSION_TABLE)
        self.connection.execute("DELETE FROM alembic_version")
        self.connection.executemany("INSERT INTO alembic_version VALUES (?)", [(row,) for row in sorted(rows)])
        self.connection.execute("COMMIT")

    def take_steps(self):
        """The steps since the last call."""
        steps = self.connection.execute("SELECT step FROM journal ORDER BY number").fetchall()
        if steps:
            self.connection.execute("DELETE FROM journal")
        return [tuple(step.split()) for (step,) in steps]


class RevSide:
    """The real binary, one process for each operation."""

    def __init__(self, binary, folder, revisions):
        self.binary = str(binary)
        self.database = Database(folder / "rev.db")
        self.project = Project(folder / "rev", self.database.url).add(*revisions)
        self.environment = clean_environment()

    def close(self):
        self.database.close()

    def run(self, command, *arguments):
        done = subprocess.run(
            [self.binary, command, *arguments],
            cwd=self.project.root, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, encoding="utf-8", errors="replace", timeout=REV_PATIENCE,
        )  # fmt: skip
        Result((command, *arguments), done.returncode, done.stdout, done.stderr, 0)  # complains of a crash
        return Outcome(
            done.returncode == 0,
            self.database.rows(),
            self.database.take_steps(),
            answer=done.stdout,
            error=done.stderr,
            status=done.returncode,
        )


class Impatience(Exception):
    """Alembic did not come to an end."""


@contextlib.contextmanager
def patience(seconds):
    def interrupt(*_):
        raise Impatience(f"no end after {seconds} s")

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class MemoryDirectory(ScriptDirectory):
    """Alembic's own script directory, but the revisions come from memory instead of Python files."""

    @classmethod
    def from_config(cls, config):
        return config.attributes["directory"]

    def __init__(self, folder, revisions, execute, connect):
        super().__init__(str(folder))
        self.connect = connect
        self.planned = None
        self.revision_map = RevisionMap(lambda: [make_script(revision, execute) for revision in revisions])

    def run_env(self):
        """What env.py does."""
        with self.connect() as connection:
            context.configure(connection=connection)
            with context.begin_transaction():
                context.run_migrations()

    def _upgrade_revs(self, destination, current_rev):
        return self._note(super()._upgrade_revs(destination, current_rev))

    def _downgrade_revs(self, destination, current_rev):
        return self._note(super()._downgrade_revs(destination, current_rev))

    def _note(self, steps):
        self.planned = [step.revision.revision for step in steps]
        return steps


def make_script(revision, execute):
    """The module that a revision's Python file would be."""
    module = ModuleType(f"revision_{revision.id}", revision.message)
    module.revision = revision.id
    module.down_revision = one_or_many(revision.parents)
    module.branch_labels = one_or_many(revision.labels)
    module.depends_on = one_or_many(revision.depends_on)
    module.upgrade = lambda **_: execute(revision.up)
    module.downgrade = lambda **_: execute(revision.down)
    return Script(module, revision.id, f"{revision.id}.py")


class AlembicSide:
    """Debian's alembic, its own commands, in this process."""

    COMMANDS = ("upgrade", "downgrade", "stamp", "history", "heads", "branches", "current", "show")

    def __init__(self, folder, revisions):
        self.database = Database(folder / "alembic.db")
        self.engine = sqlalchemy.create_engine(self.database.url, poolclass=sqlalchemy.pool.NullPool)
        self.connection = None
        self.directory = MemoryDirectory(folder, revisions, self._execute, self._connect)
        alembic.command.ScriptDirectory = MemoryDirectory

    def close(self):
        self.engine.dispose()
        self.database.close()

    @contextlib.contextmanager
    def _connect(self):
        with self.engine.connect() as self.connection:
            yield self.connection

    def _execute(self, statements):
        for statement in statements:
            self.connection.execute(sqlalchemy.text(statement))

    def run(self, command, *arguments, **options):
        assert command in self.COMMANDS
        stdout = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
        config = Config(stdout=stdout, attributes={"directory": self.directory})
        self.directory.planned = None
        for script in self.directory.revision_map._revision_map.values():
            if script is not None:
                script._db_current_indicator = None  # a process of its own would not know of the last one's
        error = ""
        try:
            with patience(ALEMBIC_PATIENCE):
                getattr(alembic.command, command)(config, *arguments, **options)
        except Exception as exception:  # whatever it dies of
            error = f"{type(exception).__name__}: {exception}"
        return Outcome(
            not error,
            self.database.rows(),
            self.database.take_steps(),
            planned=self.directory.planned,
            answer=written(stdout),
            error=error,
        )

    def labels(self, id):
        """The labels that a revision carries."""
        return set(self.directory.revision_map.get_revision(id).branch_labels)

    def counted_up(self, spec, rows):
        """What +N or W@+N names, counted from these; None if Alembic refuses."""
        try:
            found = self.directory.revision_map._parse_upgrade_target(tuple(sorted(rows)), spec, False)
            return {script.revision for script in found if script}
        except Exception:
            return None

    def revisions(self, spec):
        """What a spec (or several) names, by Alembic; None if it refuses."""
        try:
            found = self.directory.revision_map.get_revisions(spec)
            return {script.revision for script in found}
        except Exception:
            return None


def load_in_alembic(revisions):
    """How Alembic takes these revisions: "accepts", "refuses" with a sentence, or "dies" of an exception."""
    try:
        with patience(ALEMBIC_PATIENCE):
            RevisionMap(lambda: [make_script(revision, None) for revision in revisions])._revision_map
    except RevisionError:
        return "refuses"
    except Exception:
        return "dies"
    return "accepts"


def written(stream):
    stream.flush()
    return stream.buffer.getvalue().decode()


LABELS = re.compile(r"\(([^()]*)\)")


def sort_lists(text):
    """Alembic prints labels and children in hash order."""
    text = LABELS.sub(lambda match: "(" + ", ".join(sorted(match[1].split(", "))) + ")", text)
    if text.startswith(("Branches into: ", "Branch names: ")):
        title, _, names = text.partition(": ")
        text = title + ": " + ", ".join(sorted(names.split(", ")))
    return text.rstrip()


def as_lines(answer):
    """Where the order of lines means nothing, or is judged elsewhere."""
    return sorted(sort_lists(line) for line in answer.splitlines() if line.strip())


def as_blocks(answer):
    """`branches`: a line, then its children."""
    return sorted(tuple(as_lines(block)) for block in answer.split("\n\n") if block.strip())


def as_entries(answer):
    """`show`: of each entry what is above its path."""
    entries = re.split(r"^(?=Rev: )", answer, flags=re.M)
    heads = [re.split(r"^Path: ", entry, flags=re.M)[0] for entry in entries]
    return sorted(tuple(sort_lists(line) for line in head.splitlines()) for head in heads)


def history_ids(answer):
    """The revisions of `history`, newest first."""
    return [match[1] for match in re.finditer(r"^.*? -> (\w+)", answer, re.M)]


def temporary_parent():
    """Memory instead of a disk where there is one: nothing here is to survive a power cut."""
    folder = "/dev/shm"
    return folder if os.access(folder, os.W_OK | os.X_OK) else None
