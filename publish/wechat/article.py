"""From a Publication to an article of draft/add."""

import re
from urllib.parse import parse_qs, urlsplit

from articles.snapshot import push_choices as choices
from themes import wechat as look
from themes.registry import DEFAULT


# As long as a real address of an uploaded picture, so that lengths can be checked before uploading.
STAND_IN = "http://mmbiz.qpic.cn/" + "x" * 110
KEY = "p"


def source_url(site_url, article_pk, key):
    """Return the 阅读原文 address: the article's permanent one, with the push's unique key."""
    return f"{site_url}/a/{article_pk}/?{KEY}={key}"


def key_of(address, site_url):
    """Return (article pk, push key) of one of our source addresses, or None for any other."""
    if not address.startswith(f"{site_url}/a/"):
        return None
    parts = urlsplit(address)
    found = re.fullmatch(r".*/a/(\d+)/", parts.path)
    key = parse_qs(parts.query).get(KEY)
    return (int(found.group(1)), key[0]) if found and key else None


def content_images(snapshot):
    """Return the body's images in order, each signed picture once."""
    seen = {}
    for block in snapshot["body"]:
        if block["type"] == "image":
            image = block["value"]["image"]
            seen.setdefault(image["sha256"], image)
    return list(seen.values())


def fields(publication, institution, *, image_url, site_url, key, alone=True, choice=0, theme=DEFAULT):
    """Return title, author, digest, content and source address of one article, from the signed snapshot.

    ``image_url``: takes an IMAGE, gives what themes.wechat.render prints. ``alone``: whether the push holds this
    article only; WeChat wants no digest otherwise. ``choice``: which of the signed titles and digests.
    """
    snapshot = publication.snapshot
    facts = publication.facts(institution)
    chosen = choices(snapshot)[choice]
    return {
        "title": chosen["title"],
        "author": snapshot["author"]["name"],
        "digest": chosen["digest"] if alone else "",
        "content": look.render(snapshot, facts, image_url, theme),
        "content_source_url": source_url(site_url, publication.article_id, key),
    }


def for_draft(item):
    """Return the article dict of draft/add for a PushItem. Comments stay closed."""
    return {
        "article_type": "news",
        "title": item.title,
        "author": item.author,
        "digest": item.digest,
        "content": item.content,
        "content_source_url": item.content_source_url,
        "thumb_media_id": item.thumb_media_id,
        "need_open_comment": 0,
        "only_fans_can_comment": 0,
        "cover_info": item.cover_info,
    }
