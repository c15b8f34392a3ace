"""Pre-flight: WeChat's limits counted as WeChat counts, and what its phone shows otherwise; plain logic of the fixes."""

import copy
from types import SimpleNamespace

import pytest

from articles import findings
from publish import fixes, preflight
from publish.wechat import limits
from tests.samples import SNAPSHOT
from themes.measure import depth


PAGE = SimpleNamespace(body=[], pk=7)


def changed(**fields):
    return copy.deepcopy(SNAPSHOT) | fields


def found(rule, snapshot):
    return list(rule(snapshot, PAGE))


def codes(rule, snapshot):
    return [one.code for one in found(rule, snapshot)]


def push(title="", digest="", alternatives=()):
    return {"title": title, "digest": digest, "alternatives": list(alternatives)}


def one_block(kind, **value):
    return changed(body=[{"type": kind, "value": value}])


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"title": "长" * 32}, None),
        ({"title": "长" * 33}, "wechat.title"),
        ({"title": "长" * 31 + "😀"}, "wechat.title"),  # two UTF-16 units
        ({"title": "长" * 33, "push": push("短")}, None),
        ({"push": push("长" * 33)}, "wechat.title"),
        ({"summary": "长" * 120}, None),
        ({"summary": "长" * 119 + "😀"}, "wechat.digest"),
        ({"summary": "长" * 121, "push": push(digest="短")}, None),
        ({"author": {"name": "长" * 16, "title": "", "department": ""}}, None),
        ({"author": {"name": "长" * 17, "title": "", "department": ""}}, "wechat.author"),
    ],
)
def test_limits_of_texts(fields, code):
    assert codes(preflight.texts, changed(**fields)) == ([code] if code else [])


def test_alternatives_are_counted_too():
    alternatives = [
        {"title": "短", "digest": "", "cover": None},
        {"title": "长" * 31 + "😀", "digest": "长" * 121, "cover": None},
    ]
    results = found(preflight.texts, changed(push=push(alternatives=alternatives)))
    assert [one.fix.code for one in results] == ["shorten.2.title", "shorten.2.digest"]
    assert [one.anchor for one in results] == [
        "id_push_alternatives-1-title",
        "id_push_alternatives-1-digest",
    ]
    assert all("2" in one.place for one in results)


def test_an_alternative_without_a_title_of_its_own_is_not_named_twice():
    alternatives = [{"title": "", "digest": "短", "cover": None}]
    assert codes(preflight.texts, changed(title="长" * 40, push=push(alternatives=alternatives))) == [
        "wechat.title"
    ]


def test_the_source_address(settings):
    assert codes(preflight.address, SNAPSHOT) == []
    settings.SITE_URL = "https://" + "x" * 1024
    assert codes(preflight.address, SNAPSHOT) == ["wechat.source_url"]


@pytest.mark.parametrize(
    ("href", "code"),
    [
        ("https://www.who.int/", "wechat.link"),
        ("/a/7/", "wechat.link"),
        ("https://mp.weixin.qq.com/s/AbC", None),
        ("https://mp.weixin.qq.com/s?tempkey=AbC&amp;__biz=1", "wechat.tempkey"),
    ],
)
def test_links(href, code):
    snapshot = one_block("paragraph", html=f'<p>见<a href="{href}">这里</a>。</p>')
    assert codes(preflight.structure, snapshot) == ([code] if code else [])


def test_links_are_found_in_every_rich_text():
    link = '<a href="https://www.who.int/">见</a>'
    for block in (
        {"type": "steps", "value": {"title": "", "steps": [f"<p>{link}</p>", f"<p>{link}</p>"]}},
        {"type": "care_card", "value": {"level": "call_120", "title": "", "html": f"<p>{link}</p>"}},
        {"type": "question_answer", "value": {"question": "问", "answer": f"<p>{link}</p>"}},
    ):
        assert codes(preflight.structure, changed(body=[block])) == ["wechat.link"], block["type"]


