"""Browser tests ask what a page shows in the way that waits for it.

A click returns when the next page begins to arrive. ``is_visible()``, ``count()`` and their like answer at once, with
what has arrived by then: true on a quiet machine, false on a busy one. ``expect`` asks until it is so.
"""

import ast
from pathlib import Path

import pytest


FILES = sorted(Path(__file__).parents[1].joinpath("browser").glob("test_*.py"))
AT_ONCE = {
    "is_visible",
    "is_hidden",
    "is_checked",
    "is_enabled",
    "is_disabled",
    "is_editable",
    "all_inner_texts",
}


def hasty(source):
    """Return [(line, words)] of assertions in ``source`` that ask a page and do not wait for its answer."""
    found = []
    for statement in ast.walk(ast.parse(source)):
        if not isinstance(statement, ast.Assert):
            continue
        for call in ast.walk(statement.test):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
                continue
            words = ast.unparse(call)
            of_page = "locator(" in words or "get_by_" in words
            if call.func.attr in AT_ONCE or (call.func.attr == "count" and of_page):
                found.append((statement.lineno, words))
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_assertions_wait(path):
    assert hasty(path.read_text()) == [], "write expect(...) instead"


def test_a_hasty_assertion_is_found():
    source = "assert page.locator('h1').count() == 1\nassert not word.is_visible(), 'x'\nassert Push.objects.count() == 1"
    assert [line for line, _words in hasty(source)] == [1, 2]
