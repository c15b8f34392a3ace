"""The demo's articles and drawings: shape, plain language, references, care cards, pictures, glyphs. No database."""

import io
import json
import re
from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from fontTools.ttLib import TTFont
from PIL import Image

from articles import citation, findings
from articles.checks import lists
from articles.checks.reading import Reading
from articles.choices import AIUse, Audience, CareLevel, ReferenceKind, Release, SourceType
from articles.snapshot import block_text
from cms.demo import drawings, make_docx, make_font, pen
from tests.support import wording_corpus


CONTENT = Path(drawings.__file__).parent / "content"
HAN = re.compile(r"[\u3400-\u9fff]")
BLOCKS = {
    "heading": {"text", "level"},
    "paragraph": {"html"},
    "image": {"drawing", "alt", "caption", "credit"},
    "key_points": {"title", "points"},
    "steps": {"title", "steps"},
    "do_dont": {"do", "dont"},
    "care_card": {"level", "title", "html"},
    "question_answer": {"question", "answer"},
    "table": {"caption", "header", "rows"},
    "quote": {"text", "attribution"},
}
REFERENCE = {
    "kind",
    "authors",
    "title",
    "container",
    "year",
    "volume",
    "issue",
    "pages",
    "publisher",
    "place",
    "url",
    "doi",
    "pmid",
    "accessed",
}


def _json(name):
    return json.loads((CONTENT / name).read_text(encoding="utf-8"))


IMPORTS = {record["slug"]: record for record in _json("imports.json")}
TOPICS = {topic["slug"]: topic for topic in _json("topics.json")}
PEOPLE = _json("people.json")
ARTICLES = {
    file.stem: _json(file.name)
    for file in sorted(CONTENT.glob("*.json"))
    if file.stem not in ("imports", "topics", "people", "faulty")
}
FAULTY = _json("faulty.json")


def _snapshot(article):
    """The article as the snapshot of a page would be."""

    def picture(value):
        return {"image": {"alt": value["alt"], "caption": value["caption"], "credit": value["credit"]}}

    return {
        **{
            key: article[key]
            for key in ("title", "summary", "key_message", "department", "author", "source", "ai")
        },
        "cover": article["cover"],
        "push": {"title": "", "digest": ""},
        "references": article["references"],
        "body": [{**b, "value": picture(b["value"])} if b["type"] == "image" else b for b in article["body"]],
    }


def _findings(article):
    page = SimpleNamespace(body=())
    return findings.of_house(Reading(_snapshot(article), page, lists.Lists(rules=lists.shipped())))


def _source(slug):
    """The text of one of the two real files, as its author wrote it."""
    name = "gum-bleeding.txt" if slug == "gum-bleeding" else IMPORTS[slug]["file"]
    return (CONTENT / name).read_text(encoding="utf-8")


def _passages(slug):
    """Each passage of an article's body as plain text."""
    if slug in ARTICLES:
        return [block_text(block) for block in _snapshot(ARTICLES[slug])["body"]]
    body = _source(slug).split("科室：", 1)[1].split("\n", 1)[1].split("## 参考文献")[0]
    return re.sub(r"\(https?:[^)]*\)", "", body).replace("|", "\n").splitlines()


def _article(slug):
    return ARTICLES.get(slug) or IMPORTS[slug]


def _drawings(article):
    return [article["cover"]["drawing"]] + [
        block["value"]["drawing"] for block in article.get("body", ()) if block["type"] == "image"
    ]


def _drawings_of(slug):
    inside = re.findall(r"!\[.+?\]\((.+?)\)", _source(slug)) if slug in IMPORTS else []
    return _drawings(_article(slug)) + inside


ALL = sorted([*ARTICLES, *IMPORTS])
each_article = pytest.mark.parametrize("slug", ALL)
each_structured = pytest.mark.parametrize("slug", sorted(ARTICLES))
each_drawing = pytest.mark.parametrize("key", drawings.KEYS)


def test_eight_articles_two_a_topic():
    assert len(ALL) >= 8
    by_topic = defaultdict(list)
    for slug in ALL:
        by_topic[_article(slug)["topic"]].append(slug)
    assert set(by_topic) == set(TOPICS)
    assert all(len(slugs) >= 2 for slugs in by_topic.values())


