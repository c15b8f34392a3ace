"""A look is a folder: a fourth needs no Python, says only how it differs, and is held to the same rules."""

from django.core import checks

import pytest

from tests import samples
from tests.support.wechat_rules import complaints
from themes import colour
from themes.checks import check_themes
from themes.inline import stylesheet
from themes.measure import texts
from themes.registry import choices, festive, label, template, themes
from themes.tokens import tokens
from themes.wechat import render


STAND_IN = "http://mmbiz.qpic.cn/" + "x" * 110
TOKENS = """
label = "秋收"

[colours]
ink = "#321"
line = "#c9a227"

[size]
body = 18
"""


@pytest.fixture
def plant(settings, tmp_path):
    """Return plant(**files): a theme "harvest" outside our folders, with these files ("wechat/article.css")."""
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path]}]

    def plant(files):
        for name, text in files.items():
            file = tmp_path / "themes" / "harvest" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")

    return plant


def body(theme, **changes):
    return render(samples.snapshot(**changes), samples.facts(), lambda image: STAND_IN, theme)


def test_three_looks_have_names_for_people():
    assert choices() == [("calm", "素净"), ("festive", "节日"), ("large", "大字")]
    assert [theme for theme in themes() if festive(theme)] == ["festive"]


def test_the_looks_differ_and_say_the_same():
    told = {theme: body(theme) for theme in themes()}
    assert len(set(told.values())) == len(told)
    marks = str.maketrans("", "", "◆◇ ")
    assert len({"".join(texts(html)).translate(marks) for html in told.values()}) == 1


def test_large_type_is_larger():
    sizes = {theme: tokens(theme)["size"] for theme in ("calm", "large")}
    assert all(
        sizes["large"][name] > sizes["calm"][name] for name in ("body", "heading", "subheading", "note")
    )
    assert f"font-size:{sizes['large']['body']}px" in body("large")


@pytest.mark.parametrize("theme", themes())
def test_the_hospitals_colour_is_in_every_look(theme):
    facts = samples.facts(institution=samples.FACTS["institution"] | {"colour": "#7A1FA2"})
    used = colour.brand("#7A1FA2", theme)
    html = render(samples.snapshot(), facts, lambda image: STAND_IN, theme)
    assert used in html
    assert tokens(theme)["colours"]["brand"] not in html


def test_a_fourth_look_needs_no_python(plant):
    plant(
        {
            "tokens.toml": TOKENS,
            "wechat/article.css": "/* mine */ .h2 { font-size: var(--size-heading); text-align: center }",
            "wechat/blocks/quote.html": '<p class="quote">“{{ block.text }}”</p>',
        }
    )
    assert [name for name in themes() if name not in ("calm", "festive", "large")] == ["harvest"]
    assert label("harvest") == "秋收"
    assert not festive("harvest")
    html = body("harvest")
    assert complaints(html) == []
    # Its own: tokens, a rule, a template.
    assert "font-size:18px" in html
    assert "color:#321" in html
    assert "text-align:center" in html
    assert f"“{samples.SNAPSHOT['body'][-1]['value']['text']}”" in "".join(texts(html))
    # Calm's: every token, rule and template it does not name.
    assert tokens("harvest")["size"]["note"] == tokens("calm")["size"]["note"]
    assert ".alarm {" in stylesheet("harvest")
    assert template("harvest", "wechat/end.html") == "themes/calm/wechat/end.html"
    assert samples.SNAPSHOT["key_message"] in html
    # A rule of the same name replaces calm's as a whole.
    assert "color: #" not in stylesheet("harvest").partition(".h2 {")[2].partition("}")[0]
    assert check_themes(None) == []


def test_gone_with_its_folder():
    assert "harvest" not in themes()


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"tokens.toml": "label = "}, "tokens.toml"),
        ({"tokens.toml": '[colours]\nink = "#999"'}, "body"),
        ({"tokens.toml": '[colours]\nsoft = "#cfe"'}, "box"),
        ({"tokens.toml": '[colours]\nink = "dark"'}, "dark"),
        ({"tokens.toml": "", "wechat/article.css": ".h2 { color: var(--gold) }"}, "gold"),
        ({"tokens.toml": "", "wechat/article.css": ".h2 { position: absolute }"}, "position"),
        ({"tokens.toml": "", "wechat/article.css": ".key { width: 300px }"}, "width"),
        ({"tokens.toml": "", "wechat/blocks/quote.html": "{% nonsense %}"}, "nonsense"),
    ],
)
def test_a_faulty_look_is_named_by_the_checks(plant, files, told):
    plant(files)
    found = check_themes(None)
    assert found
    assert all(isinstance(problem, checks.Error) and "harvest" in problem.msg for problem in found)
    assert any(told in problem.msg for problem in found)


@pytest.mark.parametrize("name", ["秋收", "Harvest", "a b", "x" * 41])
def test_a_name_no_address_can_hold_is_left_out(plant, tmp_path, name):
    plant({"tokens.toml": TOKENS})
    (tmp_path / "themes" / "harvest").rename(tmp_path / "themes" / name)
    assert len(themes()) == 3
    assert [name in problem.msg for problem in check_themes(None)] == [True]


def test_a_broken_file_hides_its_look_only(plant):
    plant({"tokens.toml": "label = "})
    assert "harvest" not in themes()
    assert choices()[0] == ("calm", "素净")
