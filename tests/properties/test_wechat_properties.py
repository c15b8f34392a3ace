"""Whatever a snapshot holds: its words arrive in order, and nothing arrives that WeChat would remove."""

import json
import re
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import samples
from tests.support.wechat_rules import complaints
from themes.measure import texts
from themes.sanitize import clean
from themes.wechat import render


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


@settings(max_examples=120, deadline=None)
@given(snapshots(PLAIN, HTML))
def test_nothing_outside_the_list_and_always_the_same_bytes(snapshot):
    html = render(snapshot, samples.facts(), local)
    assert complaints(html) == []
    assert "\n" not in html
    html.encode("utf-8")
    again = json.loads(json.dumps(snapshot))
    assert render(again, samples.facts(), local) == html


@settings(max_examples=80, deadline=None)
@given(snapshots(PLAIN, HTML))
def test_markup_stays_in_proportion(snapshot):
    """At most a fixed frame, a share for each piece of the snapshot, and what escaping may do to its text."""
    html = render(snapshot, samples.facts(), local)
    written = json.dumps(snapshot, ensure_ascii=False)
    pieces = written.count('"') // 2
    assert len(html) <= 3000 + 200 * pieces + 14 * len(written)


# Words that survive on purpose: no markup to lose, so each must arrive.
SAFE = st.text(st.sampled_from("高血压患者每天量一次，早晚记下来。ABC123%&<>\"'"), min_size=1, max_size=24)
SAFE_HTML = st.lists(SAFE, min_size=1, max_size=3).flatmap(
    lambda parts: st.sampled_from(
        [
            "".join(f"<p>{escape(part)}</p>" for part in parts),
            "<ul>" + "".join(f"<li>{escape(part)}</li>" for part in parts) + "</ul>",
            "<ol>" + "".join(f"<li><strong>{escape(part)}</strong></li>" for part in parts) + "</ol>",
            "<p>" + "<br>".join(f"<em>{escape(part)}</em>" for part in parts) + "</p>",
        ]
    ).map(lambda html: (html, parts))
)


@st.composite
def told(draw):
    """A body and the words it must tell, in order."""
    body, words = [], []
    for _ in range(draw(st.integers(1, 6))):
        kind = draw(
            st.sampled_from(
                ["heading", "paragraph", "key_points", "steps", "do_dont", "care_card", "qa", "table"]
            )
        )
        if kind == "heading":
            text = draw(SAFE)
            value, said = {"text": text, "level": 2}, [text]
        elif kind == "paragraph":
            html, said = draw(SAFE_HTML)
            value = {"html": html}
        elif kind == "key_points":
            points = draw(st.lists(SAFE, min_size=1, max_size=4))
            value, said = {"title": "要点", "points": points}, ["要点", *points]
        elif kind == "steps":
            steps = draw(st.lists(SAFE_HTML, min_size=1, max_size=3))
            value = {"title": "", "steps": [html for html, _ in steps]}
            said = [part for _, parts in steps for part in parts]
        elif kind == "do_dont":
            do, dont = draw(st.lists(SAFE, max_size=3)), draw(st.lists(SAFE, min_size=1, max_size=3))
            value, said = {"do": do, "dont": dont}, [*do, *dont]
        elif kind == "care_card":
            title, (html, parts) = draw(SAFE), draw(SAFE_HTML)
            value, said = {"level": "see_doctor", "title": title, "html": html}, [title, *parts]
        elif kind == "qa":
            kind = "question_answer"
            question, (html, parts) = draw(SAFE), draw(SAFE_HTML)
            value, said = {"question": question, "answer": html}, [question, *parts]
        else:
            rows = draw(st.lists(st.lists(SAFE, min_size=3, max_size=3), min_size=1, max_size=3))
            value, said = (
                {"caption": "", "header": ["甲", "乙", "丙"], "rows": rows},
                [c for row in rows for c in row],
            )
        body.append({"type": kind, "value": value})
        words += said
    return body, words


@settings(max_examples=120, deadline=None)
@given(told())
def test_words_arrive_in_order(case):
    body, words = case
    text = "".join(texts(render(samples.snapshot(body=body), samples.facts(), local)))
    at = 0
    for word in words:
        found = text.find(word, at)
        assert found >= 0, (word, text[at:])
        at = found + len(word)


@settings(max_examples=200, deadline=None)
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
