"""Which looks there are: a theme is a folder ``themes/NAME/`` with a ``tokens.toml``, beside the templates of any room.

What a theme does not say is calm's: templates, tokens, rules of the stylesheet. docs/themes.md tells how to make one.
"""

import tomllib
from functools import lru_cache
from pathlib import Path

from django.template import engines


DEFAULT = "calm"


class UnknownThemeError(ValueError):
    """No theme of that name is installed."""


def themes():
    """Return the names of the installed themes, calm first, the others in order."""
    return sorted(_folders(_places()), key=lambda name: (name != DEFAULT, name))


def folder(theme):
    """Return the folder of ``theme``; raises UnknownThemeError with a sentence that lists the installed ones."""
    try:
        return _folders(_places())[theme]
    except KeyError:
        raise UnknownThemeError(f"There is no theme {theme!r}; installed: {', '.join(themes())}.") from None


def label(theme):
    """Return the name of ``theme`` for people, as its tokens.toml gives it; an unknown name stands as it is."""
    return _head(theme).get("label", theme)


def festive(theme):
    """Return whether ``theme`` is for festivals, so that quiet dates may forbid it."""
    return bool(_head(theme).get("festive", False))


def choices():
    """Return (name, label) of each installed theme, for forms."""
    return [(theme, label(theme)) for theme in themes()]


def template(theme, name):
    """Return the path of the template ``name`` ("wechat/end.html") of ``theme``, calm's when it has none."""
    return _template(folder(theme), name)


def _head(theme):
    return _read(_folders(_places()).get(theme))


def _places():
    return tuple(engines.all()[0].template_dirs)


@lru_cache(maxsize=8)
def _folders(places):
    # Backwards: as with templates, what stands in an earlier place hides the same name in a later one.
    return {
        file.parent.name: file.parent
        for place in reversed(places)
        for file in Path(place, "themes").glob("*/tokens.toml")
    }


@lru_cache(maxsize=256)
def _template(own, name):
    return f"themes/{own.name if (own / name).is_file() else DEFAULT}/{name}"


@lru_cache(maxsize=16)
def _read(own):
    return tomllib.loads((own / "tokens.toml").read_text(encoding="utf-8")) if own else {}
