"""Colours of every theme, with any hospital's own: readable on paper and after WeChat's dark conversion."""

import colorsys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from themes import colour, dark
from themes.inline import stylesheet
from themes.registry import UnknownThemeError, choices, festive, label, themes
from themes.tokens import properties, resolve, tokens


PAIRS = [(theme, name) for theme in themes() for name in tokens(theme)["pairs"]]
HOSPITALS = ["#0F766E", "#1F3A8A", "#ffff00", "#ffffff", "#000000", "#88ccff", "#ff0000", "#00ff00", "#0000ff", "#777777"]  # fmt: skip


@pytest.mark.parametrize(("theme", "name"), PAIRS)
def test_pair_is_readable_on_paper_and_in_the_dark(theme, name):
    colours = tokens(theme)["colours"]
    text, ground = (colours[token] for token in tokens(theme)["pairs"][name])
    assert min(colour.contrasts(text, ground)) >= 4.5


@pytest.mark.parametrize("theme", themes())
@pytest.mark.parametrize("hospital", HOSPITALS)
def test_hospitals_colour_becomes_readable_in_each_pair(theme, hospital):
    brand = colour.brand(hospital, theme)
    colours = tokens(theme)["colours"] | {"brand": brand}
    used = [pair for pair in tokens(theme)["pairs"].values() if "brand" in pair]
    assert used
    for text, ground in used:
        assert min(colour.contrasts(colours[text], colours[ground])) >= 4.5, (text, ground, brand)
    assert brand in stylesheet(theme, brand)


@given(st.tuples(*[st.integers(0, 255)] * 3), st.sampled_from(themes()))
@example((245, 245, 255), "calm")  # nearly white, and still blue
def test_any_colour_has_a_readable_shade_of_the_same_hue(wanted, theme):
    found = colour.rgb(colour.brand(colour.hexadecimal(wanted), theme))
    for text, ground in tokens(theme)["pairs"].values():
        colours = tokens(theme)["colours"] | {"brand": colour.hexadecimal(found)}
        assert min(colour.contrasts(colours[text], colours[ground])) >= 4.5
    (hue, _l, saturation), (own, _l, kept) = (
        colorsys.rgb_to_hls(*(p / 255 for p in c)) for c in (wanted, found)
    )
    if saturation > 0.2 and kept > 0.1 and 0.1 < _l < 0.9:
        assert min(abs(hue - own), 1 - abs(hue - own)) < 0.05


def test_a_readable_colour_stays_as_the_hospital_chose_it():
    for theme in themes():
        assert colour.brand("#0F766E", theme) == "#0f766e"


@pytest.mark.parametrize("nonsense", [None, "", "teal", "#12345", "#12345g", "#fff;}", "url(x)"])
def test_what_is_no_colour_leaves_the_themes_own(nonsense):
    assert colour.brand(nonsense, "calm") == tokens("calm")["colours"]["brand"]


def test_conversion_is_the_one_that_fails_mid_greys():
    """The reason for the muted colour: #566 reads at 6:1 on white and at 2.9:1 in the dark."""
    by_day, by_night = colour.contrasts("#556666", "#ffffff")
    assert by_day > 6
    assert by_night < 3


def test_white_paper_becomes_the_dark_page():
    assert [round(part) for part in dark.background((255, 255, 255))] == list(dark.PAGE)


def test_tokens_become_css_values():
    assert properties("calm")["size-body"] == "17px"
    assert resolve("a{color:var(--brand)}", "calm") == "a{color:#0f766e}"
    assert resolve("a{color:var(--brand)}", "calm", brand="#1f3a8a") == "a{color:#1f3a8a}"
    assert "var(" not in stylesheet("calm")
    assert "/*" not in stylesheet("calm")


def test_unknown_token_and_theme_are_refused():
    with pytest.raises(KeyError):
        resolve("a{color:var(--no-such)}", "calm")
    with pytest.raises(UnknownThemeError, match="calm"):
        tokens("../calm")


def test_names_for_people():
    assert dict(choices())["calm"] == label("calm") == "素净"
    assert not festive("calm")
    assert label("no-such") == "no-such"
