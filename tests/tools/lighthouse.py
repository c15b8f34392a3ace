"""Lighthouse over the readers' site as it is served in production: ``make lighthouse``.

The demo's articles behind gunicorn with production settings and the real nginx with deploy/nginx.conf, without TLS, which
browsers do not miss on their own machine. Each page is measured five times as on a slow phone; the median of each
category counts. Prints a table and what cost a page its points; ends with 1 below the budget. Measure on a quiet machine.

Lighthouse comes from the npm registry, by its exact version, into var/lighthouse/; the Node inside Playwright's wheel
runs it. Arguments: how many runs of each page (else five), then names of pages (else all).
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import playwright

from tests.bench import bench_nginx, figures
from tests.tools import chromium, nginx


VERSION = "13.5.0"
RUNS = 5
TRIES = 3  # of one run: on a busy machine Chromium may lose its trace
WANTED = {"performance": 99, "accessibility": 100, "best-practices": 100, "seo": 100}
# Its results are not for search engines, so they say noindex.
EXCEPTED = {("search", "seo")}
ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "var" / "lighthouse"
PACKAGE = FOLDER / "node_modules" / "lighthouse"
NODE = Path(playwright.__file__).parent / "driver" / "node"
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-component-update "
    "--disable-sync --no-first-run"
)


def main(arguments):
    runs = int(arguments[0]) if arguments else RUNS
    install()
    with ExitStack() as stack:
        # The sockets' paths must stay short.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="xl-", dir="/tmp")))
        folder.chmod(0o755)
        site, pages = serve(stack, folder)
        if unknown := set(arguments[1:]) - set(pages):
            figures.fail(f"there is no page {', '.join(sorted(unknown))}; there are {', '.join(pages)}")
        rows = []
        for name in arguments[1:] or pages:
            rows += judged(name, [measured(folder, site + pages[name]) for _ in range(runs)])
    print()
    figures.table(rows)
    return figures.verdict(rows)


def install():
    """Have Lighthouse in var/lighthouse/, at its exact version; its own files only, and nothing of it is run."""
    manifest = PACKAGE / "package.json"
    if manifest.is_file() and json.loads(manifest.read_text("utf-8"))["version"] == VERSION:
        return
    npm = shutil.which("npm") or figures.fail("npm is not installed (apt-get install npm)")
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    # Neither a manifest nor a list of addresses is left; npm's own Node may be older than the one that runs it.
    options = (
        "--no-save --no-package-lock --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund"
    )
    command = [
        npm,
        "install",
        "--loglevel=error",
        "--prefix",
        FOLDER,
        *options.split(),
        f"lighthouse@{VERSION}",
    ]
    subprocess.run(command, check=True, cwd=FOLDER)


def serve(stack, folder):
    """Start the site in ``folder`` until ``stack`` ends; return its address and {name: path} of what is measured."""
    port = nginx.free_port()
    bench_nginx.environment(folder, port)
    site = f"http://127.0.0.1:{port}"
    os.environ |= {"ALLOWED_HOSTS": f"127.0.0.1,{bench_nginx.HOST}", "SITE_URL": site}
    article = bench_nginx.fill()[0]
    lighter_pictures()
    socket = f"unix:{folder}/web.sock"
    nginx.configuration(folder, port, socket, var=folder / "var")
    stack.enter_context(nginx.running(folder, port))
    gunicorn = [
        sys.executable,
        "-m",
        "gunicorn",
        "-c",
        ROOT / "deploy/gunicorn.conf.py",
        "--log-level",
        "error",
    ]
    bench_nginx.start(stack, gunicorn, os.environ | {"GUNICORN_BIND": socket, "WEB_CONCURRENCY": "2"})
    pages = {
        "home": "/",
        "topic": f"/{article.path.split('/')[1]}/",
        "article": article.path,
        "search": "/search/?q=%E8%A1%80%E5%8E%8B",
    }
    for path in pages.values():
        bench_nginx.wait_for(port, path)
    return site, pages


def lighter_pictures():
    """Make the AVIF and WebP copies, as the worker does after a signature."""
    from django.db import connection
    from django.utils import timezone

    from publish import formats

    while formats.take("lighthouse", timezone.now()):
        pass
    connection.close()


def measured(folder, address):
    """Return Lighthouse's report on ``address``, once; a run that Lighthouse itself gave up is made again."""
    report = folder / "report.json"
    command = [
        NODE,
        PACKAGE / "cli" / "index.js",
        address,
        "--quiet",
        "--no-enable-error-reporting",
        "--output=json",
        f"--output-path={report}",
        f"--only-categories={','.join(WANTED)}",
        f"--chrome-flags={FLAGS}",
    ]
    environment = os.environ | {"CHROME_PATH": chromium.PATH, "HOME": str(folder), "CI": "1"}
    for _ in range(TRIES):
        report.unlink(missing_ok=True)
        ended = subprocess.run([*map(str, command)], check=False, env=environment, cwd=folder)
        if ended.returncode == 0:
            return json.loads(report.read_text("utf-8"))
    return figures.fail(f"Lighthouse gave up on {address}")


def judged(name, reports):
    """Yield a row for each category of the page ``name``; print what took points from it in any of the ``reports``."""
    for category, wanted in WANTED.items():
        scores = [round(report["categories"][category]["score"] * 100) for report in reports]
        score, excepted = statistics.median_low(scores), (name, category) in EXCEPTED
        yield figures.found(
            f"{name}: {category}",
            f"{score}" + (f" ({min(scores)} to {max(scores)})" if min(scores) < max(scores) else ""),
            "–" if excepted else f"≥ {wanted}",
            None if excepted else score >= wanted,
        )
        for line in dict.fromkeys(line for report in reports for line in lost(report, category)):
            print(f"    {line}", flush=True)


def lost(report, category):
    """Yield what took points in ``category``: the audit's name, its figure, the first places."""
    for one in report["categories"][category]["auditRefs"]:
        audit = report["audits"][one["id"]]
        if one["weight"] and audit["score"] is not None and audit["score"] < 0.99:
            items = (audit.get("details") or {}).get("items", [])[:3]
            places = [
                item.get("node", {}).get("snippet") or item.get("description") or item.get("url")
                for item in items
            ]
            shown = "; ".join(str(place)[:120] for place in places if place)
            yield " ".join(filter(None, (audit["id"], audit.get("displayValue", ""), shown)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
