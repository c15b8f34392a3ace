"""The one source of time in the sandbox: it can run, stand still, be set and be moved on."""

import threading
import time
from datetime import datetime, timedelta, timezone


SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")  # no daylight saving since 1991


EARLIEST, LATEST = 946_684_800, 4_102_444_800  # the years 2000 and 2100


def instant(value):
    """Turn epoch seconds or an ISO 8601 text (read as Shanghai time when it names no zone) into epoch seconds.

    Raises ValueError for anything else."""
    if isinstance(value, bool) or value is None:
        raise ValueError(f"not a time: {value!r}")
    if isinstance(value, int | float):
        return float(value)
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=SHANGHAI)
    return moment.timestamp()


def _possible(moment):
    """The moment itself; raises ValueError for one that no calendar here reaches."""
    if not EARLIEST <= moment <= LATEST:
        raise ValueError("the clock goes from 2000 to 2100")
    return moment


class Clock:
    """Seconds since the epoch, as the sandbox sees them.

    ``save`` is called with a JSON-ready dict after each change, ``state`` is such a dict to start from."""

    def __init__(self, state=None, save=None):
        self._lock = threading.Lock()
        self._save = save or (lambda state: None)
        self._offset = (state or {}).get("offset", 0.0)
        self._frozen = (state or {}).get("frozen")
        self._stop = threading.Event()

    def now(self):
        """Epoch seconds, with fractions."""
        with self._lock:
            return self._now()

    def seconds(self):
        """Epoch seconds, whole."""
        return int(self.now())

    def set(self, value, freeze=None):
        """Move to a moment (see `instant`). ``freeze`` True stands still there, False runs on, None leaves it as it is."""
        target = _possible(instant(value))
        with self._lock:
            stand = self._frozen is not None if freeze is None else freeze
            self._offset = target - time.time()
            self._frozen = target if stand else None
        self._keep()

    def advance(self, seconds):
        """Move on by so many seconds."""
        _possible(self.now() + seconds)
        with self._lock:
            self._offset += seconds
            if self._frozen is not None:
                self._frozen += seconds
        self._keep()

    def freeze(self):
        """Stand still from now on."""
        with self._lock:
            self._frozen = self._now()
        self._keep()

    def run(self):
        """Run on, from the moment shown now."""
        with self._lock:
            if self._frozen is not None:
                self._offset = self._frozen - time.time()
                self._frozen = None
        self._keep()

    def reset(self):
        """Real time again."""
        with self._lock:
            self._offset, self._frozen = 0.0, None
        self._keep()

    @property
    def frozen(self):
        with self._lock:
            return self._frozen is not None

    def local(self, moment=None):
        """The Shanghai datetime of a moment in epoch seconds (default: now)."""
        return datetime.fromtimestamp(self.now() if moment is None else moment, SHANGHAI)

    def day(self, moment=None):
        """The Shanghai day, YYYY-MM-DD; WeChat's quotas turn over with it."""
        return self.local(moment).strftime("%Y-%m-%d")

    def minute(self):
        return self.local().strftime("%Y-%m-%dT%H:%M")

    def month(self):
        return self.local().strftime("%Y-%m")

    def pause(self, seconds):
        """Really wait, for scripted delays: a client's time-out knows no other time. Ends early when the sandbox stops."""
        self._stop.wait(seconds)

    def release(self):
        """End every pause; the sandbox stops."""
        self._stop.set()

    def _now(self):
        return time.time() + self._offset if self._frozen is None else self._frozen

    def _keep(self):
        # outside the lock: the store has a lock of its own, and its holders ask for the time
        # a standing clock has no offset worth keeping: the real time must not find its way into the store
        self._save({"frozen": self._frozen} if self._frozen is not None else {"offset": self._offset})
