#!/usr/bin/env python3
"""Compares rev with what people would use otherwise, and prints each figure next to its limit.

Asserts no time: the exit status is 0 whatever the ratios are, 1 if a command failed or left wrong data.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cached_property
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lib"))

import big_scripts
import counters
import loading
import steps
import tools
from measure import TIMED, Failed, Meter, Skipped, median
from postgres_server import PostgresMissing, PostgresServer, exit_on_signals
from rev import clean_environment

BENCHMARKS = (*loading.BENCHMARKS, *steps.BENCHMARKS, *tools.BENCHMARKS, *big_scripts.BENCHMARKS)
ROUNDS, SHORT_ROUNDS = 5, 3
COLUMNS = "{:23} {:12} {:>11} {:>11}  {:16} {:>9} {:>7}  {}"


class Setting:
    """What the benchmarks share: the binary, a folder that is gone afterwards, a server that starts on first need."""

    def __init__(self, binary, folder, is_short):
        self.binary = binary
        self.folder = folder
        self.is_short = is_short
        self.environment = clean_environment()

    @cached_property
    def server(self):
        server = PostgresServer()
        server.start()  # it ends with this process
        return server

    def run(self, command):
        """What is not measured."""
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True)
        if done.returncode != 0:
            raise Failed(done.stderr[-2000:])

    def close(self):
        if "server" in self.__dict__:
            self.server.stop()


def shown(value, measure):
    if value is None:
        return ""
    if measure == "memory":
        return f"{value / 1e6:.1f} MB"
    if measure not in TIMED:
        return f"{value:,.0f}"
    return f"{value:.3f} s" if value >= 0.1 else f"{value * 1e3:.2f} ms"


def shown_base(limit, pair):
    """What a figure is held against, in words."""
    if limit.of == "peer":
        return pair.peer.name
    if limit.of == "input":
        return f"of {shown(pair.size, 'memory')}" if limit.measure == "memory" else f"each of {pair.size}"
    return "MB" if limit.measure == "memory" else ""


def figure(setting, costs, task, measure):
    if not task:
        return None
    if measure in TIMED:
        return median(costs, measure)
    return counters.count(measure, task, setting.environment)


def print_line(setting, name, pair, costs, limit):
    try:
        mine = figure(setting, costs["rev"], pair.rev, limit.measure)
        theirs = figure(setting, costs["peer"], pair.peer, limit.measure)
    except Skipped as why:
        print(f"{name:23} {limit.measure:12} skipped: {why}", flush=True)
        return
    base = {"peer": theirs, "input": pair.size}.get(limit.of, limit.of)
    ratio = mine / base if base else float("inf")
    ratio_shown = "-" if base == 1 and not limit.at_most else f"{ratio:.2f}"
    at_most = f"{limit.at_most:.2f}" if limit.at_most else "-"
    verdict = "OVER" if limit.at_most and ratio > limit.at_most else ""
    print(COLUMNS.format(name, limit.measure, shown(mine, limit.measure), shown(theirs, limit.measure),
                         shown_base(limit, pair), ratio_shown, at_most, verdict).rstrip(), flush=True)  # fmt: skip


def run_benchmark(setting, meter, benchmark, rounds):
    pair = benchmark.make(setting)
    costs = {"rev": [], "peer": []}
    is_timed = any(limit.measure in TIMED for limit in benchmark.limits)
    for _ in range(rounds * benchmark.repeat if is_timed else 0):
        costs["rev"].append(meter.run(pair.rev))
        if pair.peer:
            costs["peer"].append(meter.run(pair.peer))
    for index, limit in enumerate(benchmark.limits):
        print_line(setting, "" if index else benchmark.name, pair, costs, limit)


def build_type(binary):
    """As meson knows it; None for a binary that lies in no build folder."""
    options = binary.parent.parent / "meson-info" / "intro-buildoptions.json"
    if not options.exists():
        return None
    return next(option["value"] for option in json.loads(options.read_text()) if option["name"] == "buildtype")


def find_binary(given):
    named = given or os.environ.get("REV_BINARY")
    if not named:
        sys.exit("run.py: which rev? Set REV_BINARY or give --binary; tests/bench/README.md says how to build it")
    binary = Path(named).resolve()
    if not os.access(binary, os.X_OK):
        sys.exit(f"run.py: {binary} can't be run")
    if build_type(binary) not in (None, "release"):
        sys.exit(f"run.py: {binary} is a {build_type(binary)} build: only a release build is worth measuring")
    return binary


def choose(names, is_short):
    """Those whose name begins with one of the given words; all if there are none, in a short run all but the heavy."""
    for name in names:
        if not any(benchmark.name.startswith(name) for benchmark in BENCHMARKS):
            sys.exit(f"run.py: no benchmark '{name}'; --list shows them")
    if not names:
        return [one for one in BENCHMARKS if not (is_short and one.is_heavy)]
    return [one for one in BENCHMARKS if any(one.name.startswith(name) for name in names)]


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="only the benchmarks whose names begin so")
    parser.add_argument("--list", action="store_true", help="list the benchmarks")
    parser.add_argument("--short", action="store_true", help="a tenth of the size: at most two minutes in all")
    parser.add_argument("--rounds", type=int, help=f"runs of each side (default {ROUNDS}, short {SHORT_ROUNDS})")
    parser.add_argument("--binary", help="the rev to measure (default: REV_BINARY)")
    options = parser.parse_args(arguments)
    if options.rounds is not None and options.rounds < 1:
        parser.error("--rounds takes a number from 1")
    options.rounds = options.rounds or (SHORT_ROUNDS if options.short else ROUNDS)
    return options


def main(arguments):
    options = parse(arguments)
    chosen = choose(options.names, options.short)
    if options.list:
        print(*(benchmark.name for benchmark in chosen), sep="\n")
        return 0
    binary = find_binary(options.binary)
    exit_on_signals()
    folder = Path(tempfile.mkdtemp(prefix="rev-bench-"))
    setting = Setting(binary, folder, options.short)
    failures = 0
    try:
        meter = Meter(folder, setting.environment)
        print(COLUMNS.format("benchmark", "measure", "rev", "peer", "against", "ratio", "at most", ""))
        for benchmark in chosen:
            try:
                run_benchmark(setting, meter, benchmark, options.rounds)
            except Skipped as why:
                print(f"{benchmark.name}: skipped: {why}", flush=True)
            except (Failed, PostgresMissing) as error:
                print(f"{benchmark.name}: FAILED: {error}", flush=True)
                failures += 1
    finally:
        setting.close()
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
