"""The page an editor or physician looks at to see an article as WeChat will show it."""

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe

from articles.snapshot import push_choices
from themes import rich
from themes.registry import DEFAULT
from themes.wechat import LANGUAGE, render_for_screen


def wechat_preview_page(snapshot, facts, image_url, theme=DEFAULT):
    """Return a whole HTML page: title, account, author and date as WeChat prints them, then the body.

    ``image_url(IMAGE)`` may give addresses of this site. Raises what themes.wechat.render raises.
    """
    institution = facts.get("institution") or {}
    body = render_for_screen(snapshot, facts, image_url, theme)
    with translation.override(LANGUAGE):
        return render_to_string(
            "themes/wechat_frame.html",
            {
                "title": rich.plain(push_choices(snapshot)[0]["title"]),
                "author": rich.plain(snapshot["author"]["name"]),
                "account": rich.plain(institution.get("short_name") or institution.get("name") or ""),
                "day": facts.get("published_on") or facts.get("signed_on"),
                "body": mark_safe(body),  # noqa: S308  it came through themes.sanitize
            },
        )
