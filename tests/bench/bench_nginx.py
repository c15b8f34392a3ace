"""The documented nginx in front of the application: ``python -m tests.bench.bench_nginx``.

deploy/nginx.conf runs as it stands but for its addresses and TLS, which both sides would pay alike. Behind it is
gunicorn with production settings, beside it ``manage.py deliver``. Measured are: article pages that no cache answers;
article pages from the cache against the same bytes as a file; how long a withdrawn article is still read while readers keep
asking; and what readers get when application, worker and database are gone.
"""

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path

from tests.bench import content, figures
from tests.tools import nginx


ROOT = Path(__file__).resolve().parents[2]
RATIO = 0.8
GONE = 10.0
RUNS = 5
SECONDS = 3.0
PIPELINE = 8
WORKERS = 2
HOST = "kepu.example.cn"
SECRET = "only-for-this-measurement-0123456789"
REASON = "剂量写错了，正在重写。"
LOGGED_IN = "Cookie: sessionid=x\r\n"


def main():
    if not nginx.NGINX:
        figures.found("article page behind nginx ÷ file", "not measured: nginx is not installed")
        return 0
    with ExitStack() as stack:
        # The sockets' paths must stay short.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="xl-", dir="/tmp")))
        folder.chmod(0o755)
        port = nginx.free_port()
        environment(folder, port)
        publications = fill()
        file = f"  location /file/ {{ alias {folder}/file/; default_type text/html; }}\n"
        nginx.configuration(
            folder, port, f"unix:{folder}/web.sock", extra=file, var=folder / "var", secret=SECRET
        )
        stack.enter_context(nginx.running(folder, port))
        # Ended before nginx, and once before that by hand.
        behind = stack.enter_context(ExitStack())
        gunicorn = ["-m", "gunicorn", "-c", ROOT / "deploy/gunicorn.conf.py", "--log-level", "error"]
        bind = {"GUNICORN_BIND": f"unix:{folder}/web.sock", "WEB_CONCURRENCY": str(WORKERS)}
        start(behind, [sys.executable, *gunicorn], os.environ | bind)
        rows = [
            uncached(port, publications[0].path),
            *against_file(folder, port, publications[0].path),
        ]
        start(behind, [sys.executable, "manage.py", "deliver"], os.environ)
        rows += withdrawn_under_load(port, *publications[:2])
        behind.close()
        (folder / "var" / "xinglin.sqlite3").rename(folder / "gone")
        rows.append(without_us(port, publications))
    return figures.verdict(rows)


def environment(folder, port):
    """Set production's variables for this process and its children."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "cms.settings.production",
        "VAR_DIR": str(folder / "var"),
        "DATABASE_URL": f"sqlite:///{folder}/var/xinglin.sqlite3",
        "SECRET_KEY": "only-for-this-measurement-0123456789-abcdefghijklmnopqrstuv",
        "APPROVAL_KEY": "only-for-this-measurement-9876543210-abcdefghijklmnopqrstuv",
        "ALLOWED_HOSTS": HOST,
        "SITE_URL": f"https://{HOST}",
        "TRUSTED_PROXIES": "unix",
        "CACHE_REFRESH_URLS": f"http://127.0.0.1:{port}",
        "CACHE_REFRESH_SECRET": SECRET,
        "EMAIL_URL": "dummy:",
        "LOG_LEVEL": "ERROR",
    }
    (folder / "var").mkdir()
    (folder / "file").mkdir()


def fill():
    """Make the database and the static files; return the publications, the longest first."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from publish.models import CacheRefresh

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    publications = content.load()
    CacheRefresh.objects.all().delete()
    connection.close()
    return sorted(publications, key=lambda publication: len(publication.body_text), reverse=True)


def uncached(port, path):
    """Measure article pages that the cache may not answer, for as many readers at once as there are processes."""
    wait_for(port, path)
    rates = []
    readers = [
        threading.Thread(target=lambda: rates.append(rate(port, path, LOGGED_IN, pipeline=1)))
        for _ in range(WORKERS)
    ]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return figures.found(
        f"article page, no cache, {WORKERS} processes", f"{sum(rates):.0f} a second, through nginx"
    )


def against_file(folder, port, path):
    """Measure the page from the cache against the same bytes as a file, in turns."""
    page = answer_of(port, path)[1]
    (folder / "file" / "page.html").write_bytes(page)
    if answer_of(port, "/file/page.html")[1] != page:
        figures.fail("nginx gives other bytes for the file")
    rates = {address: [] for address in (path, "/file/page.html")}
    for _ in range(RUNS):
        for address in rates:
            rates[address].append(rate(port, address))
    ratios = [behind / file for behind, file in zip(*rates.values(), strict=True)]
    ratio = statistics.median(ratios)
    behind, file = (statistics.median(found) for found in rates.values())
    yield figures.found(
        f"article page behind nginx ÷ file, median of {RUNS}",
        f"{ratio:.2f} ({behind:.0f} and {file:.0f} a second)",
        f"≥ {RATIO}",
        ratio >= RATIO,
    )