def test_tables_lists_and_empty_blocks():
    table = {"caption": "", "header": ["一", "二"], "rows": [["1", "2"]]}
    assert codes(preflight.structure, one_block("table", **table)) == []
    assert codes(preflight.structure, one_block("table", **(table | {"header": ["一", "二", "三"]}))) == [
        "wechat.table"
    ]
    nested = "<ul><li>一" * 3 + "</li></ul>" * 3
    assert codes(preflight.structure, one_block("paragraph", html=nested)) == []
    nested = "<ul><li>一" * 4 + "</li></ul>" * 4
    assert codes(preflight.structure, one_block("paragraph", html=nested)) == ["wechat.nesting"]
    for value in ("", "<p> </p>", "<p><br></p>"):
        assert codes(preflight.structure, one_block("paragraph", html=value)) == ["wechat.empty"]
    assert codes(preflight.structure, one_block("heading", text=" ", level=2)) == ["wechat.empty"]


@pytest.mark.parametrize(
    ("html", "levels"),
    [
        ("", 0),
        ("<p>一<br>二</p><p>三</p>", 1),
        ('<img src="x"><img src="y">', 0),
        ('<section style="margin:0"><p>一</p><section><p>二</p></section></section>', 2),
        ("<section><p><span>一</span></p></section>", 1),
        ("<strong>" * 11 + "深" + "</strong>" * 11, 11),
    ],
)
def test_depth_counts_elements_of_a_kind(html, levels):
    assert depth(html) == levels


def figure(alt, caption=""):
    image = next(block for block in SNAPSHOT["body"] if block["type"] == "image")["value"]["image"]
    return {"type": "image", "value": {"image": image | {"alt": alt, "caption": caption}}}


@pytest.mark.parametrize(
    ("alt", "caption", "text", "warned"),
    [
        ("血压 135/85 的读数", "", "", True),
        ("血压 135/85 的读数", "读数 135/85", "", False),
        ("血压 135/85 的读数", "", "达到 135/85 就看医生。", False),
        ("坐着的人", "", "", False),
    ],
)
def test_a_number_in_a_picture_only(alt, caption, text, warned):
    body = [figure(alt, caption), {"type": "paragraph", "value": {"html": f"<p>{text}</p>"}}]
    snapshot = changed(body=body, summary="短", key_message="短")
    assert ("pictures.number" in codes(preflight.pictures, snapshot)) is warned


@pytest.mark.parametrize(
    ("width", "height", "focal", "bad"),
    [
        (900, 383, None, []),
        (1200, 800, None, []),
        (1000, 1000, None, ["2.35:1"]),
        (600, 1200, None, ["2.35:1"]),
        (1600, 400, None, ["1:1"]),
        (1000, 1000, [500, 500, 400, 400], []),
        (1000, 1000, [500, 500, 400, 900], ["2.35:1"]),
        (1600, 400, [800, 200, 900, 300], ["1:1"]),
        (1600, 400, [100, 200, 200, 300], []),
    ],
)
def test_what_crops_cut_away(width, height, focal, bad):
    value = {"width": width, "height": height, "focal": focal}
    ratios = {"2.35:1": 2.35, "1:1": 1.0}
    assert [name for name, ratio in ratios.items() if preflight.crop_problem(value, name, ratio)] == bad


# --- shortening -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "most", "short"),
    [
        ("短", 5, "短"),
        ("量血压要准。先坐五分钟，再量两次。", 12, "量血压要准。"),
        ("量血压之前坐五分钟，早晚各量两次并且记录", 14, "量血压之前坐五分钟"),
        ("😀😀😀😀", 5, "😀😀…"),
    ],
)
def test_shortened_at_a_natural_end(text, most, short):
    assert fixes.shortened(text, most) == short


def test_shortened_never_cuts_a_word_in_two():
    text = "高血压患者冬季自我管理与家庭监测实用方法大全详细讲解"
    short = fixes.shortened(text, 12)
    assert short.endswith("…") and text.startswith(short[:-1])
    assert short[:-1] in ("高血压患者冬季自我管理", "高血压患者冬季自我", "高血压患者冬季")


@pytest.mark.parametrize(
    "text", ["字" * 400, "a" * 400, "😀" * 400, "字。" * 200, "，" * 400, "字 " * 300, "\u0301" * 200]
)
@pytest.mark.parametrize("most", [16, 32, 120])
def test_shortened_always_fits(text, most):
    short = fixes.shortened(text, most)
    assert short and limits.length(short) <= most


def test_every_rule_names_its_place():
    snapshot = changed(title="长" * 33, author={"name": "长" * 17, "title": "", "department": ""})
    for rule in (preflight.texts, preflight.structure, preflight.pictures):
        for one in rule(snapshot, PAGE):
            assert one.place and one.message and one.anchor and one.level in findings.LEVELS
