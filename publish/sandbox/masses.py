"""群发: sending to the followers, once a day."""

import hashlib
import json
import re

from . import callbacks, drafts, followers, materials, published
from .calls import OK, call, text_of
from .content import links_home
from .errors import ApiError
from .store import dump


WINDOW = 86400  # how long a clientmsgid is remembered
RETRY_GAP = 60
TOO_FAST = {"SENDING", "WAITING_ADMIN"}
HREF = re.compile(r"""<a\b[^>]*?\bhref\s*=\s*["']?([^"'\s>]*)""", re.IGNORECASE)
SPEEDS = (80, 60, 45, 30, 10)  # ten thousand a minute


def _branch(request, preview=False):
    """(msgtype, branch, draft id or "") of a message; checks what it points to."""
    body, store = request.body, request.store
    kind = body.get("msgtype")
    if kind == "wxcard":
        raise ApiError(45113)
    kinds = {"mpnews": "mpnews", "text": "text", "voice": "voice", "image": "images", "mpvideo": "mpvideo"}
    if kind not in kinds:
        raise ApiError(40008)
    branch = body.get(kinds[kind]) or (body.get("image") if kind == "image" and preview else None)
    if not isinstance(branch, dict):
        raise ApiError(47001)
    if kind == "text":
        content = text_of(branch, "content", "")
        if not content.strip():
            raise ApiError(45166)
        if any(not links_home(address) for address in HREF.findall(content)):
            raise ApiError(40066)
        return kind, branch, ""
    if kind == "mpnews":
        draft = drafts.load(store, text_of(branch, "media_id", ""))
        if draft is None:
            raise ApiError(40007)
        return kind, branch, draft["id"]
    wanted = {"voice": ("voice",), "image": ("image",), "mpvideo": ("video",)}[kind]
    ids = branch.get("media_ids") if "media_ids" in branch else [branch.get("media_id")]
    if (
        not isinstance(ids, list)
        or not ids
        or not all(materials.permanent(store, one, wanted) for one in ids)
    ):
        raise ApiError(40007)
    return kind, branch, ""


def _audience(request):
    """(to all?, tag or None)"""
    chosen = request.body.get("filter")
    if not isinstance(chosen, dict):
        raise ApiError(40152)
    if chosen.get("is_to_all") is True:
        return True, None
    tag = chosen.get("tag_id")
    if tag is None or isinstance(tag, bool):
        raise ApiError(40152)
    try:
        tag = int(tag)
    except (TypeError, ValueError) as error:
        raise ApiError(40152) from error
    if not request.store.value("select 1 from tags where id = ?", tag):
        raise ApiError(45159)
    return False, tag


def slot_used(account):
    """Whether today's mass send is gone: sent, on its way, waiting for the administrator, or sent on the website."""
    today = account.clock.day()
    rows = account.store.rows("select submitted from masses where state != 'SEND_FAIL'")
    return sum(account.clock.day(row["submitted"]) == today for row in rows) >= account.setting(
        "mass_per_day"
    )


def _client_id(request, kind, to_all, tag):
    given = text_of(request.body, "clientmsgid", "")
    if len(given.encode()) > request.account.limit("clientmsgid_bytes"):
        raise ApiError(45067)
    if given:
        return given
    branch = request.body.get({"image": "images"}.get(kind, kind))
    return hashlib.md5(dump([to_all, tag, kind, branch]).encode(), usedforsecurity=False).hexdigest()


def _protect(request, key):
    """Protection in the "code" style: refuse until the administrator has answered for this message."""
    store, now = request.store, request.now
    found = store.row("select * from confirmations where key = ?", key)
    if found is not None and found["state"] == "accepted":
        store.run("delete from confirmations where key = ?", key)
        return
    if (
        found is not None
        and found["state"] == "waiting"
        and now - found["at"] < request.account.setting("admin_timeout")
    ):
        raise ApiError(89505)
    store.run("insert or replace into confirmations values (?, 'waiting', ?)", key, now)
    raise ApiError(89504, keep=True)


def _check_draft(request, draft):
    """Refuse a draft that WeChat saved by itself, and one that was sent moments ago."""
    if request.store.value("select 1 from autosaved where draft = ?", draft):
        raise ApiError(48021)
    last = request.store.value("select max(submitted) from masses where draft = ?", draft)
    if last is not None and request.now - last < request.account.limit("same_draft_gap"):
        raise ApiError(42010)


