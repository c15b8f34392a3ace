"""Checking one article of a draft: fields, limits, cover, and what is left of it after filtering."""

from urllib.parse import urlsplit

from . import content, materials
from .calls import text_of
from .errors import ApiError


RATIOS = {"news": ("2.35_1", "1_1"), "newspic": ("1_1", "16_9", "2.35_1")}
TARGETS = {"2.35_1": 2.35, "1_1": 1.0, "16_9": 16 / 9}
TOLERANCE = 0.02


def check(account, given):
    """Turn an article as sent into (article as kept, list of what was silently dropped); raises ApiError."""
    if not isinstance(given, dict):
        raise ApiError(47001)
    kind = text_of(given, "article_type", "news") or "news"
    if kind not in RATIOS:
        raise ApiError(47001)
    title = text_of(given, "title", "")
    if not title.strip() or len(title) > account.limit("title"):
        raise ApiError(45003)
    author = text_of(given, "author", "")
    if len(author) > account.limit("author"):
        raise ApiError(45110)
    digest = text_of(given, "digest", "")
    if len(digest) > account.limit("digest"):
        raise ApiError(45004)
    body = text_of(given, "content", "")
    if len(body) >= account.limit("content_chars") or len(body.encode("utf-8", "replace")) >= account.limit(
        "content_bytes"
    ):
        raise ApiError(45002)
    if not body.strip():
        raise ApiError(45166)
    source = text_of(given, "content_source_url", "")
    _check_source(account, source)
    _check_product(account, given.get("product_info"))
    comment, fans = _flag(given, "need_open_comment"), _flag(given, "only_fans_can_comment")
    if comment and not account.may_comment():
        raise ApiError(88000)
    kept = {"article_type": kind, "title": title, "author": author if kind == "news" else ""}
    if kind == "news":
        cover = materials.permanent(account.store, given.get("thumb_media_id"), ("image", "thumb"))
        if cover is None:
            raise ApiError(40007)
        body, dropped = content.clean(body)
    else:
        images = _images(account, given)
        cover = images[0]
        if body.count("<mp-common-product") > account.limit("products"):
            raise ApiError(53405)
        body, dropped = content.plain_text(body), []
        kept["image_info"] = {"image_list": [{"image_media_id": image["id"]} for image in images]}
    if min(cover["width"] or 0, cover["height"] or 0) < account.limit("cover_min_side"):
        raise ApiError(53402)
    crops = _crops(given, cover, kind)
    kept |= {
        "digest": digest or content.plain_text(body)[: account.limit("source_digest")],
        "content": body,
        "content_source_url": source,
        "thumb_media_id": cover["id"],
        "thumb_url": cover["url"],
        "show_cover_pic": 0,
        "need_open_comment": comment,
        "only_fans_can_comment": fans,
    }
    if crops:
        kept["cover_info"] = {"crop_percent_list": crops}
    return kept, dropped


def _flag(given, name):
    value = given.get(name, 0)
    if value in (0, 1, "0", "1"):
        return int(value)
    raise ApiError(47001)


def _check_source(account, source):
    if not source:
        return
    try:
        parts = urlsplit(source)
    except ValueError as error:
        raise ApiError(41039) from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ApiError(41039)
    if len(source.encode("utf-8", "replace")) > account.limit("source_url_bytes"):
        raise ApiError(41039)


def _check_product(account, info):
    footer = info.get("footer_product_info") if isinstance(info, dict) else None
    if isinstance(footer, dict) and footer.get("product_key") and account.setting("shop"):
        raise ApiError(account.setting("shop"))


def _images(account, given):
    info = given.get("image_info")
    listed = info.get("image_list") if isinstance(info, dict) else None
    if not isinstance(listed, list) or not 1 <= len(listed) <= account.limit("newspic_images"):
        raise ApiError(40007)
    found = []
    for entry in listed:
        media_id = entry.get("image_media_id") if isinstance(entry, dict) else None
        found.append(materials.permanent(account.store, media_id, ("image",)))
        if found[-1] is None:
            raise ApiError(40007)
    return found


def _crops(given, cover, kind):
    """The crops in today's form, whichever form they came in; raises 53402 when one does not fit its ratio."""
    info = given.get("cover_info")
    listed = (info or {}).get("crop_percent_list", []) if isinstance(info, dict) or info is None else None
    if not isinstance(listed, list):
        raise ApiError(47001)
    crops = []
    for entry in listed:
        if not isinstance(entry, dict) or entry.get("ratio") not in RATIOS[kind]:
            raise ApiError(53402)
        crops.append(
            {"ratio": entry["ratio"], **_box([entry.get(side) for side in ("x1", "y1", "x2", "y2")])}
        )
    named = {crop["ratio"] for crop in crops}
    for name, ratio in (("pic_crop_235_1", "2.35_1"), ("pic_crop_1_1", "1_1")):
        old = given.get(name)
        if old and ratio not in named:
            crops.append({"ratio": ratio, **_box(str(old).split("_"))})
    for crop in crops:
        width = (float(crop["x2"]) - float(crop["x1"])) * cover["width"]
        height = (float(crop["y2"]) - float(crop["y1"])) * cover["height"]
        if width <= 0 or height <= 0:
            raise ApiError(53402)
        target = TARGETS[crop["ratio"]]
        if abs(width / height - target) > TOLERANCE * target:
            raise ApiError(53402)
    return crops


def _box(values):
    if len(values) != 4:
        raise ApiError(53402)
    try:
        numbers = [float(value) for value in values]
    except (TypeError, ValueError) as error:
        raise ApiError(53402) from error
    if not all(0 <= number <= 1 for number in numbers):
        raise ApiError(53402)
    return dict(zip(("x1", "y1", "x2", "y2"), map(str, values), strict=True))
