#!/usr/bin/python3
"""Compares rev with Debian's Alembic on random graphs: each round is a graph of its own, made from one seed.

    /usr/bin/python3 tests/differential/run.py --rounds 500 --seed 1
"""

import argparse
import collections
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parents[1] / "lib")]

from faults import random_fault  # noqa: E402
from graphs import draw_revision, random_graph, random_rows  # noqa: E402
from rev import binary as find_binary  # noqa: E402
from rules import CHANGES, Case, explain  # noqa: E402
from sides import (  # noqa: E402
    AlembicSide,
    RevSide,
    as_blocks,
    as_entries,
    as_lines,
    history_ids,
    load_in_alembic,
    temporary_parent,
)
from specs import Specs  # noqa: E402

CHANGES_A_ROUND = 9
READS_A_ROUND = 3
ROUNDS_A_FAULT = 5

OVERLAP = "rows of which one needs another", "3"


class Report:
    """What was compared, what differed by which rule, and what nothing explains."""

    def __init__(self):
        self.graphs = 0
        self.alike = collections.Counter()  # command → comparisons
        self.refused = collections.Counter()  # of these: both refused
        self.rules = collections.Counter()
        self.faults = collections.Counter()  # (what is wrong, what Alembic does) → graphs that rev refused
        self.failures = []
        self.seconds = 0

    def add(self, other):
        self.graphs += other.graphs
        self.alike += other.alike
        self.refused += other.refused
        self.rules += other.rules
        self.faults += other.faults
        self.failures += other.failures

    def __str__(self):
        lines = [f"{'alike':>9} {'of these refused':>17}  command"]
        lines += [f"{self.alike[name]:9} {self.refused[name]:17}  {name}" for name in sorted(self.alike)]
        lines += ["", f"{'differ':>9}  {'§':<5}  rule"]
        lines += [
            f"{count:9}  {section:<5}  {name}" for (name, section), count in sorted(self.rules.items(), key=by_section)
        ]
        lines += ["", f"{'refused':>9}  graphs that rev does not load"]
        lines += [
            f"{count:9}  {name} (Alembic {what} {'it' if what != 'dies' else 'of it'})"
            for (name, what), count in sorted(self.faults.items())
        ]
        total = sum(self.alike.values()) + sum(self.rules.values()) + len(self.failures)
        lines += [
            "",
            f"{self.graphs} graphs, {total} comparisons in {self.seconds:.0f} s: {sum(self.alike.values())} alike, "
            f"{sum(self.rules.values())} differ by a rule, {len(self.failures)} unexplained",
        ]
        return "\n".join(lines)


def by_section(item):
    (name, section), _ = item
    return section, name


def ends_of(range=":"):
    """The two specs of A:B, or what is no range, alone."""
    lower, colon, upper = range.partition(":")
    return [lower or "base", upper or "heads"] if colon and ":" not in upper else [range]


def same_change(case):
    return case.is_same_change


def same_answer(view):
    def is_same(case):
        if case.rev.is_ok and case.alembic.is_ok:
            return view(case.rev.answer) == view(case.alembic.answer)
        return case.rev.is_ok == case.alembic.is_ok

    return is_same


def spoil(seed, binary, folder):
    """Another graph with something wrong in it, which rev must refuse in a sentence."""
    chance = random.Random(f"fault {seed}")
    report = Report()
    fault = random_fault(chance, random_graph(chance))
    if fault is None:
        return report
    name, may, revisions = fault
    rev = RevSide(binary, folder, revisions)
    outcome = rev.run("heads")
    rev.close()
    alembic = load_in_alembic(chance.sample(revisions, len(revisions)))
    if outcome.status != 2 or not outcome.error.strip() or alembic not in may:
        report.failures.append(
            f"FAILED seed {seed}: {name}\n  graph    {'; '.join(map(draw_revision, revisions))}\n"
            f"  command  rev heads\n  alembic  {alembic}\n  rev      {outcome}\n{alone(seed)}"
        )
    else:
        report.faults[name, alembic] += 1
    return report


def alone(seed, only=None):
    only = f" --only {only}" if only else ""
    return f"  alone    /usr/bin/python3 tests/differential/run.py --rounds 1 --seed {seed}{only}\n"


