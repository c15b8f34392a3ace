"""The website's theme without a database: tokens, colours, the wall behind canonical HTML, headings, labels."""

import re
from pathlib import Path

from django.utils import translation

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.blocks import BodyBlock
from tests import samples
from themes import leaflet, website


ROOT = Path(website.__file__).parent


def rendered(**changes):
    return website.render_article(samples.snapshot(**changes), samples.facts())


def test_canonical_html_passes_unchanged():
    html = '<p>a<strong>b</strong><em>c</em>H<sub>2</sub>O<sup>1</sup><br><a href="https://x.cn/?a=1&amp;b=2">d</a></p><ul><li>e</li></ul><ol><li>f</li></ol>'
    assert website.safe_html(html) == html


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        '<p onclick="x()">a</p>',
        '<a href="javascript:alert(1)">a</a>',
        '<a href="https://x.cn" onclick="x()">a</a>',
        "<img src=x onerror=alert(1)>",
        '<p class="x">a</p>',
        "<script",
        "a<svg/onload=alert(1)>",
    ],
)
def test_what_is_not_canonical_is_shown_as_text(html):
    shown = str(website.safe_html(html))
    for tag in re.findall(r"<[^>]*>?", shown):
        assert website._PLAIN_TAG.fullmatch(tag) or website._LINK.fullmatch(tag)
    assert "&lt;" in shown


@given(st.text(alphabet="<>/ap\"'= hrefjvsci:pt!-"))
def test_no_tag_outside_the_subset_ever_passes(html):
    for tag in re.findall(r"<[^>]*>?", str(website.safe_html(html))):
        assert website._PLAIN_TAG.fullmatch(tag) or website._LINK.fullmatch(tag)


def test_every_block_of_an_article_has_a_template():
    names = set(BodyBlock().child_blocks)
    assert names == {path.stem for path in (ROOT / "templates/themes/calm/web/blocks").glob("*.html")}
    assert names == {block["type"] for block in samples.SNAPSHOT["body"]}


@given(st.lists(st.sampled_from(["h2", "h3", "key_points", "care_card"]), max_size=12))
def test_headings_never_skip_a_level(kinds):
    body = [
        {"type": "heading", "value": {"text": "x", "level": int(kind[1])}}
        if kind[0] == "h"
        else {"type": kind, "value": {}}
        for kind in kinds
    ]
    level = 1
    for block in website.prepare_blocks(body):
        assert 2 <= block["level"] <= level + 1
        level = block["level"]


def test_links_to_a_heading_last_while_others_come_and_go():
    def anchors(*texts):
        body = [{"type": "heading", "value": {"text": text, "level": 2}} for text in texts]
        return [block["anchor"] for block in website.prepare_blocks(body)]

    assert anchors("数字怎么看？", "量 7 天") == ["c-数字怎么看", "c-量-7-天"]
    assert anchors("量之前", "数字怎么看？", "“数字怎么看”") == ["c-量之前", "c-数字怎么看", "c-数字怎么看-"]


def test_long_pieces_have_a_list_of_contents():
    body = [block for block in samples.SNAPSHOT["body"] if block["type"] != "question_answer"]
    questions = [block for block in samples.SNAPSHOT["body"] if block["type"] == "question_answer"]

    def entries(body):
        blocks = website.prepare_blocks(body)
        return [block["heading"] for block in website.contents(blocks, {"body": body})]

    assert entries(body) == []  # two chapters
    asked = [block["value"]["question"] for block in questions]
    assert entries([*body, *questions])[-2:] == asked
    chapter = {"type": "heading", "value": {"text": "又一章", "level": 2}}
    assert len(entries([*body, chapter, *questions])) == 3
    assert entries([chapter] * 5) == []  # short


