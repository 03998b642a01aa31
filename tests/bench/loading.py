"""What rev costs before it changes anything: its start, the reading of headers, the plan, and finding nothing to do."""

from functools import partial

import graphs
from databases import Postgresql, Sqlite
from measure import Benchmark, Limit, Pair, Task, compile_program

MEGABYTE = 1_000_000
SMALL = 3
START = (Limit("wall", 1.5), Limit("cpu", 1.5))
NOTHING = (Limit("wall", 1.3), Limit("cpu", 1.3))
SAME = (Limit("wall", 1.3), Limit("cpu", 1.3))
# openat, fstat, read, close of each; the rest is the start of the program.
FOUR_CALLS = Limit("calls", 4.05, of="input")


def rev(setting, project, *words):
    return [str(setting.binary), "-C", str(project.root), *words]


def reader(setting, project):
    return [compile_program(setting.folder, "reader"), str(project.migrations)]


def start(setting, words):
    project = graphs.project(setting, graphs.chain, SMALL)
    task = Task(f"rev {words[0]}", (rev(setting, project, *words),))
    return Pair(task, Task("sqlite3 -version", (["sqlite3", "-version"],)), SMALL)


def nothing_to_do(setting, database, words):
    project = graphs.project(setting, graphs.chain, 1000)
    at = database(setting)
    url = ("--url", at.url)
    at.make_empty()
    setting.run(rev(setting, project, *url, "stamp", "heads"))
    name, query = at.query("SELECT version_num FROM alembic_version")
    peer = Task(f"{name} + reader", (query, reader(setting, project)))
    return Pair(Task(f"rev {words[0]}", (rev(setting, project, *url, *words),)), peer, project.count)


def heads(setting, count):
    project = graphs.project(setting, graphs.chain, count, has_scripts=False)
    return Pair(
        Task("rev heads", (rev(setting, project, "heads"),)), Task("reader", (reader(setting, project),)), count
    )


def history(setting, shape):
    count = 2_000 if setting.is_short else 10_000
    mine, theirs = (graphs.project(setting, of, count, has_scripts=False) for of in (shape, graphs.chain))
    return Pair(
        Task("rev history", (rev(setting, mine, "history"),)), Task("of a chain", (rev(setting, theirs, "history"),)),
        count,
    )  # fmt: skip


def plan(setting):
    project = graphs.project(setting, graphs.chain, 1_000 if setting.is_short else 10_000)
    url = f"sqlite:///{setting.folder / 'empty.db'}"
    dry_run = rev(setting, project, "--url", url, "upgrade", "heads", "--dry-run")
    return Pair(
        Task("rev --dry-run", (dry_run,), inside="rv_plan_upgrade"),
        Task("loading", (rev(setting, project, "heads"),), inside="rev_project_open"),
        project.count,
    )


def instructions(setting, words):
    project = graphs.project(setting, graphs.chain, 1000)
    return Pair(Task(f"rev {words[0]}", (rev(setting, project, *words),)), None, project.count)


def started(name, *words):
    return Benchmark(f"start-{name}", partial(start, words=words), START, repeat=40)


def idle(name, database, *words):
    limits = NOTHING + ((Limit("trips", 2, of=1),) if database is Postgresql else ())
    make = partial(nothing_to_do, database=database, words=words)
    return Benchmark(f"noop-{name}-{database.name}", make, limits, repeat=5)


def counted(name, *words):
    return Benchmark(f"instructions-{name}", partial(instructions, words=words), (Limit("instructions", of=1),))


LOAD = (Limit("wall", 2.0), Limit("cpu", 2.0), FOUR_CALLS)

BENCHMARKS = (
    started("version", "--version"),
    started("heads", "heads"),
    started("history", "history"),
    idle("current", Sqlite, "current"),
    idle("upgrade", Sqlite, "upgrade", "head"),
    idle("current", Postgresql, "current"),
    idle("upgrade", Postgresql, "upgrade", "head"),
    Benchmark("heads-10000", partial(heads, count=10_000), LOAD, repeat=3),
    Benchmark(
        "heads-100000", partial(heads, count=100_000), (*LOAD, Limit("memory", 40, of=MEGABYTE)), is_heavy=True
    ),
    Benchmark("history-ladder", partial(history, shape=graphs.ladder), SAME, repeat=3),
    Benchmark("history-parallel", partial(history, shape=graphs.parallel), SAME, repeat=3),
    Benchmark("plan", plan, (Limit("instructions", 0.1), Limit("cpu"))),
    counted("version", "--version"),
    counted("heads", "heads"),
)  # fmt: skip
