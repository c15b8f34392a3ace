"""The glossary without a database: terms found in a text, what readers see of a mark, and the starter list."""

from types import SimpleNamespace

import pytest
from draftjs_exporter.dom import DOM

from articles.glossary import starter
from articles.glossary.matching import Matcher
from articles.glossary.rich_text import stored
from articles.glossary.views import units
from articles.snapshot import block_text
from tests import samples
from themes import website, wechat
from themes.terms import LONGEST_BRACKET, Terms


def term(*names):
    return SimpleNamespace(names=list(names))


TERMS = [
    term("高血压"),
    term("血压"),
    term("BP"),
    term("HPV疫苗", "ＨＰＶ"),
    term("心肌梗死", "心梗"),
    term("α-受体"),
    term("+"),
]
ENTRY = {
    "words": "心肌梗死",
    "term": "心肌梗死",
    "plain": "心梗",
    "explanation": "心脏的血管突然堵住，心肌缺血坏死。",
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("高血压的人量血压", ["高血压", "血压"]),
        ("买血压计", []),
        ("白大衣高血压", ["高血压"]),
        ("BP高，BPM不同，bp、ＢＰ", ["BP", "bp", "ＢＰ"]),
        ("打HPV疫苗，查ＨＰＶ", ["HPV疫苗", "ＨＰＶ"]),
        ("急性心肌梗死也叫心梗", ["心肌梗死", "心梗"]),
        ("α-受体", ["α-受体"]),
        ("1+1", ["+"]),
        ("𠮷血压", ["血压"]),
        ("", []),
    ],
)
def test_terms_are_found_as_people_write_them(text, found):
    hits = Matcher(TERMS).find(text)
    assert [hit.words for hit in hits] == found
    assert all(text[hit.start : hit.end] == hit.words for hit in hits)


def test_blank_names_are_no_names_and_positions_are_those_of_the_browser():
    assert Matcher([term("", " ", "血压")]).find("量 血压")[0][:3] == (2, 4, "血压")
    assert units("𠮷血压") == 4


def test_each_kind_of_rich_text_shows_the_note_on_both_outlets():
    marked = "<p>甲<dfn>心肌梗死</dfn>乙</p>"
    bodies = [
        {"type": "paragraph", "value": {"html": marked}},
        {"type": "steps", "value": {"title": "", "steps": [marked]}},
        {"type": "care_card", "value": {"level": "see_doctor", "title": "", "html": marked}},
        {"type": "question_answer", "value": {"question": "问", "answer": marked}},
    ]
    for block in bodies:
        sample = samples.snapshot(body=[block], glossary=[ENTRY])
        page = website.render_article(sample, samples.facts())
        assert page.count('class="note"') == 1 and page.count("term-1") == 2
        body = wechat.render(sample, samples.facts(), lambda image: f"local:{image['sha256']}")
        assert "甲心肌梗死（心梗：心脏的血管突然堵住，心肌缺血坏死）乙" in body and "<dfn" not in body
        assert block_text(block).count("心梗") == 0  # lists, feeds and the search keep the author's words


def test_the_website_shows_a_note_that_opens_without_a_script():
    html = str(website.safe_html("<p><dfn>心肌梗死</dfn>与<dfn>心肌梗死</dfn></p>", Terms([ENTRY])))
    assert html.count('<input type="checkbox"') == 2
    for number in (1, 2):
        assert f'id="term-{number}"' in html and f'for="term-{number}"' in html
    assert "（心梗：心脏的血管突然堵住，心肌缺血坏死）" in html
    hostile = ENTRY | {"words": "<b>", "plain": '"><script>', "explanation": "&"}
    html = str(website.safe_html("<p><dfn>&lt;b&gt;</dfn><dfn onclick=1>x</dfn></p>", Terms([hostile])))
    assert "<script" not in html and "<b>" not in html and "onclick=1&gt;" in html


def test_words_without_a_note_stand_alone_and_old_snapshots_render():
    assert website.safe_html("<p><dfn>词</dfn></p>") == "<p>词</p>"
    assert website.safe_html("<p>词</p>", Terms(None)) == "<p>词</p>"


def test_wechat_explains_at_first_use_in_brackets_and_keeps_long_ones_short():
    terms = Terms([ENTRY])
    assert (
        terms.bracketed("<p><dfn>心肌梗死</dfn>，</p>")
        == "<p>心肌梗死（心梗：心脏的血管突然堵住，心肌缺血坏死），</p>"
    )
    assert terms.bracketed("<p><dfn>心肌梗死</dfn></p>") == "<p>心肌梗死</p>"
    long = Terms([ENTRY | {"explanation": "很" * LONGEST_BRACKET}])
    assert long.bracketed("<dfn>心肌梗死</dfn>") == "心肌梗死（心梗）"
    same = Terms([ENTRY | {"plain": "心肌梗死", "explanation": "甲<乙。"}])
    assert same.bracketed("<dfn>心肌梗死</dfn>") == "心肌梗死（甲&lt;乙）"


def test_stored_marks_have_a_number_or_are_none():
    DOM.use(DOM.STRING)
    assert stored({"id": "7", "children": "心梗"}).attr == {"data-term": "7"}
    assert [stored({"id": bad, "children": "心梗"}) for bad in ("", "²", "1 2", None)] == ["心梗"] * 4


def test_the_starter_list_is_ours_to_publish():
    rows = starter.rows()
    names = [name for row in rows for name in [row["term"], *filter(None, row["synonyms"].split("、"))]]
    assert len(rows) == 150 and len(names) == len({name.lower() for name in names})
    assert all(row["plain"].lower() not in {name.lower() for name in names} for row in rows if row["plain"])
    for row in rows:
        assert row["term"] and row["explanation"].endswith("。") and len(row["explanation"]) <= 60
        assert row["department"] in {"口腔科", "心血管内科", "预防保健科", "药学部"}
        for promise in ("根治", "治愈", "保证", "一定能", "毫克", "mg/", "片/"):
            assert promise not in row["explanation"]
