"""排版样张: one text that holds every block, and any live publication, in every look. No network, no worker.

The sample's words are our own; on washing hands they say what the Chinese Center for Disease Control and
Prevention tells the public: flowing water, soap, rub for at least 20 seconds.
"""

import datetime

from django.templatetags.static import static
from django.utils import timezone

from articles import copies
from articles.choices import CareLevel
from articles.digest import SCHEME
from publish.wechat.article import STAND_IN
from themes import colour
from themes.measure import LIMIT, expansion
from themes.preview import wechat_preview_page
from themes.registry import festive, label
from themes.wechat import render


FIGURE = {
    "sha256": "0" * 64,
    "format": "svg",
    "width": 900,
    "height": 500,
    "focal": None,
    "alt": "图画：水龙头下，一双手正在冲洗",
    "caption": "先用流动的水打湿双手，再抹肥皂或洗手液",
    "credit": "杏林",
}
BODY = [
    ("heading", {"text": "小标题：什么时候要洗手", "level": 2}),
    (
        "paragraph",
        {
            "html": "<p>这是一段正文。手上的病菌看不见，<strong>回家、饭前、便后</strong>都要洗手；"
            "正文里可以有<em>斜体</em>、上标 10<sup>6</sup>、下标 H<sub>2</sub>O，也可以有"
            '<a href="https://mp.weixin.qq.com/s/AbC_123">公众号里的文章</a>和'
            '<a href="https://www.who.int/zh/campaigns/world-hand-hygiene-day">别处的网页</a>'
            "（微信里点不开，地址印在文末）。</p>"
            "<ul><li>一定要洗：<ul><li>做饭和吃东西之前；<ol><li>先洗手；</li><li>再拿碗筷。</li></ol></li>"
            "<li>上厕所以后。</li></ul></li><li>最好也洗：咳嗽、打喷嚏用手捂过以后。</li></ul>"
            "<p>列表后面的一段正文。</p>"
        },
    ),
    ("image", {"image": FIGURE}),
    (
        "key_points",
        {"title": "要点", "points": ["用流动的水和肥皂。", "揉搓不少于 20 秒。", "用干净的毛巾或纸巾擦干。"]},
    ),
    (
        "steps",
        {
            "title": "步骤：六步把手洗干净",
            "steps": [
                "<p>打湿双手，抹上<strong>肥皂或洗手液</strong>。</p>",
                "<p>手心对手心搓。</p>",
                "<p>手心对手背搓，两手交换。</p>",
                "<p>十指交叉，洗指缝；再洗拇指和指尖。</p>",
                "<p>用流动的水冲干净。</p>",
                "<p>擦干；公共场所用纸巾垫着关水龙头。</p>",
            ],
        },
    ),
    ("heading", {"text": "次级标题：两种表格", "level": 3}),
    (
        "table",
        {
            "caption": "两列的表",
            "header": ["用什么", "什么时候用"],
            "rows": [
                ["肥皂和水", "手上看得见脏时，首选"],
                ["含酒精的免洗消毒液", "身边没有水时；酒精过敏的人不要用"],
                ["Chlorhexidine digluconate", "医院里用的消毒剂，家里不需要"],
            ],
        },
    ),
    (
        "table",
        {
            "caption": "三列和更多列的表，在手机上一行变成一段",
            "header": ["时间", "要做的事", "多久", "注意"],
            "rows": [
                ["回家以后", "洗手", "20 秒以上", "先放下手机"],
                ["吃饭之前", "洗手", "20 秒以上", "孩子要大人陪着"],
            ],
        },
    ),
    (
        "do_dont",
        {
            "do": ["剪短指甲，洗手时也搓一搓", "孩子洗手，大人在旁边看着"],
            "dont": ["只用水冲一下", "湿着手去摸门把手"],
        },
    ),
    (
        "care_card",
        {"level": CareLevel.SELF_CARE.value, "title": "皮肤有点干", "html": "<p>洗完擦干，抹护手霜。</p>"},
    ),
    (
        "care_card",
        {
            "level": CareLevel.SEE_DOCTOR.value,
            "title": "手上又红又痒",
            "html": "<p>皮肤开裂、渗水，几天不见好，请看皮肤科。</p>",
        },
    ),
    (
        "care_card",
        {
            "level": CareLevel.CALL_120.value,
            "title": "误服了消毒液",
            "html": "<ul><li>不要催吐；</li><li>带上瓶子，立即拨打120。</li></ul>",
        },
    ),
    (
        "question_answer",
        {"question": "冷水洗手行不行？", "answer": "<p>行。要紧的是肥皂和时间，水温没有多大关系。</p>"},
    ),
    ("quote", {"text": "洗手是最简单、最省钱的防病办法。", "attribution": "示例医院感染管理科"}),
]
SAMPLE = {
    "scheme": SCHEME,
    "title": "排版样张：把手洗干净",
    "seo_title": "",
    "seo_description": "",
    "summary": "每一种内容块都在这里，看看它在手机上的样子。",
    "key_message": "饭前、便后、回家以后，用流动的水和肥皂洗手，揉搓不少于 20 秒。",
    "audience": "public",
    "topic": {"title": "日常卫生", "emergency": "误服消毒液，或者吸入以后喘不上气，请立即拨打 120。"},
    "department": "感染管理科",
    "author": {"name": "示例", "title": "馆员", "department": "图书馆"},
    "source": {"type": "original", "line": ""},
    "ai": {"use": "image", "note": "图画由人工智能生成，馆员核对。"},
    "cover": FIGURE,
    "recording": None,
    "body": [{"type": kind, "value": value} for kind, value in BODY],
    "references": ["世界卫生组织. 医疗活动中手卫生指南[M]. 日内瓦：世界卫生组织，2009."],
    "glossary": [],
    "share_text": "",
    "push": {"title": "", "digest": "", "alternatives": []},
    "correction": "",
    "changes": "",
    "review_months": 24,
}


def text(publication, institution):
    """Return (snapshot, facts) of a live publication, or of the sample when it is None."""
    if publication:
        return publication.snapshot, publication.facts(institution)
    today = timezone.localdate()
    return SAMPLE, {
        "signed_on": today,
        "valid_until": today + datetime.timedelta(days=730),
        "published_on": today,
        "reviewers": [{"name": "示例", "title": "主任医师", "department": "感染管理科"}],
        "url": "",
        "institution": institution.facts(),
        "preview": False,
    }


def picture(image):
    """Return the address at which the gallery shows a picture."""
    return static("themes/sample-figure.svg") if image is FIGURE else copies.url(image, "full")


def page(publication, institution, theme, *, dark=False, size="standard"):
    """Return the HTML page of a text in ``theme``; raises themes.registry.UnknownThemeError."""
    return wechat_preview_page(*text(publication, institution), picture, theme, dark=dark, size=size)


def look(publication, institution, theme):
    """Return what the gallery says of a text in ``theme``: its names, the colour used and what WeChat counts."""
    snapshot, facts = text(publication, institution)
    body = render(snapshot, facts, lambda image: STAND_IN, theme)
    return {
        "theme": theme,
        "label": label(theme),
        "festive": festive(theme),
        "brand": colour.brand(institution.colour, theme),
        "characters": len(body),
        "limit": LIMIT,
        "expansion": expansion(body),
    }
