"""Reading settings from the environment, with a sentence when a value cannot be used."""

import os

from django.core.exceptions import ImproperlyConfigured


def text(name, default=""):
    """Return the variable ``name`` stripped of blanks, or ``default`` when unset or empty."""
    return os.environ.get(name, "").strip() or default


def required(name, why):
    """Return the variable ``name``; raise ImproperlyConfigured, saying ``why``, when it is missing."""
    value = text(name)
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. {why}")
    return value


def words(name, default=()):
    """Return a comma-separated variable as a list."""
    value = text(name)
    return [part.strip() for part in value.split(",") if part.strip()] if value else list(default)


def choice(name, allowed, default):
    """Return the variable ``name``; raise ImproperlyConfigured when it is not one of ``allowed``."""
    value = text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name}={value!r} is not one of: {', '.join(allowed)}.")
    return value


def flag(name, default):
    """Return a yes/no variable (1, true, yes, on / 0, false, no, off)."""
    value = text(name, "1" if default else "0").lower()
    known = dict.fromkeys(("1", "true", "yes", "on"), True) | dict.fromkeys(
        ("0", "false", "no", "off"), False
    )
    if value not in known:
        raise ImproperlyConfigured(f"{name}={value!r} is neither yes (1) nor no (0).")
    return known[value]
