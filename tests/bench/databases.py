"""The two databases, each with the program that runs a file as one transaction there: rev's peer."""

import shutil
import sqlite3
import subprocess
from contextlib import closing

from measure import Failed, Task

DATABASE = "bench"


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

    def make_empty(self):
        self._ask(
            "postgres", f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)",
            f"CREATE DATABASE {DATABASE} TEMPLATE template0", "CHECKPOINT",
        )  # fmt: skip

    def count(self, table):
        return int(self._ask(DATABASE, f"SELECT count(*) FROM {table}"))

    def peer(self, path):
        command = [self.psql, "-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-f", str(path), self.url]
        return "psql -1 -f", command


class Sqlite:
    name = "sqlite"

    def __init__(self, setting):
        self.path = setting.folder / "bench.db"
        self.url = f"sqlite:///{self.path}"
        self.sqlite3 = _need("sqlite3")

    def make_empty(self):
        for path in self.path.parent.glob(self.path.name + "*"):
            path.unlink()

    def count(self, table):
        with closing(sqlite3.connect(self.path)) as connection:
            try:
                return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            except sqlite3.Error as error:
                raise Failed(str(error)) from error

    def peer(self, path):
        command = [self.sqlite3, "-bail", "-batch", str(self.path), "BEGIN", f'.read "{path}"', "COMMIT"]
        return "sqlite3 .read", command


def script_tasks(setting, database, workload, project):
    """rev and its peer, each running the same file into an empty database."""

    def check():
        rows = database.count("bench_rows")
        if rows != workload.rows:
            raise Failed(f"bench_rows holds {rows} rows instead of {workload.rows}")

    def check_rev():
        check()
        if database.count("alembic_version") != 1:
            raise Failed("the revision is not in the version table")

    name, command = database.peer(workload.path)
    upgrade = [str(setting.binary), "-C", str(project), "--url", database.url, "upgrade", "head"]
    return Task("rev upgrade", upgrade, database.make_empty, check_rev), Task(name, command, database.make_empty, check)
