"""发布: bringing a draft out without telling the followers."""

import json

from . import callbacks, drafts, published
from .calls import OK, call, page_of, text_of
from .errors import ApiError
from .store import dump


DONE, RUNNING, FAILED, DELETED, BANNED = 0, 1, 3, 5, 6


@call("freepublish/submit", right="freepublish")
def submit(request):
    """Accept a draft for publishing; the result comes later."""
    account, store = request.account, request.store
    draft = drafts.load(store, text_of(request.body, "media_id", ""))
    if draft is None:
        raise ApiError(40007)
    script = account.script("publish")
    number = store.number("publish")
    publish_id = str(100_000_000 + number)
    store.insert(
        "publish_jobs",
        id=publish_id,
        number=number,
        draft=draft["id"],
        submitted=request.now,
        due=request.now + account.setting("publish_delay"),
        status=RUNNING,
        script=script,
    )
    if account.setting("draft_dies") == "accepted":
        store.run("update drafts set state = 'taken' where id = ?", draft["id"])
    msg_data_id = 2_247_483_000 + store.number("msg_data")
    store.insert("publish_data", msg_data_id=msg_data_id, job=publish_id)
    return {**OK, "publish_id": publish_id, "msg_data_id": msg_data_id}


def finish(account, job):
    """End one publish job, in the caller's transaction: articles come out or the draft comes back, and the event is due."""
    store = account.store
    script = json.loads(job["script"])
    status, failed, article_id = script.get("status", DONE), script.get("fail_idx", []), ""
    state = store.value("select state from drafts where id = ?", job["draft"])
    if state not in ("box", "taken"):
        status, failed = FAILED, []
    if status in (DONE, DELETED, BANNED):
        article_id, _ = published.bring_out(account, job["draft"], "publish")
        column = {DELETED: "deleted", BANNED: "banned"}.get(status)
        if column:
            store.run(f"update articles set {column} = 1 where article_id = ?", article_id)  # noqa: S608
    elif state == "taken":
        store.run("update drafts set state = 'box' where id = ?", job["draft"])
    store.run(
        "update publish_jobs set status = ?, fail_idx = ?, article_id = ? where id = ?",
        status,
        dump(failed),
        article_id,
        job["id"],
    )
    if script.get("callback", True):
        callbacks.publish_finished(account, describe(store, job["id"]))


def describe(store, publish_id):
    """A publish job as freepublish/get answers it, or None."""
    job = store.row("select * from publish_jobs where id = ?", publish_id)
    if job is None:
        return None
    answer = {"publish_id": job["id"], "publish_status": job["status"]}
    if job["article_id"]:
        rows = published.items(store, job["article_id"])
        if all(row["banned"] for row in rows):
            answer["publish_status"] = BANNED
        elif all(row["deleted"] for row in rows):
            answer["publish_status"] = DELETED
        if answer["publish_status"] == DONE:
            answer["article_id"] = job["article_id"]
            answer["article_detail"] = {
                "count": len(rows),
                "item": [{"idx": row["idx"], "article_url": published.address(row["token"])} for row in rows],
            }
    answer["fail_idx"] = json.loads(job["fail_idx"])
    return answer


@call("freepublish/get", right="freepublish")
def get(request):
    answer = describe(request.store, str(request.body.get("publish_id", "")))
    if answer is None:
        raise ApiError(40097)
    return answer


def _own(request):
    article_id = text_of(request.body, "article_id", "")
    rows = request.store.rows(
        "select * from articles where article_id = ? and route = 'publish' order by idx", article_id
    )
    if not rows:
        raise ApiError(53600)
    return article_id, rows


@call("freepublish/delete", right="freepublish")
def delete(request):
    """Delete one article (index from 1) or, with 0 or none, the whole publication."""
    article_id, _ = _own(request)
    index = request.body.get("index", 0)
    if isinstance(index, bool) or not isinstance(index, int) or index < 0:
        raise ApiError(40114)
    if not published.remove(request.store, article_id, index):
        raise ApiError(40114)
    return OK


@call("freepublish/getarticle", right="freepublish")
def getarticle(request):
    _, rows = _own(request)
    return {
        "news_item": [published.shown(row) for row in rows],
        "create_time": rows[0]["published"],
        "update_time": rows[0]["published"],
    }


@call("freepublish/batchget", right="freepublish")
def batchget(request):
    """A page of what was published (not mass-sent), the newest first; wholly deleted ones are gone."""
    offset, size = page_of(request.body)
    bare = request.body.get("no_content") in (1, "1", True)
    found = request.store.rows(
        "select article_id, min(published) as published from articles where route = 'publish' "
        "group by article_id having min(max(deleted, banned)) = 0 order by max(number) desc"
    )
    listed = [
        {
            "article_id": entry["article_id"],
            "content": {
                "news_item": [
                    published.shown(row, bare) for row in published.items(request.store, entry["article_id"])
                ],
                "create_time": entry["published"],
                "update_time": entry["published"],
            },
            "update_time": entry["published"],
        }
        for entry in found[offset : offset + size]
    ]
    return {"item": listed, "total_count": len(found), "item_count": len(listed)}
