"""The pretended account: credentials, settings, ids and counters, on top of the store and the clock."""

import base64
import hashlib
import json

from . import options
from .errors import ApiError, ControlError


MOST = 10**9


def _check_numbers(changes):
    """Raises ControlError when a limit, a quota, a list or the speed would break the calls that read them."""
    for name, known in (("limits", options.LIMITS), ("daily", None), ("minute", None)):
        for key, value in changes.get(name, {}).items():
            if known is not None and key not in known:
                raise ControlError(f"no limit named {key!r}; there are: {', '.join(sorted(known))}")
            if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST:
                raise ControlError(f"{name} of {key} must be a number from 0 to {MOST}")
    for name in ("revoked", "banned", "sensitive_words"):
        if not all(isinstance(value, str) and value for value in changes.get(name, [])):
            raise ControlError(f"{name} must be a list of texts")
    for name, most in (("speed", 4), ("publish_delay", MOST), ("mass_delay", MOST), ("admin_timeout", MOST)):
        if not 0 <= changes.get(name, 0) <= most:
            raise ControlError(f"{name} must be a number from 0 to {most}")


class Account:
    """Everything a call needs to know about the account it is made on.

    ``store`` and ``clock`` are those of the sandbox; ``appid``, ``secret``, ``token`` and ``aes_key`` the
    credentials. Settings are kept in the store and survive a restart."""

    def __init__(self, store, clock, appid, secret, token, aes_key):
        self.store = store
        self.clock = clock
        self.appid = appid
        self.secret = secret
        self.token = token
        self.aes_key = aes_key

    # settings

    def settings(self):
        """All settings, defaults filled in."""
        return {**options.DEFAULTS, **self.store.get("settings", {})}

    def setting(self, name):
        return self.settings()[name]

    def change(self, changes):
        """Change settings; raises ControlError for an unknown name or value."""
        for name, value in changes.items():
            if name not in options.DEFAULTS:
                raise ControlError(
                    f"no setting named {name!r}; there are: {', '.join(sorted(options.DEFAULTS))}"
                )
            wanted = type(options.DEFAULTS[name])
            if not isinstance(value, wanted) and not (wanted is float and isinstance(value, int)):
                raise ControlError(f"{name} must be of type {wanted.__name__}")
        allowed = {
            "profile": options.PROFILES,
            "ip_block": (0, 40164, 61004, 89503, 89506, 89507),
            "account_block": (0, 40243, 50002, 50004, 50007),
            "shop": (0, 53404, 53405, 53406),
            "protection": ("job", "code"),
            "draft_dies": ("finished", "accepted"),
            "callback_mode": ("aes", "plain", "compatible"),
            "callback_format": ("xml", "json"),
        }
        _check_numbers(changes)
        for name, values in allowed.items():
            if name in changes and changes[name] not in values:
                raise ControlError(f"{name} must be one of {', '.join(map(str, values))}")
        with self.store.transaction():
            self.store.put("settings", {**self.store.get("settings", {}), **changes})

    def limit(self, name):
        return {**options.LIMITS, **self.setting("limits")}[name]

    # rights

    def stands(self, with_token):
        """Refuse as the setting account_block says: 40243 and 50004 only the exchange of the secret, 50002 and 50007 all."""
        block = self.setting("account_block")
        if block and not (with_token and block in (40243, 50004)):
            raise ApiError(block)

    def may(self, family, path=""):
        """Refuse with 48001 or 48004 when this account may not use a family of calls."""
        settings = self.settings()
        names = {family, path} - {"", None}
        if names & set(settings["banned"]):
            raise ApiError(48004)
        if names & set(settings["revoked"]):
            raise ApiError(48001)
        if family and family not in options.RIGHTS[settings["profile"]]:
            raise ApiError(48001)

    def may_comment(self):
        settings = self.settings()
        return bool(options.RIGHTS[settings["profile"]]) and settings["comments"]

    # quotas

    def daily_limit(self, path):
        """Calls a day for a path, or None."""
        return {**options.DAILY, **self.setting("daily")}.get(path)

    def minute_limit(self, path):
        return {**options.MINUTE, **self.setting("minute")}.get(path)

    def used(self, path, period):
        return self.store.value("select used from usage where path = ? and period = ?", path, period) or 0

    def count(self, path, period):
        self.store.run(
            "insert into usage values (?, ?, 1) on conflict (path, period) do update set used = used + 1",
            path,
            period,
        )

    def spend(self, path):
        """Count one call; raises 45011 or 45009 when the minute's or the day's share is used up."""
        minute, day = self.clock.minute(), self.clock.day()
        limit = self.minute_limit(path)
        if limit is not None and self.used(path, minute) >= limit:
            raise ApiError(45011)
        limit = self.daily_limit(path)
        if limit is not None and self.used(path, day) >= limit:
            raise ApiError(45009)
        self.count(path, minute)
        self.count(path, day)

    def clear_day(self, path=None):
        """Set today's counters back, for one path or for all."""
        day = self.clock.day()
        if path is None:
            self.store.run("delete from usage where period = ?", day)
        else:
            self.store.run("delete from usage where period = ? and path = ?", day, path)

    # ids: from counters, so a run can be repeated; shaped like WeChat's, and different for another account

    def make_id(self, kind, length=43):
        """(number, id) of the next thing of a kind."""
        number = self.store.number(kind)
        digest = hashlib.sha512(f"{self.appid}:{kind}:{number}".encode()).digest()
        text = base64.urlsafe_b64encode(digest).decode().rstrip("=").replace("-", "x").replace("_", "y")
        return number, f"{kind[0].upper()}{number:05d}{text}"[:length]

    def script(self, kind):
        """Take the next scripted result of a kind ("publish" or "mass"), JSON; raises ApiError for a scripted refusal."""
        found = self.store.row("select * from scripts where kind = ? order by id limit 1", kind)
        if found is None:
            return "{}"
        self.store.run("delete from scripts where id = ?", found["id"])
        if refusal := json.loads(found["data"]).get("refuse"):
            raise ApiError(refusal, keep=True)
        return found["data"]
