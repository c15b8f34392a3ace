"""The other rules: privacy, links, pictures, what a subject asks for, waivers, hostile texts. No database."""

import copy
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles import findings, registry
from articles.checks import lists, privacy
from articles.checks.finding import GROUPS
from tests.samples import SNAPSHOT
from tests.unit.test_findings import PAGE, changed, with_text


@pytest.fixture(autouse=True)
def own_rules(monkeypatch):
    monkeypatch.setattr(registry, "finding_rules", [])


def codes(snapshot, page=PAGE):
    return {one.code for one in findings.check_snapshot(snapshot, page)}


def test_check_character_of_identity_numbers():
    assert privacy.is_identity("11010519491231002X") and privacy.is_identity("11010519491231002x")
    assert not privacy.is_identity("110105194912310021")  # wrong check character
    assert not privacy.is_identity("11010519491331002X")  # no such day
    assert not privacy.is_identity("1101051949123100")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("身份证１１０１０５１９４９１２３１００２Ｘ。", "privacy.identity"),
        ("身份证110105 19491231 002X。", "privacy.identity"),
        ("编号110105194912310021。", "privacy.number"),
        ("住院号为ZY20240001。", "privacy.identity"),
        ("床号：12", "privacy.identity"),
        ("患者的手机号13800138000。", "privacy.identity"),
        ("王某，62岁，2024年3月5日从南山区人民小区送来。", "privacy.person"),
    ],
)
def test_what_tells_who_somebody_is(text, code):
    assert code in codes(with_text(text))


@pytest.mark.parametrize(
    "text", ["62岁的老人要小心。", "2024年3月5日发布的指南。", "每天走6000步，量血压2次。"]
)
def test_ages_days_and_numbers_alone_tell_nobody(text):
    assert not {code for code in codes(with_text(text)) if code.startswith("privacy.")}


@pytest.mark.parametrize(
    ("link", "code"),
    [
        ('<a href="https://item.taobao.com/x?id=1">血压计</a>', "links.shop"),
        ('<a href="http://example.org/">说明</a>', "links.insecure"),
        ('<a href="https://example.org/">点击这里</a>', "links.words"),
        ('<a href="https://example.org/">https://example.org/</a>', "links.address"),
        ('<a href="https://[bad/">坏</a>', None),
        ('<a href="https://nottaobao.com/">研究</a>', None),
    ],
)
def test_links(link, code):
    found = {one for one in codes(with_text(f"前面的话。{link}后面的话。")) if one.startswith("links.")}
    assert found == ({code} if code else set())


def test_a_link_that_is_known_not_to_answer():
    reference = SimpleNamespace(url="https://example.org/gone/", unreachable_since="2026-01-01")
    page = SimpleNamespace(body=[], references=SimpleNamespace(all=lambda: [reference]))
    assert "links.unreachable" in codes(with_text('<a href="https://example.org/gone">指南</a>'), page)


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("medicines", {"safety.groups", "safety.label"}),
        ("vaccines", {"safety.contraindications", "safety.observation"}),
        ("children", {"safety.guardian"}),
        ("pregnancy", {"safety.pregnancy"}),
        ("emergency", {"safety.emergency"}),
        ("treatment", {"safety.risks"}),
    ],
)
def test_a_subject_asks_for_what_the_text_must_say(subject, expected):
    page = SimpleNamespace(body=[], subjects=[subject])
    bare = changed(
        title="标题",
        summary="摘要",
        key_message="要点",
        body=[{"type": "paragraph", "value": {"html": "<p>多喝水。</p>"}}],
    )
    assert {code for code in codes(bare, page) if code.startswith("safety.")} == expected
    full = bare | {
        "body": [
            {
                "type": "care_card",
                "value": {
                    "level": "call_120",
                    "title": "",
                    "html": "<p>孕妇、孩子和肝肾不好的人有风险，先问医生。看说明书。过敏的人不能接种。打完观察30分钟再走。家长要看好。</p>",
                },
            }
        ]
    }
    assert not {code for code in codes(full, page) if code.startswith("safety.")}


def test_pictures_and_actions():
    snapshot = copy.deepcopy(SNAPSHOT)
    image = next(block for block in snapshot["body"] if block["type"] == "image")["value"]["image"]
    image |= {"alt": "IMG_2034.jpg", "credit": ""}
    assert {"pictures.alt_empty", "pictures.credit"} <= codes(snapshot)
    only_text = changed(body=[{"type": "paragraph", "value": {"html": "<p>多喝水。</p>"}}])
    assert "complete.action" in codes(only_text) and "complete.action" not in codes(SNAPSHOT)


def test_a_waiver_holds_for_its_sentence_and_rule_only():
    snapshot = with_text("它能根治高血压。它能根治糖尿病。")
    stops = [one for one in findings.check_snapshot(snapshot, PAGE) if one.stops]
    assert len(stops) == 2 and all(one.waivable for one in stops)
    waiver = lists.Waiver(7, stops[0].key, "它能根治高血压。", "引用原文", "陈示范")
    known = lists.Lists(rules=lists.shipped(), waivers=(waiver,))
    found = findings.check_snapshot(snapshot, PAGE, known)
    waived = [one for one in found if one.waived]
    assert [(one.level, one.was, one.waiver, one.passage) for one in waived] == [
        ("info", "stop", 7, "它能根治高血压。")
    ]
    assert "引用原文" in waived[0].waived and "陈示范" in waived[0].waived and waived[0].concerns_reviewers
    assert [one.passage for one in found if one.stops] == ["它能根治糖尿病。"]
    changed_text = findings.check_snapshot(with_text("它能根治高血压病。"), PAGE, known)
    assert [one.stops for one in changed_text if one.key == waiver.key] == [True]


def test_identity_completeness_and_care_cannot_be_waived():
    found = findings.check_snapshot(
        with_text("身份证11010519491231002X。") | {"references": [], "title": ""}, PAGE
    )
    kept = [one for one in found if one.code in ("privacy.identity", "evidence.none", "complete.missing")]
    assert len(kept) == 3 and not any(one.waivable for one in kept)


def test_every_finding_has_a_group():
    found = findings.check_snapshot(with_text("根治。") | {"references": [], "cover": None}, PAGE)
    assert {one.group for one in found} <= {name for name, _label, _codes in GROUPS}
    assert {"complete", "evidence", "wording"} <= {one.group for one in found}


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400))
def test_no_text_breaks_a_check(text):
    """Whatever stands in a field or block: plain findings that a page can carry, whose words stand in the text."""
    snapshot = changed(
        title=text, body=[{"type": "quote", "value": {"text": text, "attribution": text}}, *SNAPSHOT["body"]]
    )
    page = SimpleNamespace(body=[], subjects=["medicines"])
    for one in findings.check_snapshot(snapshot, page):
        (str(one.message) + one.quote + one.passage).encode("utf-8")
        if one.anchor == "id_title" and one.quote:
            assert one.quote in text.encode("utf-8", "replace").decode()


def test_half_a_surrogate_pair_is_no_error():
    found = findings.check_snapshot(changed(title="根治\ud83d高血压，100%有效"), PAGE)
    assert any(one.code == "wording.claim" for one in found)
    for one in found:
        (str(one.message) + one.quote + one.passage).encode("utf-8")
