"""The look of the readers' website: from a snapshot and its facts to a page of HTML. No database.

Every page is complete without JavaScript. ``?v=large`` sets all type larger, ``?v=print`` gives a sheet to hand out; an
article has leaflets of one page and a card besides. All are addresses, not cookies, so that any cache may keep them.
"""

import re
from html import unescape

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext

import segno

from articles import copies, formats
from articles.snapshot import body_text
from themes import labels, registry, site_style
from themes.citations import Citations
from themes.terms import Terms


THEME = registry.DEFAULT
LANGUAGE = "zh-hans"
LOOKS = ("large", "print")  # of any page
LEAFLETS = {"leaflet": "a4", "leaflet-a5": "a5"}  # of an article, with their paper (themes.leaflet)
CARD = "card"
VIEWS = (*LOOKS, *LEAFLETS, CARD)

LONGEST_ANCHOR = 20
FEWEST_CONTENTS, LONG = 3, 600  # entries, characters of the body

# Nothing of an article stands where blanks at the beginning of a line would show.
_INDENT = re.compile(r"\n\s+")
_TAG = re.compile(r"<[^>]*>?")
_PLAIN_TAG = re.compile(r"</?(?:p|ul|ol|li|strong|em|sup|sub)>|</a>|<br ?/?>")
_LINK = re.compile(r'<a href="(?P<href>(?:https?://|/)[^"<>]*)">')


def template(name, theme=THEME):
    """Return the path of a page template (``home``, ``topic`` …) of ``theme``, calm's when it has none."""
    return registry.template(theme, f"web/{name}.html")


def theme_of(institution, request=None):
    """Return the theme of the website's pages: the hospital's choice, calm when it is not installed.

    A festive one rests on days of restraint: ``request.restraint`` is set by the room that knows them
    (publish.website.responses).
    """
    theme = institution.get("site_theme") or THEME
    if theme not in registry.themes() or (getattr(request, "restraint", False) and registry.festive(theme)):
        return THEME
    return theme


def light_of(request):
    """Return which light a preview shows, day or night (``?dark=1``), whatever the looker's phone is set to."""
    dark = request is not None and request.GET.get("dark") == "1"
    return site_style.NIGHT if dark else site_style.DAY


def chrome(institution, request=None, view=None, *, theme=None, light=site_style.ASKED):
    """Return what every page's frame needs, as template context.

    ``institution`` is the dict of Institution.facts(); ``request`` may be None (previews, tests). The view (``large``,
    ``print`` or "") comes from the address unless given; ``light`` is for previews (see `light_of`).
    """
    if view is None:
        view = request.GET.get("v", "") if request is not None else ""
    view = view if view in LOOKS else ""
    theme = theme or theme_of(institution, request)
    colour = institution.get("colour", "")
    return {
        "institution": institution,
        "view": view,
        "large": view == "large",
        "printing": view == "print",
        "theme": theme,
        "brand": site_style.palette(theme, colour)["brand-fill"],
        "brand_by_night": site_style.palette(theme, colour, site_style.NIGHT)["paper"],
        # Colours and numbers of tokens.toml, and the rules of an installed theme.
        "site_style": mark_safe(site_style.style(theme, colour, light)),  # noqa: S308
        "path": request.path if request is not None else "",
        # Days of mourning: set by the room that knows them (publish.website.responses).
        "grey": getattr(request, "grey", False),
    }


def style_source(institution, request=None, light=site_style.ASKED, theme=None):
    """Return the CSP source that allows the inline style of this institution's pages."""
    theme = theme or theme_of(institution, request)
    return site_style.source(site_style.style(theme, institution.get("colour", ""), light))


def render_article(snapshot, facts, request=None, *, theme=None, light=None, **extra):
    """Return the article page as HTML.

    ``facts`` are the facts of the signature (dates, reviewers, address, institution, preview). ``extra`` goes into the
    context: ``canonical`` (absolute address), ``json_ld`` (safe text for a script element), ``topic_url``,
    ``more`` (further articles of the topic). Raises TemplateDoesNotExist for a block type the theme does not know.
    """
    preview = facts.get("preview", False)
    if light is None:
        light = light_of(request) if preview else site_style.ASKED
    context = chrome(facts["institution"], request, theme=theme, light=light)
    theme = context["theme"]
    context |= {
        "article": snapshot,
        "facts": facts,
        "blocks": prepare_blocks(snapshot["body"], theme),
        "terms": Terms(snapshot.get("glossary")),
        "citations": Citations(len(snapshot["references"])),
        "preview": preview,
    }
    context["contents"] = contents(context["blocks"], snapshot)
    context["figures"] = any(block["type"] == "image" for block in context["blocks"])
    if context["printing"]:
        context["addresses"] = addresses(snapshot["body"])
        context["qr"] = qr_code(f"{facts['url']}?from=qr")
    with translation.override(LANGUAGE):
        context["audience"] = labels.audience(snapshot["audience"])
        context["source"] = labels.source(snapshot["source"]["type"], snapshot["source"]["line"])
        context["ai_label"] = labels.ai_use(snapshot["ai"]["use"], snapshot["ai"]["note"])
        html = render_to_string(template("article", theme), context | extra)
    return _INDENT.sub("\n", html)