def withdrawn_under_load(port, busy, quiet):
    """Withdraw an article that readers keep asking for and one that was read once; measure when each is gone for good."""
    from publish import publishing
    from publish.models import CacheRefresh

    paths = [f"{quiet.path}{view}" for view in ("", "?v=large", "?v=print")]
    for path in (*paths, busy.permanent_path, "/", f"/{busy.path.split('/')[1]}/"):
        wait_for(port, path, (200, 302))
    last, asked, stop = [0.0], [0], threading.Event()

    def read():
        while not stop.is_set():
            status, _body = answer_of(port, busy.path)
            asked[0] += 1
            if status == 200:
                last[0] = time.monotonic()

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    time.sleep(1)
    for publication in (busy, quiet):
        publishing.withdraw(publication, reason=REASON)
    withdrawn = time.monotonic()
    open_rows = CacheRefresh.objects.filter(done_at=None)
    while open_rows.exists() and time.monotonic() - withdrawn < 60:
        time.sleep(0.1)
    refreshed = time.monotonic() - withdrawn
    time.sleep(max(0.0, GONE + 2 - refreshed))
    stop.set()
    for reader in readers:
        reader.join()
    took = max(0.0, last[0] - withdrawn)
    yield figures.found(
        f"withdrawal gone from nginx, under load ({asked[0]} requests)",
        f"{took:.1f} s",
        f"≤ {GONE:.0f} s",
        took <= GONE,
    )
    yield figures.found(
        "every page of both withdrawals confirmed by nginx, twice",
        "no" if open_rows.exists() else f"after {refreshed:.1f} s",
        "yes",
        not open_rows.exists(),
    )


def without_us(port, publications):
    """Ask for everything that was read before, with nothing behind nginx; return the row of what came."""
    busy, quiet = publications[:2]
    time.sleep(6)  # until nothing is fresh any more
    wrong = []
    for path in (busy.path, quiet.path, f"{quiet.path}?v=large", f"{quiet.path}?v=print"):
        status, body = answer_of(port, path)
        if status != 410 or REASON not in body.decode():
            wrong.append(f"{path}: {status}")
    lists = ("/", f"/{busy.path.split('/')[1]}/")
    for path in lists:
        status, body = answer_of(port, path)
        if status != 200 or busy.title in body.decode() or quiet.title in body.decode():
            wrong.append(f"{path}: {status}")
    return figures.found(
        "application and database gone: lists read before still served, withdrawals still told",
        "; ".join(wrong) or f"{4 + len(lists)} of {4 + len(lists)} pages",
        "all",
        not wrong,
    )


def start(stack, command, environment):
    """Start a process that ends with the stack."""
    process = subprocess.Popen([*map(str, command)], env=environment, cwd=ROOT)

    def stop():
        process.terminate()
        process.wait(30)

    stack.callback(stop)


def wait_for(port, path, statuses=(200,)):
    """Wait until ``path`` is answered."""
    deadline = time.monotonic() + 60
    while (status := answer_of(port, path)[0]) not in statuses:
        if time.monotonic() > deadline:
            figures.fail(f"{path}: {status}")
        time.sleep(0.1)


def answer_of(port, path):
    """Return (status, body) of one plain answer; redirects are not followed."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())
        stream = connection.makefile("rb")
        status = int(stream.readline().split()[1])
        return status, read_body(stream)


def rate(port, path, more="", pipeline=PIPELINE):
    """Return the answers a second on one connection, several requests ahead, gzip asked for."""
    request = (
        f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nAccept-Encoding: gzip\r\n{more}\r\n".encode() * pipeline
    )
    with socket.create_connection(("127.0.0.1", port)) as connection:
        stream = connection.makefile("rb")
        answered, start = 0, time.perf_counter()
        while time.perf_counter() - start < SECONDS:
            connection.sendall(request)
            for _ in range(pipeline):
                status = stream.readline()
                if b" 200 " not in status:
                    figures.fail(f"nginx answered {status!r}")
                read_body(stream)
            answered += pipeline
        return answered / (time.perf_counter() - start)


def read_body(stream):
    """Return the body of an answer, chunked or with its length."""
    length = None
    while (line := stream.readline()) != b"\r\n":
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    if length is not None:
        return stream.read(length)
    parts = []
    while size := int(stream.readline(), 16):
        parts.append(stream.read(size))
        stream.read(2)
    stream.readline()
    return b"".join(parts)


if __name__ == "__main__":
    sys.exit(main())
