"""Scripted faults: the next calls to a path go wrong in a way somebody chose."""

import json

from .errors import ControlError


KINDS = ("delay", "drop_before", "drop_after", "error", "malformed", "html", "status")


def add(store, path="*", kind="", times=1, skip=0, **how):
    """Script a fault; returns its id.

    ``path``: a full path ("/cgi-bin/draft/add"), its tail ("draft/add") or "*". ``times``: how many calls (0: until removed);
    ``skip``: how many calls go well before. Kinds and what they take:
    delay (seconds, when "before" or "after" the effect), drop_before, drop_after, error (errcode, errmsg),
    malformed, html, status (status, default 502); the last four also effect=True to let the call happen first.
    Raises ControlError."""
    if kind not in KINDS:
        raise ControlError(f"kind must be one of {', '.join(KINDS)}")
    known = {"seconds", "when", "errcode", "errmsg", "status", "effect"}
    if unknown := set(how) - known:
        raise ControlError(
            f"unknown field {', '.join(sorted(unknown))}; there are: {', '.join(sorted(known))}"
        )
    if kind == "error" and not isinstance(how.get("errcode"), int):
        raise ControlError("an error needs an errcode (a number)")
    for name, least, most in (("errcode", -1, 10**9), ("seconds", 0, 3600), ("status", 200, 599)):
        value = how.get(name, most)
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise ControlError(f"{name} must be a number from {least} to {most}")
    if not isinstance(how.get("errmsg", ""), str) or not isinstance(path, str) or not path.strip("/"):
        raise ControlError("path and errmsg must be texts")
    if min(int(skip), int(times)) < 0:
        raise ControlError("skip and times cannot be less than 0")
    if how.get("when", "before") not in ("before", "after"):
        raise ControlError("when must be before or after")
    with store.transaction():
        store.insert("faults", path=path, skip=int(skip), times=int(times), data={"kind": kind, **how})
        return store.value("select max(id) from faults")


def take(store, path):
    """The fault that meets this call, or {}; counts it down."""
    with store.transaction():
        for row in store.rows("select * from faults order by id"):
            if row["path"] not in ("*", path) and not path.endswith(f"/{row['path'].strip('/')}"):
                continue
            if row["skip"]:
                store.run("update faults set skip = skip - 1 where id = ?", row["id"])
                continue
            if row["times"] == 1:
                store.run("delete from faults where id = ?", row["id"])
            elif row["times"] > 1:
                store.run("update faults set times = times - 1 where id = ?", row["id"])
            return json.loads(row["data"])
    return {}
