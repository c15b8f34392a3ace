"""HTML made to exhaust its reader is refused or read, whatever its shape."""

import pytest

from articles.importing import limits, tree
from articles.importing.report import RefusedError


SIZE = limits.MAX_SOURCE_CHARACTERS


@pytest.mark.parametrize(
    "unit", ["<a ", "<a x='", "<div>", "<b>", "<p></p>", "<td><table>", "<table>x<b>y</b>", "<font color=1>"]
)
def test_endless_tags_are_refused(unit):
    with pytest.raises(RefusedError) as refusal:
        tree.parse(unit * (SIZE // len(unit)))
    assert refusal.value.code == "too_complex"


def test_formatting_that_multiplies_with_each_paragraph_is_refused():
    source = "<p>" + "".join(f"<b id={number}>" for number in range(90)) + "</p>" + "<p>x</p>" * 2000
    with pytest.raises(RefusedError):
        tree.parse(source)


@pytest.mark.parametrize("unit", ["<!--", "</", "<![CDATA[", "<!", "<?", "<"])
def test_unfinished_marks_end_with_the_page(unit):
    body, _title = tree.parse("<p>开头</p>" + unit * (100_000 // len(unit)))
    assert "".join(body.itertext()).startswith("开头")


def test_a_page_beyond_the_length_is_refused():
    with pytest.raises(RefusedError):
        tree.parse("文" * (SIZE + 1))


def test_tags_that_authors_leave_open_are_closed():
    body, title = tree.parse("<title> 题 </title><p>一<p>二<ul><li>甲<li>乙</ul>")
    assert title == "题"
    assert [element.tag for element in body] == ["p", "p", "ul"]
    assert [item.text for item in body.find("ul")] == ["甲", "乙"]


def test_comments_go_even_unfinished_ones():
    body, _title = tree.parse("<p>一<!-- 二 -->三</p><!-- <p>四</p>")
    assert "".join(body.itertext()) == "一三"
