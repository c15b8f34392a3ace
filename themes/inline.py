"""A theme's WeChat stylesheet, written into style attributes."""

import re
from functools import lru_cache

import css_inline

from themes.registry import DEFAULT, folder
from themes.tokens import resolve


# No network, no files, no stylesheet from inside the fragment: only what the theme says.
_INLINER = css_inline.CSSInliner(
    load_remote_stylesheets=False, inline_style_tags=False, keep_style_tags=True, minify_css=True
)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")


def stylesheet(theme, brand=None):
    """Return the WeChat rules of ``theme`` with its tokens filled in: its own, and calm's where it has none.

    ``brand`` ("#rrggbb") stands in for the token of that name.
    """
    css = "\n".join(f"{name} {{ {body} }}" for name, body in rules(folder(DEFAULT), folder(theme)).items())
    return resolve(css, theme, **({"brand": brand} if brand else {}))


def inline(fragment, theme, brand=None):
    """Return ``fragment`` (HTML with the theme's classes) with the styles of its classes written out."""
    return _INLINER.inline_fragment(fragment, stylesheet(theme, brand))


@lru_cache(maxsize=16)
def rules(*folders):
    """Return {selector: declarations}; a later folder's rule replaces the same selector's as a whole."""
    found = {}
    for place in folders:
        file = place / "wechat" / "article.css"
        if file.is_file():
            css = _COMMENT.sub("", file.read_text(encoding="utf-8"))
            found |= {" ".join(name.split()): body.strip() for name, body in _RULE.findall(css)}
    return found
