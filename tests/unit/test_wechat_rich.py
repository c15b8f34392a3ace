"""Rich text into lines: lists with written markers, links into notes, hostile markup into plain words."""

import pytest

from themes import rich
from themes.links import Notes, stays


ARTICLE = "https://mp.weixin.qq.com/s/AbC-123_x"


def texts(html, notes=None):
    return [
        (line.depth, line.marker, line.html) for line in rich.lines(html, Notes() if notes is None else notes)
    ]


def test_paragraphs_and_formats_stay():
    assert texts("<p>甲<strong>乙</strong></p><p>丙<em>丁</em><sup>2</sup><sub>3</sub></p>") == [
        (0, "", "甲<strong>乙</strong>"),
        (0, "", "丙<em>丁</em><sup>2</sup><sub>3</sub>"),
    ]


def test_lists_get_their_markers_written_out():
    html = "<ul><li>一<ol><li>甲</li><li>乙</li></ol></li><li>二</li></ul><ol><li>1</li><li>2</li></ol>"
    assert texts(html) == [
        (1, "•", "一"),
        (2, "1.", "甲"),
        (2, "2.", "乙"),
        (1, "•", "二"),
        (1, "1.", "1"),
        (1, "2.", "2"),
    ]


def test_item_of_several_paragraphs_has_one_marker():
    assert texts("<ul><li><p>甲</p><p>乙</p></li></ul>") == [(1, "•", "甲"), (1, "", "乙")]


def test_empty_paragraphs_and_items_leave_nothing():
    assert texts("<p> </p><p><br></p><p><strong></strong></p><ul><li></li></ul><p>\u3000</p>") == []


def test_blanks_collapse_and_breaks_stay_inside_only():
    assert texts("<p><br> 甲\n 乙<br>丙 <br></p>") == [(0, "", "甲 乙<br>丙")]


def test_same_format_twice_is_said_once():
    assert texts("<p><strong><b>甲<strong>乙</strong></b></strong></p>") == [(0, "", "<strong>甲乙</strong>")]


def test_foreign_links_become_notes_and_keep_their_number():
    notes = Notes("https://kepu.example.cn/a/42/")
    html = '<p><a href="https://who.int/a">甲</a>、<a href="/a/7/">乙</a>、<a href="https://who.int/a">丙</a></p>'
    assert texts(html, notes) == [(0, "", "甲<sup>[1]</sup>、乙<sup>[2]</sup>、丙<sup>[1]</sup>")]
    assert list(notes) == [(1, "https://who.int/a"), (2, "https://kepu.example.cn/a/7/")]


def test_link_over_several_formats_is_one_note():
    notes = Notes()
    assert texts('<p><a href="https://who.int">甲<strong>乙</strong></a></p>', notes) == [
        (0, "", "甲<strong>乙</strong><sup>[1]</sup>")
    ]


def test_link_without_words_is_no_note():
    notes = Notes()
    assert texts('<p>甲<a href="https://who.int"></a></p>', notes) == [(0, "", "甲")]
    assert len(notes) == 0


def test_link_to_a_wechat_article_stays():
    notes = Notes()
    assert texts(f'<p><a href="{ARTICLE}">甲</a></p>', notes) == [(0, "", f'<a href="{ARTICLE}">甲</a>')]
    assert len(notes) == 0


@pytest.mark.parametrize(
    ("href", "kept"),
    [
        (ARTICLE, True),
        ("http://mp.weixin.qq.com/s?__biz=MzA3&mid=1&idx=1&sn=ab", True),
        ("https://mp.weixin.qq.com/s/AbC?tempkey=1", False),
        ("https://mp.weixin.qq.com/s", False),
        ("https://mp.weixin.qq.com/cgi-bin/home", False),
        ("https://mp.weixin.qq.com.evil.example/s/AbC", False),
        ("https://user@mp.weixin.qq.com/s/AbC", False),
        ("javascript://mp.weixin.qq.com/s/AbC", False),
        ("https://[mp.weixin.qq.com/s/AbC", False),
    ],
)
def test_only_permanent_article_addresses_stay(href, kept):
    assert stays(href) is kept


@pytest.mark.parametrize(
    "tag", ["script", "style", "iframe", "svg", "template", "title", "textarea", "object"]
)
def test_code_goes_with_its_text(tag):
    assert texts(f"<p>甲<{tag}>alert(1)</{tag}>乙</p>") == [(0, "", "甲乙")]


def test_unknown_markup_loses_its_tags_and_keeps_its_words():
    html = '<div onclick="x()">甲<span style="color:red">乙</span></div><!-- 批注 --><h2>丙</h2><img src="x" alt="图">'
    assert texts(html) == [(0, "", "甲乙"), (0, "", "丙")]


def test_words_that_look_like_markup_stay_words():
    assert texts("<p>&lt;script&gt; 5 &amp;amp; 3 &lt; 4</p>") == [
        (0, "", "&lt;script&gt; 5 &amp;amp; 3 &lt; 4")
    ]


def test_deep_lists_do_not_nest_for_ever():
    html = "<ul><li>" * 30 + "底" + "</li></ul>" * 30
    assert rich.flow(rich.lines(html, Notes())).count("<section") == rich.DEEPEST_LIST


def test_items_number_only_what_is_there():
    found = rich.items(["甲", " ", "乙"], lambda position: f"{position}.")
    assert [(line.marker, line.html) for line in found] == [("1.", "甲"), ("2.", "乙")]


def test_item_that_opens_with_a_list_keeps_its_number():
    found = rich.items(["<ul><li>甲</li><li>乙</li></ul>"], lambda position: f"{position}.", Notes())
    assert [(line.depth, line.marker, line.html) for line in found] == [(1, "1. •", "甲"), (2, "•", "乙")]


def test_plain_text_loses_what_cannot_be_printed():
    assert rich.plain(" 甲\x00\x1b\ud800\n\t乙 ") == "甲 乙"
    assert rich.multiline("甲\r\n\r\n<乙>") == "甲<br>&lt;乙&gt;"
