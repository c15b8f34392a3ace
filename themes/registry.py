"""Which looks there are: a theme is a folder ``themes/NAME/`` with a ``tokens.toml``, beside the templates of any room.

What a theme does not say is calm's: templates, tokens, rules of the stylesheet. docs/themes.md tells how to make one.
"""

import re
import tomllib
from functools import lru_cache
from pathlib import Path

from django.template import engines


DEFAULT = "calm"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


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


def faults():
    """Return (folder, sentence) of each theme that is left out because its name or tokens.toml cannot be used."""
    return _installed(_places())[1]


def _head(theme):
    own = _folders(_places()).get(theme)
    return read(own) if own else {}


def _places():
    return tuple(engines.all()[0].template_dirs)


def _folders(places):
    return _installed(places)[0]


@lru_cache(maxsize=8)
def _installed(places):
    found, faults = {}, []
    # Backwards: as with templates, what stands in an earlier place hides the same name in a later one.
    for place in reversed(places):
        for file in sorted(Path(place, "themes").glob("*/tokens.toml")):
            if not _NAME.fullmatch(file.parent.name):
                faults.append(
                    (file.parent, "its folder's name must be of a to z, 0 to 9 and hyphens, 40 at most.")
                )
                continue
            try:
                read(file.parent)
            except (OSError, ValueError) as error:
                faults.append((file.parent, f"tokens.toml cannot be read: {error}"))
            else:
                found[file.parent.name] = file.parent
    return found, faults


@lru_cache(maxsize=256)
def _template(own, name):
    return f"themes/{own.name if (own / name).is_file() else DEFAULT}/{name}"


@lru_cache(maxsize=16)
def read(own):
    """Return what the tokens.toml of the folder ``own`` says; not to be changed. Raises OSError, ValueError."""
    return tomllib.loads((own / "tokens.toml").read_text(encoding="utf-8"))
