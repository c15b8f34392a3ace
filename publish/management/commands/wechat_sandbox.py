"""Run the local WeChat in a process of its own."""

import os
import signal
import threading

from django.core.management.base import BaseCommand, CommandError

from publish.sandbox import options, server
from publish.sandbox.store import StoreInUseError


class Command(BaseCommand):
    help = "Run a local stand-in for the WeChat API, with a phone to look at under /phone/."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser):
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=9010, help="0 takes a free port")
        parser.add_argument(
            "--store", help="folder to remember things in; without it they are forgotten at the end"
        )
        parser.add_argument(
            "--callback", help="address the events go to, for instance http://127.0.0.1:8000/wechat/callback/"
        )
        parser.add_argument("--profile", choices=options.PROFILES)
        parser.add_argument("--reset", action="store_true", help="empty the store first")

    def handle(self, *args, **given):
        settings = {name: given[name] for name in ("callback", "profile") if given[name] is not None}
        credentials = {
            "appid": os.environ.get("WECHAT_APPID") or server.DEFAULT_APPID,
            "secret": os.environ.get("WECHAT_SECRET") or server.DEFAULT_SECRET,
            "token": os.environ.get("WECHAT_TOKEN") or server.DEFAULT_TOKEN,
            "aes_key": os.environ.get("WECHAT_AES_KEY") or server.DEFAULT_AES_KEY,
        }
        if len(credentials["aes_key"]) != 43:
            raise CommandError("WECHAT_AES_KEY must be 43 characters long.")
        try:
            sandbox = server.Sandbox(
                given["store"], given["host"], given["port"], reset=given["reset"], **credentials, **settings
            ).start()
        except (StoreInUseError, OSError) as error:
            raise CommandError(str(error)) from error
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        for name, value in credentials.items():
            self.stdout.write(f"WECHAT_{name.upper()}={value}")
        self.stdout.write(f"WECHAT_API_BASE={sandbox.base_url}")
        self.stdout.write(f"store {sandbox.store.root}")
        self.stdout.write(f"callback {sandbox.account.setting('callback') or '-'}")
        self.stdout.write(f"profile {sandbox.account.setting('profile')}")
        self.stdout.write(f"phone {sandbox.base_url}/phone/")
        self.stdout.write(f"ready {sandbox.base_url}")
        self.stdout.flush()
        stop.wait()
        sandbox.stop()
