"""Whatever a snapshot holds: its words arrive in order, and nothing arrives that WeChat would remove.

XINGLIN_EXAMPLES says how many generated articles there are (120 unless told; make fuzz tries more); the sizes met are printed at the end.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
from collections import Counter
from html import escape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publish.wechat import limits
from tests import samples
from tests.support import generator
from tests.support.wechat_rules import complaints
from themes.measure import texts
from themes.registry import themes
from themes.sanitize import clean
from themes.wechat import render


ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = int(os.environ.get("XINGLIN_EXAMPLES", "120"))
LONG = 5_000  # characters; a quarter of the articles is longer
SIZES = {"short": (0, LONG - 1, EXAMPLES - EXAMPLES // 4), "long": (LONG, 9_000, EXAMPLES // 4)}


HOSTILE = st.sampled_from(
    [
        "<script>alert(1)</script>",
        "<style>*{color:red}</style>",
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:alert(1)">点</a>',
        '<a href="https://evil.example/">点',
        '<a href="https://mp.weixin.qq.com/s/AbC_1">文</a>',
        '<p style="position:fixed;width:900px;background:url(//evil.example)" class="x" id="y">',
        "</section></section></p>",
        "<div><svg><foreignObject>",
        "<ul><li><ol><li>",
        "</li></ul><td></table>",
        "<strong><em><sup><b>",
        "<!-- -->",
        "<![CDATA[ x ]]>",
        "<?php ?>",
        "&lt;script&gt;&#0;&#x1F600;&nbsp;&",
        "{{ facts }}{% include 'x' %}",
        "\x00\x0b\u2028\u202e\ufeff",
        "<textarea><title>",
        "<plaintext>",
    ]
)
WORDS = st.text(st.sampled_from("血压一二三，。ABC 19<>&\"'\n\u3000\u00a0%{}"), min_size=0, max_size=30)
PLAIN = st.one_of(WORDS, HOSTILE, st.text(max_size=20))
HTML = st.lists(st.one_of(WORDS.map(lambda text: f"<p>{escape(text)}</p>"), HOSTILE, PLAIN), max_size=6).map(
    "".join
)
IMAGE = st.builds(
    lambda digest, width, alt, caption, credit: {
        "sha256": f"{digest:064x}", "format": "png", "width": width, "height": 10, "focal": None,
        "alt": alt, "caption": caption, "credit": credit,
    },
    st.integers(0, 16**64 - 1), st.integers(1, 5000), PLAIN, PLAIN, PLAIN,
)  # fmt: skip


def blocks(plain, html):
    """A strategy of body blocks over strategies of plain text and of rich text."""
    values = {
        "heading": st.fixed_dictionaries({"text": plain, "level": st.sampled_from([2, 3])}),
        "paragraph": st.fixed_dictionaries({"html": html}),
        "key_points": st.fixed_dictionaries({"title": plain, "points": st.lists(plain, max_size=4)}),
        "steps": st.fixed_dictionaries({"title": plain, "steps": st.lists(html, max_size=4)}),
        "do_dont": st.fixed_dictionaries(
            {"do": st.lists(plain, max_size=3), "dont": st.lists(plain, max_size=3)}
        ),
        "care_card": st.fixed_dictionaries(
            {"level": st.sampled_from(["self_care", "see_doctor", "call_120"]), "title": plain, "html": html}
        ),
        "question_answer": st.fixed_dictionaries({"question": plain, "answer": html}),
        "table": st.fixed_dictionaries(
            {
                "caption": plain,
                "header": st.lists(plain, max_size=4),
                "rows": st.lists(st.lists(plain, max_size=4), max_size=3),
            }
        ),
        "quote": st.fixed_dictionaries({"text": plain, "attribution": plain}),
        "image": st.fixed_dictionaries({"image": IMAGE}),
    }
    return st.one_of(
        [value.map(lambda value, kind=kind: {"type": kind, "value": value}) for kind, value in values.items()]
    )


def snapshots(plain, html):
    return st.builds(
        lambda body, **changes: samples.snapshot(body=body, **changes),
        st.lists(blocks(plain, html), max_size=8),
        key_message=plain,
        topic=st.fixed_dictionaries({"title": plain, "emergency": plain}),
        references=st.lists(plain, max_size=3),
        author=st.fixed_dictionaries({"name": plain, "title": plain, "department": plain}),
        ai=st.fixed_dictionaries(
            {"use": st.sampled_from(["none", "polish", "draft", "media"]), "note": plain}
        ),
    )


def local(image):
    return f"local:{image['sha256']}"


@settings(max_examples=60, deadline=None)
@given(snapshots(PLAIN, HTML))
def test_nothing_outside_the_list_and_always_the_same_bytes(snapshot):
    html = render(snapshot, samples.facts(), local)
    assert complaints(html) == []
    assert "\n" not in html
    html.encode("utf-8")
    again = json.loads(json.dumps(snapshot))
    assert render(again, samples.facts(), local) == html


@pytest.mark.long
@pytest.mark.hypothesis
@pytest.mark.parametrize("group", SIZES)
def test_generated_articles(group, record_property):
    """In every look: the words in order, nothing WeChat removes, the same bytes again, within limits or refused."""
    least, most, examples = SIZES[group]
    sizes, refused = Counter(), 0

    @settings(max_examples=examples, deadline=None)
    @given(st.integers(0, 2**32), st.integers(least, most))
    def check(seed, size):
        nonlocal refused
        snapshot, words = generator.article(seed, size)
        bodies = {theme: render(snapshot, samples.facts(), local, theme) for theme in themes()}
        for theme, html in bodies.items():
            assert complaints(html) == [], theme
            assert lost(words, html) is None, theme
            assert within_limits(html) == (limits.length(html) < limits.CONTENT), theme
        again = themes()[seed % len(themes())]
        if group == "short":
            snapshot = json.loads(json.dumps(snapshot))
            assert render(snapshot, samples.facts(), local, again) == bodies[again]
        sizes[len("".join(words)) // 1_000] += 1
        refused += not within_limits(bodies[again])

    check()
    assert group == "short" or all(size >= LONG // 1_000 for size in sizes)
    shown = ", ".join(f"{size * 1_000}+: {sizes[size]}" for size in sorted(sizes))
    record_property(
        f"{sum(sizes.values())} generated articles ({group}), characters",
        f"{shown}; too long for WeChat and refused: {refused}",
    )


def within_limits(html):
    """Return whether WeChat's limits let the body through."""
    fits = {"title": "题", "author": "", "digest": "", "content_source_url": ""}
    try:
        limits.check(fits | {"content": html})
    except limits.ContentError:
        return False
    return True


