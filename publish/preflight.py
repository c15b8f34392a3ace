"""Pre-flight: what WeChat would refuse, change or hide, said while the librarian writes and long before review.

Rules for ``articles.registry.finding_rules``. They run over a snapshot after every autosave, so they read no more of a
picture than its header, and that once. Figures: facts on draft/add, uploadimg and the plugin specification (WeChat's
pages api_draft_add, api_uploadimage and plugin_spec, October 2026); counted in UTF-16 units as ``limits`` does.
"""

import re

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from articles import copies
from articles.findings import INFO, STOP, WARN, Finding, Fix, block_anchor, field_anchor, located
from articles.models import Institution, LibraryImage
from articles.snapshot import block_text, push_choices
from publish.models.planning import ChannelSettings
from publish.website.preview import facts_of_draft
from publish.wechat import article, limits
from publish.wechat.images.encoding import ARTICLE_LIMIT
from publish.wechat.images.notes import facts_of, notes
from themes import colour, links, measure
from themes import wechat as look
from themes.registry import DEFAULT, themes
from themes.tokens import tokens


NEAR = 18_000  # characters of a body that leave little room
BODY_NARROWEST = 300  # px: narrower ones are blown up or stay stamps on a phone
KEPT_LEAST = {"2.35:1": 0.5, "1:1": 0.4}  # share of a cover that its crop should keep
LIST_DEPTH = 3
WIDEST_TABLE = look.WIDEST_TABLE
ORDER = 1_000_000  # stands for the id of an article and for a push's key where neither is known yet
DEEPEST = (
    10  # elements of a kind in each other; WeChat removes what lies deeper (structure rule "nesting", S22)
)
# publish.wechat.images says what happens to a picture; here is how grave that is, and whether a new file mends it.
NOTES = {
    "unreadable": (STOP, False),
    "animation": (WARN, True),
    "colours": (WARN, True),
    "small_cover": (WARN, False),
    "transparent": (INFO, False),
    "smaller": (INFO, False),
    "kind": (INFO, True),
}
SEEN = {"animation"}  # of these, what readers see; the others are technical

_HREF = re.compile(r'<a href="([^"]*)"')
_LIST = re.compile(r"<(/?)(?:ul|ol)\b")
_NUMBER = re.compile(r"\d+(?:[.:/～~-]\d+)*")


# --- texts ----------------------------------------------------------------------------------------


def texts(snapshot, page):
    """Titles, digests and the author, of the article and of each alternative."""
    for number, choice in enumerate(push_choices(snapshot)):
        place = _("Alternative %d") % number if number else ""
        for name, most in (("title", limits.TITLE), ("digest", limits.DIGEST)):
            if number and not snapshot["push"]["alternatives"][number - 1][name]:
                continue  # the article's own, named already
            if (count := limits.length(choice[name])) > most:
                yield _too_long(snapshot, name, number, place, count, most)
    if (count := limits.length(snapshot["author"]["name"])) > limits.AUTHOR:
        yield Finding(
            "wechat.author",
            STOP,
            _("Author"),
            _("%(n)d characters; WeChat allows %(limit)d.") % {"n": count, "limit": limits.AUTHOR},
            _("Shorten the name; further names can stand in the text."),
            field_anchor("author_name"),
        )


def _too_long(snapshot, name, number, place, count, most):
    own = snapshot["push"][name]
    if number:
        field, code = f"push_alternatives-{number - 1}-{name}", f"{number}.{name}"
    else:
        field, code = (f"push_{name}", name) if own else ({"title": "title", "digest": "summary"}[name], name)
    words = {"title": _("Title"), "digest": pgettext("of an article in WeChat", "Digest")}[name]
    return Finding(
        f"wechat.{name}",
        STOP,
        f"{place} {words}".strip(),
        _("%(n)d characters; WeChat allows %(limit)d.") % {"n": count, "limit": most},
        _("Shorten it, or give a shorter one for WeChat."),
        field_anchor(field),
        Fix(f"shorten.{code}", _("Shorten…")),
    )


def house(snapshot, page):
    """What follows from the hospital's look: the body with its layout, the colours. Both are asked for once."""
    institution, name = Institution.load(), theme()
    yield from body(snapshot, page, institution, name)
    yield from contrast(institution.colour, name)


def body(snapshot, page, institution, name):
    """The body as WeChat gets it, markup and all: its length, and how deep its elements lie in each other."""
    if not snapshot["body"]:
        return
    html = look.render(snapshot, _facts(snapshot, page, institution), lambda image: article.STAND_IN, name)
    count = limits.length(html)
    where = block_anchor("")
    if count >= limits.CONTENT or len(html.encode()) >= limits.CONTENT_BYTES:
        yield Finding(
            "wechat.content",
            STOP,
            _("Body"),
            _("%(n)d characters with its layout; WeChat takes fewer than 20,000.") % {"n": count},
            _("Shorten it, or make two articles of it."),
            where,
        )
    elif count >= NEAR:
        yield Finding(
            "wechat.content_near",
            WARN,
            _("Body"),
            _("%(n)d of the 20,000 characters WeChat takes with the layout are used.") % {"n": count},
            _("There is little room left; consider two articles."),
            where,
            technical=True,
        )
    if (levels := measure.depth(html)) > DEEPEST:
        yield Finding(
            "wechat.depth",
            WARN,
            _("Body"),
            _("its layout lies %(n)d levels deep; WeChat removes what lies deeper than %(limit)d.")
            % {"n": levels, "limit": DEEPEST},
            _("An administrator looks at the theme's templates."),
            where,
            technical=True,
        )


