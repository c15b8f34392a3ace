"""A public WeChat article that somebody saved or copied: its text, and where it is from.

Names of elements and variables as mp.weixin.qq.com writes them: #activity-name, #js_name, #publish_time, #js_content,
pictures in data-src at mmbiz.qpic.cn, ``var nickname``, ``var ct`` (seconds since 1970).
"""

import datetime
import html as entities
import re

from django.utils.translation import gettext as _

from articles.importing.inline import safe_link
from articles.importing.report import Place


SHANGHAI = datetime.timezone(datetime.timedelta(hours=8))
SOURCE_LINE_LENGTH = 200  # articles.models.ArticlePage.source_line
PLACEHOLDER_BYTES = 500  # what stands in src until the page's program puts the picture there
_HOSTS = ("mmbiz.qpic.cn", "mmbiz.qlogo.cn", "mp.weixin.qq.com")
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S{1,500})\s*-->")
_NICKNAME = re.compile(r"""var nickname = (?:htmlDecode\()?["']([^"'\n]{1,100})["']""")
_SECONDS = re.compile(r"""var (?:ct|create_time|oriCreateTime) = ["'](\d{9,11})["']""")
_DAY = re.compile(r"(20\d{2})\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})")


def read(page, text, source, report):
    """Make ``source`` the article of a WeChat page; returns False, and changes nothing, when ``page`` is none.

    ``page``: the tree; ``text``: the file, for what stands in its scripts. A piece copied out of such a page is known by
    its pictures.
    """
    body = page.find("body")
    content = _by_id(body, "js_content")
    pictures = [image for image in body.iter("img") if _is_wechat(image)]
    if content is None:
        if not pictures:
            return False
        source.reprint = ""
        report.changed(
            "reprint",
            _("The text looks copied from WeChat: it is marked as a reprint. Fill in where it is from"),
        )
    else:
        # The page hides its text until its program has run.
        content.attrib.pop("style", None)
        source.body = content
        heading = _words(_by_id(body, "activity-name")) or _meta(page, "og:title")
        if heading:
            source.title = heading
            source.labels.append(("标题", heading))
        if author := _words(_by_id(body, "js_author_name")) or _meta(page, "author"):
            source.labels.append(("作者", author))
        source.reprint = _source_line(page, body, text)
        report.changed(
            "reprint",
            _(
                "A public WeChat article: marked as a reprint with its source. Check it, and ask for the permission"
            ),
            Place(source.reprint),
        )
        report.not_taken("outside", _("Text of the page outside its article"))
    for image in pictures:
        _name_place(image, source.embedded)
    return True


def _source_line(page, body, text):
    account = _words(_by_id(body, "js_name"))
    if not account and (found := _NICKNAME.search(text)):
        account = entities.unescape(found[1]).strip()
    saved = _SAVED_FROM.search(text[:5000])
    address = next(
        (
            link
            for raw in (_meta(page, "og:url"), _canonical(page), saved[1] if saved else "")
            if (link := safe_link(entities.unescape(raw or "")))
        ),
        "",
    )
    day = _day(_words(_by_id(body, "publish_time")), text)
    parts = [_("WeChat account “%(name)s”") % {"name": account} if account else _("WeChat"), day]
    line = ", ".join(part for part in parts if part)
    whole = f"{line}, {address}" if address else line
    return whole if len(whole) <= SOURCE_LINE_LENGTH else line[:SOURCE_LINE_LENGTH]


def _day(shown, text):
    if found := _DAY.search(shown):
        return f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}"
    if found := _SECONDS.search(text):
        return datetime.datetime.fromtimestamp(int(found[1]), SHANGHAI).date().isoformat()
    return ""


def _is_wechat(image):
    return any(host in (image.get(name) or "") for name in ("data-src", "src") for host in _HOSTS)


def _name_place(image, embedded):
    """Give an image its address at WeChat, unless the file holds the picture itself."""
    held = embedded.raw(image.get("src") or "") or b""
    if image.get("data-src") and len(held) < PLACEHOLDER_BYTES:
        image.set("src", image.get("data-src"))


def _by_id(body, name):
    return next((element for element in body.iter() if element.get("id") == name), None)


def _words(element):
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def _meta(page, name):
    for meta in page.iter("meta"):
        if name in (meta.get("property"), meta.get("name")):
            return " ".join((meta.get("content") or "").split())
    return ""


def _canonical(page):
    return next((link.get("href") or "" for link in page.iter("link") if link.get("rel") == "canonical"), "")
