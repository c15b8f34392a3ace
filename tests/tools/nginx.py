"""The real nginx with deploy/nginx.conf, changed only in its addresses and without TLS."""

import os
import re
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path


ROOT = Path(__file__).resolve().parents[2]
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def configuration(folder, port, upstream, *, extra="", var=None, secret=""):
    """Write deploy/nginx.conf into ``folder`` for ``port``, without its TLS, and a main file around it.

    ``upstream``: where the application listens (``unix:…`` or host:port); ``extra``: further lines of the server.
    Raises LookupError when the documented file no longer says what is changed here.
    """
    site = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    site = re.sub(r"server \{\n  listen 80;.*?\n\}\n", "", site, flags=re.DOTALL)
    site = re.sub(
        r"  listen 443 ssl http2;\n  listen \[::\]:443 ssl http2;", f"  listen 127.0.0.1:{port};", site
    )
    site = re.sub(r"  ssl_[^;]+;\n", "", site)
    site = site.replace("  # collectstatic writes", f"{extra}  # collectstatic writes")
    for documented, here in {
        "unix:/run/xinglin/web.sock": upstream,
        "/srv/xinglin/var": f"{var or folder}",
        "/var/cache/nginx/xinglin": f"{folder}/cache",
        "/etc/nginx/xinglin-proxy.conf": f"{folder}/proxy.conf",
        "/etc/nginx/xinglin-refresh*.conf": f"{folder}/refresh*.conf",
    }.items():
        if documented not in site:
            raise LookupError(f"deploy/nginx.conf no longer says {documented}")
        site = site.replace(documented, here)
    proxy = (ROOT / "deploy" / "nginx-proxy.conf").read_text("utf-8")
    (folder / "proxy.conf").write_text(proxy.replace("$scheme", "https"), "utf-8")
    (folder / "site.conf").write_text(site, "utf-8")
    if secret:
        (folder / "refresh.conf").write_text(f'"~^{secret}$" 1;\n', "utf-8")
    user = "user root;" if os.geteuid() == 0 else ""
    temporary = "\n".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"""{user}
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
include /etc/nginx/mime.types; default_type application/octet-stream;
access_log off; keepalive_requests 1000000;
{temporary}
include {folder}/site.conf;
}}
""",
        "utf-8",
    )


@contextmanager
def running(folder, port):
    """Run nginx with the configuration in ``folder`` until the block ends."""
    process = subprocess.Popen([NGINX, "-p", folder, "-c", folder / "nginx.conf"])
    try:
        _wait_for(port, process)
        yield
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(port, process):
    for _ in range(400):
        if process.poll() is not None:
            raise RuntimeError("nginx did not start")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.025)
        else:
            return
    raise RuntimeError("nginx does not listen")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
