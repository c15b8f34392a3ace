"""Running the sandbox in a process of its own: its arguments, its environment, what it prints."""

import os
import signal
import threading

from . import options, server
from .store import StoreInUseError


class CannotStartError(Exception):
    """The sandbox cannot start; the message says why."""


def add_arguments(parser):
    """Declare the arguments on an argparse parser."""
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9010, help="0 takes a free port")
    parser.add_argument(
        "--store", help="folder to remember things in; without it they are forgotten at the end"
    )
    parser.add_argument(
        "--callback", help="address the events go to, for instance http://127.0.0.1:8000/wechat/callback/"
    )
    parser.add_argument("--profile", choices=options.PROFILES)
    parser.add_argument(
        "--clock", help="moment to stand still at (2026-11-23T08:00:00+08:00); without it time runs"
    )
    parser.add_argument("--reset", action="store_true", help="empty the store first")


def credentials():
    """WECHAT_APPID, WECHAT_SECRET, WECHAT_TOKEN and WECHAT_AES_KEY from the environment, defaults filled in.

    Raises CannotStartError for a key that is not one."""
    found = {
        "appid": os.environ.get("WECHAT_APPID") or server.DEFAULT_APPID,
        "secret": os.environ.get("WECHAT_SECRET") or server.DEFAULT_SECRET,
        "token": os.environ.get("WECHAT_TOKEN") or server.DEFAULT_TOKEN,
        "aes_key": os.environ.get("WECHAT_AES_KEY") or server.DEFAULT_AES_KEY,
    }
    if len(found["aes_key"]) != 43:
        raise CannotStartError("WECHAT_AES_KEY must be 43 characters long.")
    return found


def run(given, out):
    """Serve until SIGINT or SIGTERM. ``given``: the parsed arguments as a dict; ``out``: a text stream.

    Raises CannotStartError."""
    settings = {name: given[name] for name in ("callback", "profile") if given[name] is not None}
    account = credentials()
    try:
        sandbox = server.Sandbox(
            given["store"],
            given["host"],
            given["port"],
            clock=given["clock"],
            reset=given["reset"],
            **account,
            **settings,
        ).start()
    except (StoreInUseError, OSError, ValueError) as error:
        raise CannotStartError(str(error)) from error
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    lines = [f"WECHAT_{name.upper()}={value}" for name, value in account.items()]
    lines += [
        f"WECHAT_API_BASE={sandbox.base_url}",
        f"store {sandbox.store.root}",
        f"callback {sandbox.account.setting('callback') or '-'}",
        f"profile {sandbox.account.setting('profile')}",
        f"phone {sandbox.base_url}/phone/",
        f"panel {sandbox.base_url}/panel/",
        f"ready {sandbox.base_url}",
    ]
    out.write("\n".join(lines) + "\n")
    out.flush()
    stop.wait()
    sandbox.stop()
