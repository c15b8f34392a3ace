"""Suffixes of Chinese runs for prefix search: Wagtail's admin search knows only prefixes of whole runs."""

import re


SUFFIX_LENGTH = 12
_RUN = re.compile(r"[\u3400-\u9fff]+")


def suffixes(text):
    """Return each suffix (12 characters at most) of each Han run in ``text``, blank-separated."""
    found = []
    for run in _RUN.findall(text):
        found += [run[start : start + SUFFIX_LENGTH] for start in range(len(run))]
    return " ".join(dict.fromkeys(found))