def address(snapshot, page):
    """The address behind 阅读原文."""
    source = article.source_url(settings.SITE_URL, page_id(page), "x" * 16)
    if len(source.encode()) > limits.SOURCE_URL_BYTES:
        yield Finding(
            "wechat.source_url",
            STOP,
            _("Address of the article"),
            _("is longer than the 1,024 bytes WeChat allows."),
            _("An administrator checks SITE_URL."),
        )


def page_id(page):
    """Return the page's id, or one as long as any when it has none yet."""
    return getattr(page, "pk", None) or ORDER


def theme():
    """Return the look this hospital uses in WeChat."""
    chosen = ChannelSettings.load().theme
    return chosen if chosen in themes() else DEFAULT


def _facts(snapshot, page, institution):
    # As long as it will be when somebody has signed it.
    today = timezone.localdate()
    reviewer = {"name": "xxx", "title": "xxxxx", "department": snapshot["department"], "step": "xxxx"}
    facts = facts_of_draft(institution.facts(), f"{settings.SITE_URL}/a/{page_id(page)}/")
    return facts | {"preview": False, "signed_on": today, "valid_until": today, "reviewers": [reviewer]}


# --- structure ------------------------------------------------------------------------------------


def structure(snapshot, page):
    """What WeChat's phone shows otherwise than the editor: tables, lists, links, empty blocks."""
    for heading, block_id, block in located(snapshot, page):
        where = block_anchor(block_id)
        if block["type"] == "table" and len(block["value"]["header"]) > WIDEST_TABLE:
            yield Finding(
                "wechat.table",
                INFO,
                heading,
                _("a table of more than two columns becomes stacked rows in WeChat."),
                _("Look at it in the preview; fewer columns read better on a phone."),
                where,
            )
        if block["type"] != "image" and not block_text(block).strip():
            yield Finding(
                "wechat.empty",
                WARN,
                heading,
                _("an empty block prints nothing."),
                _("Fill it in or remove it."),
                where,
                Fix("empty", _("Remove empty blocks…")),
                technical=True,
            )
        html = " ".join(rich_texts(block))
        if list_depth(html) > LIST_DEPTH:
            yield Finding(
                "wechat.nesting",
                WARN,
                heading,
                _("a list stands in a list in a list; WeChat flattens what lies deeper."),
                _("Three levels at most; split the list."),
                where,
            )
        yield from _links(heading, block_id, html)


def _links(heading, block_id, html):
    hrefs = _HREF.findall(html)
    where = block_anchor(block_id)
    fix = Fix(f"unlink.{block_id}", _("Remove the links…")) if block_id else None
    if any("tempkey=" in href for href in hrefs):
        yield Finding(
            "wechat.tempkey",
            STOP,
            heading,
            _("a link leads to a preview in WeChat; WeChat refuses the whole text for it."),
            _("Use the article's permanent address."),
            where,
            fix,
        )
    foreign = len([href for href in hrefs if not links.stays(href) and "tempkey=" not in href])
    if foreign:
        yield Finding(
            "wechat.link",
            WARN,
            heading,
            ngettext(
                "%d link cannot be tapped in WeChat; its address is printed as a note at the end.",
                "%d links cannot be tapped in WeChat; their addresses are printed as notes at the end.",
                foreign,
            )
            % foreign,
            _("Keep what readers need on paper, too; cite sources as references."),
            where,
            fix,
        )


def rich_texts(block):
    """Return the HTML texts of one block of a snapshot."""
    value = block["value"]
    return [value[name] for name in ("html", "answer") if name in value] + list(
        value.get("steps", []) if block["type"] == "steps" else []
    )


def list_depth(html):
    """Return how deep lists are nested in canonical HTML."""
    depth = deepest = 0
    for closing in _LIST.findall(html):
        depth += -1 if closing else 1
        deepest = max(deepest, depth)
    return deepest


# --- pictures -------------------------------------------------------------------------------------


def pictures(snapshot, page):
    """Pictures of the body: readable, of a kind WeChat takes, wide enough, and no number in them alone."""
    shown = [child for child in page.body if child.block_type == "image" and child.value["image"]]
    total = 0
    for number, child in enumerate(shown, start=1):
        image, where, place = child.value["image"], block_anchor(child.id), _("Picture %s") % number
        facts = facts_of(image)
        total += facts.bytes if facts else 0
        yield from _noted(image, place, where)
        if image.width < BODY_NARROWEST:
            yield Finding(
                "pictures.narrow",
                WARN,
                place,
                _("is only %d pixels wide.") % image.width,
                _("Use one of 1,080 pixels, the width of a good phone."),
                where,
                technical=True,
            )
    if total > ARTICLE_LIMIT:
        yield Finding(
            "pictures.together",
            INFO,
            _("Pictures"),
            _("have %.1f MB together; WeChat gets smaller copies of 1.5 MB at most.") % (total / 1_000_000),
            anchor=block_anchor(""),
            technical=True,
        )
    yield from _numbers(snapshot, page)


