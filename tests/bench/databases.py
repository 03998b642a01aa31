"""The two databases, each with the program that runs a file as one transaction there: rev's peer."""

import shutil
import sqlite3
import subprocess
from contextlib import closing

from measure import Failed, Task, compile_program

DATABASE, SAVED = "bench", "bench_saved"


def _need(program):
    path = shutil.which(program)
    if not path:
        raise Failed(f"{program} is not installed")
    return path


class Postgresql:
    name = "postgresql"

    def __init__(self, setting):
        self.setting = setting
        # The one in PATH may be a wrapper that looks for this one, as Debian's is.
        own = setting.server.binaries / "psql"
        self.psql = str(own) if own.exists() else _need("psql")
        self.url = setting.server.url(DATABASE)

    def _ask(self, database, *statements):
        command = [self.psql, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
        for sql in statements:
            command += ["-c", sql]
        command.append(self.setting.server.url(database))
        done = subprocess.run(command, capture_output=True, text=True, env=self.setting.environment)
        if done.returncode != 0:
            raise Failed(done.stderr)
        return done.stdout.strip()

    def _copy(self, source, target):
        self._ask(
            "postgres", f"DROP DATABASE IF EXISTS {target} WITH (FORCE)",
            f"CREATE DATABASE {target} TEMPLATE {source}", "CHECKPOINT",
        )  # fmt: skip

    def make_empty(self):
        self._copy("template0", DATABASE)

    def save(self):
        self._copy(DATABASE, SAVED)

    def restore(self):
        self._copy(SAVED, DATABASE)

    def value(self, sql):
        return self._ask(DATABASE, sql)

    def shell(self, path, *options):
        """The command that runs a file."""
        return [self.psql, "-X", "-q", *options, "-v", "ON_ERROR_STOP=1", "-f", str(path), self.url]

    def peer(self, path):
        return "psql -1 -f", self.shell(path, "-1")

    def query(self, sql):
        """The least that a client does to ask one question."""
        ask = ["pkg-config", "--cflags", "--libs", "libpq"]
        flags = subprocess.run(ask, capture_output=True, text=True, check=True)
        program = compile_program(self.setting.folder, "query", *flags.stdout.split())
        return "libpq", [program, self.url, sql]


class Sqlite:
    name = "sqlite"

    def __init__(self, setting):
        self.path = setting.folder / "bench.db"
        self.url = f"sqlite:///{self.path}"
        self.sqlite3 = _need("sqlite3")

    def make_empty(self):
        for path in self.path.parent.glob(self.path.name + "*"):
            path.unlink()

    def save(self):
        shutil.copyfile(self.path, self.path.parent / SAVED)

    def restore(self):
        self.make_empty()
        shutil.copyfile(self.path.parent / SAVED, self.path)

    def value(self, sql):
        with closing(sqlite3.connect(self.path)) as connection:
            try:
                return str(connection.execute(sql).fetchone()[0])
            except sqlite3.Error as error:
                raise Failed(str(error)) from error

    def shell(self, path):
        """The command that runs a file."""
        return [self.sqlite3, "-bail", "-batch", str(self.path), f'.read "{path}"']

    def peer(self, path):
        command = [self.sqlite3, "-bail", "-batch", str(self.path), "BEGIN", f'.read "{path}"', "COMMIT"]
        return "sqlite3 .read", command

    def query(self, sql):
        """The least that a client does to ask one question."""
        return "sqlite3", [self.sqlite3, "-batch", str(self.path), sql]


def count(database, table):
    return int(database.value(f"SELECT count(*) FROM {table}"))


def script_tasks(setting, database, workload, project):
    """rev and its peer, each running the same file into an empty database."""

    def check():
        rows = count(database, "bench_rows")
        if rows != workload.rows:
            raise Failed(f"bench_rows holds {rows} rows instead of {workload.rows}")

    def check_rev():
        check()
        if count(database, "alembic_version") != 1:
            raise Failed("the revision is not in the version table")

    name, command = database.peer(workload.path)
    upgrade = [str(setting.binary), "-C", str(project), "--url", database.url, "upgrade", "head"]
    return (
        Task("rev upgrade", (upgrade,), database.make_empty, check_rev),
        Task(name, (command,), database.make_empty, check),
    )
