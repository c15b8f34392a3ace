"""The documented nginx against itself with the same bytes as a file: ``python -m tests.bench.bench_nginx``.

deploy/nginx.conf runs as it stands but for its addresses and TLS, which both sides would pay alike. Behind it is
gunicorn with production settings. The file is the article page as the application answered it.
"""

import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.request import Request, urlopen

from tests.bench import content, figures


ROOT = Path(__file__).resolve().parents[2]
RATIO = 0.8
RUNS = 5
SECONDS = 3.0
PIPELINE = 8
HOST = "kepu.example.cn"


def main():
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if not nginx:
        figures.found("article page behind nginx ÷ file", "not measured: nginx is not installed")
        return 0
    with ExitStack() as stack:
        # The sockets' paths must stay short.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="xl-", dir="/tmp")))
        folder.chmod(0o755)
        environment(folder)
        path = fill(folder)
        port = free_port()
        bind = f"unix:{folder}/web.sock"
        start(
            stack,
            [
                sys.executable,
                "-m",
                "gunicorn",
                "-c",
                ROOT / "deploy/gunicorn.conf.py",
                "--log-level",
                "error",
            ],
            os.environ | {"GUNICORN_BIND": bind, "WEB_CONCURRENCY": "1"},
        )
        configuration(folder, port)
        start(stack, [nginx, "-p", folder, "-c", folder / "nginx.conf"], os.environ)
        page = answer_of(port, path)
        (folder / "file" / "page.html").write_bytes(page)
        if answer_of(port, "/file/page.html") != page:
            figures.fail("nginx gives other bytes for the file")
        rates = {address: [] for address in (path, "/file/page.html")}
        for _ in range(RUNS):
            for address in rates:
                rates[address].append(rate(port, address))
        ratios = [behind / file for behind, file in zip(*rates.values(), strict=True)]
    ratio = statistics.median(ratios)
    behind, file = (statistics.median(found) for found in rates.values())
    row = figures.found(
        f"article page behind nginx ÷ file, median of {RUNS}",
        f"{ratio:.2f} ({behind:.0f} and {file:.0f} a second)",
        f"≥ {RATIO}",
        ratio >= RATIO,
    )
    return figures.verdict([row])


def environment(folder):
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
        "EMAIL_URL": "dummy:",
        "LOG_LEVEL": "ERROR",
    }
    (folder / "var").mkdir()
    (folder / "file").mkdir()


def fill(folder):
    """Make the database and the static files; return the path of the longest article page."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    publications = content.load()
    connection.close()
    return max(publications, key=lambda publication: len(publication.body_text)).path


def configuration(folder, port):
    """Write deploy/nginx.conf for this folder and port, without its TLS, and a main file around it."""
    site = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    site = re.sub(r"server \{\n  listen 80;.*?\n\}\n", "", site, flags=re.DOTALL)
    site = re.sub(
        r"  listen 443 ssl http2;\n  listen \[::\]:443 ssl http2;", f"  listen 127.0.0.1:{port};", site
    )
    site = re.sub(r"  ssl_[^;]+;\n", "", site)
    file = f"  location /file/ {{ alias {folder}/file/; default_type text/html; }}\n"
    site = site.replace("  # collectstatic writes", f"{file}  # collectstatic writes")
    for documented, here in {
        "/run/xinglin/web.sock": f"{folder}/web.sock",
        "/srv/xinglin/var": f"{folder}/var",
        "/var/cache/nginx/xinglin": f"{folder}/cache",
        "/etc/nginx/xinglin-proxy.conf": f"{folder}/proxy.conf",
    }.items():
        if documented not in site:
            figures.fail(f"deploy/nginx.conf no longer says {documented}")
        site = site.replace(documented, here)
    proxy = (ROOT / "deploy" / "nginx-proxy.conf").read_text("utf-8")
    (folder / "proxy.conf").write_text(proxy.replace("$scheme", "https"), "utf-8")
    (folder / "site.conf").write_text(site, "utf-8")
    user = "user root;" if os.geteuid() == 0 else ""
    temporary = "\n".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"""{user}
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
types {{ text/html html; text/css css; image/svg+xml svg; }}
access_log off; keepalive_requests 1000000;
{temporary}
include {folder}/site.conf;
}}
""",
        "utf-8",
    )


def start(stack, command, environment):
    """Start a process that ends with the stack."""
    process = subprocess.Popen([*map(str, command)], env=environment, cwd=ROOT)

    def stop():
        process.terminate()
        process.wait(30)

    stack.callback(stop)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answer_of(port, path):
    """Return the body of one plain answer, once both servers are up."""
    request = Request(f"http://127.0.0.1:{port}{path}", headers={"Host": HOST})
    deadline = time.monotonic() + 60
    while True:
        try:
            with urlopen(request, timeout=10) as answer:  # noqa: S310
                return answer.read()
        except OSError as error:
            if time.monotonic() > deadline:
                figures.fail(f"{path}: {error}")
            time.sleep(0.1)


def rate(port, path):
    """Return the answers a second on one connection, several requests ahead, gzip asked for."""
    request = f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nAccept-Encoding: gzip\r\n\r\n".encode() * PIPELINE
    with socket.create_connection(("127.0.0.1", port)) as connection:
        stream = connection.makefile("rb")
        answered, start = 0, time.perf_counter()
        while time.perf_counter() - start < SECONDS:
            connection.sendall(request)
            for _ in range(PIPELINE):
                read_answer(stream)
            answered += PIPELINE
        return answered / (time.perf_counter() - start)


def read_answer(stream):
    """Read one answer, chunked or with its length."""
    status = stream.readline()
    if b" 200 " not in status:
        figures.fail(f"nginx answered {status!r}")
    length = None
    while (line := stream.readline()) != b"\r\n":
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    if length is not None:
        stream.read(length)
        return
    while size := int(stream.readline(), 16):
        stream.read(size + 2)
    stream.readline()


if __name__ == "__main__":
    sys.exit(main())
