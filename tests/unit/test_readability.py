"""Plain language: the order of the triples, the figures and the words that are meant. No database."""

import csv
from pathlib import Path

import pytest

from articles.checks import lists, readability, typography
from articles.checks.reading import Reading
from tests.unit.test_findings import PAGE, changed


FOLDER = Path(__file__).parents[1] / "data" / "readability"


def triples(half):
    with (FOLDER / f"{half}.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


@pytest.mark.parametrize("half", ["development", "held_out"])
def test_plain_before_ordinary_before_textbook(half):
    wrong = []
    for row in triples(half):
        marks = [readability.difficulty(row[name]) for name in ("plain", "ordinary", "textbook")]
        if not marks[0] < marks[1] < marks[2]:
            wrong.append((row["topic"], marks))
    assert len(triples(half)) == 15
    assert wrong == []


def test_common_characters_are_level_one_of_the_national_table():
    common = readability.common()
    assert len(common) == 3755 and {"的", "药", "啊", "座"} <= common and not {"癫", "痫"} & common


def test_figures_count_sentences_clauses_and_percentages():
    found = readability.measured("血压要每天量。早晚各量两次，记下来！癫痫，5%的人有，每100人中有3人。")
    assert found.sentences == (6, 9, 10)
    assert found.clauses == (6, 6, 3, 2, 3, 5)
    assert found.rare == ("癫", "痫")
    assert (found.percentages, found.frequencies, found.band) == (1, 1, "green")
    empty = readability.measured("")
    assert (empty.average, empty.longest, empty.rare_share, empty.terms_per_hundred) == (0, 0, 0, 0)


def paragraph(text, terms=()):
    body = [{"type": "paragraph", "value": {"html": text}}]
    return Reading(changed(body=body, title="", summary="", key_message=""), PAGE, lists.Lists(terms=terms))


@pytest.mark.parametrize(
    ("html", "code", "quote"),
    [
        ("<p>" + "长" * 41 + "。短。</p>", "readability.sentence", "长" * 41),
        ("<p>短的，" + "长" * 21 + "，短。</p>", "readability.clause", "长" * 21),
        ("<p>" + "这是一个不长的句子。" * 14 + "</p>", "readability.paragraph", None),
        ("<p>" + "这是不长的句子。</p><p>" * 60 + "</p>", "readability.section", ""),
        ("<p>查一下CRP再说。</p>", "readability.abbreviation", "CRP"),
        ("<p>这是心肌梗死的表现。</p>", "readability.term", "心肌梗死"),
        ("<p>有30%、40%和50%的人。</p>", "readability.percentages", ""),
    ],
)
def test_what_makes_a_text_hard_is_named(html, code, quote):
    terms = (lists.Term(("心肌梗死",), "心梗", ""),)
    found = [one for one in readability.found(paragraph(html, terms)) if one.code == code]
    assert len(found) == 1 and found[0].level == "info"
    assert quote is None or found[0].quote == quote


@pytest.mark.parametrize(
    "html",
    [
        "<p>C反应蛋白（CRP）升高。再查CRP。</p>",
        "<p>心肌梗死（也就是心梗）要打120。</p>",
        "<p>这是<dfn>心肌梗死</dfn>。</p>",
        "<p>做CT。测mmHg。https://ABC.com 见。</p>",
    ],
)
def test_what_is_explained_passes(html):
    terms = (lists.Term(("心肌梗死",), "心梗", ""),)
    codes = {one.code for one in readability.found(paragraph(html, terms))}
    assert not codes & {"readability.term", "readability.abbreviation"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("每天量血压,记下来。", "half_width"),
        ("药(饭后吃)要按时。", "brackets"),
        ("太好了！！", "repeated"),
        ("等等...", "ellipsis"),
        ("每天 量血压。", "space"),
        ('他说"多喝水"。', "quotes"),
        ("每天８次。", "wide_digits"),
        ("体温 38 ℃。", "unit_space"),
        ("每天3~5次。", "range"),
        ("喝二百毫升水。", "numerals"),
    ],
)
def test_typography_is_a_suggestion(text, code):
    found = [one for one in typography.found(paragraph(f"<p>{text}</p>")) if one.code == f"typography.{code}"]
    assert found and all(one.level == "info" and one.technical for one in found)
    sound = paragraph(
        "<p>收缩压 120～139 毫米汞柱，体温38℃，约20%的人会头晕……“慢慢起身”（别急）。10:30再量。</p>"
    )
    assert list(typography.found(sound)) == []
