"""Measure against the budgets: ``make bench``. Each bench runs in a process of its own.

Ends with 1 when a bench says that its budget is exceeded. Measure on a quiet machine.
"""

import subprocess
import sys


PYTHON = sys.executable
POSTGRES = [PYTHON, "-m", "tests.tools.with_postgres"]
RUNS = (
    ("WeChat body", [PYTHON, "-m", "tests.bench.bench_wechat"]),
    ("Search on SQLite", [PYTHON, "-m", "tests.bench.bench_search"]),
    ("Search on PostgreSQL", [*POSTGRES, PYTHON, "-m", "tests.bench.bench_search"]),
)


def main():
    failed = []
    for name, command in RUNS:
        print(f"== {name}", flush=True)
        if subprocess.run(command, check=False).returncode:
            failed.append(name)
    print("Over the budget: " + ", ".join(failed) if failed else "All within their budgets.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