@call("message/mass/sendall", right="mass")
def sendall(request):
    """Accept a message to all followers or to a tag; whether it was sent comes later."""
    account, store, now = request.account, request.store, request.now
    to_all, tag = _audience(request)
    if request.body.get("send_ignore_reprint", 0) not in (0, 1):
        raise ApiError(47001)
    client_id = _client_id(request, request.body.get("msgtype"), to_all, tag)
    # before everything else: the draft of a message that went out is dead, the id still answers
    earlier = store.row(
        "select * from masses where clientmsgid = ? and submitted > ? and origin = 'api' order by msg_id desc",
        client_id,
        now - WINDOW,
    )
    if earlier is not None:
        if earlier["state"] in TOO_FAST and now - earlier["submitted"] < RETRY_GAP:
            raise ApiError(45066)
        raise ApiError(45065, msg_id=earlier["msg_id"])
    kind, branch, draft = _branch(request)
    protected = to_all and account.setting("profile") == "protected"
    if protected and store.value("select 1 from masses where state = 'WAITING_ADMIN'"):
        raise ApiError(89505)
    if slot_used(account):
        raise ApiError(45028)
    waits = protected and account.setting("protection") == "job"
    if protected and not waits:
        _protect(request, client_id)
    if draft:
        _check_draft(request, draft)
    script = account.script("mass")
    msg_id = 1_000_000_000 + store.number("msg")
    msg_data_id = 2_247_483_000 + store.number("msg_data") if kind == "mpnews" else None
    store.insert(
        "masses",
        msg_id=msg_id,
        msg_data_id=msg_data_id,
        origin="api",
        draft=draft,
        msgtype=kind,
        branch=branch,
        to_all=int(to_all),
        tag=tag,
        clientmsgid=client_id,
        submitted=now,
        due=now + account.setting("admin_timeout" if waits else "mass_delay"),
        state="WAITING_ADMIN" if waits else "SENDING",
        script=script,
    )
    if draft and account.setting("draft_dies") == "accepted":
        store.run("update drafts set state = 'taken' where id = ?", draft)
    answer = {"errcode": 0, "errmsg": "send job submission success", "msg_id": msg_id}
    return answer if msg_data_id is None else {**answer, "msg_data_id": msg_data_id}


def confirm(account, accept, msg_id=None):
    """The administrator's answer to what waits; returns how many messages it met."""
    store, now = account.store, account.clock.seconds()
    met = 0
    for row in store.rows("select * from masses where state = 'WAITING_ADMIN'"):
        if msg_id is not None and row["msg_id"] != msg_id:
            continue
        met += 1
        if accept:
            due = now + account.setting("mass_delay")
            store.run("update masses set state = 'SENDING', due = ? where msg_id = ?", due, row["msg_id"])
        else:
            _end(account, row, "err(40001)")
    if msg_id is None:
        state = "accepted" if accept else "refused"
        met += store.run("update confirmations set state = ? where state = 'waiting'", state)
    return met


def finish(account, row):
    """End one mass send, in the caller's transaction."""
    if row["state"] == "WAITING_ADMIN":
        _end(account, row, "err(40002)")
        return
    status = json.loads(row["script"]).get("status", "send success")
    if row["draft"]:
        state = account.store.value("select state from drafts where id = ?", row["draft"])
        if state not in ("box", "taken"):
            status = "send fail"
    _end(account, row, status)


def _end(account, row, status):
    store, good = account.store, status == "send success"
    article_id, tokens = "", []
    if good:
        followers.reach(store, row["msg_id"], row["tag"])
    if row["draft"] and good:
        article_id, tokens = published.bring_out(account, row["draft"], "mass", row["msg_id"])
    elif row["draft"]:
        store.run("update drafts set state = 'box' where id = ? and state = 'taken'", row["draft"])
    store.run(
        "update masses set state = ?, status = ?, article_id = ?, finished = ? where msg_id = ?",
        "SEND_SUCCESS" if good else "SEND_FAIL",
        status,
        article_id,
        account.clock.seconds(),
        row["msg_id"],
    )
    script = json.loads(row["script"])
    if script.get("callback", True):
        total = followers.count(store, row["tag"])
        count = len(drafts.items(store, row["draft"])) if row["draft"] else 0
        callbacks.mass_finished(
            account, row["msg_id"], status, total, count, tokens, script.get("check_state")
        )


