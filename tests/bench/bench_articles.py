"""One article as WeChat, in every look, and as readers get it: ``python -m tests.bench.bench_articles``."""

import itertools
import re
import statistics
import sys
import time
from pathlib import Path

from tests.bench import content, figures


RENDER_MS = 20
ROUNDS = 30
LONG = 8_000  # characters
QUERIES = 12
PAGE_BYTES = 40_000


def main():
    with content.test_site() as publications:
        rows = [*wechat(publications), *pages(publications)]
    return figures.verdict(rows)


def wechat(publications):
    """Time and size of the WeChat bodies in every look, pictures apart."""
    from themes.registry import themes

    for theme in themes():
        yield from in_look(publications, theme)


def in_look(publications, theme):
    """Figures of one look: each demo article, and one of 8,000 characters."""
    from articles.models import Institution
    from publish.wechat.article import STAND_IN
    from themes.measure import BUDGET, LIMIT, expansion
    from themes.wechat import render

    def body(snapshot, facts):
        return render(snapshot, facts, lambda image: STAND_IN, theme)

    institution = Institution.load()
    times, expansions = {}, {}
    for publication in publications:
        snapshot, facts = publication.snapshot, publication.facts(institution)
        times[publication.title] = statistics.median(timed(lambda s=snapshot, f=facts: body(s, f)))
        expansions[publication.title] = expansion(body(snapshot, facts))
        print(
            f"  {theme}: {publication.title}: {expansions[publication.title]:.2f}, {times[publication.title]:.1f} ms"
        )
    slowest, largest = max(times, key=times.get), max(expansions, key=expansions.get)
    yield figures.found(
        f"render for WeChat, {theme}, slowest of {len(times)} demo articles",
        f"{times[slowest]:.1f} ms",
        f"≤ {RENDER_MS} ms",
        times[slowest] <= RENDER_MS,
    )
    yield figures.found(
        f"expansion, {theme}, largest of the demo articles",
        f"{expansions[largest]:.2f}",
        f"≤ {BUDGET}",
        expansions[largest] <= BUDGET,
    )
    facts = publications[0].facts(institution)
    snapshot, html, read = lengthened(publications, lambda longer: body(longer, facts))
    yield figures.found(
        f"WeChat body of an article of {read} characters, {theme}",
        f"{len(html)} characters",
        f"< {LIMIT}",
        len(html) < LIMIT,
    )
    yield figures.found(
        f"render of that one, {theme}", f"{statistics.median(timed(lambda: body(snapshot, facts))):.1f} ms"
    )


def lengthened(publications, body):
    """Return the first article with the blocks of all, again and again, up to 8,000 characters; its body; its length."""
    from themes.measure import texts

    blocks = [b for p in publications for b in p.snapshot["body"] if b["type"] != "image"]
    taken = []
    for block in itertools.cycle(blocks):
        taken.append(block)
        snapshot = publications[0].snapshot | {"body": taken}
        html = body(snapshot)
        read = sum(len("".join(text.split())) for text in texts(html))
        if read >= LONG:
            return snapshot, html, read


def timed(call):
    """Return the milliseconds of each round."""
    call()
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1000)
    return times


def pages(publications):
    """Queries and bytes of the article pages, nothing cached."""
    from django.contrib.staticfiles import finders
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    queries, sizes, times = [], [], []
    for publication in publications:
        with CaptureQueriesContext(connection) as captured:
            answer = Client().get(publication.path)
        html = answer.content.decode()
        linked = re.findall(r'(?:<link[^>]+href|<script[^>]+src)="/static/([^"]+\.(?:css|js))"', html)
        sheets = sum(Path(finders.find(name)).stat().st_size for name in linked)
        queries.append(len(captured))
        sizes.append(len(answer.content) + sheets)
        times.append(statistics.median(timed(lambda path=publication.path: Client().get(path))))
    yield figures.found("article page: queries", str(max(queries)), f"≤ {QUERIES}", max(queries) <= QUERIES)
    yield figures.found(
        "article page: HTML + CSS + JS",
        f"{max(sizes) / 1000:.1f} kB",
        f"≤ {PAGE_BYTES // 1000} kB",
        max(sizes) <= PAGE_BYTES,
    )
    yield figures.found("article page: time in the application", f"{statistics.median(times):.1f} ms")


if __name__ == "__main__":
    sys.exit(main())
