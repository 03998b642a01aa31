"""Adds up JUnit reports: prints what failed and was skipped, and last `N passed, N failed`.

    python3 tests/lib/totals.py NAME=REPORT.xml…

A report that is missing counts as one failure: whatever should have written it did not get that far.
"""

import sys
import xml.etree.ElementTree as ElementTree


def cases(path):
    """(name, "passed" | "failed" | "skipped", first line of the reason) of each test case."""
    for suite in ElementTree.parse(path).getroot().iter("testsuite"):
        found = list(suite.iter("testcase"))
        for case in found:
            name = " ".join(filter(None, (case.get("classname"), case.get("name"))))
            kinds = {child.tag: (child.get("message") or child.text or "") for child in case}
            reason = next((kinds[tag] for tag in ("failure", "error", "skipped") if tag in kinds), "")
            state = "failed" if "failure" in kinds or "error" in kinds else "skipped" if "skipped" in kinds else "passed"
            yield f"{suite.get('name')}: {name}", state, reason.strip().split("\n")[0][:200]
        failed = sum(1 for case in found if case.find("failure") is not None or case.find("error") is not None)
        if int(suite.get("failures") or 0) + int(suite.get("errors") or 0) > failed:
            yield f"{suite.get('name')}", "failed", "the test program itself ended badly"


def main(arguments):
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for argument in arguments:
        name, _, path = argument.partition("=")
        try:
            results = list(cases(path))
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
