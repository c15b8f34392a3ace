"""The labels the rules ask for, in one wording for the website and for WeChat.

Each function takes values of the snapshot and returns text in the active language, "" when nothing is to be said.
"""

from django.utils.translation import gettext as _

from articles.choices import AIUse, Audience, CareLevel, SourceType


def care_level(level):
    """Return the words that tell a when-to-seek-care card's level, e.g. 立即拨打120."""
    return str(CareLevel(level).label)


def audience(code):
    """Return whom the article speaks to; an unknown code stands as it is."""
    return str(Audience(code).label) if code in Audience.values else code


def source(kind, line):
    """Return the source label (notice of four ministries, 2025-08-01), with the source line behind a colon."""
    label = str(SourceType(kind).label) if kind in SourceType.values else kind
    return f"{label}：{line}" if label and line else label or line


def ai_use(use, note=""):
    """Return the visible statement that AI was used, "" for none and for polishing.

    GB 45438-2025 wants the words 人工智能 or AI together with 生成 or 合成; ``note`` says who did what.
    """
    if not AIUse.needs_label(use):
        return ""
    sentence = {
        AIUse.TRANSLATION: _("This translation was generated with artificial intelligence."),
        AIUse.DRAFT: _("Part of this text was generated with artificial intelligence."),
        AIUse.IMAGE: _("Some pictures in this article were generated with artificial intelligence."),
        AIUse.MEDIA: _("Some audio or video in this article was generated with artificial intelligence."),
    }.get(use, _("Part of this article was generated with artificial intelligence."))
    return f"{sentence}{note}"


def person(entry):
    """Return one line for ``{"name", "title", "department"}``: the parts that are there, set apart by blanks."""
    return " ".join(part for part in (entry.get("name"), entry.get("title"), entry.get("department")) if part)
