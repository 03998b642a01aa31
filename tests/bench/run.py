#!/usr/bin/env python3
"""Compares rev with what people would use otherwise, and prints each figure next to its limit.

Asserts no time: the exit status is 0 whatever the ratios are, 1 if a command failed or left wrong data.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from functools import cached_property
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lib"))

import big_scripts
from measure import Failed, Meter, median
from postgres_server import PostgresMissing, PostgresServer, exit_on_signals
from rev import clean_environment

BENCHMARKS = (*big_scripts.BENCHMARKS,)
ROUNDS, SHORT_ROUNDS = 5, 3
COLUMNS = "{:23} {:7} {:>11} {:>11}  {:13} {:>6} {:>7}  {}"


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

    def close(self):
        if "server" in self.__dict__:
            self.server.stop()


def shown(value, measure):
    return f"{value / 1e6:.1f} MB" if measure == "memory" else f"{value:.3f} s"


def print_results(benchmark, pair, costs):
    name = benchmark.name
    for limit in benchmark.limits:
        mine, theirs = (median(costs[side], limit.measure) for side in ("rev", "peer"))
        base = pair.input_bytes if limit.of == "input" else theirs
        ratio = mine / base if base else float("inf")
        at_most = f"{limit.at_most:.2f}" if limit.at_most else "-"
        verdict = "OVER" if limit.at_most and ratio > limit.at_most else ""
        of = f"of {shown(base, 'memory')}" if limit.of == "input" else pair.peer.name
        theirs_shown = shown(theirs, limit.measure)
        print(COLUMNS.format(name, limit.measure, shown(mine, limit.measure), theirs_shown, of, f"{ratio:.2f}",
                             at_most, verdict).rstrip(), flush=True)  # fmt: skip
        name = ""


def run_benchmark(setting, meter, benchmark, rounds):
    pair = benchmark.make(setting)
    costs = {"rev": [], "peer": []}
    for _ in range(rounds):
        costs["rev"].append(meter.run(pair.rev))
        costs["peer"].append(meter.run(pair.peer))
    print_results(benchmark, pair, costs)


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


def choose(names):
    """Those whose name begins with one of the given words; all if there are none."""
    for name in names:
        if not any(benchmark.name.startswith(name) for benchmark in BENCHMARKS):
            sys.exit(f"run.py: no benchmark '{name}'; --list shows them")
    return [one for one in BENCHMARKS if not names or any(one.name.startswith(name) for name in names)]


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
    chosen = choose(options.names)
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
            except (Failed, PostgresMissing) as error:
                print(f"{benchmark.name}: FAILED: {error}", flush=True)
                failures += 1
    finally:
        setting.close()
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
