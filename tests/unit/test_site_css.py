"""The website's style sheets: what a five-year-old Chromium understands, within its bytes, with no name left over."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.choices import CareLevel
from themes import colour, site_style, website
from themes.registry import themes
from themes.tokens import tokens


ROOT = Path(website.__file__).parent
STATIC = ROOT / "static/themes"
SHEETS = {
    name: (STATIC / f"calm/{name}.css").read_text(encoding="utf-8")
    for name in ("site", "lists", "print", "leaflet")
}
CSS = re.sub(r"/\*.*?\*/", "", "".join(SHEETS.values()), flags=re.DOTALL)
SCRIPTS = {name: (STATIC / f"{name}.js").read_text(encoding="utf-8") for name in ("site", "article")}
SCRIPT = "".join(SCRIPTS.values())
LIMITS = {"site": 16 * 1024, "lists": 5 * 1024, "print": 2 * 1024, "leaflet": 4 * 1024}
HOSPITALS = ["", "#0F766E", "#1F3A8A", "#ffff00", "#ffffff", "#000000", "#ff0000", "#00ff00", "#0000ff", "#777777"]  # fmt: skip


def readable(theme, hospital):
    for light in (site_style.DAY, site_style.NIGHT):
        colours = site_style.palette(theme, hospital, light)
        for name, text, ground, wanted in site_style._pairs(tokens(theme)):
            found = colour.contrast(colours[text], colours[ground])
            assert found >= wanted, (name, light, hospital, found)


@pytest.mark.parametrize("theme", themes())
@pytest.mark.parametrize("hospital", HOSPITALS)
def test_every_pair_reads_by_day_and_by_night(theme, hospital):
    readable(theme, hospital)


@given(st.tuples(*[st.integers(0, 255)] * 3), st.sampled_from(themes()))
def test_every_pair_reads_with_any_hospitals_colour(wanted, theme):
    readable(theme, colour.hexadecimal(wanted))


def test_a_readable_colour_stays_as_the_hospital_chose_it():
    found = site_style.palette("calm", "#1F3A8A")
    assert (found["brand"], found["brand-fill"]) == ("#1f3a8a", "#1f3a8a")


@pytest.mark.parametrize("nonsense", [None, "", "red", "#12345g", "#123456;}*{display:none"])
def test_what_is_no_colour_becomes_the_themes(nonsense):
    assert site_style.style("calm", nonsense) == site_style.style("calm", "")


@pytest.mark.parametrize("theme", themes())
def test_every_property_used_is_defined(theme):
    defined = set(re.findall(r"--([\w-]+):", site_style.style(theme))) | set(re.findall(r"--([\w-]+):", CSS))
    assert set(re.findall(r"var\(--([\w-]+)", CSS + site_style.style(theme))) <= defined


def test_an_older_chromium_understands_the_sheet():
    """Chromium 90: none of these, or only where losing them loses nothing."""
    assert not re.search(r":has\(|@container|@layer|@scope|@property|color-mix\(|oklch\(|light-dark\(", CSS)
    assert not re.search(r"\d(?:dvh|svh|lvh|dvw|cqw|cqi)\b|:is\(|@import|https?:", CSS)
    assert not re.search(r"(?:inset-inline|margin-inline|padding-block)\b|subgrid|media \([^)]*[<>]", CSS)
    # No rule within a rule: braces stand two deep only within @media.
    outside = re.sub(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", CSS)
    assert not re.search(r"\{[^{}]*\{", outside)
    assert CSS.count("{") == CSS.count("}")
    assert set(re.findall(r"url\(([^)]*)\)", CSS)) <= {"branch.svg"}


def test_sheets_and_scripts_stay_small():
    assert {
        name: len(sheet.encode()) for name, sheet in SHEETS.items() if len(sheet.encode()) > LIMITS[name]
    } == {}
    assert all(len(script.encode()) <= 5 * 1024 for script in SCRIPTS.values())
    for theme in themes():
        assert len(site_style.style(theme, "#1F3A8A")) <= 1600, theme


# Names that scripts and tests take hold of, or that only mark what a part is.
LEAFLET_PARTS = {"key_message", "emergency", "care_card", "do_dont"}
UNSTYLED = {"do", "self_care", "large", "news", "first", "text", "ways"}


def _classes_of_templates():
    found = {}
    for file in (ROOT / "templates/themes").glob("*/web/**/*.html"):
        plain = re.sub(r"{%.*?%}", " ", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        for names in re.findall(r'class="([^"]*)"', re.sub(r"{{.*?}}", "", plain)):
            for name in names.split():
                found[name] = file.name
    return found


def test_every_class_has_a_rule_and_every_rule_a_class():
    styled = set(re.findall(r"\.([a-z_][\w-]*)", re.sub(r'"[^"]*"|\([^)]*\)|\{[^{}]*\}', "{", CSS)))
    used = _classes_of_templates()
    assert not {name: where for name, where in used.items() if name not in styled | UNSTYLED}
    elsewhere = SCRIPT + "".join(
        file.read_text(encoding="utf-8")
        for file in (ROOT / "terms.py", ROOT / "citations.py", ROOT / "website.py")
    )
    named = {choice.value for choice in CareLevel} | {"large", "print", "grey", "a5"} | LEAFLET_PARTS
    assert {name for name in styled - set(used) - named if name not in elsewhere} == set()