def send_from_website(account, title, draft=""):
    """A mass send made by a colleague on WeChat's website, of a draft or of something else: it takes the day's slot.

    Returns (msg_id, [token of each article])."""
    store, now = account.store, account.clock.seconds()
    msg_id, article_id, tokens = 1_000_000_000 + store.number("msg"), "", []
    if draft:
        title = drafts.items(store, draft)[0]["title"]
        article_id, tokens = published.bring_out(account, draft, "mass", msg_id)
    store.insert(
        "masses",
        msg_id=msg_id,
        msg_data_id=2_247_483_000 + store.number("msg_data"),
        origin="website",
        draft=draft,
        article_id=article_id,
        msgtype="mpnews",
        branch={"title": title},
        to_all=1,
        clientmsgid="",
        submitted=now,
        due=now,
        state="SEND_SUCCESS",
        status="send success",
        finished=now,
    )
    followers.reach(store, msg_id)
    return msg_id, tokens


def _sent(request):
    """The row that a msg_id or url in the body names."""
    msg_id, url = request.body.get("msg_id"), request.body.get("url")
    if msg_id is not None:
        try:
            found = request.store.row("select * from masses where msg_id = ? and origin = 'api'", int(msg_id))
        except (TypeError, ValueError) as error:
            raise ApiError(40059) from error
        if found is None:
            raise ApiError(40059)
        return found, 0
    if isinstance(url, str) and url:
        token = url.rsplit("/", 1)[-1]
        article = request.store.row("select * from articles where token = ? and route = 'mass'", token)
        if article is None or url.split("://")[-1] != published.address(token).split("://")[-1]:
            raise ApiError(40065)
        return request.store.row("select * from masses where msg_id = ?", article["msg_id"]), article["idx"]
    raise ApiError(40059)


@call("message/mass/get", right="mass")
def get(request):
    """The state of a mass send, no counts."""
    found, _ = _sent(request)
    state = "SENDING" if found["state"] == "WAITING_ADMIN" else found["state"]
    return {"msg_id": found["msg_id"], "msg_status": state}


@call("message/mass/delete", right="mass")
def delete(request):
    """Take back one article (article_idx from 1) or, with 0 or none, the whole message."""
    found, named = _sent(request)
    if found["msgtype"] not in ("mpnews", "mpvideo"):
        raise ApiError(40204)
    if found["state"] not in ("SEND_SUCCESS", "DELETE"):
        raise ApiError(40059)
    index = request.body.get("article_idx", named)
    if isinstance(index, bool) or not isinstance(index, int) or index < 0:
        raise ApiError(40060)
    store = request.store
    if found["article_id"] and not published.remove(store, found["article_id"], index):
        raise ApiError(40060)
    left = store.value("select count(*) from articles where msg_id = ? and not deleted", found["msg_id"])
    if not left:
        store.run("update masses set state = 'DELETE' where msg_id = ?", found["msg_id"])
    return OK


@call("message/mass/preview", right="mass")
def preview(request):
    """Show a message to one follower, by openid or by WeChat name."""
    openid, name = text_of(request.body, "touser", ""), text_of(request.body, "towxname")
    if name is not None:
        reader = followers.by_name(request.store, name)
        if reader is None:
            raise ApiError(40132)
    else:
        reader = followers.follower(request.store, openid)
        if reader is None:
            raise ApiError(40003)
    kind, branch, _ = _branch(request, preview=True)
    msg_id = 1_000_000_000 + request.store.number("msg")
    request.store.insert(
        "previews", msg_id=msg_id, reader=reader["openid"], msgtype=kind, branch=branch, at=request.now
    )
    return {"errcode": 0, "errmsg": "preview success", "msg_id": msg_id}


@call("message/mass/speed/get", right="mass")
def get_speed(request):
    speed = request.account.setting("speed")
    return {"speed": speed, "realspeed": SPEEDS[speed]}


@call("message/mass/speed/set", right="mass")
def set_speed(request):
    speed = request.body.get("speed")
    if speed is None:
        raise ApiError(45084)
    if isinstance(speed, bool) or speed not in range(len(SPEEDS)):
        raise ApiError(45083)
    request.account.change({"speed": speed})
    return OK


@call("message/mass/send")
def send_by_openid(request):
    """Only service accounts may send to a list of openids."""
    raise ApiError(48001)