def test_every_kind_of_block_is_used_and_four_articles_have_figures():
    used = {block["type"] for article in ARTICLES.values() for block in article["body"]}
    assert used == set(BLOCKS)
    assert sum(len(_drawings_of(slug)) > 1 for slug in ALL) >= 4
    levels = {b["value"]["level"] for a in ARTICLES.values() for b in a["body"] if b["type"] == "care_card"}
    assert levels == set(CareLevel.values)


@each_article
def test_fields_hold_known_values(slug):
    article = _article(slug)
    assert article["slug"] == slug
    assert article["audience"] in Audience.values
    assert article["release"] in (Release.PUBLISH, Release.BOARD)
    assert article["source"]["type"] in SourceType.values
    assert article["ai"]["use"] in AIUse.values
    expected = 12 if article["topic"] in ("medicines-at-home", "vaccination") else 24
    assert article["review_months"] == expected
    assert article["author"] in [{k: p[k] for k in ("name", "title", "department")} for p in PEOPLE["people"]]
    assert article["author"]["department"] == article["department"]
    signer = next(person for person in PEOPLE["people"] if person["username"] == "physician")
    assert article["author"]["name"] != signer["name"]


@each_structured
def test_blocks_have_the_shape_of_the_snapshot(slug):
    for block in ARTICLES[slug]["body"]:
        assert set(block["value"]) == BLOCKS[block["type"]], block
        if block["type"] == "table":
            assert {len(row) for row in block["value"]["rows"]} == {len(block["value"]["header"])}
        if block["type"] == "image":
            assert block["value"]["alt"]


@each_article
def test_title_summary_and_key_message(slug):
    if slug in ARTICLES:
        title, summary, message = (ARTICLES[slug][key] for key in ("title", "summary", "key_message"))
    else:
        source = _source(slug)
        title = source.splitlines()[0].removeprefix("# ")
        summary, message = (re.search(rf"^{label}：(.+)$", source, re.M)[1] for label in ("摘要", "一句话"))
    assert 0 < len(title) <= 24
    assert 0 < len(summary) <= 120
    assert 0 < len(message) <= 120


@each_article
def test_length_and_sentences(slug):
    passages = _passages(slug)
    assert 600 <= len(HAN.findall("".join(passages))) <= 1500
    sentences = [
        s
        for text in passages
        for s in re.split(r"[。！？；…\n]|(?<=[\u3400-\u9fff]) ", text)
        if HAN.search(s)
    ]
    lengths = [len(HAN.findall(sentence)) for sentence in sentences]
    assert sum(lengths) / len(lengths) <= 20
    assert [s for s, n in zip(sentences, lengths, strict=True) if n > 40] == []


@each_article
def test_says_when_to_seek_care(slug):
    if slug in ARTICLES:
        levels = {b["value"]["level"] for b in ARTICLES[slug]["body"] if b["type"] == "care_card"}
        assert {"see_doctor", "call_120"} <= levels
    else:
        assert "## 何时就医" in _source(slug)
        assert "## 何时拨打120" in _source(slug)


@each_structured
def test_editorial_checks_have_nothing_to_object(slug):
    objections = [f for f in _findings(ARTICLES[slug]) if f.level != findings.INFO]
    assert [(f.code, f.place, f.message) for f in objections] == []


@each_article
def test_wording_promises_nothing_and_steers_nobody(slug):
    text = "\n".join(_passages(slug))
    assert [(f.code, f.message) for line in text.splitlines() for f in wording_corpus.found(line)] == []
    # The only number to ring is the emergency service's.
    assert set(re.findall(r"(?:拨打|打|电话)\D{0,2}(\d{3,})", text)) <= {"120"}


