"""A thousand small steps by the tools that people use instead, where they are installed: alembic and dbmate.

Nothing is promised of these ratios; a transaction each on both sides.
"""

import shutil
import subprocess
import sys
from functools import partial
from types import SimpleNamespace

import graphs
from alembic_project import ENV_PY, AlembicProject
from databases import Postgresql, Sqlite
from loading import rev
from measure import Benchmark, Failed, Limit, Pair, Skipped, Task
from steps import check_version


def alembic(setting, at, count):
    """Alembic's own way is one transaction for all: rev's is one each."""
    python = "/usr/bin/python3" if shutil.which("/usr/bin/python3") else sys.executable
    if subprocess.run([python, "-c", "import alembic"], capture_output=True).returncode != 0:
        raise Skipped("alembic is not installed")
    folder = setting.folder / f"alembic-{at.name}"
    project = AlembicProject(folder, at.url)
    each = ENV_PY.replace("connection=connection)", "connection=connection, transaction_per_migration=True)")
    (folder / "alembic" / "env.py").write_text(each)
    for i in range(count):
        parents = [graphs.revision_id(i - 1)] if i else []
        project.add(
            SimpleNamespace(
                id=graphs.revision_id(i), message=f"create table {i}", parents=parents, labels=[], depends_on=[],
                up=[graphs.up(i)], down=[graphs.down(i)],
            )
        )  # fmt: skip
    command = ["env", "-C", str(folder), f"ALEMBIC_URL={at.url}", python, "-m", "alembic", "upgrade", "head"]
    return command, partial(check_version, at, True, graphs.revision_id(count - 1))


def dbmate(setting, at, count):
    program = shutil.which("dbmate")
    if not program:
        raise Skipped("dbmate is not installed")
    folder = setting.folder / f"dbmate-{at.name}"
    folder.mkdir()
    for i in range(count):
        text = f"-- migrate:up\n{graphs.up(i)};\n\n-- migrate:down\n{graphs.down(i)};\n"
        (folder / f"{20250101000000 + i}_step.sql").write_text(text)

    def check():
        if at.value("SELECT count(*) FROM schema_migrations") != str(count):
            raise Failed("dbmate did not run all")

    url = at.url if at.name == "sqlite" or "?" in at.url else at.url + "?sslmode=disable"
    options = ["--url", url, "--migrations-dir", str(folder), "--no-dump-schema"]
    return [program, *options, "up"], check


def compare(setting, database, tool):
    count = 100 if setting.is_short else 1000
    project = graphs.project(setting, graphs.chain, count)
    at = database(setting)
    command, check = tool(setting, at, count)
    mine = rev(setting, project, "--url", at.url, "upgrade", "head")
    check_mine = partial(check_version, at, True, project.head)
    return Pair(
        Task("rev", (mine,), at.make_empty, check_mine),
        Task(tool.__name__, (command,), at.make_empty, check),
        count,
    )


def benchmark(tool, database):
    limits = (Limit("wall"), Limit("cpu"), Limit("memory"))
    return Benchmark(f"{tool.__name__}-{database.name}", partial(compare, database=database, tool=tool), limits)


BENCHMARKS = tuple(benchmark(tool, database) for tool in (alembic, dbmate) for database in (Postgresql, Sqlite))
