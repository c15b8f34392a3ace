"""Rich text as it may stand in a snapshot, and as the editor hands it over."""

import json

from wagtail.admin.rich_text import get_rich_text_editor_widget

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from articles.html import TAGS, canonical_html, plain_text


@pytest.mark.parametrize(
    ("stored", "canonical"),
    [
        ('<p data-block-key="x1">甲<b>乙</b><i>丙</i></p>', "<p>甲<strong>乙</strong><em>丙</em></p>"),
        ("<p>H<sub>2</sub>O 10<sup>9</sup></p>", "<p>H<sub>2</sub>O 10<sup>9</sup></p>"),
        ("<ul><li>一</li><li>二</li></ul>", "<ul><li>一</li><li>二</li></ul>"),
        ('<p><a href="https://www.who.int/">世卫</a></p>', '<p><a href="https://www.who.int/">世卫</a></p>'),
        ('<p><a href="javascript:alert(1)">点</a></p>', "<p>点</p>"),
        ('<p><a href="mailto:a@b.cn">信</a><a href="tel:123">电</a></p>', "<p>信电</p>"),
        ('<p><a href="//evil.example/">去</a></p>', "<p>去</p>"),
        ('<p><a href="http://[bad">去</a></p>', "<p>去</p>"),
        ("<p>甲<script>alert('乙')</script><style>p{}</style>丙</p>", "<p>甲丙</p>"),
        ('<p onclick="x()" style="color:red" class="y">甲</p>', "<p>甲</p>"),
        ('<embed embedtype="image" id="1"/><p>甲</p>', "<p>甲</p>"),
        ("<p></p><p> </p><p>甲</p>", "<p>甲</p>"),
        ("<p>5 &lt; 6 &amp; 7</p>", "<p>5 &lt; 6 &amp; 7</p>"),
        ("", ""),
        (None, ""),
    ],
)
def test_canonical(stored, canonical):
    assert canonical_html(stored) == canonical


@given(st.text(alphabet=st.sampled_from("<>/=\"'& abscriptpon甲乙丙"), max_size=120))
def test_nothing_but_the_subset_comes_out_and_it_is_stable(text):
    html = canonical_html(text)
    assert {tag.name for tag in BeautifulSoup(html, "html.parser").find_all(True)} <= TAGS
    assert canonical_html(html) == html


def test_plain_text():
    assert plain_text("<p>甲<strong>乙</strong></p><ul><li>丙</li></ul>") == "甲乙 丙"
    assert plain_text("<p>5 &lt; 6 &amp;amp; 7</p>") == "5 < 6 &amp; 7"


def test_half_an_emoji_is_stored_as_plain_fields_store_it():
    """What another program cut in two arrives as an escape of JSON; no database takes it, and autosave would stop."""
    block = {"key": "a1", "type": "unstyled", "depth": 0, "entityRanges": []}
    block |= {
        "text": "坏\ud83d字\x00😀完",
        "inlineStyleRanges": [{"offset": 3, "length": 1, "style": "BOLD"}],
    }
    widget = get_rich_text_editor_widget(features=["bold"])
    stored = widget.value_from_datadict({"b": json.dumps({"blocks": [block], "entityMap": {}})}, {}, "b")
    assert plain_text(stored) == "坏\ufffd字\ufffd😀完" and stored.encode()
    assert widget.value_from_datadict({}, {}, "b") is None
