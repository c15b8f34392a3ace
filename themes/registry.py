"""Which looks there are: a theme is a folder under ``themes/templates/themes/`` that holds a ``tokens.toml``."""

from functools import lru_cache
from pathlib import Path


FOLDER = Path(__file__).resolve().parent / "templates" / "themes"
DEFAULT = "calm"


class UnknownThemeError(ValueError):
    """No theme of that name is installed."""


@lru_cache(maxsize=1)
def themes():
    """Return the names of the installed themes, sorted."""
    return sorted(file.parent.name for file in FOLDER.glob("*/tokens.toml"))


def folder(theme):
    """Return the folder of ``theme``; raises UnknownThemeError with a sentence that lists the installed ones."""
    if theme not in themes():
        raise UnknownThemeError(f"There is no theme {theme!r}; installed: {', '.join(themes())}.")
    return FOLDER / theme
