"""The colours, sizes and spaces of a theme, read from its ``tokens.toml``; what it does not name is calm's."""

import re
from functools import lru_cache

from themes.registry import DEFAULT, folder, read


_VARIABLE = re.compile(r"var\(--([a-z0-9-]+)\)")
# Table of tokens.toml -> prefix of the property and unit of its values. Colours need neither.
_TABLES = {
    "colours": ("", ""),
    "size": ("size-", "px"),
    "leading": ("leading-", ""),
    "space": ("space-", "px"),
    "radius": ("radius-", "px"),
}


def tokens(theme):
    """Return the tokens of ``theme`` as nested dicts; raises UnknownThemeError."""
    return _tokens(folder(theme), folder(DEFAULT))


def properties(theme, **changed):
    """Return ``{property name without dashes: CSS value}``, e.g. ``{"brand": "#0f766e", "space-m": "16px"}``.

    ``changed`` replaces values, e.g. ``brand="#1f3a8a"``.
    """
    return {
        f"{prefix}{name}": f"{value}{unit}"
        for table, (prefix, unit) in _TABLES.items()
        for name, value in tokens(theme)[table].items()
    } | changed


def resolve(css, theme, **changed):
    """Return ``css`` with each ``var(--name)`` replaced by its value, for places that know no custom properties.

    Raises KeyError when a name is not in ``tokens.toml``.
    """
    values = properties(theme, **changed)
    return _VARIABLE.sub(lambda match: values[match[1]], css)


@lru_cache(maxsize=16)
def _tokens(own, base):
    found = dict(read(base))
    for name, value in read(own).items():
        found[name] = found.get(name, {}) | value if isinstance(value, dict) else value
    return found
