"""One script of a hundred megabytes, or of a hundred thousand statements."""

from functools import partial

import workloads
from databases import Postgresql, Sqlite, script_tasks
from measure import Benchmark, Limit, Pair, Task

MEGABYTE = 1_000_000
# At least 0.8 of the peer's speed, and memory that does not grow beyond twice the file.
SCRIPT = (Limit("wall", 1.25), Limit("cpu"), Limit("memory", 2.0, of="input"))
SPLIT = (Limit("wall"), Limit("cpu"), Limit("memory", 2.0, of="input"))


def workload_in_project(setting, write, full, short):
    """A project of one revision, whose up.sql is the workload; made once, for all benchmarks that share it."""
    project = setting.folder / write.__name__
    script = project / "migrations" / "bench" / "up.sql"
    if not script.exists():
        script.parent.mkdir(parents=True)
        (project / "rev.yaml").write_text("migrations: migrations\n")
        (script.parent / "revision.yaml").write_text('revision: "bench"\ndown_revision: []\n')
    # Written anew each time: the sizes are the same, and what it has to hold is known by the writer.
    return project, write(script, short if setting.is_short else full)


def run_script(setting, database, write, full, short):
    project, workload = workload_in_project(setting, write, full, short)
    rev, peer = script_tasks(setting, database(setting), workload, project)
    return Pair(rev, peer, workload.size)


def split_script(setting, dialect):
    _, workload = workload_in_project(setting, workloads.inserts, 100 * MEGABYTE, 10 * MEGABYTE)
    split = [str(setting.binary), "split", "--dialect", dialect, str(workload.path)]
    return Pair(Task("rev split", (split,)), Task("wc -l", (["wc", "-l", str(workload.path)],)), workload.size)


def script(name, database, write, full, short):
    make = partial(run_script, database=database, write=write, full=full, short=short)
    return Benchmark(f"{name}-{database.name}", make, SCRIPT)


BENCHMARKS = (
    script("inserts", Postgresql, workloads.inserts, 100 * MEGABYTE, 10 * MEGABYTE),
    script("inserts", Sqlite, workloads.inserts, 100 * MEGABYTE, 10 * MEGABYTE),
    script("mixed", Postgresql, workloads.mixed, 100_000, 10_000),
    script("mixed", Sqlite, workloads.mixed, 100_000, 10_000),
    script("long-inserts", Postgresql, workloads.long_inserts, 100 * MEGABYTE, 10 * MEGABYTE),
    script("long-inserts", Sqlite, workloads.long_inserts, 100 * MEGABYTE, 10 * MEGABYTE),
    script("copy", Postgresql, workloads.copy, 100 * MEGABYTE, 10 * MEGABYTE),
    Benchmark("split-postgresql", partial(split_script, dialect="postgresql"), SPLIT),
    Benchmark("split-sqlite", partial(split_script, dialect="sqlite"), SPLIT),
)