class Round:
    """One graph, and commands on it, each run by both tools from the same rows."""

    def __init__(self, seed, binary, folder, only=None):
        self.seed = seed
        self.only = only
        self.chance = random.Random(seed)
        self.graph = random_graph(self.chance)
        self.specs = Specs(self.chance, self.graph)
        self.report = Report()
        self.report.graphs = 1
        shuffled = self.chance.sample(self.graph.revisions, len(self.graph.revisions))
        self.rev = RevSide(binary, folder, self.graph.revisions)
        self.alembic = AlembicSide(folder, shuffled)
        self.rows = set()

    def run(self):
        try:
            for command in self.commands():
                command()
        finally:
            self.rev.close()
            self.alembic.close()
        return self.report

    def commands(self):
        if self.only:
            return [getattr(self, self.only)] * (CHANGES_A_ROUND + READS_A_ROUND)
        changes = [self.upgrade] * 4 + [self.downgrade] * 4 + [self.stamp] * 2
        reads = [self.history, self.history, self.show, self.current]
        drawn = self.chance.choices(changes, k=CHANGES_A_ROUND) + self.chance.sample(reads, k=READS_A_ROUND)
        self.chance.shuffle(drawn)
        return drawn + [self.heads, self.branches]

    # --- states ---

    def enter_state(self):
        """Both databases stand alike; seldom somebody has edited the rows by hand."""
        dice = self.chance.random()
        if dice < 0.15:
            self.rows = random_rows(self.chance, self.graph)
        elif dice < 0.18 and self.graph.ids:
            self.rows = set(self.chance.sample(self.graph.ids, min(3, len(self.graph.ids))))
        elif dice < 0.195:
            self.rows = self.rows | {self.specs.unknown() if self.chance.random() < 0.5 else self.specs.prefix()}
        elif not self.rows <= self.graph.by_id.keys() or self.graph.maximal(self.rows) != self.rows:
            self.rows = random_rows(self.chance, self.graph)
        self.specs.rows = self.rows & self.graph.by_id.keys()
        for side in (self.rev, self.alembic):
            side.database.set_rows(self.rows)

    # --- commands ---

    def upgrade(self):
        self.enter_state()
        self.migrate("upgrade", self.specs.upgrade())

    def downgrade(self):
        self.enter_state()
        self.migrate("downgrade", self.specs.downgrade())

    def migrate(self, command, spec):
        self.compare(command, [spec], lambda specs: self.alembic.run(command, *specs), (spec,))

    def stamp(self):
        self.enter_state()
        specs = self.specs.stamps()
        purge = self.chance.random() < 0.15
        options = ("--purge",) if purge else ()
        run = lambda specs: self.alembic.run("stamp", specs, purge=purge)  # noqa: E731
        self.compare("stamp", specs, run, (*options, *specs), options=options)

    def history(self):
        self.enter_state()
        current = self.chance.random() < 0.3
        options = ("--indicate-current",) if current else ()
        ends, arguments = [], options
        if self.chance.random() < 0.85:
            ends = [self.specs.range()]
            arguments = ("-r", *ends, *options)
        run = lambda _: self.alembic.run("history", *ends, indicate_current=current)  # noqa: E731
        case = self.compare("history", ends_of(*ends), run, arguments, same_answer(as_lines), options)
        if case.rev.is_ok:
            self.check_order(case, history_ids(case.rev.answer)[::-1])

    def show(self):
        self.enter_state()
        draw = self.chance.choice((self.specs.plain, self.specs.plain, self.specs.any, lambda: "current"))
        spec = draw()
        self.compare("show", [spec], lambda _: self.alembic.run("show", spec), (spec,), same_answer(as_entries))

    def current(self):
        self.enter_state()
        self.read("current", as_lines)

    def heads(self):
        if self.chance.random() < 0.5:
            self.read("heads", as_lines)
        else:
            self.read("heads", as_lines, "--resolve-dependencies", resolve_dependencies=True)

    def branches(self):
        self.read("branches", as_blocks)

    def read(self, command, view, *arguments, **options):
        self.compare(
            command, [], lambda _: self.alembic.run(command, **options), arguments, same_answer(view), arguments
        )

    # --- comparing ---

    def compare(self, command, specs, run_alembic, arguments, is_alike=same_change, options=()):
        """Runs both and judges. The next command starts from rev's rows."""
        self.arguments = (command, *arguments)
        rows = set(self.rows)
        rev = self.rev.run(command, *arguments)
        case = Case(self.graph, rows, command, specs, run_alembic(specs), rev, options, self.alembic)
        case.run_alembic = run_alembic
        self.check_rev_alone(case)
        self.rows = rev.rows
        self.judge(case, is_alike)
        return case

    def judge(self, case, is_alike):
        if is_alike(case):
            self.report.alike[case.command] += 1
            self.report.refused[case.command] += not case.rev.is_ok
            return
        overlap = OVERLAP if self.mend(case) else None
        rule = overlap if overlap and is_alike(case) else explain(case)
        if rule:
            self.report.rules[rule] += 1
        else:
            self.fail(case, "no rule explains this difference" + (", even on mended rows" if overlap else ""))

    def mend(self, case):
        """Rows of which one needs another: what does Alembic do when they are put right before?"""
        mended = self.graph.maximal(case.rows & self.graph.by_id.keys())
        if case.command not in CHANGES or not case.rows <= self.graph.by_id.keys() or mended == case.rows:
            return False
        self.alembic.database.set_rows(mended)
        case.alembic = case.run_alembic(case.specs)
        if case.rev.rows == case.rows and not case.rev.steps:
            case.rev.rows = mended  # rev mends them together with the next step
        case.rows = mended
        return True

    def check_rev_alone(self, case):
        """What holds for rev whatever Alembic does."""
        rev = case.rev
        if not rev.is_ok:
            if rev.status != 2:
                self.fail(case, f"exit status {rev.status}")
            if rev.steps or rev.rows != case.rows:
                self.fail(case, "refused, and yet something changed")
            if not any(text in rev.error for text in (*case.specs, *(case.rows - self.graph.by_id.keys()))):
                self.fail(case, "refused, but the message names neither the spec nor the row")
        elif case.command in ("upgrade", "downgrade"):
            self.check_steps(case)
        elif rev.steps or (case.command != "stamp" and rev.rows != case.rows):
            self.fail(case, "this command must not change the database")

    def check_steps(self, case):
        rev, direction = case.rev, "up" if case.command == "upgrade" else "down"
        applied = self.graph.applied(case.rows)
        if any(step[0] != direction for step in rev.steps):
            self.fail(case, "a step in the wrong direction")
        if len(case.rev_ids) != len(rev.steps):
            self.fail(case, "a step ran twice")
        if direction == "up" and case.rev_ids & applied or direction == "down" and case.rev_ids - applied:
            self.fail(case, "a step that had nothing to do")
        order = [id for _, id in rev.steps]
        self.check_order(case, order if direction == "up" else order[::-1])
        if rev.rows != case.rows_after(case.rev_ids) and (rev.steps or rev.rows != case.rows):
            self.fail(case, "the rows are not those of the row rule")

    def check_order(self, case, order):
        place = {id: number for number, id in enumerate(order)}
        for id in order:
            for needed in self.graph.needs[id]:
                if place.get(needed, -1) > place[id]:
                    self.fail(case, f"{id} comes before {needed}, which it needs")

    def fail(self, case, what):
        arguments = " ".join(repr(word) if not word or set(word) & set(" *%") else word for word in self.arguments)
        self.report.failures.append(
            f"FAILED seed {self.seed}: {what}\n"
            f"  graph    {self.graph.draw()}\n"
            f"  rows     {{{','.join(sorted(case.rows))}}}\n"
            f"  command  rev {arguments}\n"
            f"  alembic  {case.alembic}\n"
            f"  rev      {case.rev}\n"
            f"{alone(self.seed, self.only)}"
        )


