"""The colours, sizes and spaces of a theme, read from its ``tokens.toml``."""

import re
import tomllib
from functools import lru_cache

from themes.registry import folder


_VARIABLE = re.compile(r"var\(--([a-z0-9-]+)\)")
# Table of tokens.toml -> prefix of the property and unit of its values. Colours need neither.
_TABLES = {
    "colours": ("", ""),
    "size": ("size-", "px"),
    "leading": ("leading-", ""),
    "space": ("space-", "px"),
    "radius": ("radius-", "px"),
}


@lru_cache(maxsize=8)
def tokens(theme):
    """Return ``tokens.toml`` of ``theme`` as nested dicts; raises UnknownThemeError."""
    return tomllib.loads((folder(theme) / "tokens.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=8)
def properties(theme):
    """Return ``{property name without dashes: CSS value}``, e.g. ``{"brand": "#0f766e", "space-m": "16px"}``."""
    return {
        f"{prefix}{name}": f"{value}{unit}"
        for table, (prefix, unit) in _TABLES.items()
        for name, value in tokens(theme)[table].items()
    }


def resolve(css, theme):
    """Return ``css`` with each ``var(--name)`` replaced by its value, for places that know no custom properties.

    Raises KeyError when a name is not in ``tokens.toml``.
    """
    values = properties(theme)
    return _VARIABLE.sub(lambda match: values[match[1]], css)
