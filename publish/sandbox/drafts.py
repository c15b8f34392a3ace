"""The draft box."""

import json
from urllib.parse import quote

from . import articles
from .calls import OK, call, page_of, text_of
from .errors import ApiError
from .store import dump


def load(store, media_id):
    """The row of a draft that still stands in the box, or None."""
    return store.row("select * from drafts where id = ? and state = 'box'", media_id)


def items(store, media_id):
    """The articles of a draft, in order, as kept."""
    found = store.rows("select data from draft_items where draft = ? order by idx", media_id)
    return [json.loads(row["data"]) for row in found]


def preview_address(draft, idx):
    """The temporary address of one article of a draft; it dies with the draft."""
    return (
        f"http://mp.weixin.qq.com/s?__biz=MzAwMDAwMDAwMA==&mid={2247483000 + draft['number']}&idx={idx + 1}"
        f"&sn={draft['tempkey'][:16].lower()}&tempkey={quote(draft['tempkey'])}"
    )


def _shown(store, draft, without_content=False):
    shown = []
    for idx, item in enumerate(items(store, draft["id"])):
        item["url"] = preview_address(draft, idx)
        if without_content:
            item["content"] = ""
        shown.append(item)
    return shown


def _existing(request):
    media_id = text_of(request.body, "media_id", "")
    found = load(request.store, media_id)
    if found is None:
        raise ApiError(40007)
    return found


@call("draft/add", literal=True)
def add(request):
    """Put 1 to 8 articles into the box as one draft; answers its media_id and nothing else."""
    given = request.body.get("articles")
    if not isinstance(given, list):
        raise ApiError(47001)
    if not 1 <= len(given) <= request.account.limit("articles"):
        raise ApiError(45008)
    checked = [articles.check(request.account, article) for article in given]
    number, media_id = request.account.make_id("draft", 64)
    _, tempkey = request.account.make_id("tempkey", 40)
    now = request.now
    request.store.insert(
        "drafts", id=media_id, number=number, created=now, updated=now, state="box", tempkey=tempkey
    )
    for idx, (article, dropped) in enumerate(checked):
        request.store.insert("draft_items", draft=media_id, idx=idx, data=article, dropped=dropped)
    return {"media_id": media_id}


@call("draft/update", literal=True)
def update(request):
    """Replace one article of a draft. ``articles`` is one object here, ``index`` counts from 0."""
    given = request.body.get("articles")
    if not isinstance(given, dict):
        raise ApiError(47001)
    draft = _existing(request)
    index = request.body.get("index")
    if isinstance(index, str) and index.isdigit():
        index = int(index)
    if isinstance(index, bool) or not isinstance(index, int):
        raise ApiError(40114)
    if not 0 <= index < len(items(request.store, draft["id"])):
        raise ApiError(40114)
    article, dropped = articles.check(request.account, given)
    request.store.run(
        "update draft_items set data = ?, dropped = ? where draft = ? and idx = ?",
        dump(article),
        dump(dropped),
        draft["id"],
        index,
    )
    request.store.run("update drafts set updated = ? where id = ?", request.now, draft["id"])
    return OK


@call("draft/get")
def get(request):
    draft = _existing(request)
    return {
        "news_item": _shown(request.store, draft),
        "create_time": draft["created"],
        "update_time": draft["updated"],
    }


@call("draft/delete")
def delete(request):
    draft = _existing(request)
    request.store.run("update drafts set state = 'deleted' where id = ?", draft["id"])
    return OK


@call("draft/count", body="")
def count(request):
    return {"total_count": request.store.value("select count(*) from drafts where state = 'box'")}


@call("draft/batchget")
def batchget(request):
    """A page of drafts, the newest first."""
    offset, size = page_of(request.body)
    bare = request.body.get("no_content") in (1, "1", True)
    found = request.store.rows("select * from drafts where state = 'box' order by updated desc, number desc")
    listed = [
        {
            "media_id": draft["id"],
            "content": {
                "news_item": _shown(request.store, draft, bare),
                "create_time": draft["created"],
                "update_time": draft["updated"],
            },
            "update_time": draft["updated"],
        }
        for draft in found[offset : offset + size]
    ]
    return {"item": listed, "total_count": len(found), "item_count": len(listed)}


@call("draft/switch", body="")
def switch(request):
    """Deprecated: the draft box is on for everyone."""
    return {**OK, "is_open": 1}
