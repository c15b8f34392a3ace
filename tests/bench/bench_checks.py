"""All editorial checks on an article of 8,000 characters: ``python -m tests.bench.bench_checks``.

With the rules that ship, 2,000 wrong and sensitive words and 300 terms, as plain rules: no database.
"""

import itertools
import os
import statistics
import sys
import time
from types import SimpleNamespace

import django

from tests.bench import figures


CHECK_MS = 150
LONG = 8_000
ROUNDS = 15
HOSTILE_S = 5


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.test")
    django.setup()
    from articles import findings
    from articles.checks import lists
    from articles.checks.reading import Reading

    page = SimpleNamespace(body=[], subjects=["medicines", "vaccines", "children"])
    known = lists.Lists(rules=lists.shipped(), words=words(2_000), terms=terms(300))
    snapshot = article(LONG)
    count = 0
    times = []
    for _round in range(ROUNDS):
        started = time.perf_counter()
        count = len(findings.of_house(Reading(snapshot, page, known)))
        times.append((time.perf_counter() - started) * 1000)
    middle = statistics.median(times[1:])
    print(f"  {LONG} characters: {count} findings, first {times[0]:.0f} ms, then {middle:.0f} ms")
    rows = [
        figures.found(
            f"all editorial checks, {LONG:,} characters, 2,000 words, 300 terms",
            f"{middle:.0f} ms",
            f"≤ {CHECK_MS} ms",
            middle <= CHECK_MS,
        )
    ]
    for name, text in hostile().items():
        started = time.perf_counter()
        findings.of_house(Reading(body([text]), page, known))
        took = time.perf_counter() - started
        print(f"  {name}: {took:.2f} s")
        rows.append(
            figures.found(f"all checks, {name}", f"{took:.2f} s", f"≤ {HOSTILE_S} s", took <= HOSTILE_S)
        )
    return figures.verdict(rows)


def hostile():
    """Paragraphs of 100,000 characters that make a careless rule run for ever."""
    return {
        "100,000 characters without a mark": "血压高低" * 25_000,
        "100,000 times a digit": "1" * 100_000,
        "100,000 characters that nearly match": "不用再去不用再去保证包" * 9_000,
        "100,000 characters of sentences that match": "根治。" * 33_000,
        "100,000 zero-width characters": "根\u200b" * 50_000,
    }


def words(count):
    from articles.checks.lists import Word

    first, second = (
        "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉血高药医病",
        "春夏秋冬东南西北风雨雷电山水火石金木土日月星",
    )
    pairs = itertools.product(first, second, "一二三四五")
    return tuple(Word("".join(letters)) for letters in itertools.islice(pairs, count))


def terms(count):
    from articles.checks.lists import Term

    return tuple(
        Term((f"{a}{b}症",), f"{a}{b}病")
        for a, b in itertools.islice(
            itertools.product("心肝脾肺肾胃肠脑骨皮耳目口鼻牙舌血筋肌脉", repeat=2), count
        )
    )


def body(paragraphs):
    from tests.samples import SNAPSHOT

    blocks = [{"type": "paragraph", "value": {"html": f"<p>{text}</p>"}} for text in paragraphs]
    return SNAPSHOT | {"body": blocks}


def article(length):
    """The sample's own text, repeated until it has ``length`` Han characters, with something to find here and there."""
    import copy

    from articles.checks.readability import length as han
    from articles.snapshot import body_text
    from tests.samples import SNAPSHOT

    snapshot = copy.deepcopy(SNAPSHOT)
    own = list(snapshot["body"])
    risky = {
        "type": "paragraph",
        "value": {"html": "<p>一周根治高血压，没有任何副作用。不能自行停药。CRP 升高要复查。</p>"},
    }
    while han(body_text(snapshot)) < length:
        snapshot["body"] += [*own, risky]
    return snapshot


if __name__ == "__main__":
    sys.exit(main())
