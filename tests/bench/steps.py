"""A thousand small steps, up and down, a transaction each or one for all."""

from functools import partial

import graphs
from databases import Postgresql, Sqlite
from loading import MEGABYTE, rev
from measure import Benchmark, Failed, Limit, Pair, Task

VERSION = "alembic_version"
INSERT = f"INSERT INTO {VERSION} (version_num) VALUES ('{{new}}')"
UPDATE = f"UPDATE {VERSION} SET version_num = '{{new}}' WHERE version_num = '{{old}}'"
DELETE = f"DELETE FROM {VERSION} WHERE version_num = '{{old}}'"
# The shell's word of a step on SQLite; on PostgreSQL a row more would be a round trip more.
LOG = "CREATE TABLE IF NOT EXISTS bench_log (revision text, direction text, applied_at text)"
LOGGED = "INSERT INTO bench_log VALUES ('{id}', 'bench', CURRENT_TIMESTAMP)"


def upgrade_steps(count, has_log):
    """The statements of each step."""
    for i in range(count):
        names = {"new": graphs.revision_id(i), "old": graphs.revision_id(i - 1)}
        log = [LOGGED.format(id=names["new"])] if has_log else []
        yield [graphs.up(i), (UPDATE if i else INSERT).format(**names), *log]


def downgrade_steps(count, has_log):
    for i in range(count - 1, -1, -1):
        names = {"new": graphs.revision_id(i - 1), "old": graphs.revision_id(i)}
        log = [LOGGED.format(id=names["old"])] if has_log else []
        yield [graphs.down(i), (UPDATE if i else DELETE).format(**names), *log]


def write_script(setting, database, count, is_up, is_together):
    """The same steps for the database's shell."""
    has_log = database is Sqlite
    before = [f"CREATE TABLE {VERSION} (version_num varchar(32) PRIMARY KEY)"] if is_up else []
    steps = list((upgrade_steps if is_up else downgrade_steps)(count, has_log))
    if is_together:
        steps = [[sql for step in steps for sql in step]]
    statements = [sql for step in steps for sql in ("BEGIN", *step, "COMMIT")]
    path = setting.folder / f"{database.name}-{'up' if is_up else 'down'}.sql"
    path.write_text("".join(f"{sql};\n" for sql in (*before, *[LOG] * has_log, *statements)))
    return path


def check_version(at, is_up, head):
    wanted = ("1", head) if is_up else ("0", "")
    found = tuple(at.value(f"SELECT {what} FROM {VERSION}") for what in ("count(*)", "coalesce(max(version_num), '')"))
    if found != wanted:
        raise Failed(f"the version table has {found[0]} rows, '{found[1]}', instead of {wanted[0]}, '{wanted[1]}'")


def run_steps(setting, database, is_up, is_together=False):
    project = graphs.project(setting, graphs.chain, 100 if setting.is_short else 1000)
    at = database(setting)
    script = write_script(setting, database, project.count, is_up, is_together)

    def command(*words):
        return rev(setting, project, "--url", at.url, *words)

    at.make_empty()
    if not is_up:
        setting.run(command("upgrade", "head"))
        at.save()
    prepare = at.make_empty if is_up else at.restore
    check = partial(check_version, at, is_up, project.head)
    mine = command("upgrade", "head") if is_up else command("downgrade", "base")
    if is_together:
        mine += ["--transaction", "all"]
    return Pair(
        Task("rev", (mine,), prepare, check), Task("the shell", (at.shell(script),), prepare, check), project.count
    )


def benchmark(name, database, limits, **how):
    make = partial(run_steps, database=database, **{"is_up": True, **how})
    return Benchmark(f"{name}-{database.name}", make, limits)


ON_POSTGRESQL = (Limit("wall", 1.0), Limit("cpu", 1.0), Limit("trips", 1.0, of="input"))
# Four of each transaction; rev also makes its tables.
ON_SQLITE = (Limit("wall", 1.05), Limit("cpu"), Limit("fsyncs", 4.05, of="input"))

BENCHMARKS = (
    benchmark("upgrade", Postgresql, (*ON_POSTGRESQL, Limit("memory", 12, of=MEGABYTE))),
    benchmark("downgrade", Postgresql, ON_POSTGRESQL, is_up=False),
    benchmark("upgrade", Sqlite, (*ON_SQLITE, Limit("memory", 8, of=MEGABYTE))),
    benchmark("downgrade", Sqlite, ON_SQLITE, is_up=False),
    benchmark("together", Postgresql, (Limit("wall", 1.1), Limit("cpu"), Limit("trips")), is_together=True),
    benchmark("together", Sqlite, (Limit("wall", 1.5), Limit("cpu"), Limit("fsyncs")), is_together=True),
)
