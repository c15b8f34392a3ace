"""``manage.py check`` says what is wrong with a theme, for whoever makes one: colours, rules, templates."""

from django.core.checks import Error
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template

import tinycss2

from themes import site_style
from themes.colour import AA, contrasts
from themes.inline import rules
from themes.registry import faults, folder, themes
from themes.sanitize import clean_style
from themes.tokens import resolve, tokens


def check_themes(app_configs, **kwargs):
    """Return an Error for each fault of each installed theme."""
    found = [(place.name, sentence) for place, sentence in faults()]
    for theme in themes():
        for look in (_colours, _website, _rules, _templates):
            found.extend((theme, sentence) for sentence in look(theme))
    return [
        Error(f"Theme {theme}: {sentence}", hint="See docs/themes.md.", id="themes.E001")
        for theme, sentence in found
    ]


def _colours(theme):
    colours = tokens(theme)["colours"]
    for name, pair in tokens(theme)["pairs"].items():
        try:
            text, ground = pair
            day, night = contrasts(colours[text], colours[ground])
        except (KeyError, ValueError) as error:
            yield f"the pair {name} cannot be compared: {error}"
            continue
        if min(day, night) < AA:
            yield f"the pair {name} ({text} on {ground}) reads at {day:.1f}:1 by day and {night:.1f}:1 by night, not at {AA}:1."


def _website(theme):
    try:
        for name, found, wanted, light in site_style.faults(theme):
            yield f"on the website by {light}, the pair {name} reads at {found:.1f}:1, not at {wanted}:1."
    except (KeyError, ValueError) as error:
        yield f"the colours of the website cannot be compared: {error}"


def _rules(theme):
    for name, body in rules(folder(theme)).items():
        try:
            style = resolve(body, theme)
        except KeyError as error:
            yield f"the rule {name} asks for the token {error}, which no tokens.toml has."
            continue
        for declaration in tinycss2.parse_declaration_list(style, skip_comments=True, skip_whitespace=True):
            if declaration.type != "declaration" or not clean_style(declaration.serialize()):
                yield f"WeChat or its rules forbid {declaration.serialize()!r} in the rule {name}."


def _templates(theme):
    own = folder(theme)
    for file in sorted((own / "wechat").rglob("*.html")):
        name = f"themes/{theme}/{file.relative_to(own).as_posix()}"
        try:
            get_template(name)
        except (TemplateDoesNotExist, TemplateSyntaxError) as error:
            yield f"the template {name} is broken: {error}"