def lost(words, html):
    """Return the first of ``words`` that is not read where it belongs in ``html``, None when all are."""
    # The number of a foreign address stands behind its words, sometimes in the middle of a piece.
    text = "".join("".join(texts(re.sub(r"<sup>\[\d+\]</sup>", "", html))).split())
    at = 0
    for word in words:
        word = "".join(word.split())
        found = text.find(word, at)
        if found < 0:
            return word
        at = found + len(word)
    return None


def test_a_lost_or_displaced_word_is_seen():
    snapshot, words = generator.article(1, 500)
    html = render(snapshot, samples.facts(), local)
    assert lost(words, html) is None
    assert lost([*words, "没有写过"], html) == "没有写过"
    assert lost([words[1], words[0], *words[2:]], html)


def test_same_bytes_in_another_process():
    """Whatever order sets and dicts have there."""
    here = list(own_digests())
    assert len(set(here)) == 4 * len(themes())
    code = (
        "import django; django.setup()\n"
        "from tests.properties import test_wechat_properties as here\n"
        "print(*here.own_digests())"
    )
    environment = os.environ | {"PYTHONHASHSEED": "1", "DJANGO_SETTINGS_MODULE": "cms.settings.test"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, check=True, cwd=ROOT, text=True
    )
    assert done.stdout.split() == here


def own_digests():
    """Return the SHA-256 of a few generated bodies in every look."""
    for seed in range(4):
        snapshot, _words = generator.article(seed, 800)
        for theme in themes():
            html = render(snapshot, samples.facts(), local, theme)
            yield hashlib.sha256(html.encode()).hexdigest()


@settings(max_examples=120, deadline=None)
@given(
    st.lists(
        st.one_of(HOSTILE, PLAIN, st.sampled_from(["<p>", "</p>", "<section>", '<p style="', '">'])),
        max_size=12,
    )
)
def test_gate_lets_nothing_through_by_itself(parts):
    html = clean("".join(parts))
    found = [
        complaint for complaint in complaints(html) if not complaint.startswith(("empty", "never closed"))
    ]
    assert found == []
    assert not re.search(r"alert\(1\)</script|<script|<style", html)
    assert clean(html) == html


@pytest.mark.parametrize("depth", [50, 2000])
def test_deep_nesting_is_flattened(depth):
    html = "<ul><li><strong><em>" * depth + "底" + "</em></strong></li></ul>" * depth
    body = [{"type": "paragraph", "value": {"html": html}}]
    out = render(samples.snapshot(body=body), samples.facts(), local)
    assert complaints(out) == []
    assert "底" in out
