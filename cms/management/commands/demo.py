"""`make demo`: set up everything, go the whole journey, print the table, serve."""

import fcntl
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import unicodedata
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from cms.demo.processes import ROOT, ProcessError, free_port, is_free, processes, sandbox, web


SETTINGS = "cms.settings.demo"


class Command(BaseCommand):
    help = "Show the whole journey on demo content, then serve it. DEMO_SERVE=0 stops after the table; PORT=8000."
    requires_system_checks = []
    requires_migrations_checks = False

    def handle(self, *args, **options):
        if os.environ.get("DJANGO_SETTINGS_MODULE", "").endswith("production"):
            raise CommandError("The demo prints its passwords, so it does not run under production settings.")
        if not settings.DEMO:
            self._start_again()
        port = int(os.environ["PORT"])
        signal.signal(signal.SIGTERM, _as_interrupt)
        try:
            with processes(settings.VAR_DIR) as group:
                self._show(group, port)
                if os.environ.get("DEMO_SERVE", "1") != "0":
                    self._serve(group, port)
        except KeyboardInterrupt:
            self.stdout.write("\nStopped; nothing is left running.")
        except ProcessError as error:
            raise CommandError(str(error)) from error

    def _start_again(self):
        """Replace this process by one under the demo's own settings, folder, database and secrets."""
        try:
            port = int(os.environ.get("PORT") or 8000)
        except ValueError as error:
            raise CommandError(f"PORT={os.environ['PORT']!r} is not a number.") from error
        if not is_free(port):
            raise CommandError(
                f"Port {port} is busy: another demo or another program uses it. Stop that one, or choose another: make demo PORT=8001"
            )
        self._lock()
        folder = ROOT / "var" / "demo"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        sandbox_port = free_port()
        os.environ.update(
            DJANGO_SETTINGS_MODULE=SETTINGS,
            PORT=str(port),
            VAR_DIR=str(folder),
            DATABASE_URL=f"sqlite:///{folder / 'xinglin.sqlite3'}",
            SITE_URL=f"http://127.0.0.1:{port}",
            SECRET_KEY=secrets.token_urlsafe(50),
            APPROVAL_KEY=secrets.token_urlsafe(50),
            EMAIL_URL=f"file:///{folder / 'mail'}",
            WECHAT_API_BASE=f"http://127.0.0.1:{sandbox_port}",
            WECHAT_APPID="wxdemo0000000001",
            WECHAT_SECRET=secrets.token_hex(16),
            WECHAT_TOKEN=secrets.token_hex(8),
            WECHAT_AES_KEY=secrets.token_hex(21) + "0",
            WECHAT_MODE="mass",
            PYTHONUNBUFFERED="1",
        )
        sys.stdout.flush()
        os.execv(sys.executable, [sys.executable, str(ROOT / "manage.py"), "demo"])  # noqa: S606

    def _lock(self):
        """Keep a second demo from wiping this one's data; the lock lives as long as the process."""
        (ROOT / "var").mkdir(exist_ok=True)
        lock = os.open(ROOT / "var" / "demo.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CommandError("A demo is running already in this folder. Stop that one first.") from error
        os.set_inheritable(lock, True)

    def _show(self, group, port):
        from cms.demo.journey import Journey, JourneyError

        base = settings.SITE_URL
        self.stdout.write("正在准备演示（建库、绘图、走完整个流程），约一分钟…")
        call_command("migrate", verbosity=0)
        sandbox_port = settings.WECHAT_API_BASE.rsplit(":", 1)[1]
        sandbox(group, sandbox_port, f"{base}/wechat/callback/")
        web(group, port)
        journey = Journey(group, base, settings.WECHAT_API_BASE, self._print_row)
        try:
            journey.run()
        except JourneyError as error:
            raise CommandError(f"The journey stopped: {error}") from error
        self._keep_passwords(journey.passwords)

    def _print_row(self, row):
        self.stdout.write(f"  {_pad(row.step, 6)} {_pad(row.result, 64)} {row.address}")
        self.stdout.flush()

    def _keep_passwords(self, passwords):
        file = ROOT / "var" / "demo.json"
        file.write_text(json.dumps({"site": settings.SITE_URL, "passwords": passwords}, indent=2), "utf-8")
        file.chmod(0o600)
        self.stdout.write("\n  演示账号（也在 var/demo.json 里）：")
        for username, password in passwords.items():
            self.stdout.write(f"  {_pad(username, 12)} {password}")

    def _serve(self, group, port):
        self.stdout.write(f"\n  打开 http://127.0.0.1:{port}/demo/ 开始看；按 Ctrl-C 结束。")
        self.stdout.flush()
        watched = {process.name: process for process in group.running}
        while True:
            for name, process in watched.items():
                try:
                    process.wait(timeout=1)
                except subprocess.TimeoutExpired:
                    continue
                raise CommandError(f"{name} ended by itself; see {Path(settings.VAR_DIR) / name}.log")


def _as_interrupt(signum, frame):
    raise KeyboardInterrupt


def _pad(text, width):
    """Pad to ``width`` columns, a Chinese character taking two."""
    columns = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
    return text + " " * max(0, width - columns)
