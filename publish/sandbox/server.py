"""The sandbox as a whole: an HTTP server over its store, in this process or in one of its own."""

import logging
import threading

from werkzeug.serving import WSGIRequestHandler, make_server

from . import callbacks, control, followers, jobs
from .account import Account
from .app import App
from .clock import Clock
from .store import Store


DEFAULT_APPID = "wx0000000000000000"
DEFAULT_SECRET = "sandbox-secret"  # noqa: S105 - a pretended account's
DEFAULT_TOKEN = "sandboxtoken"  # noqa: S105
DEFAULT_AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
BEAT = 0.1  # real seconds between looks at the clock

logger = logging.getLogger("publish.sandbox")


class _Handler(WSGIRequestHandler):
    timeout = 30

    def log(self, type, message, *args):
        if type == "error":
            logger.error(message.rstrip(), *args)


class Sandbox:
    """A local WeChat. In a test::

        with Sandbox(clock="2026-11-23T08:00:00+08:00", auto=False) as sandbox:
            requests.post(sandbox.base_url + "/cgi-bin/stable_token", ...)

    ``store``: a folder, or None for a temporary one; ``port`` 0: a free one; ``clock``: a moment to stand still at, None
    for real time (or where the store's clock was left); ``auto`` True lets a background thread end due jobs and deliver
    callbacks, False leaves that to `run` and `deliver`; further keywords are settings (see options.DEFAULTS).
    Raises StoreInUseError when the folder is held by another process, OSError when the port is."""

    def __init__(
        self,
        store=None,
        host="127.0.0.1",
        port=0,
        appid=DEFAULT_APPID,
        secret=DEFAULT_SECRET,
        token=DEFAULT_TOKEN,
        aes_key=DEFAULT_AES_KEY,
        clock=None,
        auto=True,
        reset=False,
        **settings,
    ):
        self.store = Store(store, reset=reset)
        self.clock = Clock(self.store.get("clock"), lambda state: self.store.put("clock", state))
        if clock is not None:
            self.clock.set(clock, freeze=True)
        self.account = Account(self.store, self.clock, appid, secret, token, aes_key)
        if settings:
            self.account.change(settings)
        with self.store.transaction():
            self._populate()
        self.app = App(self)
        self._host, self._port, self._auto = host, port, auto
        self._server = None
        self._threads = []
        self._wake = threading.Event()
        self._stopping = False

    def start(self):
        """Begin to serve, in threads of this process; returns itself."""
        try:
            self._server = make_server(
                self._host, self._port, self.app, threaded=True, request_handler=_Handler
            )
        except SystemExit as error:  # werkzeug's way to say that the port is taken
            self.store.close()
            raise OSError(f"cannot listen on {self._host}:{self._port}") from error
        # how soon a stop is noticed; tests stop hundreds of sandboxes, people one
        self._begin("serve", self._server.serve_forever, 0.1 if self._auto else 0.004)
        if self._auto:
            self._begin("jobs", self._loop, lambda: jobs.run_due(self.account))
            self._begin("callbacks", self._loop, lambda: callbacks.deliver(self.account, due_only=True))
        return self

    def stop(self):
        """Stop serving and let go of the store; a temporary store is removed."""
        self._stopping = True
        self.clock.release()
        self.wake()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
        for thread in self._threads:
            thread.join(timeout=10)
        self.store.close()

    def __enter__(self):
        return self.start()

    def __exit__(self, *exception):
        self.stop()

    @property
    def port(self):
        return self._server.port

    @property
    def base_url(self):
        """Scheme, host and port, for WECHAT_API_BASE."""
        return f"http://{self._host}:{self.port}"

    def wake(self):
        """Something changed; the background threads look at once."""
        self._wake.set()

    def _begin(self, name, target, *values):
        thread = threading.Thread(target=target, args=values, name=f"sandbox-{name}", daemon=True)
        thread.start()
        self._threads.append(thread)

    def _loop(self, work):
        while not self._stopping:
            try:
                work()
            except Exception:  # one bad job must not end the thread; it is said and tried again
                if not self._stopping:
                    logger.exception("the sandbox could not finish a job")
            self._wake.wait(BEAT)
            self._wake.clear()

    # control, the same as over HTTP under /_sandbox/

    def control(self, method, name, **data):
        """Make a control call without HTTP: ``sandbox.control("POST", "clock", advance=60)``."""
        return control.handle(self, method, name, data)

    def state(self):
        """The state as GET /_sandbox/state answers it."""
        return self.control("GET", "state")

    def requests(self, path="", limit=10_000):
        """The request log, oldest first; ``path``: only those that end with it."""
        return self.control("GET", "requests", path=path, limit=limit)["requests"]

    def advance(self, seconds):
        """Move the clock on; ends no job by itself when ``auto`` is False."""
        self.control("POST", "clock", advance=seconds)

    def fault(self, path, kind, **how):
        """Script a fault (see `faults.add`)."""
        return self.control("POST", "faults", path=path, kind=kind, **how)["id"]

    def script(self, **results):
        """Script the next results: ``publish={"status": 4}``, ``mass={"status": "err(20013)"}``."""
        self.control("POST", "script", **results)

    def set(self, **settings):
        """Change settings (see options.DEFAULTS)."""
        self.account.change(settings)

    def run(self, force=False):
        """End due jobs (``force``: all open ones); returns how many."""
        return self.control("POST", "run", force=force)["ended"]

    def deliver(self):
        """One try for each waiting callback; returns what came of each."""
        return self.control("POST", "callbacks/deliver")["callbacks"]

    def repeat(self, times=1):
        """Send the last callback again."""
        return self.control("POST", "callbacks/repeat", times=times)["callbacks"]

    def forget(self):
        """Empty the store; settings given at the start are forgotten too, except the callback address."""
        address = self.account.setting("callback")
        with self.store.transaction():
            for table in self.store.rows("select name from sqlite_master where type = 'table'"):
                self.store.run(f"delete from {table['name']}")  # noqa: S608 - our own tables
        self.clock.reset()
        with self.store.transaction():
            self._populate()
        self.account.change({"callback": address})

    def _populate(self):
        """The followers of a fresh store."""
        if not self.store.get("populated"):
            followers.seed(self.account)
            self.store.put("populated", True)
