"""A theme's WeChat stylesheet, written into style attributes."""

import re
from functools import lru_cache

import css_inline

from themes.registry import folder
from themes.tokens import resolve


# No network, no files, no stylesheet from inside the fragment: only what the theme says.
_INLINER = css_inline.CSSInliner(
    load_remote_stylesheets=False, inline_style_tags=False, keep_style_tags=True, minify_css=True
)


@lru_cache(maxsize=8)
def stylesheet(theme):
    """Return ``wechat/article.css`` of ``theme`` with its tokens filled in, without comments."""
    css = (folder(theme) / "wechat" / "article.css").read_text(encoding="utf-8")
    return resolve(re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL), theme)


def inline(fragment, theme):
    """Return ``fragment`` (HTML with the theme's classes) with the styles of its classes written out."""
    return _INLINER.inline_fragment(fragment, stylesheet(theme))
