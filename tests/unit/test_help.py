"""The help pages: each can be read, has its pictures, and is found by its words."""

import random
import re

import pytest
from PIL import Image

from cms.help import make_pictures, pages


def test_every_page_has_a_title_words_and_an_address():
    found = pages.pages()
    assert len(found) >= 9
    assert len({page.name for page in found}) == len(found)
    for page in found:
        assert re.fullmatch(r"[a-z0-9-]+", page.name)
        assert page.title
        assert len(page.plain()) > 80
        html = page.html()
        assert "<script" not in html
        assert "&lt;" not in html


def test_every_picture_is_there_described_and_small():
    assert make_pictures.wanted() == {file.stem for file in make_pictures.TARGET.glob("*.webp")}
    assert len(make_pictures.wanted()) <= 9
    for name in make_pictures.wanted():
        assert (make_pictures.TARGET / f"{name}.webp").stat().st_size <= make_pictures.MOST_BYTES
    for page in pages.pages():
        assert "![](" not in page.text
        assert page.html().count("<img") == len(page.pictures())


def test_a_picture_is_made_small_or_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(make_pictures, "TARGET", tmp_path)
    assert make_pictures.keep("plain", Image.new("RGBA", (1280, 860), "#0f766e")) < make_pictures.MOST_BYTES
    with Image.open(tmp_path / "plain.webp") as kept:
        assert (kept.format, kept.size) == ("WEBP", (960, 645))
    noise = Image.frombytes("RGB", (960, 2000), random.Random(1).randbytes(960 * 2000 * 3))
    with pytest.raises(ValueError, match="noise"):
        make_pictures.keep("noise", noise)
    assert [file.name for file in tmp_path.glob("*.webp")] == ["plain.webp"]


def test_links_between_pages_lead_somewhere():
    names = {page.name for page in pages.pages()}
    links = {name for page in pages.pages() for name in re.findall(r"\]\(\.\./([a-z-]+)/\)", page.text)}
    assert links
    assert links <= names


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("撤稿", "withdraw"),
        ("docx", "import"),
        ("DOI", "references"),
        ("群发", "push"),
        ("2.35", "pictures"),
        ("系列", "together"),
        ("放行", "checks"),
    ],
)
def test_pages_are_found_by_their_words(query, first):
    assert pages.search(query)[0].name == first


def test_a_search_that_finds_nothing_and_one_without_words():
    assert pages.search("没有这样的词") == []
    assert pages.search("  ") == list(pages.pages())
    assert pages.page("nothing") is None


def test_hostile_markdown_comes_out_harmless():
    page = pages.HelpPage(
        "x", "x", "<script>alert(1)</script>\n\n[a](javascript:alert(1)) <img src=x onerror=y>"
    )
    html = page.html()
    assert "<script" not in html
    assert "onerror" not in html.replace("onerror=y&gt;", "")
    assert 'href="javascript' not in html
