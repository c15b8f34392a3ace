"""Findings: what stops a text, what only warns, and what must not be taken for a fault."""

import copy
from types import SimpleNamespace

import pytest

from articles import findings, registry
from tests.samples import SNAPSHOT


PAGE = SimpleNamespace(body=[])


@pytest.fixture(autouse=True)
def own_rules(monkeypatch):
    """The house's own rules; those of WeChat are in test_preflight."""
    monkeypatch.setattr(registry, "finding_rules", [])


def codes(snapshot, level=None):
    return {f.code for f in findings.check_snapshot(snapshot, PAGE) if level is None or f.level == level}


def with_text(text):
    snapshot = copy.deepcopy(SNAPSHOT)
    snapshot["body"].insert(0, {"type": "paragraph", "value": {"html": f"<p>{text}</p>"}})
    return snapshot


def changed(**fields):
    return copy.deepcopy(SNAPSHOT) | fields


def test_sound_sample_has_no_stop():
    assert codes(SNAPSHOT, "stop") == set()


@pytest.mark.parametrize("field", ["title", "summary", "key_message", "department"])
def test_empty_field_stops(field):
    assert "complete.missing" in codes(changed(**{field: " "}), "stop")


def test_references_care_source_and_ai_are_needed():
    assert "evidence.none" in codes(changed(references=[]), "stop")
    body = [block for block in SNAPSHOT["body"] if block["type"] != "care_card"]
    assert "care.none" in codes(changed(body=body), "stop")
    assert "complete.source" in codes(changed(source={"type": "quoted", "line": ""}), "stop")
    assert "complete.ai" in codes(changed(ai={"use": "draft", "note": ""}), "stop")
    assert "complete.body" in codes(changed(body=[]), "stop")
    assert "complete.author" in codes(changed(author={"name": "", "title": "", "department": ""}), "stop")


def test_a_care_card_without_a_text_says_nothing():
    """A level and a title alone mend nothing."""
    body = copy.deepcopy(SNAPSHOT["body"])
    cards = [block["value"] for block in body if block["type"] == "care_card"]
    assert cards
    for card in cards:
        card.update(level="call_120", title="什么时候就医", html="<p>\u200b </p>")
    assert "care.none" in codes(changed(body=body), "stop")
    cards[0]["html"] = "<p>胸痛不缓解，立即拨打120。</p>"
    assert "care.none" not in codes(changed(body=body))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("一周根治高血压。", "wording.claim"),
        ("本品100%有效。", "wording.claim"),
        ("没有任何副作用。", "wording.claim"),
        ("国家级专家坐诊。", "wording.claim"),
        ("祖传秘方，药到病除。", "wording.claim"),
        ("请拨打预约热线。", "wording.promotion"),
        ("电话13812345678。", "wording.promotion"),
        ("电话010-12345678。", "wording.promotion"),
        ("血压正常就可以停药。", "wording.self_medication"),
        ("好了就不用再吃药。", "wording.self_medication"),
        ("身份证号11010519491231002X。", "privacy.identity"),
        ("住院号：123456。", "privacy.identity"),
    ],
)
def test_risky_wording_stops(text, code):
    assert code in codes(with_text(text), "stop")


@pytest.mark.parametrize(
    "text",
    [
        "收缩压最高不超过140。",
        "首选治疗是改变生活方式。",
        "要绝对卧床休息。",
        "最佳时间是9到11月。",
        "不能自行停药。",
        "切勿自行加量。",
        "高血压目前无法根治。",
        "立即拨打120。",
        "不要相信祖传秘方。",
        "戒烟热线12320。",
    ],
)
def test_sound_wording_passes(text):
    assert not codes(with_text(text), "stop")


def test_places_and_hints_are_said():
    for finding in findings.check_snapshot(changed(title="", references=[]), PAGE):
        assert finding.place and finding.message and str(finding.level_text)


def test_long_sentence_is_only_information():
    assert codes(with_text("长" * 60 + "。"), "info") == {"readability.sentence"}


def test_each_finding_names_a_place_in_the_editor():
    page = SimpleNamespace(
        body=[
            SimpleNamespace(id=f"b{n}", block_type="x", value={}) for n, _ in enumerate(SNAPSHOT["body"], 1)
        ]
    )
    snapshot = with_text("祖传秘方。")
    del snapshot["body"][1]
    found = findings.check_snapshot(snapshot, page)
    assert [one.anchor for one in found if one.code == "wording.claim"] == ["block-b1-section"]
    found = findings.check_snapshot(changed(title="", references=[], cover=None), PAGE)
    assert {one.anchor for one in found} >= {"id_title", "id_references-ADD", "id_cover"}
    assert all(one.anchor for one in found)


def test_picture_without_alternative_text_stops():
    snapshot = copy.deepcopy(SNAPSHOT)
    next(block for block in snapshot["body"] if block["type"] == "image")["value"]["image"]["alt"] = ""
    assert "pictures.alt" in codes(snapshot, "stop")