def render_page(name, institution, request=None, *, theme=None, light=site_style.ASKED, **context):
    """Return any other page (search, 404, withdrawn …) as HTML."""
    frame = chrome(institution, request, theme=theme, light=light)
    with translation.override(LANGUAGE):
        return render_to_string(template(name, frame["theme"]), frame | context)


def prepare_blocks(body, theme=THEME):
    """Return the body with, for each block, its template, its heading level and, for headings and questions, an anchor.

    Titles inside blocks stand one level below the heading before them, so that no level is skipped.
    """
    blocks, level, taken = [], 1, set()
    for block in body:
        heading = ""
        if block["type"] == "heading":
            # A level-3 heading with no level-2 one above it would leave a gap in the outline.
            level = own = min(int(block["value"]["level"]), level + 1)
            heading = block["value"]["text"]
        else:
            own = min(level + 1, 4)
            if block["type"] == "question_answer":
                heading = block["value"]["question"]
        blocks.append(
            {
                "type": block["type"],
                "value": block["value"],
                "template": template(f"blocks/{block['type']}", theme),
                "level": own,
                "heading": heading,
                "anchor": _anchor(heading, taken) if heading else "",
            }
        )
    return blocks


def _anchor(heading, taken):
    """Return an id made of the heading's own words: links to it last while other headings come and go."""
    name = "c-" + re.sub(r"\W+", "-", heading).strip("-")[:LONGEST_ANCHOR]
    while name in taken:
        name += "-"
    taken.add(name)
    return name


def contents(blocks, snapshot):
    """Return the blocks that a list of contents names: chapters, or with too few of them questions too; short pieces none."""
    if len(body_text(snapshot)) < LONG:
        return []
    headed = [block for block in blocks if block["anchor"]]
    chapters = [block for block in headed if block["type"] == "heading" and block["level"] == 2]
    if len(chapters) < FEWEST_CONTENTS:
        chapters = [block for block in headed if block in chapters or block["type"] == "question_answer"]
    return chapters if len(chapters) >= FEWEST_CONTENTS else []


def addresses(body):
    """Return where the links in ``body`` lead, in order: paper shows them below the text."""
    texts = [
        html
        for block in body
        for html in (
            block["value"].get("html", ""),
            block["value"].get("answer", ""),
            *block["value"].get("steps", ()),
        )
    ]
    return [unescape(match["href"]) for html in texts for match in _LINK.finditer(html)]


def safe_html(html, terms=None, citations=None):
    """Return canonical HTML marked safe; anything outside the canonical subset is shown as text.

    The snapshot holds the subset already (articles.html); this is the wall behind it. ``terms`` (themes.terms.Terms)
    gives each explained term its note, ``citations`` (themes.citations.Citations) links the citations to the list; without
    them the words stand alone.
    """
    terms = terms or Terms(())
    out = []
    for text, entry in terms.split(html):
        if entry is None:
            out.append(_TAG.sub(_kept_or_shown, text))
        else:
            out.append(terms.note(text, entry, gettext(": explain")))
    shown = "".join(out)
    return mark_safe(citations.link(shown) if citations else shown)  # noqa: S308


def _kept_or_shown(match):
    tag = match.group()
    return tag if _PLAIN_TAG.fullmatch(tag) or _LINK.fullmatch(tag) else escape(tag)


def picture(image, *specs):
    """Return what an image value is shown by: its address and size, srcset, and ``sources`` in lighter formats.

    ``specs``: the renditions, the first as the default; those that are made later (articles.formats) count once they are
    there. A source is (type, srcset). One width alone needs no srcset.
    """
    made = formats.made(image, formats.COVER if specs[0] in copies.COVER_SPECS else formats.BODY)
    usual = [spec for spec in specs if spec in copies.KEPT or "jpg" in made.get(spec, ())]
    width, height = copies.dimensions(image, usual[0])
    srcset = _srcset(image, usual)
    lighter = [
        (kind, _srcset(image, [spec for spec in specs if extension in made.get(spec, ())], extension))
        for extension, kind in formats.TYPES.items()
    ]
    return {
        "url": copies.url(image, usual[0]),
        "width": width,
        "height": height,
        "srcset": srcset if "," in srcset else "",
        "sources": [(kind, addresses) for kind, addresses in lighter if addresses],
        "alt": image["alt"],
    }


def _srcset(image, specs, extension=""):
    """Return the addresses of renditions with their widths, the widest first, each width once."""
    widths = {copies.dimensions(image, spec)[0]: spec for spec in reversed(specs)}
    return ", ".join(
        f"{copies.url(image, spec, extension)} {width}w"
        for width, spec in sorted(widths.items(), reverse=True)
    )


def qr_code(address):
    """Return an inline SVG with the QR code of ``address``."""
    svg = segno.make(address, error="m").svg_inline(
        scale=3, border=2, omitsize=True, svgclass="qr", lineclass=None
    )
    return mark_safe(svg)  # noqa: S308 - made of paths only
