"""Asking WeChat what it holds. Reads only: nothing here changes anything in WeChat."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from publish.wechat import article, errors
from publish.wechat.errors import CallError


# draft/batchget: 1,000 calls a day; freepublish/batchget: 100. Twenty entries a page.
DRAFT_PAGES = 20
PUBLISHED_PAGES = 5
# How far the two clocks may be apart.
CLOCK_MARGIN = timedelta(days=1)


@dataclass
class Entry:
    """One draft or publication with our source addresses: ``keys`` maps position (from 1) to (article pk, push key)."""

    remote_id: str
    items: list
    keys: dict
    updated: datetime


@dataclass
class Found:
    """What the published list says. ``complete``: everything that could be the push's was seen."""

    article_id: str = ""
    addresses: dict = field(default_factory=dict)
    deleted: bool = False
    complete: bool = False


def drafts(ctx, push):
    """Return (media_ids of drafts that carry the push's key, newest first; whether the whole box was seen)."""
    entries, complete = draft_entries(ctx)
    return [entry.remote_id for entry in entries if _has(entry, push)], complete


def draft_entries(ctx):
    """Return (drafts as Entry, whether the whole box was seen)."""
    return _pages(ctx, ctx.client.draft.batchget, "draft/batchget", "media_id", DRAFT_PAGES)


def published_entries(ctx, since=None):
    """Return (publications as Entry, whether all not older than ``since`` were seen)."""
    return _pages(
        ctx, ctx.client.freepublish.batchget, "freepublish/batchget", "article_id", PUBLISHED_PAGES, since
    )


def draft_present(ctx, media_id):
    """Return whether a draft is still in the box."""
    try:
        ctx.client.draft.get(media_id)
    except CallError as error:
        if error.errcode == errors.BAD_MEDIA:
            return False
        raise
    return True


def published(ctx, push):
    """Return Found for a push: published without notice, by us or by somebody on WeChat's website.

    An account without the right to look (48001) cannot have published by API: complete, not found.
    """
    try:
        entries, complete = published_entries(ctx, push.created_at - CLOCK_MARGIN)
    except CallError as error:
        if error.errcode == errors.NO_RIGHT:
            return Found(complete=True)
        raise
    for entry in entries:
        if _has(entry, push):
            return Found(
                article_id=entry.remote_id,
                addresses={place: str(item.get("url", "")) for place, item in enumerate(entry.items, 1)},
                deleted=all(item.get("is_deleted") for item in entry.items),
                complete=complete,
            )
    return Found(complete=complete)


def _has(entry, push):
    return any(key == push.key for _pk, key in entry.keys.values())


def _pages(ctx, fetch, call, name, most, since=None):
    entries, offset = [], 0
    for _page in range(most):
        answer = fetch(offset)
        listed = answer.get("item")
        if not isinstance(listed, list):
            raise CallError(call, reached="maybe", errmsg="answer without item")
        entries += [_entry(raw, name, ctx.site_url) for raw in listed]
        offset += len(listed)
        if not listed or offset >= int(answer.get("total_count") or 0):
            return entries, True
        if since and entries[-1].updated < since:
            return entries, True
    return entries, False


def _entry(raw, name, site_url):
    items = (raw.get("content") or {}).get("news_item") or []
    keys = {}
    for place, item in enumerate(items, 1):
        found = article.key_of(str(item.get("content_source_url") or ""), site_url)
        if found:
            keys[place] = found
    return Entry(
        str(raw.get(name, "")), items, keys, datetime.fromtimestamp(int(raw.get("update_time") or 0), UTC)
    )
