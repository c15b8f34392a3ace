"""Add up the reports of several pytest runs: ``python -m tests.tools.sum_up FOLDER``."""

import sys
from pathlib import Path
from xml.etree import ElementTree


STAGES = ("sqlite", "postgresql", "chromium")


def main(folder):
    """Print one line a stage and the sum last; return 1 when a test failed or a stage is missing."""
    totals = dict.fromkeys(("passed", "failed", "skipped"), 0)
    missing = False
    print()
    for stage in STAGES:
        path = Path(folder) / f"{stage}.xml"
        if not path.exists():
            print(f"{stage}: no report")
            missing = True
            continue
        suite = ElementTree.parse(path).getroot().find("testsuite")  # noqa: S314  our own file
        counts = {name: int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")}
        bad = counts["failures"] + counts["errors"]
        good = counts["tests"] - bad - counts["skipped"]
        print(
            f"{stage}: {good} passed, {bad} failed, {counts['skipped']} skipped in {float(suite.get('time')):.0f} s"
        )
        totals["passed"] += good
        totals["failed"] += bad
        totals["skipped"] += counts["skipped"]
        missing = missing or not counts["tests"]
    print(", ".join(f"{number} {name}" for name, number in totals.items()))
    return 1 if totals["failed"] or missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
