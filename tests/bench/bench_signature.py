"""How soon after the last signature: ``python -m tests.bench.bench_signature``.

A delivery worker runs as a process of its own against the sandbox. Each signature is posted on the review page.
"""

import os
import subprocess
import sys
import time
from contextlib import contextmanager

from tests.bench import content, figures
from tests.tools.database import url_of


SITE_SECONDS = 1.0
WECHAT_SECONDS = 2.0
PATIENCE = 60  # seconds for the worker to start, and for one push to come to rest


def main():
    from publish.sandbox.server import Sandbox

    with Sandbox() as sandbox:
        os.environ |= {"WECHAT_API_BASE": sandbox.base_url, "WECHAT_MODE": "publish"}
        with content.test_site() as publications, worker():
            lives, calls = zip(*[measure(sandbox, publication) for publication in publications], strict=True)
    rows = [
        figures.found(
            f"last signature → live on the site, slowest of {len(lives)}",
            f"{max(lives):.2f} s",
            f"≤ {SITE_SECONDS:.0f} s",
            max(lives) <= SITE_SECONDS,
        ),
        figures.found(
            f"last signature → first WeChat call, slowest of {len(calls)}",
            f"{max(calls):.2f} s",
            f"≤ {WECHAT_SECONDS:.0f} s",
            max(calls) <= WECHAT_SECONDS,
        ),
    ]
    return figures.verdict(rows)


@contextmanager
def worker():
    """A delivery process beside us, ready when the block begins."""
    from django.conf import settings
    from django.db import connection

    from publish.models.pushes import Heartbeat

    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "cms.settings.test",
        "DATABASE_URL": url_of(connection.settings_dict),
        "VAR_DIR": str(settings.VAR_DIR),
        "LOG_LEVEL": "ERROR",
    }
    process = subprocess.Popen([sys.executable, "manage.py", "deliver"], env=environment)
    try:
        wait(Heartbeat.objects.exists, "the worker's first heartbeat")
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


def measure(sandbox, publication):
    """Sign a new version; return the seconds until readers see it and until WeChat is called."""
    from django.conf import settings
    from django.test import Client

    from articles.models import ArticlePage
    from publish.models import Push
    from publish.states import State

    news = "这一版刚刚签发。"
    step = content.submit(ArticlePage.objects.get(pk=publication.article_id), "publish", key_message=news)
    physician, reader = Client(), Client()
    physician.force_login(content.user("physician"), backend=settings.AUTHENTICATION_BACKENDS[-1])
    address = f"/review/{step.pk}/"
    shown = physician.get(address)
    if shown.status_code != 200:
        figures.fail(f"{address}: {shown.status_code} {shown.headers.get('Location', '')}")
    data = content.answers() | {"decision": "sign", "seen_digest": shown.context["digest"]}
    before = len(sandbox.requests())

    start = time.perf_counter()
    answer = physician.post(address, data)
    if answer.status_code != 302:
        figures.fail(f"the signature was refused: {answer.status_code}")
    page = reader.get(f"/a/{publication.article_id}/", follow=True)
    live = time.perf_counter() - start
    if page.status_code != 200 or news not in page.content.decode():
        figures.fail("the signed version is not on the site")
    wait(lambda: len(sandbox.requests()) > before, "the first call")
    called = time.perf_counter() - start
    rest = (State.DONE, State.NEEDS_PERSON, State.FAILED, State.WAITING)
    wait(lambda: not Push.objects.exclude(state__in=rest).exists(), "the push to rest")
    return live, called


def wait(condition, what):
    """Look every 10 ms until ``condition()`` holds."""
    deadline = time.perf_counter() + PATIENCE
    while not condition():
        if time.perf_counter() > deadline:
            figures.fail(f"waited {PATIENCE} s for {what}")
        time.sleep(0.01)


if __name__ == "__main__":
    sys.exit(main())
