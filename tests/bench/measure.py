"""What a benchmark is, and what one run of it costs.

A benchmark is a name, the limits of its figures, and a function that makes its workload and says which
commands are compared on it.
"""

import os
import statistics
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path

HERE = Path(__file__).resolve().parent
# A run that takes longer hangs.
TIMEOUT = 1800


class Failed(Exception):
    """A command failed, or left what it should not have."""


class Skipped(Exception):
    """A figure that can't be had here, because a program is missing."""


@dataclass(frozen=True)
class Limit:
    """How much of a measure rev may take, as a multiple of what it is compared with.

    The measure is a field of Cost, whose median over all runs counts, or a name in counters.py, which is counted in a
    run of its own.
    """

    measure: str
    at_most: float | None = None  # None: shown, but nothing is promised
    of: str | float = "peer"  # or "input": the size of the workload; or a number


@dataclass(frozen=True)
class Task:
    """One side of a comparison: commands whose costs add up.

    `prepare` and `check` run before and after them, outside of their time.
    """

    name: str
    commands: tuple
    prepare: Callable = lambda: None
    check: Callable = lambda: None
    inside: str | None = None  # instructions: only those inside of this function


@dataclass(frozen=True)
class Pair:
    rev: Task
    peer: Task | None  # None: all its limits are "of" something else
    size: int  # of the workload: bytes, revisions


@dataclass(frozen=True)
class Benchmark:
    name: str
    make: Callable  # from the Setting to the Pair
    limits: tuple
    repeat: int = 1  # runs a round: what takes milliseconds needs many
    is_heavy: bool = False  # left out of a short run


@dataclass(frozen=True)
class Cost:
    wall: float  # seconds
    cpu: float  # seconds, user and system
    memory: float  # bytes, the peak

    def __add__(self, other):
        return Cost(self.wall + other.wall, self.cpu + other.cpu, max(self.memory, other.memory))


TIMED = tuple(field.name for field in fields(Cost))


def compile_program(folder, name, *flags):
    """A program of this folder, whose source is one file."""
    program = folder / name
    if not program.exists():
        subprocess.run(["cc", "-O2", "-o", program, HERE / f"{name}.c", *flags], check=True)
    return str(program)


class Meter:
    """Runs commands through child.c, which it compiles first."""

    def __init__(self, folder, environment):
        self.errors = folder / "stderr"
        self.environment = environment
        self.child = compile_program(folder, "child")

    def run(self, task):
        task.prepare()
        costs = [self._cost(task, command) for command in task.commands]
        task.check()
        return sum(costs[1:], costs[0])

    def _cost(self, task, command):
        status, answer = self._run_child(command)
        if status != 0:
            said = self.errors.read_text(errors="replace")[-2000:]
            raise Failed(f"{task.name} ended with exit status {status}\n{said}")
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