def _noted(image, place, where, *, cover=False):
    for note in notes(image, cover=cover):
        level, mends = NOTES.get(note.code, (INFO, False))
        fix = Fix(f"convert.{image.pk}", _("Make a JPEG or PNG of it…")) if mends else None
        technical = note.code not in SEEN
        yield Finding(
            f"pictures.{note.code}", level, place, note.text, anchor=where, fix=fix, technical=technical
        )


def _numbers(snapshot, page):
    """A number that stands in a picture only is lost to readers who enlarge the text or hear it read."""
    told = " ".join(
        [snapshot["summary"], snapshot["key_message"]]
        + [block_text(block) for block in snapshot["body"] if block["type"] != "image"]
        + [block["value"]["image"]["caption"] for block in snapshot["body"] if block["type"] == "image"]
    )
    number = 0
    for _heading, block_id, block in located(snapshot, page):
        if block["type"] != "image":
            continue
        number += 1
        alone = [found for found in _NUMBER.findall(block["value"]["image"]["alt"]) if found not in told]
        if alone:
            yield Finding(
                "pictures.number",
                WARN,
                _("Picture %s") % number,
                _("shows “%s”, which stands nowhere in the text.") % alone[0],
                _("Say it in the caption or in the text, for readers who cannot see the picture."),
                block_anchor(block_id),
            )


def covers(snapshot, page):
    """The cover and the alternatives' covers: big enough, and what the two crops leave of them."""
    shown = [(getattr(page, "cover_id", None), _("Cover"), "cover")]
    alternatives = page.push_alternatives.all() if hasattr(page, "push_alternatives") else ()
    for number, one in enumerate(alternatives, start=1):
        place = f"{_('Alternative %d') % number} {_('Cover')}"
        shown.append((one.cover_id, place, f"push_alternatives-{number - 1}-cover"))
    library = LibraryImage.objects.in_bulk({pk for pk, _place, _field in shown if pk})
    for pk, place, field in shown:
        if pk in library:
            yield from _cover(library[pk], place, field_anchor(field))


def _cover(image, place, where):
    yield from _noted(image, place, where, cover=True)
    value = {"width": image.width, "height": image.height, "focal": copies.focal_of(image)}
    for name, ratio in (("2.35:1", 2.35), ("1:1", 1.0)):
        if not (problem := crop_problem(value, name, ratio)):
            continue
        yield Finding(
            "cover.crop",
            WARN,
            place,
            problem,
            _("Set its focal point, or choose a picture of another shape."),
            where,
            Fix(f"focus.{image.pk}", _("Set the focal point…")),
        )


def crop_problem(value, name, ratio):
    """Return the sentence on what the crop to ``ratio`` does to a cover, or an empty string."""
    left, top, right, bottom = copies.crop_box(value, ratio)
    kept = (right - left) * (bottom - top) / (value["width"] * value["height"])
    words = {"ratio": name, "percent": round(100 * (1 - kept))}
    if value["focal"]:
        x, y, width, height = value["focal"]
        slack = 1  # px of rounding
        if (
            x - width / 2 < left - slack
            or x + width / 2 > right + slack
            or y - height / 2 < top - slack
            or y + height / 2 > bottom + slack
        ):
            return _("WeChat's crop of %(ratio)s cuts into the focal area.") % words
        return ""
    if kept < KEPT_LEAST[name]:
        return _("WeChat's crop of %(ratio)s cuts away %(percent)d %%, around the middle.") % words
    return ""


# --- colour ---------------------------------------------------------------------------------------


def contrast(wanted, name):
    """The hospital's colour as WeChat prints it, by day and by night."""
    used = colour.brand(wanted, name)
    named = tokens(name)["colours"] | {"brand": used}
    worst = min(
        min(colour.contrasts(named[text], named[ground])) for text, ground in tokens(name)["pairs"].values()
    )
    if worst < colour.AA:
        yield Finding(
            "wechat.contrast",
            WARN,
            _("Colours"),
            _("reach a contrast of %.1f in WeChat by day or by night; 4.5 is the least.") % worst,
            _("An administrator looks at the theme's colours."),
            technical=True,
        )
    elif used.lower() != wanted.lower():
        yield Finding(
            "wechat.colour",
            INFO,
            _("Colours"),
            _("the hospital's %(wanted)s is printed as %(used)s in WeChat, so that it reads by night too.")
            % {"wanted": wanted, "used": used},
            technical=True,
        )


RULES = (texts, house, address, structure, pictures, covers)
