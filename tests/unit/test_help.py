"""The help pages: each can be read, has its pictures, and is found by its words."""

import re
from pathlib import Path

import pytest

from cms.help import pages
from cms.help.make_pictures import ROOT, TARGET


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


def test_every_picture_is_there_described_and_made_from_a_screenshot():
    shown = {name for page in pages.pages() for name in page.pictures()}
    assert shown == {file.name for file in TARGET.glob("*.webp")}
    for name in shown:
        assert (TARGET / name).stat().st_size < 150_000
        assert (ROOT / "docs" / "screenshots" / f"{Path(name).stem}.png").exists()
    for page in pages.pages():
        assert "![](" not in page.text
        assert page.html().count("<img") == len(page.pictures())


@pytest.mark.parametrize(
    ("query", "first"),
    [("撤稿", "withdraw"), ("docx", "import"), ("DOI", "references"), ("群发", "push"), ("2.35", "pictures")],
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
