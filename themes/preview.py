"""The page an editor or physician looks at to see an article as WeChat will show it."""

import re

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe

from articles.snapshot import push_choices
from themes import rich
from themes.dark import night
from themes.registry import DEFAULT
from themes.wechat import LANGUAGE, render_for_screen


# The reader's own choice in WeChat; all type grows, whatever the article says.
SIZES = {"standard": 1, "large": 1.25, "largest": 1.5}
_FONT_SIZE = re.compile(r"(font-size:)([\d.]+)(px)")
_STYLE = re.compile(r'style="[^"]*"')


def wechat_preview_page(snapshot, facts, image_url, theme=DEFAULT, *, dark=False, size="standard"):
    """Return a whole HTML page: title, account, author and date as WeChat prints them, then the body.

    ``image_url(IMAGE)`` may give addresses of this site. ``dark`` and ``size`` (of SIZES) are what a reader sets on the
    phone; an unknown size is the standard one. Raises what themes.wechat.render raises.
    """
    institution = facts.get("institution") or {}
    size = size if size in SIZES else "standard"
    body = scaled(render_for_screen(snapshot, facts, image_url, theme), size)
    with translation.override(LANGUAGE):
        return render_to_string(
            "themes/wechat_frame.html",
            {
                "title": rich.plain(push_choices(snapshot)[0]["title"]),
                "author": rich.plain(snapshot["author"]["name"]),
                "account": rich.plain(institution.get("short_name") or institution.get("name") or ""),
                "day": facts.get("published_on") or facts.get("signed_on"),
                "body": mark_safe(night(body) if dark else body),  # noqa: S308  it came through themes.sanitize
                "dark": dark,
                "size": size,
            },
        )


def scaled(html, size):
    """Return a body as a reader sees it who has set WeChat's type to ``size``: each font size in px grows."""
    factor = SIZES[size]
    if factor == 1:
        return html

    def grow(found):
        return f"{found[1]}{float(found[2]) * factor:g}{found[3]}"

    return _STYLE.sub(lambda style: _FONT_SIZE.sub(grow, style[0]), html)