def test_a_leaflet_never_shows_a_mild_card_where_a_graver_one_was_left_out():
    def card(level, text):
        return {"type": "care_card", "value": {"level": level, "title": "", "html": f"<p>{text}</p>"}}

    mild, grave = card("self_care", "休息一会儿。"), card("see_doctor", "去看医生。")
    for paper, sizes in leaflet.SIZES.items():

        def levels(*cards):
            snapshot = samples.snapshot(body=list(cards))
            made = leaflet.plan(snapshot, [["扫码看全文"]], paper)  # noqa: B023
            assert made["size"] in sizes  # noqa: B023
            return made["whole"], [
                part["value"]["level"] for part in made["parts"] if part["kind"] == "care_card"
            ]

        assert levels(mild, grave) == (True, ["see_doctor", "self_care"])
        assert levels(mild, card("see_doctor", "太长。" * 2000)) == (False, [])
        assert levels(mild, grave, card("call_120", "太长。" * 2000)) == (False, [])


def test_the_page_says_everything_the_rules_ask_for():
    with translation.override("zh-hans"):
        html = rendered()
    for words in (
        samples.SNAPSHOT["title"],
        samples.SNAPSHOT["key_message"],
        samples.SNAPSHOT["topic"]["emergency"],
        "2026年11月20日",
        "2028年11月20日",
        "周明远",
        "林晓棠",
        samples.FACTS["institution"]["disclaimer"],
        samples.SNAPSHOT["ai"]["note"],
        *samples.SNAPSHOT["references"],
    ):
        assert words in html


def test_the_first_screen_stands_before_the_body():
    html = rendered()
    places = [
        html.index("<h1>"),
        html.index('class="dates"'),
        html.index('class="key"'),
        html.index('class="emergency"'),
        html.index('class="body"'),
        html.index('class="proof"'),
    ]
    assert places == sorted(places)


def test_a_topic_without_emergencies_shows_no_box():
    html = rendered(topic={"title": "口腔健康", "emergency": ""}, body=[])
    assert "120" not in html


@pytest.mark.parametrize("use", ["none", "polish"])
def test_polishing_needs_no_label(use):
    assert 'class="label"' not in rendered(ai={"use": use, "note": ""})


@pytest.mark.parametrize("use", ["translation", "draft", "image", "media"])
def test_ai_beyond_polishing_is_labelled(use):
    assert 'class="label"' in rendered(ai={"use": use, "note": ""})


def test_text_of_the_snapshot_is_escaped_everywhere():
    hostile = '"><script>alert(1)</script>'
    changes = dict.fromkeys(
        ("title", "seo_title", "seo_description", "summary", "key_message", "department", "share_text"),
        hostile,
    )
    html = rendered(
        **changes,
        topic={"title": hostile, "emergency": hostile},
        author={"name": hostile, "title": hostile, "department": hostile},
        source={"type": "quoted", "line": hostile},
        ai={"use": "draft", "note": hostile},
        references=[hostile],
        body=[
            {"type": "heading", "value": {"text": hostile, "level": 2}},
            {"type": "key_points", "value": {"title": hostile, "points": [hostile]}},
            {"type": "steps", "value": {"title": hostile, "steps": [hostile]}},
            {"type": "do_dont", "value": {"do": [hostile], "dont": [hostile]}},
            {"type": "care_card", "value": {"level": "call_120", "title": hostile, "html": hostile}},
            {"type": "question_answer", "value": {"question": hostile, "answer": hostile}},
            {"type": "table", "value": {"caption": hostile, "header": [hostile], "rows": [[hostile]]}},
            {"type": "quote", "value": {"text": hostile, "attribution": hostile}},
            {"type": "paragraph", "value": {"html": hostile}},
            {
                "type": "image",
                "value": {"image": dict(samples.FIGURE, alt=hostile, caption=hostile, credit=hostile)},
            },
        ],
    )
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_preview_says_so_and_asks_not_to_be_indexed():
    facts = samples.facts(preview=True, signed_on=None, valid_until=None, published_on=None, reviewers=[])
    html = website.render_article(samples.snapshot(), facts)
    assert 'class="ribbon"' in html
    assert 'content="noindex"' in html


def test_the_sheet_to_print_carries_a_code_to_the_permanent_address(rf):
    html = website.render_article(samples.snapshot(), samples.facts(), rf.get("/x/y/?v=print"))
    assert "<svg viewBox" in html
    assert samples.FACTS["url"] in html
