"""Links inside a WeChat body: only articles in WeChat can be tapped, every other address becomes a numbered note."""

import re
from urllib.parse import urljoin, urlsplit


# An article's permanent address. A preview address (tempkey) makes WeChat refuse the whole body (45166).
_ARTICLE_PATH = re.compile(r"/s(/[\w-]+)?$")


def stays(href):
    """Return True when WeChat keeps ``href`` as a link: the permanent address of an article on mp.weixin.qq.com."""
    try:
        parts = urlsplit(href)
        return (
            parts.scheme in ("http", "https")
            and parts.netloc == "mp.weixin.qq.com"
            and bool(_ARTICLE_PATH.match(parts.path))
            and ("__biz=" in parts.query or parts.path != "/s")
            and "tempkey=" not in href
            and not re.search(r"[\s\"'<>\\]", href)
        )
    except ValueError:
        return False


class Notes:
    """The addresses met while a body is rendered, each with its number, in order of first use.

    ``base``: the article's own address; addresses that begin with a slash are completed from it. ``after``: how many
    numbers references took before.
    """

    def __init__(self, base="", after=0):
        self._base = base
        self._after = after
        self._numbers = {}

    def number(self, href):
        """Return the number of ``href``; the same address keeps its number."""
        address = href.strip()
        if address.startswith("/") and self._base:
            address = urljoin(self._base, address)
        return self._numbers.setdefault(address, self._after + len(self._numbers) + 1)

    def __iter__(self):
        """Yield ``(number, address)`` in order."""
        return ((number, address) for address, number in self._numbers.items())

    def __len__(self):
        return len(self._numbers)
