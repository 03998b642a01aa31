"""One call of the driver goes wrong, every one in its turn: it fails, the connection is lost before or after it did its
work, or the process ends. Afterwards version rows, log and what really ran agree, and the next run finishes.

By default a call on PostgreSQL gets one of the kinds, in turn. REV_TEST_FULL=1 tries them all there too, and adds
processes that end before a call, which to the database is after the one before. A failure prints what runs its case
alone.
"""

import os
from itertools import zip_longest

from trial import HEAD, STATEMENTWISE

KINDS = ["error", "drop_before", "drop_after", "exit_after"]
CANNOT_FAIL = {"rollback", "unlock", "close"}
ENDED = 77  # the status of a process that the fault ended
TARGET = {"upgrade": HEAD, "downgrade": "base"}


class Faults:
    """The faults of one command: all that there can be, or the one that was asked for."""

    def __init__(self, trial, name, *arguments):
        self.trial, self.name, self.arguments = trial, name, arguments

    def run(self, at=None, kind=None):
        report = self.trial.faulty.directory / "calls"
        wishes = {"FAULT_AT": at, "FAULT_KIND": kind, "FAULT_REPORT": report}
        result = self.trial.faulty(*self.arguments, env=wishes)
        return result, report.read_text(encoding="utf-8").splitlines()

    def find(self):
        """Runs without a fault, and finds what can go wrong then."""
        result, calls = self.run()
        self.cases = [case for at, call in enumerate(calls, 1) for case in self.cases_at(at, call)]
        return result

    def cases_at(self, at, call):
        kinds = [kind for kind in KINDS if kind != "error" or call not in CANNOT_FAIL]
        wanted = os.environ.get("REV_TEST_FAULT")
        if wanted:
            return [(at, kind) for kind in [*kinds, "exit_before"] if wanted == f"{self.name} {at} {kind}"]
        if os.environ.get("REV_TEST_FULL"):
            kinds.append("exit_before")
        elif self.trial.db.name == "postgresql":
            kinds = [kinds[at % len(kinds)]]
        return [(at, kind) for kind in kinds]

    def strike(self, at, kind):
        result, calls = self.run(at, kind)
        assert len(calls) >= at and calls[at - 1].endswith(f" {kind}"), f"no fault happened: {calls}\n{result}"
        assert (result.status == ENDED) == kind.startswith("exit"), result
        return result


def try_case(faults, case, after):
    """One fault, and the way on from there; a failure says which. Without a case, just the way."""
    if not case:
        after(None)
        return
    try:
        after(faults.strike(*case))
    except AssertionError as error:
        at, kind = case
        wanted = f"REV_TEST_FAULT='{faults.name} {at} {kind}'"
        raise AssertionError(f"{wanted} python3 -m pytest tests/e2e/test_faults.py\n{error}") from None


def go_on(trial, direction):
    """From a run whose last step failed, if there was any, to the target."""

    def after(result):
        assert result is None or result.status in (1, ENDED), result
        trial.check()
        trial.provide("helper")
        trial.go_on(direction)
        trial.take_away("helper")

    return after


def test_upgrade_and_downgrade(trial):
    ways = [Faults(trial, direction, direction, target) for direction, target in TARGET.items()]
    trial.begin()
    for faults in ways:
        faults.find().fails(1, "helper")
        go_on(trial, faults.name)(None)
    for cases in zip_longest(*(faults.cases for faults in ways)):
        trial.begin()
        for faults, case in zip(ways, cases):
            try_case(faults, case, go_on(trial, faults.name))


def test_continue(trial):
    """`resolve --continue` of an upgrade that was interrupted near its beginning."""
    faults = Faults(trial, "continue", "resolve", STATEMENTWISE, "--continue")

    def after(result):
        if result.status == 0:
            assert not trial.unfinished(), result
        trial.check()
        trial.provide("helper")
        trial.go_on("upgrade")

    def interrupt():
        trial.begin(ready=False)
        trial.rev("upgrade", HEAD).fails(1, "ready")
        trial.check()
        trial.provide("ready")

    interrupt()
    after(faults.find().ok())
    for case in faults.cases:
        interrupt()
        try_case(faults, case, after)
