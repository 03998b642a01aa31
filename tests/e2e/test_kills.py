"""Ended at random instants, again and again: the process by SIGKILL, or its session by the server. After each, version
rows, log and what really ran agree; going on always leads to the target, with every effect exactly once.

REV_TEST_KILLS says how many times (200), REV_TEST_SEED where chance begins; a failure prints the command that repeats it.
"""

import os
import random
import time
from contextlib import closing

from rev import finish
from trial import HEAD, STATEMENTWISE, Trial

KILLS = int(os.environ.get("REV_TEST_KILLS") or 200)
TARGET = {"upgrade": HEAD, "downgrade": "base"}
TERMINATE = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
    "AND application_name LIKE 'rev%'"
)


def kill(trial, process):
    process.kill()
    process.communicate()


def terminate(trial, process):
    """Its session, if it has one at this instant."""
    trial.ask(TERMINATE)
    result = finish(process)
    assert result.status in (0, 1), result


def command(trial, direction):
    if trial.unfinished():
        return "resolve", STATEMENTWISE, "--continue"
    return direction, TARGET[direction]


def begin(trial):
    trial.begin()
    trial.provide("helper")


def duration(trial, direction):
    started = time.monotonic()
    trial.go_on(direction)
    return time.monotonic() - started


def cut_off(trial, end, chance):
    """Up and down, each command cut off at a random instant."""
    begin(trial)
    durations = {direction: duration(trial, direction) for direction in TARGET}
    direction = "downgrade"
    for _ in range(KILLS):
        if not trial.unfinished() and trial.rows() == ([HEAD] if direction == "upgrade" else []):
            direction = "upgrade" if direction == "downgrade" else "downgrade"
            if direction == "upgrade":
                begin(trial)
        process = trial.rev.start(*command(trial, direction))
        time.sleep(chance.random() * durations[direction])
        end(trial, process)
        trial.check()
    trial.go_on(direction)


def run(trial, end):
    seed = int(os.environ.get("REV_TEST_SEED") or random.SystemRandom().randrange(2**32))
    try:
        cut_off(trial, end, random.Random(seed))
    except AssertionError as error:
        again = f"REV_TEST_SEED={seed} REV_TEST_KILLS={KILLS} python3 -m pytest tests/e2e/test_kills.py"
        raise AssertionError(f"{again}\n{error}") from None


def test_processes_are_killed(trial):
    run(trial, kill)


def test_processes_are_killed_whose_lock_is_a_row(tmp_path, postgresql):
    with closing(Trial(tmp_path / "trial", postgresql, "lock: row\n")) as trial:
        run(trial, kill)


def test_sessions_are_terminated(tmp_path, postgresql):
    with closing(Trial(tmp_path / "trial", postgresql)) as trial:
        run(trial, terminate)
