"""Findings on references and citations, and citations as readers get them. No database."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from articles.citing.findings import about_citations, about_references, claims_in
from articles.citing.reading import as_reference
from articles.citing.rich_text import clean_keys
from tests import samples
from themes import citations, wechat


def reference(**fields):
    extra = {"retracted": False, "still_valid": "", "unreachable_since": None, "key": fields.pop("key", "k")}
    one = as_reference({"kind": "web", "title": "题名"} | {n: v for n, v in fields.items() if n not in extra})
    for name, value in extra.items():
        setattr(one, name, fields.get(name, value))
    return one


def page(html):
    return SimpleNamespace(
        body=[SimpleNamespace(id="b1", block_type="paragraph", value=SimpleNamespace(source=html))]
    )


def snapshot(html):
    return {"body": [{"type": "paragraph", "value": {"html": html}}]}


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({"year": "2020"}, ["evidence.old"]),
        ({"year": "2021"}, []),
        ({"year": "2003", "still_valid": "现行有效"}, []),
        ({"kind": "manual", "manual": "示例甲. 示例[M]. 北京：示例社，2001."}, ["evidence.old"]),
        ({"kind": "manual", "manual": "没有年份的一行"}, []),
        ({"retracted": True}, ["evidence.retracted"]),
        ({"doi": "10.5555/GONE"}, ["evidence.retracted"]),
        ({"pmid": "90000002"}, ["evidence.retracted"]),
        ({"unreachable_since": datetime(2026, 1, 1, tzinfo=UTC)}, ["evidence.unreachable"]),
    ],
)
def test_single_references(fields, codes):
    found = about_references([reference(**fields)], date(2026, 11, 22), {"10.5555/gone", "90000002"})
    assert [finding.code for finding in found] == codes
    assert all(finding.stops == (finding.code == "evidence.retracted") for finding in found)


@pytest.mark.parametrize(
    ("stored", "canonical", "codes"),
    [
        ("", "<p>没有数字。</p>", []),
        ("", "<p>每天不超过5克/天。</p>", ["evidence.no_citations"]),
        ('<span data-cite="a">[1]</span>', "<p>每天不超过5克/天<sup>[1]</sup>。</p>", ["evidence.uncited"]),
        (
            '<span data-cite="a b">x</span>',
            "<p>研究表明有益。<sup>[1,2]</sup>另有30%的人。</p>",
            ["evidence.claim"],
        ),
        ('<span data-cite="a b gone">x</span>', "<p>好。<sup>[1,2]</sup></p>", ["evidence.dangling"]),
        # Typed by hand, raised or not; powers, years in brackets and tied citations are none.
        (
            '<p>甲<span data-cite="a b">[1,2]</span>乙<sup>[7]</sup>丙［3－4］，10<sup>9</sup>/L，[2024]</p>',
            "<p>好。<sup>[1,2]</sup></p>",
            ["evidence.typed"],
        ),
    ],
)
def test_citations(stored, canonical, codes):
    references = [reference(key="a"), reference(key="b")]
    assert [f.code for f in about_citations(snapshot(canonical), page(stored), references)] == codes


@pytest.mark.parametrize(
    ("sentence", "claims"),
    [
        ("血压高于135/85 mmHg要当心。", True), ("约30%的人会头晕。", True), ("每次500mg。", True), ("指南推荐多走路。", True),
        ("百分之二十的患者。", True), ("第2步：坐稳。", False), ("2024年发布。", False), ("每天量两次。", False), ("图1是坐姿。", False),
    ],
)  # fmt: skip
def test_claims(sentence, claims):
    assert bool(claims_in(f"<p>{sentence}</p>")) == claims
    assert claims_in(f"<p>{sentence}<sup>[1]</sup></p>") == []


def test_keys_are_only_keys():
    assert clean_keys('a1 "><script> b2 a1 x' + "9" * 20) == "a1 b2"
    assert clean_keys(None) == ""


def test_links_lead_there_and_back():
    page_of = citations.Citations(3)
    html = page_of.link("<p>甲<sup>[1-3]</sup>乙<sup>[2]</sup>丙<sup>[4]</sup>丁<sup>2</sup></p>")
    assert 'href="#ref-1" id="cite-1"' in html and 'href="#ref-3" id="cite-2"' in html
    assert "<sup>[4]</sup>" in html and "<sup>2</sup>" in html
    assert [page_of.place(number) for number in (1, 2, 3, 4)] == ["cite-1", "cite-1", "cite-2", ""]


def test_wechat_prints_three_lines_chinese_first_and_counts_links_on():
    references = [
        "Example A. One[J].",
        "示例甲. 二[J].",
        "Sample B. Three[J].",
        "示例乙. 四[J].",
        "示例丙. 五[J].",
    ]
    body = [
        {
            "type": "paragraph",
            "value": {"html": '<p>甲<sup>[1,4]</sup><a href="https://example.org/x">乙</a></p>'},
        }
    ]
    html = wechat.render(
        samples.snapshot(references=references, body=body), samples.facts(), lambda image: "local:x"
    )
    assert [html.index(f"[{number}] 示例") for number in (2, 4, 5)] == sorted(
        html.index(f"[{number}] 示例") for number in (2, 4, 5)
    )
    assert "Example A. One" not in html and "Sample B" not in html
    assert "[6] https://example.org/x" in html
