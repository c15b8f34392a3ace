"""The WeChat body of the sample article: complete, within the budget, nothing WeChat removes."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from django.utils import translation

import pytest

from articles.choices import CareLevel
from tests import samples
from tests.support.wechat_rules import Body, complaints
from themes.measure import BUDGET, LIMIT, expansion, texts
from themes.preview import wechat_preview_page
from themes.registry import UnknownThemeError, themes
from themes.wechat import ForeignPictureError, UnknownBlockError, render


# As long as the address of an uploaded picture.
MMBIZ = "http://mmbiz.qpic.cn/mmbiz_png/" + "x" * 100


def local(image):
    return f"local:{image['sha256']}"


def body_of(*blocks, facts=None, image_url=local, theme="calm", **changes):
    """Return the rendered sample with its body replaced by (type, value) pairs."""
    blocks = [{"type": kind, "value": value} for kind, value in blocks]
    return render(samples.snapshot(body=blocks, **changes), facts or samples.facts(), image_url, theme)


def words(html):
    return "".join(texts(html))


@pytest.fixture(scope="module")
def sample():
    return render(samples.snapshot(), samples.facts(), local)


def test_nothing_wechat_removes_restyles_or_refuses(sample):
    assert complaints(sample) == []


@pytest.mark.parametrize(
    "banned",
    [
        "class=",
        " id=",
        "<style",
        "<script",
        "<div",
        "!important",
        "font-family",
        "url(",
        "<ul",
        "<ol",
        "<li",
        "<h",
    ],
)
def test_nothing_of_the_issues_list(sample, banned):
    assert banned not in sample


def test_first_screen_and_end_are_complete(sample):
    text = words(sample)
    facts = samples.FACTS
    for part in (
        samples.SNAPSHOT["key_message"],
        samples.SNAPSHOT["topic"]["emergency"],
        "2026年11月20日",
        "2028年11月20日",
        "周明远 主任医师 心血管内科",
        "林晓棠 副研究馆员 图书馆",
        samples.SNAPSHOT["ai"]["note"],
        *samples.SNAPSHOT["references"],
        facts["institution"]["disclaimer"],
        facts["institution"]["name"],
    ):
        assert part in text, part
    assert text.index(samples.SNAPSHOT["key_message"]) < text.index("2026年11月20日")
    assert text.index(samples.SNAPSHOT["topic"]["emergency"]) < text.index("很多人在医院")
    # Address and telephone of the provider must not stand beside health knowledge (facts/health.md §1B).
    assert facts["institution"]["contact"] not in text


def test_every_block_is_told_in_order(sample):
    text = words(sample)
    at = 0
    for part in (
        "在家规规矩矩量七天",
        "先记住三件事",
        "选经过认证的",
        "量血压的正确姿势",
        "坐稳、靠背",
        "示例医院图书馆绘",
        "照着这五步做",
        "1. 量之前半小时",
        "5. 量两次",
        "• 第一天的数字不算",
        "世界卫生组织的高血压介绍[1]",
        "数字怎么看",
        "高压（收缩压）：低于 135",
        "怎么办：继续保持",
        "√ 固定用同一侧",
        "× 不要隔着厚衣服量",
        "可以先自己观察",
        "请在一周内看医生",
        "请马上拨打 120",
        "手腕式血压计可以用吗",
        "首选上臂式",
        "比起某一次的数字",
        "周明远，心血管内科主任医师",
        "1. 中国高血压防治指南修订委员会",
        "[1] https://www.who.int/zh/news-room/fact-sheets/detail/hypertension",
    ):
        at = text.index(part, at)


@pytest.mark.parametrize("theme", themes())
def test_budget_with_every_block_and_uploaded_pictures(theme):
    html = render(samples.snapshot(), samples.facts(), lambda image: MMBIZ, theme)
    assert complaints(html) == []
    assert expansion(html) <= BUDGET


@pytest.mark.parametrize("theme", themes())
def test_long_article_stays_under_wechats_limit(theme):
    paragraph = "早上起床后一小时内、吃早饭和降压药之前量，晚上睡觉之前再量，把数字都记下来。" * 2
    blocks = []
    while sum(len(paragraph) for kind, _ in blocks if kind == "paragraph") < 8000:
        blocks.append(("heading", {"text": "什么时候量", "level": 2}))
        blocks += [("paragraph", {"html": f"<p>{paragraph}</p>"})] * 3
    html = body_of(*blocks, theme=theme)
    assert len(words(html)) > 8000
    assert len(html) < LIMIT


def test_expansion_counts_characters_over_non_blank_text():
    assert expansion("<p>甲 乙\n</p>") == 5.5
    assert expansion("<p>&lt;甲</p>") == 6.0
    assert expansion("<p> </p>") == float("inf")


def test_care_levels_are_told_apart_by_words():
    seen = set()
    for level in CareLevel:
        html = body_of(("care_card", {"level": level.value, "title": "", "html": "<p>同样的话</p>"}))
        with translation.override("zh-hans"):
            label = str(level.label)
        assert label in words(html)
        seen.add(label)
    assert len(seen) == len(CareLevel)


def test_wide_table_becomes_one_block_a_row(sample):
    assert "<table" not in sample
    assert words(sample).count("怎么办：") == 3


def test_two_column_table_stays_a_table_with_percent_widths():
    value = {
        "caption": "何时量",
        "header": ["时候", "怎样做"],
        "rows": [["早上", "吃药之前量"], ["晚上", "睡觉之前量"]],
    }
    html = body_of(("table", value))
    assert complaints(html) == []
    assert Body(html).tags.count("tr") == 3
    assert re.search(r'<table[^>]*style="[^"]*width:100%', html)
    assert re.search(r'<th style="width:\d\d%">时候</th>', html)


@pytest.mark.parametrize(
    "value",
    [
        {"caption": "", "header": ["甲", "乙", "丙"], "rows": [["1"], ["", "2", "", "4"], ["", "", ""]]},
        {"caption": "", "header": ["", ""], "rows": [["1", "2"], ["3"]]},
        {"caption": "", "header": [], "rows": [["1"], ["2"]]},
        {"caption": "表", "header": ["甲", "乙", "丙"], "rows": []},
    ],
)
def test_ragged_tables_lose_no_cell(value):
    html = body_of(("table", value))
    assert complaints(html) == []
    text = words(html)
    for cell in [value["caption"], *(cell for row in value["rows"] for cell in row)]:
        assert cell in text


def test_pictures_carry_width_words_and_credit():
    image = samples.FIGURE
    html = body_of(("image", {"image": image}), image_url=lambda image: MMBIZ)
    assert f'src="{MMBIZ}"' in html
    assert f'alt="{image["alt"]}"' in html
    assert 'data-w="1080"' in html  # no wider picture is uploaded
    assert "width:100%" in html
    assert image["caption"] in words(html)
    assert image["credit"] in words(html)


def test_narrow_picture_is_not_blown_up():
    html = body_of(("image", {"image": {**samples.FIGURE, "width": 170}}))
    assert 'data-w="170"' in html
    assert "width:50%" in html
    assert "width:100%" not in html


@pytest.mark.parametrize(
    "address", ["https://kepu.example.cn/media/a.png", "/media/a.png", "", "javascript:alert(1)"]
)
def test_picture_wechat_would_drop_is_an_error(address):
    with pytest.raises(ForeignPictureError):
        render(samples.snapshot(), samples.facts(), lambda image: address)


def test_unknown_block_and_theme_are_errors():
    for kind in ("video", "rich", "block", "_image"):
        with pytest.raises(UnknownBlockError):
            body_of((kind, {}))
    with pytest.raises(UnknownThemeError):
        render(samples.snapshot(), samples.facts(), local, "no-such")


def test_ai_label_only_beyond_polishing():
    note = "馆员逐句核对。"
    for use, labelled in (
        ("none", False),
        ("polish", False),
        ("translation", True),
        ("draft", True),
        ("image", True),
    ):
        html = render(samples.snapshot(ai={"use": use, "note": note}), samples.facts(), local)
        assert (note in words(html)) is labelled


def test_reposted_source_prints_its_line():
    html = render(samples.snapshot(source={"type": "reposted", "line": "健康中国"}), samples.facts(), local)
    assert "：健康中国" in words(html)


def test_unsigned_text_says_so_first_and_names_no_reviewer():
    facts = samples.facts(preview=True, signed_on=None, valid_until=None, published_on=None, reviewers=[])
    html = render(samples.snapshot(), facts, local)
    signed = render(samples.snapshot(), samples.facts(), local)
    before = words(html)[: words(html).index(samples.SNAPSHOT["key_message"])]
    assert len(before) > len(words(signed)[: words(signed).index(samples.SNAPSHOT["key_message"])])
    assert "审核日期" not in words(html)
    assert "周明远 主任医师 心血管内科" not in words(html)
    assert complaints(html) == []


def test_empty_values_leave_no_empty_elements():
    nothing = samples.snapshot(
        key_message="",
        audience="",
        topic={"title": "", "emergency": ""},
        author={"name": "", "title": "", "department": ""},
        source={"type": "original", "line": ""},
        ai={"use": "none", "note": ""},
        references=[],
        body=[
            {"type": "heading", "value": {"text": " ", "level": 2}},
            {"type": "paragraph", "value": {"html": "<p></p>"}},
            {"type": "key_points", "value": {"title": "", "points": ["", " "]}},
            {"type": "steps", "value": {"title": "", "steps": []}},
            {"type": "do_dont", "value": {"do": [], "dont": []}},
            {"type": "care_card", "value": {"level": "call_120", "title": "", "html": ""}},
            {"type": "question_answer", "value": {"question": "", "answer": ""}},
            {"type": "table", "value": {"caption": "", "header": [], "rows": [[""]]}},
            {"type": "quote", "value": {"text": "", "attribution": ""}},
        ],
    )
    facts = samples.facts(institution={"name": "示例医院", "disclaimer": ""}, reviewers=[])
    html = render(nothing, facts, local)
    assert complaints(html) == []
    assert Body(html).tags.count("p") == 3  # dates, source, institution


def test_hostile_values_come_out_as_words():
    html = body_of(
        ("heading", {"text": "<script>alert(1)</script>", "level": 2}),
        ("paragraph", {"html": '<p onclick="x()" style="position:fixed">甲<script>alert(2)</script></p>'}),
        ("quote", {"text": "{{ facts }}{% load x %}", "attribution": '"><img src=x onerror=y>'}),
        key_message="</section></section><div class=x>丙</div>",
    )
    assert complaints(html) == []
    text = words(html)
    assert "<script>alert(1)</script>" in text
    assert "alert(2)" not in text
    assert "{{ facts }}{% load x %}" in text
    assert '"><img src=x onerror=y>' in text
    assert "</section></section><div class=x>丙</div>" in text


def test_same_snapshot_same_bytes_whatever_the_language():
    first = render(samples.snapshot(), samples.facts(), local)
    with translation.override("en"):
        assert render(samples.snapshot(), samples.facts(), local) == first
        assert translation.get_language() == "en"


def test_threads_do_not_mix_their_articles():
    """A web process renders previews in several threads at once; one cleaner for all had mixed them."""
    jobs = [(theme, number) for number in range(12) for theme in themes()]

    def body(job):
        theme, number = job
        blocks = [{"type": "paragraph", "value": {"html": f"<p>{number}号{'量血压' * number}</p>"}}] * 20
        return render(samples.snapshot(body=blocks), samples.facts(), local, theme)

    alone = [body(job) for job in jobs]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(body, jobs)) == alone


def test_snapshot_is_not_changed():
    snapshot, facts = samples.snapshot(), samples.facts()
    render(snapshot, facts, local)
    assert snapshot == samples.SNAPSHOT
    assert facts == samples.FACTS


def test_dates_come_from_the_facts():
    html = render(
        samples.snapshot(), samples.facts(signed_on=date(2025, 1, 2), valid_until=date(2026, 3, 4)), local
    )
    assert "2025年1月2日" in html
    assert "2026年3月4日" in html


def test_preview_page_frames_the_body():
    page = wechat_preview_page(
        samples.snapshot(push={"title": "推送标题 <b>", "digest": ""}),
        samples.facts(),
        lambda image: "/media/a.png",
    )
    assert page.startswith("<!DOCTYPE html>")
    assert "<h1" in page
    assert "推送标题 &lt;b&gt;" in page
    assert samples.FACTS["institution"]["short_name"] in page
    assert 'src="/media/a.png"' in page
    assert "<script" not in page
    assert samples.SNAPSHOT["key_message"] in page


@pytest.mark.parametrize("theme", themes())
def test_a_correction_says_what_was_wrong(theme):
    html = render(
        samples.snapshot(correction="原文写每天两次，应为每天一次。<b>"), samples.facts(), local, theme
    )
    assert "更正：原文写每天两次，应为每天一次。<b>" in words(html)
    assert complaints(html) == []
    assert "更正：" not in words(render(samples.snapshot(), samples.facts(), local, theme))
