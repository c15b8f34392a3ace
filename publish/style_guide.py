"""网站样张: every part and block of the readers' site in every look, from the templates readers get. No network.

The words are those of 排版样张 (publish.gallery). Nothing here has been signed, so only the editors' side shows it.
"""

import datetime
import re

from django.core.paginator import Paginator
from django.templatetags.static import static
from django.utils import timezone

from articles import copies
from articles.choices import BodyArea, Need
from publish import gallery
from themes import body, labels, site_style, website
from themes.citations import Citations
from themes.colour import contrast
from themes.registry import folder, label
from themes.terms import Terms
from themes.tokens import tokens


PARTS, ARTICLE = "parts", "article"
_PICTURES = re.compile(r"[^\"\s,]*" + re.escape(copies.folder_of(gallery.FIGURE["sha256"])) + r"/[^\"\s,]+")
# What a hospital may not have entered yet.
_SLOTS = {
    "icp": "示例ICP备00000000号-1",
    "police_filing": "示例公网安备 00000000000000号",
    "review_consent": "示例卫网审〔2026〕第 0000 号",
}
_RECORDING = {"sha256": "0" * 64, "format": "mp3", "seconds": 200, "size": 0, "reader": "示例"}
_TOPICS = [("日常卫生", 12), ("高血压", 8), ("口腔健康", 5), ("儿童免疫接种", 3)]


def page(name, institution, request, theme, light):
    """Return the HTML of a page of the guide (PARTS or ARTICLE) in ``theme`` by ``light``; raises UnknownThemeError."""
    folder(theme)
    facts = institution.facts()
    facts |= {slot: facts[slot] or words for slot, words in _SLOTS.items()}
    html = (_article if name == ARTICLE else _parts)(facts, institution, request, theme, light)
    return _PICTURES.sub(static("themes/sample-figure.svg"), html)


def _article(facts, institution, request, theme, light):
    snapshot, of_text = gallery.text(None, institution)
    return website.render_article(
        snapshot,
        of_text | {"institution": facts},
        request,
        theme=theme,
        light=light,
        topic_url="/",
        more=_cards(),
        **_context(),
    )


def _parts(facts, institution, request, theme, light):
    snapshot, _facts = gallery.text(None, institution)
    colours = site_style.palette(theme, facts["colour"], light)
    frame = {
        "title": label(theme),
        "article": snapshot,
        "read_aloud": {"recording": _RECORDING},
        "colours": [
            {"name": name, "text": colours[text], "ground": colours[ground], "ratio": f"{ratio:.1f}"}
            for name, (text, ground) in tokens(theme)["pairs-website"].items()
            for ratio in [contrast(colours[text], colours[ground])]
        ],
        "blocks": website.prepare_blocks(snapshot["body"], theme),
        "terms": Terms(snapshot["glossary"]),
        "citations": Citations(len(snapshot["references"])),
        "audience": labels.audience(snapshot["audience"]),
        "cards": _cards(),
        "topic_cards": [
            {"pk": at, "title": title, "url": "/", "number": number}
            for at, (title, number) in enumerate(_TOPICS)
        ],
        "needs": _places(Need),
        "figure": body.labels(_places(BodyArea)),
        "letters": [
            {"slug": letter, "title": letter.upper(), "url": "/", "pages": letter != "e"}
            for letter in "abcdefgh"
        ],
        "slug": "g",
        "page_obj": Paginator(range(30), 10).get_page(2),
        "list_path": "/",
    }
    return website.render_page("style_guide", facts, request, theme=theme, light=light, **frame, **_context())


def _places(choices):
    return [{"slug": one.value, "title": one.label, "url": "/"} for one in choices]


def _context():
    today = timezone.localdate()
    return {
        "overdue": True,
        "corrections": [{"day": today, "note": "“揉搓 10 秒”改为“揉搓不少于 20 秒”。"}],
        "series": [
            {"number": 1, "title": "把手洗干净", "here": True, "path": "/"},
            {"number": 2, "title": "咳嗽时怎样遮住口鼻", "here": False, "path": "/"},
        ],
    }


def _cards():
    """Return what a list shows of publications: a plain one, one with a picture, one of each mark."""
    day = timezone.localdate() - datetime.timedelta(days=30)
    plain = {"path": "/", "signed_on": day, "cover": None, "is_overdue": False, "correction": ""}
    summary = "量之前坐五分钟，早晚各量两次，连量七天。学会这套方法，医生看到的数字才靠得住。"
    return [
        plain | {"title": "把手洗干净", "summary": gallery.SAMPLE["summary"], "cover": gallery.FIGURE},
        plain | {"title": "在家量血压，怎样量才准", "summary": summary},
        plain | {"title": "过了复审日期的文章", "summary": summary, "is_overdue": True},
        plain | {"title": "更正过的文章", "summary": summary, "correction": "改了一个数字。"},
    ]
