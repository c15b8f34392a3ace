"""How long one article takes to become a WeChat body: ``python -m tests.bench.bench_wechat``.

The sample article is cut or repeated to 1,500 characters of running text. The budget is 20 ms, images apart
(the median of many runs).
"""

import os
import statistics
import sys
import time


BUDGET_MS = 20
CHARACTERS = 1500
ROUNDS = 60


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.test")
    import django

    django.setup()
    from tests import samples
    from themes import wechat

    snapshot, facts = samples.snapshot(), samples.facts()
    paragraph = {"type": "paragraph", "value": {"html": f"<p>{'每天在同一时间测量血压并记下来。' * 6}</p>"}}

    def render():
        return wechat.render(snapshot, facts, lambda image: f"http://mmbiz.qpic.cn/{image['sha256']}")

    def characters():
        return sum(len(str(block["value"])) for block in snapshot["body"])

    while characters() < CHARACTERS:
        snapshot["body"].append(paragraph)
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        html = render()
        times.append((time.perf_counter() - start) * 1000)
    median = statistics.median(times)
    print(
        f"WeChat body of {len(html)} characters: median {median:.1f} ms, "
        f"slowest {max(times):.1f} ms (budget {BUDGET_MS} ms)"
    )
    return 0 if median <= BUDGET_MS else 1


if __name__ == "__main__":
    sys.exit(main())
