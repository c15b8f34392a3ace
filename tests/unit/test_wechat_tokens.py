"""Colours of every theme: readable on paper and after WeChat's dark conversion."""

import pytest

from tests.support import wechat_dark as dark
from themes.inline import stylesheet
from themes.registry import UnknownThemeError, themes
from themes.tokens import properties, resolve, tokens


PAIRS = [(theme, name) for theme in themes() for name in tokens(theme)["pairs"]]


@pytest.mark.parametrize(("theme", "name"), PAIRS)
def test_pair_is_readable_on_paper_and_in_the_dark(theme, name):
    colours = tokens(theme)["colours"]
    text, ground = (dark.rgb(colours[token]) for token in tokens(theme)["pairs"][name])
    assert dark.contrast(text, ground) >= 4.5
    dark_ground = dark.dark_background(ground)
    assert dark.contrast(dark.dark_text(text, dark_ground), dark_ground) >= 4.5


@pytest.mark.parametrize("theme", themes())
def test_pair_of_the_website_is_readable(theme):
    colours = tokens(theme)["colours"]
    for text, ground in tokens(theme)["pairs-website"].values():
        assert dark.contrast(dark.rgb(colours[text]), dark.rgb(colours[ground])) >= 4.5


def test_conversion_is_the_one_that_fails_mid_greys():
    """The reason for the muted colour: #566 reads at 6:1 on white and at 2.9:1 in the dark."""
    grey = dark.rgb("#566")
    assert dark.contrast(grey, dark.rgb("#fff")) > 6
    assert dark.contrast(dark.dark_text(grey, dark.PAGE), dark.PAGE) < 3


def test_white_paper_becomes_the_dark_page():
    assert [round(part) for part in dark.dark_background((255, 255, 255))] == list(dark.PAGE)


def test_tokens_become_css_values():
    assert properties("calm")["size-body"] == "17px"
    assert resolve("a{color:var(--brand)}", "calm") == "a{color:#0f766e}"
    assert "var(" not in stylesheet("calm")
    assert "/*" not in stylesheet("calm")


def test_unknown_token_and_theme_are_refused():
    with pytest.raises(KeyError):
        resolve("a{color:var(--no-such)}", "calm")
    with pytest.raises(UnknownThemeError, match="calm"):
        tokens("../calm")