def run_round(seed, binary, folder, only=None):
    report = Report()
    try:
        report.add(Round(seed, binary, folder, only).run())
        if seed % ROUNDS_A_FAULT == 0:
            (folder / "fault").mkdir()
            report.add(spoil(seed, binary, folder / "fault"))
    except Exception as error:  # a crash of the binary, a finding of a sanitizer, no end
        report.failures.append(f"FAILED seed {seed}: {type(error).__name__}: {error}\n{alone(seed, only)}")
    return report


def run_rounds(rounds, seed, binary, keep=False, say=print, most_failures=20, only=None):
    """Runs them all, prints failures as they come; returns the report."""
    started = time.monotonic()
    report = Report()
    root = Path(tempfile.mkdtemp(prefix="rev-differential-", dir=temporary_parent()))
    try:
        for number in range(seed, seed + rounds):
            folder = root / str(number)
            folder.mkdir()
            one = run_round(number, binary, folder, only)
            report.add(one)
            for failure in one.failures:
                say(failure)
            if not (keep and one.failures):
                shutil.rmtree(folder)
            if len(report.failures) >= most_failures:
                say(f"stopped after seed {number}: too much is wrong")
                break
    finally:
        if keep and report.failures:
            say(f"the failing rounds' projects are kept in {root}")
        else:
            shutil.rmtree(root, ignore_errors=True)
    report.seconds = time.monotonic() - started
    return report


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=500, help="how many graphs (500)")
    parser.add_argument("--seed", type=int, default=1, help="of the first round; each next one takes the next (1)")
    parser.add_argument("--binary", type=Path, help="the rev to test (REV_BINARY, or the newest build)")
    parser.add_argument("--keep", action="store_true", help="keep the projects and databases of rounds that fail")
    parser.add_argument("--failures", type=int, default=20, help="stop after so many (20)")
    parser.add_argument("--only", choices=AlembicSide.COMMANDS, help="nothing but this command")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # folders are removed
    binary = options.binary.resolve() if options.binary else find_binary()
    if not os.access(binary, os.X_OK):
        parser.error(f"no program: {binary}")
    report = run_rounds(
        options.rounds, options.seed, binary, options.keep, most_failures=options.failures, only=options.only
    )
    print(report)
    return 1 if report.failures or not report.graphs else 0


if __name__ == "__main__":
    sys.exit(main())
