"""One rich, fictitious article as a signed snapshot: every body block, every label, both source kinds.

``SNAPSHOT`` and ``FACTS`` have the shape of articles.snapshot.build() and Publication.facts().
``PICTURES`` maps the SHA-256 of each picture in the snapshot to its bytes (drawn here, so nothing is fetched).
Medicine: Chinese guidelines for hypertension (2024) and home monitoring (2019). The hospital and its staff do not exist.
"""

import copy
import hashlib
import io
from datetime import date

from PIL import Image, ImageDraw


def _draw(width, height, sky, hill, sun):
    picture = Image.new("RGB", (width, height), sky)
    pen = ImageDraw.Draw(picture)
    pen.ellipse((width * 0.62, height * 0.16, width * 0.62 + height * 0.3, height * 0.46), fill=sun)
    pen.polygon([(0, height), (width * 0.35, height * 0.45), (width * 0.8, height)], fill=hill)
    pen.polygon(
        [(width * 0.3, height), (width * 0.75, height * 0.55), (width, height * 0.85), (width, height)],
        fill=sun,
    )
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


PICTURES = {}


def _image(data, width, height, alt, caption="", credit="", focal=None):
    sha256 = hashlib.sha256(data).hexdigest()
    PICTURES[sha256] = data
    return {
        "sha256": sha256,
        "format": "png",
        "width": width,
        "height": height,
        "focal": focal,
        "alt": alt,
        "caption": caption,
        "credit": credit,
    }


COVER = _image(
    _draw(1200, 800, "#dcebe6", "#5f9f8c", "#f0b766"),
    1200,
    800,
    "清晨的窗边，桌上放着一台上臂式电子血压计",
    credit="示例医院图书馆",
    focal=[600, 400, 500, 400],
)
FIGURE = _image(
    _draw(1600, 1000, "#eef3f7", "#7d9cb5", "#d99a8b"),
    1600,
    1000,
    "示意图：坐在有靠背的椅子上，双脚平放，手臂放在桌面，袖带与心脏同高",
    caption="坐稳、靠背、脚放平，袖带和心脏一样高",
    credit="示例医院图书馆绘",
)

