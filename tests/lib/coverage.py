"""Line coverage of src, from the build folder of a run with gcov: by room, the files with the least, and the total.

    python3 tests/lib/coverage.py BUILD REPORT.xml

The JUnit report says whether FLOOR is reached. What a process did that was killed is not counted.
"""

import json
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FLOOR = 90.0
SHOWN = 15


def measured(build):
    """(path below src, lines run, lines) of each file."""
    command = ["gcovr", "--root", ROOT, "--filter", f"{ROOT}/src/", "--json-summary", "-", build]
    summary = json.loads(subprocess.run([str(word) for word in command], check=True, stdout=subprocess.PIPE).stdout)
    for file in summary["files"]:
        yield file["filename"].removeprefix("src/"), file["line_covered"], file["line_total"]


def percent(covered, total):
    return 100.0 * covered / total if total else 100.0


def row(name, covered, total):
    print(f"  {name:<28}{covered:>6} of {total:>6}{percent(covered, total):>8.1f} %")


def write_report(path, share):
    suite = ElementTree.Element("testsuite", name="coverage")
    case = ElementTree.SubElement(suite, "testcase", name="line coverage of src")
    if share < FLOOR:
        ElementTree.SubElement(case, "failure", message=f"{share:.1f} %, less than {FLOOR:.1f} %")
    ElementTree.ElementTree(suite).write(path)


def main(build, report):
    files = list(measured(build))
    covered, total = Counter(), Counter()
    for name, part, whole in files:
        for key in ("src", name.rpartition("/")[0]):
            covered[key] += part
            total[key] += whole
    for room in sorted(total.keys() - {"src"}):
        row(room, covered[room], total[room])
    print("the least:")
    for name, part, whole in sorted(files, key=lambda file: percent(*file[1:]))[:SHOWN]:
        row(name, part, whole)
    share = percent(covered["src"], total["src"]) if total["src"] else 0.0
    print(f"line coverage of src: {share:.1f} %")
    write_report(report, share)


if __name__ == "__main__":
    main(*sys.argv[1:])
