"""What WeChat holds, compared with what was signed: the plain fields, and the words, pictures and links of a body.

WeChat rewrites markup, picture addresses (scheme, size, query) and tracking parts of links; that is no difference.
A difference is kept as an open Drift until a named person settles it.
"""

import re
from contextlib import suppress
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from publish.models.checks import Drift


LABELS = {
    "article": _("the article itself"),
    "number of articles": _("number of articles"),
    "title": _("title"),
    "author": _("author"),
    "digest": _("digest"),
    "content_source_url": _("address behind 阅读原文"),
    "thumb_media_id": _("cover"),
    "need_open_comment": _("comments switched on"),
    "words": _("words of the text"),
    "pictures": _("pictures"),
    "links": _("links"),
}


def named(names):
    """Return the names of differences in the reader's language, as one text."""
    return gettext(", ").join(str(LABELS.get(name, name)) for name in names)


_LINES = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "img",
        "li",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tr",
        "ul",
    ]
)
# What WeChat adds to addresses of its own articles.
_TRACKING = frozenset(
    [
        "chksm",
        "scene",
        "sessionid",
        "subscene",
        "clicktime",
        "enterid",
        "ascene",
        "token",
        "lang",
        "devicetype",
    ]
)
_BLANKS = re.compile(r"[\s\u00a0\u200b\u2060\ufeff]+")


def compare(ours, theirs, *, published=False):
    """Return how an article in WeChat differs from the signed one: [{"field", "signed", "there"}], [] when it does not.

    ``ours``: a dict of draft/add; ``theirs``: an entry of news_item. In a ``published`` article cover and comments
    are WeChat's own affair. An empty digest is filled by WeChat with the beginning of the body.
    """
    names = ["title", "author", "content_source_url"]
    names += [] if published else ["thumb_media_id"]
    names += ["digest"] if ours["digest"] else []
    found = [
        _difference(name, ours[name], theirs.get(name))
        for name in names
        if _plain(ours[name]) != _plain(theirs.get(name))
    ]
    if not published and str(theirs.get("need_open_comment") or "0") != "0":
        found.append(_difference("need_open_comment", "0", theirs["need_open_comment"]))
    mine, there = Contents(ours["content"]), Contents(str(theirs.get("content") or ""))
    if mine.words != there.words:
        found.append(_difference("words", mine.text, there.text))
    found += [
        _difference(name, "\n".join(getattr(mine, name)), "\n".join(getattr(there, name)))
        for name in ("pictures", "links")
        if getattr(mine, name) != getattr(there, name)
    ]
    return found


def differences(sent, held):
    """Return the names of what differs between ``sent`` (list of dicts of draft/add) and draft/get's ``held``."""
    if len(sent) != len(held):
        return ["number of articles"]
    found = [one["field"] for pair in zip(sent, held, strict=True) for one in compare(*pair)]
    return list(dict.fromkeys(found))


def record(sent, held, place, now, by=None):
    """Keep what differs as open Drift rows of a push's items; return the names of what differs.

    ``sent``: {item: dict of draft/add} in order; ``held``: news_item of WeChat. ``by``: who asked, so that a drift
    that is no longer there can be settled in their name. What a person has settled otherwise is not opened again
    while it stays the same.
    """
    names = []
    for item, ours, theirs in _paired(sent, held):
        if theirs is None or theirs.get("is_deleted"):
            found = [_difference("article", ours["title"], "")]
        else:
            found = compare(ours, theirs, published=place == Drift.Place.PUBLISHED)
        names += [one["field"] for one in found]
        _keep(item, place, found, now, by)
    if len(held) > len(sent):
        names.append("number of articles")
    return list(dict.fromkeys(names))


def _keep(item, place, found, now, by):
    drifts = item.drifts.filter(place=place)
    if not found:
        if by is not None:
            drifts.filter(settled_at=None).update(
                settled_at=now, settled_by=by, settlement=Drift.Settlement.MENDED
            )
        return
    last = drifts.first()
    if last and last.settled_at and last.settlement != Drift.Settlement.MENDED and last.differences == found:
        return
    drifts.update_or_create(
        settled_at=None, defaults={"differences": found}, create_defaults=_new(item, place, found, now)
    )


def _new(item, place, found, now):
    return {"item": item, "place": place, "differences": found, "found_at": now}


def _paired(sent, held):
    """Return (item, ours, theirs or None): by the source address first, by the place in the order for the rest."""
    by_address = {str(theirs.get("content_source_url")): place for place, theirs in enumerate(held)}
    places = {item: by_address.get(ours["content_source_url"]) for item, ours in sent.items()}
    free = [place for place in range(len(held)) if place not in places.values()]
    pairs = []
    for number, (item, ours) in enumerate(sent.items()):
        place = places[item]
        if place is None and number in free:
            place = number
        pairs.append((item, ours, held[place] if place is not None else None))
    return pairs


def _difference(name, signed, there):
    return {"field": name, "signed": _shown(signed), "there": _shown(there)}


def _shown(value):
    return "" if value is None else str(value)


def _plain(value):
    return _BLANKS.sub(" ", _shown(value)).strip()


class Contents(HTMLParser):
    """What a body says: ``text`` to read, ``words`` without any blank, ``pictures`` and ``links`` in order."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self._parts, self.pictures, self.links = [], [], []
        # Python's parser gives up on a broken marked section; what came before it counts.
        with suppress(AssertionError):
            self.feed(html)
            self.close()
        lines = "".join(self._parts).split("\n")
        self.text = "\n".join(line for line in map(_plain, lines) if line)
        self.words = _BLANKS.sub("", self.text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag in _LINES:
            self._parts.append("\n")
        if tag == "img":
            self.pictures.append(_picture(found.get("data-src") or found.get("src") or ""))
        elif tag == "a" and found.get("href"):
            self.links.append(_link(found["href"]))

    def handle_endtag(self, tag):
        if tag in _LINES:
            self._parts.append("\n")

    def handle_data(self, data):
        self._parts.append(data.replace("\n", " "))


def _picture(address):
    """Return a picture's address without scheme, query and the size WeChat asks for (…/0 or …/640)."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    return parts.netloc + re.sub(r"/\d+$", "", parts.path)


def _link(address):
    """Return a link's address without scheme, fragment and what WeChat adds to follow readers."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    query = [(name, value) for name, value in parse_qsl(parts.query, True) if name not in _TRACKING]
    return f"{parts.netloc}{parts.path}" + (f"?{urlencode(query)}" if query else "")
