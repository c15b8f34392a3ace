"""What a bench found, one row of the table for each budget of DESIGN.md §9."""

import json
import os
import sys
import unicodedata
from dataclasses import asdict, dataclass


FILE = "BENCH_FIGURES"  # environment: the file that collects the rows of all benches


@dataclass(frozen=True)
class Figure:
    """``within`` is None for what is reported only."""

    what: str
    figure: str
    budget: str = "–"
    within: bool | None = None

    @property
    def verdict(self):
        return {True: "pass", False: "FAIL", None: ""}[self.within]


def found(what, figure, budget="–", within=None):
    """Print a figure, keep it for the table, and return it."""
    row = Figure(what, figure, budget, within)
    print(f"  {row.what}: {row.figure} (budget {row.budget}) {row.verdict}", flush=True)
    if path := os.environ.get(FILE):
        with open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(row)) + "\n")
    return row


def kept(path):
    """Return the figures collected in ``path``."""
    with open(path, encoding="utf-8") as file:
        return [Figure(**json.loads(line)) for line in file]


def table(rows):
    """Print all rows under one another."""
    heads = ("what", "figure", "budget", "")
    cells = [heads, *((row.what, row.figure, row.budget, row.verdict) for row in rows)]
    widths = [max(map(_columns, column)) for column in zip(*cells, strict=True)]
    for line in cells:
        print(
            "  ".join(cell + " " * (width - _columns(cell)) for cell, width in zip(line, widths, strict=True))
        )


def verdict(rows):
    """Return the exit code of a bench that found ``rows``."""
    return 1 if any(row.within is False for row in rows) else 0


def fail(sentence):
    """End the bench with a sentence."""
    sys.exit(f"bench: {sentence}")


def _columns(text):
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
