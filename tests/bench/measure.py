"""What a benchmark is, and what one run of it costs.

A benchmark is a name, the limits of its figures, and a function that makes its workload and says which
two commands are compared on it.
"""

import os
import statistics
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
# A run that takes longer hangs.
TIMEOUT = 1800


class Failed(Exception):
    """A command failed, or left what it should not have."""


@dataclass(frozen=True)
class Limit:
    """How much of a measure (wall, cpu, memory) rev may take, as a multiple of what it is compared with."""

    measure: str
    at_most: float | None = None  # None: shown, but nothing is promised
    of: str = "peer"  # or "input": the size of the workload


@dataclass(frozen=True)
class Task:
    """One side of a comparison. `prepare` and `check` run before and after each run, outside of its time."""

    name: str
    command: list
    prepare: Callable = lambda: None
    check: Callable = lambda: None


@dataclass(frozen=True)
class Pair:
    rev: Task
    peer: Task
    input_bytes: int


@dataclass(frozen=True)
class Benchmark:
    name: str
    make: Callable  # from the Setting to the Pair
    limits: tuple


@dataclass(frozen=True)
class Cost:
    wall: float  # seconds
    cpu: float  # seconds, user and system
    memory: float  # bytes, the peak


class Meter:
    """Runs commands through child.c, which it compiles first."""

    def __init__(self, folder, environment):
        self.errors = folder / "stderr"
        self.environment = environment
        self.child = folder / "child"
        subprocess.run(["cc", "-O2", "-o", self.child, HERE / "child.c"], check=True)

    def run(self, task):
        task.prepare()
        status, answer = self._run_child(task.command)
        if status != 0:
            said = self.errors.read_text(errors="replace")[-2000:]
            raise Failed(f"{task.name} ended with exit status {status}\n{said}")
        task.check()
        wall, cpu, peak = map(int, answer.split())
        return Cost(wall / 1e9, cpu / 1e9, peak * 1024)

    def _run_child(self, command):
        read_end, write_end = os.pipe()
        with open(read_end) as answer, open(self.errors, "wb") as errors:
            child = subprocess.Popen(
                [self.child, str(write_end), *command], env=self.environment, pass_fds=[write_end],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors,
            )  # fmt: skip
            os.close(write_end)
            try:
                status = child.wait(timeout=TIMEOUT)
            finally:
                child.kill()
                child.wait()
            return status, answer.read()


def median(costs, measure):
    return statistics.median(getattr(cost, measure) for cost in costs)
