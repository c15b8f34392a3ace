"""Sixty references of every kind, printed after GB/T 7714-2025 and 2015 (tests/golden/citations.json).

Standards and guidelines in it are real; everything else is made up and looks it. After a wanted change:
``UPDATE_GOLDEN=1 pytest tests/unit/test_citation_goldens.py``, then read the difference.
"""

import json
import os
from pathlib import Path

import pytest

from articles.choices import CitationStyle, ReferenceKind
from articles.citation import printed
from articles.citing.reading import as_reference


GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "citations.json"
CASES = json.loads(GOLDEN.read_text("utf-8"))


@pytest.mark.parametrize("style", CitationStyle.values)
def test_printed_as_kept(style):
    lines = [printed(as_reference(case["fields"]), style) for case in CASES]
    if os.environ.get("UPDATE_GOLDEN"):
        for case, line in zip(CASES, lines, strict=True):
            case[style] = line
        GOLDEN.write_text(json.dumps(CASES, ensure_ascii=False, indent=1) + "\n", "utf-8")
    for case, line in zip(CASES, lines, strict=True):
        assert line == case[style]


def test_the_cases_cover_what_they_should():
    assert len(CASES) >= 60
    assert {case["fields"]["kind"] for case in CASES} == set(ReferenceKind.values)
    lines = [case["2025"] for case in CASES]
    assert any("，等. " in line for line in lines) and any("，et al. " in line for line in lines)
    assert sum(not case["fields"].get("authors") for case in CASES) >= 6


def test_marks_of_the_two_editions():
    """2015 has no full-width mark between parts, 2025 no half-width one; neither has doubled stops or blanks."""
    for case in CASES:
        if case["fields"]["kind"] == "manual":
            continue
        given = "".join(case["fields"].values())
        assert not set("，；") & set(case["2015"]) - set(given), case["2015"]
        for line in (case["2025"], case["2015"]):
            assert ".." not in line and "  " not in line and line.endswith("."), line
