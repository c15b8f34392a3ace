"""The canonical subset of HTML that may stand inside a snapshot.

Wagtail stores rich text with editor keys and internal link references; readers and digests get plain
``p ul ol li strong em sup sub dfn a[href] br`` with full addresses, so that the same words always give the same bytes.
"""

import re
from urllib.parse import urlsplit

from django.utils.html import strip_tags

from wagtail.models import Page

import bleach
from bs4 import BeautifulSoup


TAGS = frozenset({"p", "ul", "ol", "li", "strong", "em", "sup", "sub", "dfn", "a", "br"})
_SYNONYMS = {"b": "strong", "i": "em"}
# Removed with everything inside them: their text was never meant to be read.
_DROPPED_WHOLE = (
    "script",
    "style",
    "template",
    "noscript",
    "iframe",
    "object",
    "svg",
    "math",
    "title",
    "textarea",
)


def canonical_html(source, marks=None):
    """Return ``source`` (stored rich text) as canonical HTML; links that lead nowhere readable lose their tag.

    ``marks`` (articles.marks.Marks) turns citations into ``<sup>[1]</sup>`` and explained terms into ``<dfn>``; without it
    both lose their mark.
    """
    soup = BeautifulSoup(source or "", "html.parser")
    for tag in soup.find_all(_DROPPED_WHOLE):
        tag.decompose()
    for tag in soup.find_all(True):
        tag.name = _SYNONYMS.get(tag.name, tag.name)
    for known in soup.find_all("dfn"):
        known.unwrap()  # an explanation comes from the glossary, through its mark, and from nowhere else
    if marks:
        marks.resolve(soup)
    for anchor in soup.find_all("a"):
        href = _article_address(anchor) or (anchor.get("href") or "").strip()
        anchor["href"] = href
        parts = urlsplit(href) if _parses(href) else None
        if parts is None or not (
            (parts.scheme in ("http", "https") and parts.netloc) or href.startswith("/a/")
        ):
            anchor.unwrap()
    # A new cleaner each time: its parser keeps state and threads share this module.
    html = bleach.clean(
        str(soup), tags=TAGS, attributes={"a": ["href"]}, protocols=["http", "https"], strip=True
    )
    html = re.sub(r"<p>\s*</p>", "", html)
    return re.sub(r">\s*\n\s*<", "><", html).strip()


def _article_address(anchor):
    """The permanent address behind a link chosen from the page tree; only articles have one."""
    if anchor.get("linktype") != "page" or not str(anchor.get("id", "")).isdigit():
        return ""
    article = Page.objects.filter(
        pk=int(anchor["id"]), content_type__app_label="articles", content_type__model="articlepage"
    )
    return f"/a/{anchor['id']}/" if article.exists() else ""


def _parses(href):
    try:
        urlsplit(href)
    except ValueError:
        return False
    return True


def text_html(text):
    """Return plain ``text`` as canonical HTML writes it: quotes stand as they are."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain_text(html):
    """Return the text of canonical HTML with a blank between blocks."""
    spaced = re.sub(r"<(?:/p|/li|br ?/?)>", r"\g<0> ", html)
    text = strip_tags(spaced)
    for entity, char in (
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", '"'),
        ("&#x27;", "'"),
        ("&nbsp;", " "),
        ("&amp;", "&"),
    ):
        text = text.replace(entity, char)
    return re.sub(r"\s+", " ", text).strip()
