"""The look of the readers' website: from a snapshot and its facts to a page of HTML. No database.

Every page is complete without JavaScript. ``?v=large`` sets all type larger, ``?v=print`` gives a sheet to hand out;
both are addresses, not cookies, so that any cache may keep them.
"""

import base64
import hashlib
import re

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext

import segno

from articles import copies
from themes import labels
from themes.citations import Citations
from themes.colour import AA, contrast
from themes.terms import Terms


THEME = "calm"
LANGUAGE = "zh-hans"
VIEWS = ("large", "print")
BACKGROUND = "#f4fdfb"  # tokens.toml, soft: the darkest ground brand-coloured text stands on
BRAND = "#0f766e"  # tokens.toml; used when the institution's own colour cannot be read as one

_TAG = re.compile(r"<[^>]*>?")
_PLAIN_TAG = re.compile(r"</?(?:p|ul|ol|li|strong|em|sup|sub)>|</a>|<br ?/?>")
_LINK = re.compile(r'<a href="(?P<href>(?:https?://|/)[^"<>]*)">')


def template(name, theme=THEME):
    """Return the path of a page template (``home``, ``topic`` …) of ``theme``."""
    return f"themes/{theme}/web/{name}.html"


def chrome(institution, request=None, view=None):
    """Return what every page's frame needs, as template context.

    ``institution`` is the dict of Institution.facts(); ``request`` may be None (previews, tests). The view (``large``,
    ``print`` or "") comes from the address unless given.
    """
    if view is None:
        view = request.GET.get("v", "") if request is not None else ""
    view = view if view in VIEWS else ""
    brand = readable(institution.get("colour", ""))
    return {
        "institution": institution,
        "view": view,
        "large": view == "large",
        "printing": view == "print",
        "brand": brand,
        "brand_style": mark_safe(brand_style(brand)),  # noqa: S308 - readable() gives #rrggbb and nothing else
        "path": request.path if request is not None else "",
        # Days of mourning: set by the room that knows them (publish.website.responses).
        "grey": getattr(request, "grey", False),
    }


def brand_style(brand):
    """Return the one inline style of a page: the hospital's colour."""
    return f":root{{--brand:{brand}}}"


def style_hash(institution):
    """Return the CSP source that allows the inline style of this institution's pages."""
    style = brand_style(readable(institution.get("colour", "")))
    return f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'"


def render_article(snapshot, facts, request=None, *, theme=THEME, **extra):
    """Return the article page as HTML.

    ``facts`` are the facts of the signature (dates, reviewers, address, institution, preview). ``extra`` goes into the
    context: ``canonical`` (absolute address), ``json_ld`` (safe text for a script element), ``topic_url``,
    ``more`` (further articles of the topic). Raises TemplateDoesNotExist for a block type the theme does not know.
    """
    context = chrome(facts["institution"], request)
    context |= {
        "article": snapshot,
        "facts": facts,
        "blocks": prepare_blocks(snapshot["body"], theme),
        "terms": Terms(snapshot.get("glossary")),
        "citations": Citations(len(snapshot["references"])),
        "preview": facts.get("preview", False),
    }
    context["contents"] = [block for block in context["blocks"] if block["anchor"]]
    if context["printing"]:
        context["qr"] = qr_code(facts["url"])
    with translation.override(LANGUAGE):
        context["audience"] = labels.audience(snapshot["audience"])
        context["source"] = labels.source(snapshot["source"]["type"], snapshot["source"]["line"])
        context["ai_label"] = labels.ai_use(snapshot["ai"]["use"], snapshot["ai"]["note"])
        return render_to_string(template("article", theme), context | extra)


def render_page(name, institution, request=None, *, theme=THEME, **context):
    """Return any other page (search, 404, withdrawn …) as HTML."""
    with translation.override(LANGUAGE):
        return render_to_string(template(name, theme), chrome(institution, request) | context)


def prepare_blocks(body, theme=THEME):
    """Return the body with, for each block, its template, its heading level and, for chapters, an anchor.

    Titles inside blocks stand one level below the heading before them, so that no level is skipped.
    """
    blocks, level, chapters = [], 1, 0
    for block in body:
        anchor = ""
        if block["type"] == "heading":
            # A level-3 heading with no level-2 one above it would leave a gap in the outline.
            level = min(int(block["value"]["level"]), level + 1)
            own = level
            if own == 2:
                chapters += 1
                anchor = f"c{chapters}"
        else:
            own = min(level + 1, 4)
        blocks.append(
            {
                "type": block["type"],
                "value": block["value"],
                "template": template(f"blocks/{block['type']}", theme),
                "level": own,
                "anchor": anchor,
            }
        )
    return blocks


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
    """Return address, size and srcset of an image value for the given renditions, the first as the default."""
    sources = [(copies.url(image, spec), *copies.dimensions(image, spec)) for spec in specs]
    url, width, height = sources[0]
    widths = dict.fromkeys((source[0], source[1]) for source in sources)
    srcset = (
        ", ".join(f"{address} {pixels}w" for address, pixels in widths)
        if len({w for _, w in widths}) > 1
        else ""
    )
    return {"url": url, "width": width, "height": height, "srcset": srcset, "alt": image["alt"]}


def qr_code(address):
    """Return an inline SVG with the QR code of ``address``."""
    svg = segno.make(address, error="m").svg_inline(
        scale=3, border=2, omitsize=True, svgclass="qr", lineclass=None
    )
    return mark_safe(svg)  # noqa: S308 - made of paths only


# --- Colour -----------------------------------------------------------------------------------


def readable(colour, background=BACKGROUND, ratio=AA):
    """Return ``colour`` (#rrggbb), darkened until it reads on ``background``; the theme's own when it is none."""
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour or ""):
        return BRAND
    colour = colour.lower()
    while contrast(colour, background) < ratio:
        colour = "#" + "".join(f"{int(int(colour[i : i + 2], 16) * 0.94):02x}" for i in (1, 3, 5))
    return colour
