"""The Chinese words of the figures, from words.toml."""

import tomllib
from functools import cache
from pathlib import Path


@cache
def words():
    """Return words.toml as nested dicts; not to be changed."""
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