@each_structured
def test_references_can_be_printed(slug):
    references = ARTICLES[slug]["references"]
    assert len(references) >= 2
    for record in references:
        assert set(record) == REFERENCE
        assert record["kind"] in ReferenceKind.values
        assert record["title"]
        if record["kind"] == "web":
            assert urlsplit(record["url"]).scheme == "https"
            assert re.fullmatch(r"\d{4}-\d\d-\d\d", record["accessed"])
        if record["kind"] == "journal":
            assert record["container"]
            assert record["year"]
        if record["doi"]:
            assert re.fullmatch(r"10\.\d{4,9}/\S+", record["doi"])
        line = citation.printed(
            SimpleNamespace(
                **{**record, "authors": "\n".join(record["authors"]), "accessed": None, "published": None},
                edition="",
                number="",
                manual="",
            )
        )
        assert record["title"] in line
        # 等 closes a Chinese list of authors, et al. a Latin one.
        assert not (re.match(r"[A-Z]", record["authors"][0]) and "等" in record["authors"])


@pytest.mark.parametrize("slug", sorted(IMPORTS))
def test_real_files_end_with_references(slug):
    lines = _source(slug).split("## 参考文献")[1].strip().splitlines()
    assert len(lines) >= 2
    assert all(re.match(r"\d+\. .+\[(?:J|M|R|EB/OL)\]\.", line) for line in lines)


def test_the_word_file_is_made_from_its_source():
    assert make_docx.build(_source("gum-bleeding")) == (CONTENT / "gum-bleeding.docx").read_bytes()


def test_the_faulty_article_is_stopped_for_the_reasons_it_names():
    stopped = {finding.code for finding in _findings(FAULTY) if finding.stops}
    assert stopped == set(FAULTY["expected_findings"])
    assert "演示" in FAULTY["title"]


def test_topic_sentences():
    for topic in TOPICS.values():
        assert topic["title"]
        assert topic["intro"]
        assert not topic["emergency"] or "120" in topic["emergency"]
    assert TOPICS["blood-pressure"]["emergency"]
    assert TOPICS["vaccination"]["emergency"]


def test_people_are_fictitious_and_complete():
    roles = {person["role"] for person in PEOPLE["people"] if person["login"]}
    assert roles == {"librarian", "physician", "chief", "admin"}
    assert len({p["username"] for p in PEOPLE["people"]}) == len(PEOPLE["people"])
    assert "虚构" in PEOPLE["note"]


def test_every_drawing_exists_and_is_used():
    used = {key for slug in ALL for key in _drawings_of(slug)} | set(_drawings(FAULTY))
    assert used == set(drawings.KEYS)


@each_drawing
def test_drawings(key):
    data = drawings.draw(key)
    assert len(data) <= 300 * 1024
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.format == "PNG"
        if key.startswith("cover-"):
            assert picture.width / picture.height == pytest.approx(2.35, abs=0.005)
        else:
            assert picture.size == drawings.FIGURE_SIZE


def test_a_drawing_is_the_same_every_time():
    first = drawings.draw("cover-brushing")
    drawings.draw.cache_clear()
    assert drawings.draw("cover-brushing") == first


@pytest.mark.parametrize("bold", [False, True])
def test_fonts_hold_every_character_that_is_drawn(bold):
    with TTFont(pen.font_path(bold)) as font:
        glyphs = set(map(chr, font.getBestCmap()))
        names = {record.toUnicode() for record in font["name"].names if record.nameID in (1, 3, 4, 6)}
    assert set(make_font.characters()) <= glyphs
    assert pen.font_characters() <= glyphs
    # The licence reserves the original's name for the original.
    assert not any(word in name for name in names for word in ("Noto", "Source"))
    assert pen.font_path(bold).stat().st_size <= 400 * 1024


def test_a_missing_glyph_is_an_error():
    with pytest.raises(pen.MissingGlyphError):
        pen.Pen(40, 40, "#ffffff").text(20, 20, "鑫", 20, "#000000")


@pytest.mark.parametrize("slug", ALL)
def test_numbers_in_pictures_stand_in_the_text(slug, monkeypatch):
    written = []
    monkeypatch.setattr(pen.Pen, "text", lambda self, x, y, words, *rest: written.append(words))
    for key in _drawings_of(slug):
        drawings._SCENES[key](pen.Pen(60, 60, "#ffffff"))
    numbers = {
        number
        for words in written
        if not re.fullmatch(r"[1-9]", words)
        for number in re.findall(r"\d+", words)
    }
    assert numbers <= set(re.findall(r"\d+", "\n".join(_passages(slug))))
