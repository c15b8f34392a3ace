"""WeChat's dark mode on a whole body: who gets which ground and ink. Single colours: test_wechat_tokens.py."""

import re

import pytest

from tests import samples
from themes import colour
from themes.dark import night
from themes.measure import texts
from themes.preview import scaled
from themes.registry import themes
from themes.wechat import render


def colours(html):
    return re.findall(r"(?:^|[^-])color:(#[0-9a-f]{6})", html)


def test_inherited_text_is_fitted_to_a_new_ground():
    html = night('<section style="color:#233"><p style="background:#fffbeb">甲</p><p>乙</p></section>')
    on_page, on_ground = colours(html)
    assert re.search(r"background:#([0-9a-f]{2})\1\1;", html)
    assert "<p>乙</p>" in html
    for ink in (on_page, on_ground):
        assert colour.contrast(ink, "#191919") >= 4.5


def test_a_colour_of_its_own_is_fitted_to_the_ground_it_stands_on():
    html = night(
        '<p style="background:#0f766e"><strong style="color:#fff">甲</strong></p><p style="color:#fff">乙</p>'
    )
    assert "background:#0f766e" in html
    assert colours(html)[1:] == ["#ffffff", "#ffffff"]


def test_borders_are_fitted_to_the_page():
    assert "border-left:4px solid #000000" not in night('<p style="border-left:4px solid #000000">甲</p>')


@pytest.mark.parametrize(
    "html",
    [
        "<p>甲 &amp; 乙 &lt;&#65;<br></p>",
        '<p style="padding:1em">甲</p>',
        '<p style="color:var(--x)">甲</p>',
        '<p style="background:rgba(0,0,0,0.5)">甲</p></section>',
        '<img src="/a.png" alt="&quot;&lt;">',
        "",
    ],
)
def test_what_has_no_colour_of_ours_stays(html):
    assert night(html) == html


def test_attributes_stay_escaped():
    html = night('<a href="/?a=1&amp;b=&quot;" style="color:#000">甲</a>')
    assert 'href="/?a=1&amp;b=&quot;"' in html


@pytest.mark.parametrize("theme", themes())
def test_words_and_elements_of_a_body_stay(theme):
    html = render(samples.snapshot(), samples.facts(), lambda image: f"local:{image['sha256']}", theme)
    turned = night(html)
    assert turned != html
    assert texts(turned) == texts(html)
    bare = re.compile(r' style="[^"]*"')
    assert bare.sub("", turned) == bare.sub("", html)


def test_type_grows_in_styles_alone():
    html = '<p style="font-size:20px;line-height:1.4">font-size:20px</p>'
    assert scaled(html, "standard") == html
    assert scaled(html, "largest") == '<p style="font-size:30px;line-height:1.4">font-size:20px</p>'
