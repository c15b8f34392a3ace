"""Links of the body: what their words say, whether they are safe, whether they sell or lead nowhere."""

import re
from html import unescape
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from articles.checks.finding import INFO, STOP, WARN
from articles.html import plain_text


_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.S)
_EMPTY_WORDS = re.compile(
    r"[“”「」\[【]?(?:请?(?:点击?|戳|按|猛戳|见|看)?(?:这里|此处|这儿|我|链接|此链接|下方链接|详情|查看|查看详情|更多|阅读原文|原文|了解更多|网址|网页)|here|more|link|click here)[”」\]】]?[>》。]*",
    re.I,
)
SHOPS = {
    "taobao.com", "tmall.com", "tb.cn", "jd.com", "3.cn", "jd.hk", "pinduoduo.com", "yangkeduo.com", "youzan.com", "weidian.com",
    "1688.com", "alibaba.com", "suning.com", "vip.com", "vmall.com", "amazon.com", "amazon.cn", "ebay.com", "meituan.com", "dianping.com",
    "ele.me", "yaofangwang.com", "jianke.com", "111.com.cn", "ehaoyao.com", "dangdang.com", "douyin.com", "kuaishou.com", "xiaohongshu.com",
    "jinshuju.net", "wjx.cn", "guahao.com", "haodf.com", "chunyuyisheng.com",
}  # fmt: skip


def found(reading):
    """Yield what is wrong with the links of the body."""
    gone = _unreachable(reading.page)
    for passage in reading.body:
        if not passage.html:
            continue
        at = 0
        for href, inner in _LINK.findall(passage.html):
            words, address = plain_text(inner), unescape(href)
            # Where the words stand in the passage, in the links' order.
            start = passage.folded.find(words, at) if words else -1
            start = start if start >= 0 else at
            at = start + len(words)
            span = (start, max(at, start + 1)) if start < len(passage.folded) else (0, 1)
            host = _host(address)
            if _sells(host):
                yield passage.finding(
                    "links.shop",
                    STOP,
                    *span,
                    _("“%(words)s” leads to %(host)s, where things are sold or booked.")
                    % {"words": "%(words)s", "host": host.replace("%", "")},
                    _("Health knowledge carries no link to buy or book."),
                )
            elif address.startswith("http://"):
                yield passage.finding(
                    "links.insecure",
                    INFO,
                    *span,
                    _("“%(words)s” leads to an address without https."),
                    _("See whether the same page answers at https://."),
                )
            if _EMPTY_WORDS.fullmatch(words):
                yield passage.finding(
                    "links.words",
                    WARN,
                    *span,
                    _("the link “%(words)s” does not say where it leads."),
                    _("Link the name of the page: those who cannot see hear only the link’s words."),
                )
            elif re.match(r"https?://|www\.", words):
                yield passage.finding(
                    "links.address",
                    INFO,
                    *span,
                    _("the link “%(words)s” shows its address."),
                    _("Link the name of the page."),
                )
            if address.rstrip("/") in gone:
                yield passage.finding(
                    "links.unreachable",
                    WARN,
                    *span,
                    _("“%(words)s” did not answer when it was looked at."),
                    _("Take another page, or leave the link out."),
                )


def _host(address):
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""


def _sells(host):
    parts = host.split(".")
    return any(".".join(parts[at:]) in SHOPS for at in range(len(parts)))


def _unreachable(page):
    """The addresses of the page's references that are known not to answer."""
    references = getattr(page, "references", None)
    if references is None:
        return set()
    return {one.url.rstrip("/") for one in references.all() if one.url and one.unreachable_since}
