"""The table of API calls: path, method, right, and the function behind it. Modules register here with `call`."""

import json
import re
from dataclasses import dataclass, field

from .errors import ApiError


CALLS = {}


@dataclass
class Spec:
    """How a call is made. ``body``: "json", "file" or "" (none); ``right``: a family of options.RIGHTS or None.

    ``before`` is called with the account before the call's transaction, for what must not hold the store (a look at
    another host); what it returns stands in ``Request.seen``."""

    path: str
    function: object
    body: str = "json"
    right: str | None = None
    token: bool = True
    literal: bool = False
    before: object = None


@dataclass
class Request:
    """One call as its function sees it."""

    account: object
    path: str
    ip: str
    query: dict
    body: dict = field(default_factory=dict)
    form: dict = field(default_factory=dict)
    upload: object = None  # (file name, bytes)
    seen: object = None

    @property
    def store(self):
        return self.account.store

    @property
    def now(self):
        return self.account.clock.seconds()


@dataclass
class Raw:
    """An answer that is not JSON."""

    data: bytes
    content_type: str
    name: str = ""


OK = {"errcode": 0, "errmsg": "ok"}


def call(path, root="cgi-bin", **how):
    """Register a function as the API call ``/<root>/<path>``."""

    def register(function):
        full = f"/{root}/{path}"
        CALLS[full] = Spec(full, function, **how)
        return function

    return register


def parse(raw, literal=False):
    """The JSON object in a POST body.

    ``literal`` keeps \\uXXXX escapes as the six characters that were sent: the draft calls count and show them so.
    Raises 44002 for an empty body, 47001 for what is not a JSON object in UTF-8."""
    if not raw.strip():
        raise ApiError(44002)
    try:
        text = raw.decode("utf-8")
        if literal:
            text = re.sub(r"\\(\\|u[0-9a-fA-F]{4})", lambda found: "\\\\" + found[1].removeprefix("\\"), text)
        value = json.loads(text, strict=False)
    except ValueError as error:
        raise ApiError(47001) from error
    except RecursionError as error:
        raise ApiError(47001) from error
    if not isinstance(value, dict):
        raise ApiError(47001)
    return value


def text_of(body, name, default=None):
    """A text field; raises 47001 when it is something else."""
    value = body.get(name, default)
    if value is None:
        return default
    if not isinstance(value, str):
        raise ApiError(47001)
    return value


def page_of(body):
    """(offset, count) of a list call; count is 1 to 20."""
    offset, count = body.get("offset", 0), body.get("count")
    for value in (offset, count):
        if isinstance(value, bool) or not isinstance(value, int):
            raise ApiError(40097)
    if offset < 0 or not 1 <= count <= 20:
        raise ApiError(40097)
    return offset, count
