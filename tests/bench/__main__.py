"""Measure against the budgets of DESIGN.md §9: ``make bench``. Each bench runs in a process of its own.

Prints what each finds and a table of all at the end; writes nothing into the tree. Ends with 1 when a budget is
exceeded or a bench breaks. Measure on a quiet machine. Names of benches as arguments run only those.
"""

import os
import subprocess
import sys
import tempfile

from tests.bench import figures


PYTHON = sys.executable
POSTGRES = [PYTHON, "-m", "tests.tools.with_postgres"]
RUNS = {
    "articles": [PYTHON, "-m", "tests.bench.bench_articles"],
    "checks": [PYTHON, "-m", "tests.bench.bench_checks"],
    "import": [PYTHON, "-m", "tests.bench.bench_import"],
    "signature": [PYTHON, "-m", "tests.bench.bench_signature"],
    "nginx": [PYTHON, "-m", "tests.bench.bench_nginx"],
    "callbacks": [*POSTGRES, PYTHON, "-m", "tests.bench.bench_callbacks"],
    "faults": [*POSTGRES, PYTHON, "-m", "tests.faults.matrix"],
    "search-sqlite": [PYTHON, "-m", "tests.bench.bench_search"],
    "search-postgresql": [*POSTGRES, PYTHON, "-m", "tests.bench.bench_search"],
    "large-search-sqlite": [PYTHON, "-m", "tests.bench.bench_search", "100000"],
    "large-search-postgresql": [*POSTGRES, PYTHON, "-m", "tests.bench.bench_search", "100000"],
}


def main(names):
    if unknown := set(names) - set(RUNS):
        print(
            f"There is no bench {', '.join(sorted(unknown))}; there are {', '.join(RUNS)}.", file=sys.stderr
        )
        return 2
    broken = []
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as kept:
        environment = os.environ | {figures.FILE: kept.name}
        for name in names or RUNS:
            print(f"== {name}", flush=True)
            if subprocess.run(RUNS[name], env=environment, check=False).returncode:
                broken.append(name)
        rows = figures.kept(kept.name)
    print()
    figures.table(rows)
    if broken:
        print(f"\nOver a budget, or broken: {', '.join(broken)}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
