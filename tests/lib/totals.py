"""Adds up JUnit reports: prints what failed and was skipped, and last `N passed, N failed`.

    python3 tests/lib/totals.py NAME=REPORT.xml…

A report that is missing counts as one failure: whatever should have written it did not get that far.
Beside meson's report lies testlog.json, which alone tells of test programs that crashed or exited
with an error after their last test point (what a leak report does).
"""

import json
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path


def cases(path):
    """(name, "passed" | "failed" | "skipped", first line of the reason) of each test case."""
    for suite in ElementTree.parse(path).getroot().iter("testsuite"):
        for case in suite.iter("testcase"):
            name = " ".join(filter(None, (case.get("classname"), case.get("name"))))
            kinds = {child.tag: (child.get("message") or child.text or "") for child in case}
            reason = next((kinds[tag] for tag in ("failure", "error", "skipped") if tag in kinds), "")
            state = (
                "failed" if "failure" in kinds or "error" in kinds else "skipped" if "skipped" in kinds else "passed"
            )
            yield f"{suite.get('name')}: {name}", state, reason.strip().split("\n")[0][:200]


def broken_programs(path):
    """The test programs that meson calls an error: a crash, a bad exit status, points that are missing."""
    log = Path(path).with_name("testlog.json")
    if log.exists():
        for record in map(json.loads, log.read_text(encoding="utf-8").splitlines()):
            if record["result"] not in ("OK", "FAIL", "SKIP", "EXPECTEDFAIL"):
                yield record["name"], "failed", f"{record['result'].lower()}, exit status {record['returncode']}"


def main(arguments):
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for argument in arguments:
        name, _, path = argument.partition("=")
        try:
            results = [*cases(path), *broken_programs(path)]
        except (OSError, ElementTree.ParseError) as error:
            results = [(name, "failed", f"no report: {error}")]
        if not results:
            results = [(name, "failed", "ran no test")]
        for case, state, reason in results:
            counts[state] += 1
            if state != "passed":
                print(f"{state.upper()} {case}: {reason}")
    if counts["skipped"]:
        print(f"({counts['skipped']} skipped, named above)")
    print(f"{counts['passed']} passed, {counts['failed']} failed")
    return 1 if counts["failed"] or not counts["passed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