SNAPSHOT = {
    "scheme": "xinglin/1",
    "title": "在家量血压，怎样量才准",
    "seo_title": "在家量血压怎样量才准：七天家庭血压测量法",
    "seo_description": "量之前坐五分钟，早晚各量两次，连量七天取平均。家庭血压平均达到 135/85 毫米汞柱就该找医生。",
    "summary": "量之前坐五分钟，早晚各量两次，连量七天。学会这套方法，医生看到的数字才靠得住。",
    "key_message": "安静坐五分钟，用上臂式电子血压计，早晚各量两次，连续记七天，把记录带给医生看。不要只凭一次读数自己加药或停药。",
    "audience": "patients",
    "topic": {
        "title": "高血压",
        "emergency": "血压突然升到 180/120 毫米汞柱以上，同时胸痛、喘不上气、说话不清、一侧手脚无力或看不清东西，请立即拨打 120。",
    },
    "department": "心血管内科",
    "author": {"name": "林晓棠", "title": "副研究馆员", "department": "图书馆"},
    "source": {"type": "original", "line": ""},
    "ai": {"use": "draft", "note": "初稿由人工智能协助起草，馆员逐句核对文献，医师审核定稿。"},
    "cover": COVER,
    "body": [
        {
            "type": "paragraph",
            "value": {
                "html": "<p>很多人在医院量血压会紧张，数字比平时高；也有人在医院正常，回到家反而高。<strong>在家规规矩矩量七天</strong>，比偶尔一次更能看出真实的血压。</p>"
            },
        },
        {
            "type": "key_points",
            "value": {
                "title": "先记住三件事",
                "points": [
                    "选经过认证的上臂式电子血压计，袖带大小要合适。",
                    "每次量之前，安静坐五分钟。",
                    "家庭血压平均值达到或超过 135/85 毫米汞柱，请找医生。",
                ],
            },
        },
        {"type": "heading", "value": {"text": "量血压的正确姿势", "level": 2}},
        {"type": "image", "value": {"image": FIGURE}},
        {
            "type": "steps",
            "value": {
                "title": "照着这五步做",
                "steps": [
                    "量之前半小时不吸烟、不喝咖啡或浓茶、不运动，并先<strong>排空小便</strong>。",
                    "坐在有靠背的椅子上，双脚平放，不跷腿，安静休息五分钟。",
                    "袖带绑在裸露的上臂上，下沿在肘窝上方约 2.5 厘米（两横指），松紧以能插入一到两指为宜。",
                    "手臂平放在桌上，让袖带和心脏在同一高度；测量时不说话、不动。",
                    "量两次，中间隔一分钟，两次都记下来。如果两次相差很大，再量一次。",
                ],
            },
        },
        {"type": "heading", "value": {"text": "什么时候量，量几天", "level": 2}},
        {
            "type": "paragraph",
            "value": {
                "html": '<p>早上起床后一小时内、吃早饭和降压药之前量；晚上睡觉之前再量。刚开始吃药、换药或准备看门诊时，连续量 7 天：</p><ul><li>第一天的数字不算；</li><li>用后面六天的平均值；</li><li>血压平稳以后，每周量 1～2 天就够了。</li></ul><p>更多说明见<a href="https://www.who.int/zh/news-room/fact-sheets/detail/hypertension">世界卫生组织的高血压介绍</a>。</p>'
            },
        },
        {"type": "heading", "value": {"text": "数字怎么看", "level": 3}},
        {
            "type": "table",
            "value": {
                "caption": "七天平均的家庭血压（毫米汞柱）",
                "header": ["高压（收缩压）", "低压（舒张压）", "怎么办"],
                "rows": [
                    ["低于 135", "低于 85", "继续保持，按医生约定的时间复查"],
                    ["135 或以上", "85 或以上", "两项中有一项达到，带上记录看医生"],
                    ["180 或以上", "120 或以上", "休息五分钟再量；仍然这么高，当天就医，有不舒服拨打 120"],
                ],
            },
        },
        {
            "type": "do_dont",
            "value": {
                "do": [
                    "固定用同一侧、读数较高的那只手臂",
                    "每次都写下日期、时间、高压、低压和心率",
                    "就诊时带上血压计和记录本",
                ],
                "dont": ["不要隔着厚衣服量", "不要一看到数字高就反复不停地量", "不要自己加药、减药或停药"],
            },
        },
        {
            "type": "care_card",
            "value": {
                "level": "self_care",
                "title": "可以先自己观察",
                "html": "<p>偶尔一次偏高，没有不舒服：休息几分钟再量，照常吃药，继续记录。</p>",
            },
        },
        {
            "type": "care_card",
            "value": {
                "level": "see_doctor",
                "title": "请在一周内看医生",
                "html": "<p>七天平均达到 135/85 毫米汞柱或更高，或者高压常常低于 90，站起来头晕。</p>",
            },
        },
        {
            "type": "care_card",
            "value": {
                "level": "call_120",
                "title": "请马上拨打 120",
                "html": "<ul><li>胸口压榨样疼痛，超过几分钟不缓解；</li><li>说话不清、口角歪斜、一侧手脚无力；</li><li>剧烈头痛、看不清东西、喘不上气。</li></ul>",
            },
        },
        {
            "type": "question_answer",
            "value": {
                "question": "手腕式血压计可以用吗？",
                "answer": "<p>首选上臂式。手腕式容易受姿势影响，只在上臂很粗、穿脱衣服不便时作为替代，用法请先问医生。</p>",
            },
        },
        {
            "type": "question_answer",
            "value": {
                "question": "两只手臂量出来不一样，信哪一个？",
                "answer": "<p>第一次两边都量，以后固定用较高的一边。如果两边高压经常相差 <strong>10</strong> 毫米汞柱以上，请告诉医生。</p>",
            },
        },
        {
            "type": "quote",
            "value": {
                "text": "比起某一次的数字，我更想看到您一周的记录。",
                "attribution": "周明远，心血管内科主任医师",
            },
        },
    ],
    "references": [
        "中国高血压防治指南修订委员会，高血压联盟（中国），中国医疗保健国际交流促进会高血压病学分会，等. 中国高血压防治指南（2024 年修订版）[J]. 中华高血压杂志（中英文），2024，32（7）：603-700.",
        "中国高血压联盟《家庭血压监测指南》委员会. 2019 中国家庭血压监测指南[J]. 中国循环杂志，2019，34（7）：635-639.",
        "世界卫生组织. 高血压[EB/OL]. （2025-09-25）[2026-11-22]. https://www.who.int/zh/news-room/fact-sheets/detail/hypertension.",
    ],
    "glossary": [],
    "share_text": "家里有血压计的人都该会的七天测量法",
    "push": {"title": "", "digest": ""},
    "review_months": 24,
}

FACTS = {
    "signed_on": date(2026, 11, 20),
    "valid_until": date(2028, 11, 20),
    "published_on": date(2026, 11, 20),
    "reviewers": [
        {"name": "周明远", "title": "主任医师", "department": "心血管内科", "step": "医师审核"},
    ],
    "url": "https://kepu.example.cn/a/42/",
    "institution": {
        "name": "示例医院",
        "short_name": "健康科普",
        "colour": "#1f6f5c",
        "disclaimer": "本文提供一般健康知识，不能代替医生面对面的诊断和治疗。病情有变化，请及时就诊。",
        "icp": "示例ICP备00000000号",
        "contact": "示例市健康路 1 号，咨询电话 000-00000000",
    },
    "preview": False,
}


def snapshot(**changes):
    """Return a deep copy of SNAPSHOT with top-level ``changes``."""
    return {**copy.deepcopy(SNAPSHOT), **changes}


def facts(**changes):
    """Return a deep copy of FACTS with top-level ``changes``."""
    return {**copy.deepcopy(FACTS), **changes}
