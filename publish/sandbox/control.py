"""The control endpoints under /_sandbox/: look into the sandbox, move its clock, script what goes wrong."""

import json

from . import callbacks, comments, drafts, faults, followers, jobs, masses, options, published
from .calls import CALLS
from .errors import ControlError
from .store import dump


ROUTES = {}


def route(method, name):
    def register(function):
        ROUTES[method, name] = function
        return function

    return register


def handle(sandbox, method, name, data):
    """Answer one control call; raises ControlError, ValueError, TypeError or KeyError when it makes no sense."""
    if (method, name) not in ROUTES:
        raise ControlError(
            f"no {method} /_sandbox/{name}; there are: " + ", ".join(f"{m} {n}" for m, n in sorted(ROUTES))
        )
    return ROUTES[method, name](sandbox, **data)


@route("GET", "")
def index(sandbox):
    return {
        f"{method} /_sandbox/{name}": (function.__doc__ or "").strip()
        for (method, name), function in sorted(ROUTES.items())
    }


@route("GET", "state")
def state(sandbox):
    """Everything at a glance: clock, settings, drafts, published, mass sends, jobs, callbacks, quotas, faults."""
    account, store = sandbox.account, sandbox.store
    with store.transaction():
        day = account.clock.day()
        return {
            "now": account.clock.seconds(),
            "local_time": account.clock.local().isoformat(timespec="seconds"),
            "frozen": account.clock.frozen,
            "appid": account.appid,
            "settings": account.settings(),
            "drafts": [_draft(store, row) for row in store.rows("select * from drafts order by number")],
            "published": [
                _article(row)
                for row in store.rows("select * from articles where route = 'publish' order by number")
            ],
            "publish_jobs": [_plain(row) for row in store.rows("select * from publish_jobs order by number")],
            "mass_sends": [
                {
                    **_plain(row),
                    "articles": [_article(one) for one in published.items(store, row["article_id"])],
                }
                for row in store.rows("select * from masses order by msg_id")
            ],
            "followers": followers.count(store),
            "tags": followers.listed(store),
            "previews": [_plain(row) for row in store.rows("select * from previews order by msg_id")],
            "media": [_plain(row) for row in store.rows("select * from media order by number")],
            "pictures": [_plain(row) for row in store.rows("select * from pictures order by number")],
            "callbacks": [_plain(row) for row in store.rows("select * from callbacks order by id")],
            "scripts": [_plain(row) for row in store.rows("select * from scripts order by id")],
            "faults": [_plain(row) for row in store.rows("select * from faults order by id")],
            "used_today": {
                row["path"]: row["used"]
                for row in store.rows("select * from usage where period = ? order by path", day)
            },
            "requests": store.value("select count(*) from requests"),
        }


def _plain(row):
    found = dict(row)
    for name in ("script", "data", "fail_idx", "answers", "branch", "query"):
        if name in found:
            found[name] = json.loads(found[name])
    return found


def _draft(store, row):
    dropped = store.rows("select dropped from draft_items where draft = ? order by idx", row["id"])
    return {
        **dict(row),
        "articles": drafts.items(store, row["id"]),
        "dropped": [json.loads(one["dropped"]) for one in dropped],
    }


def _article(row):
    return {**_plain(row), "url": published.address(row["token"])}


@route("GET", "requests")
def requests_log(sandbox, path="", limit=200, fault=None):
    """The requests so far, oldest first; ``path`` keeps those that end with it, ``limit`` the last so many."""
    rows = sandbox.store.rows("select * from requests order by id")
    chosen = [_plain(row) for row in rows if row["path"].endswith(path)]
    if fault is not None:
        chosen = [row for row in chosen if row["fault"] == fault]
    return {"requests": chosen[-int(limit) :], "total": len(chosen)}


@route("GET", "clock")
def show_clock(sandbox):
    """The sandbox time."""
    clock = sandbox.clock
    return {
        "now": clock.seconds(),
        "local_time": clock.local().isoformat(timespec="seconds"),
        "frozen": clock.frozen,
    }


@route("POST", "clock")
def move_clock(sandbox, set=None, advance=None, freeze=None, run=False):
    """Set the time (ISO text or epoch seconds), advance it by seconds, freeze it or let it run; run=true ends due jobs."""
    clock = sandbox.clock
    if set is not None:
        clock.set(set)
    if advance is not None:
        clock.advance(float(advance))
    if freeze is not None:
        clock.freeze() if freeze else clock.run()
    ended = jobs.run_due(sandbox.account) if run else 0
    sandbox.wake()
    return {**show_clock(sandbox), "ended": ended}


@route("GET", "settings")
def show_settings(sandbox):
    """All settings."""
    return sandbox.account.settings()


@route("POST", "settings")
def change_settings(sandbox, **changes):
    """Change settings, for instance {"profile": "personal"} or {"comments": false}."""
    sandbox.account.change(changes)
    sandbox.wake()
    return sandbox.account.settings()


@route("POST", "profile")
def change_profile(sandbox, profile):
    """Switch the account profile."""
    return change_settings(sandbox, profile=profile)


@route("POST", "quotas")
def change_quotas(sandbox, daily=None, minute=None, clear=False):
    """Turn quotas down or up: {"daily": {"/cgi-bin/draft/add": 1}}; clear=true sets today's counters back."""
    account = sandbox.account
    for name, given in (("daily", daily), ("minute", minute)):
        if given is None:
            continue
        if unknown := [path for path in given if path not in CALLS]:
            raise ControlError(f"no call {unknown[0]}")
        account.change({name: {**account.setting(name), **given}})
    if clear:
        with sandbox.store.transaction():
            account.clear_day()
    return {
        "daily": {**options.DAILY, **account.setting("daily")},
        "minute": {**options.MINUTE, **account.setting("minute")},
    }


@route("GET", "faults")
def show_faults(sandbox):
    """Faults that still wait."""
    return {"faults": [_plain(row) for row in sandbox.store.rows("select * from faults order by id")]}


@route("POST", "faults")
def add_fault(sandbox, **how):
    """Script a fault: path, kind (delay, drop_before, drop_after, error, malformed, html, status), times, skip, …"""
    return {"id": faults.add(sandbox.store, **how)}


@route("DELETE", "faults")
def clear_faults(sandbox, id=None):
    """Remove the fault with this id, or all."""
    with sandbox.store.transaction():
        if id is None:
            return {"removed": sandbox.store.run("delete from faults")}
        return {"removed": sandbox.store.run("delete from faults where id = ?", int(id))}


@route("POST", "script")
def script(sandbox, publish=None, mass=None):
    """Script the result of the next job: {"publish": {"status": 4, "fail_idx": [1]}} or {"mass": {"status": "err(20013)"}}.

    "callback": false keeps the event back; {"refuse": 53503} refuses the next submit or send with that code."""
    with sandbox.store.transaction():
        for kind, given in (("publish", publish), ("mass", mass)):
            if given is None:
                continue
            if not isinstance(given, dict) or not isinstance(given.get("refuse", 0), int):
                raise ControlError("a script is an object; refuse is an errcode")
            if kind == "publish" and given.get("status", 0) not in (0, 2, 3, 4, 5, 6):
                raise ControlError("a publish job ends with status 0, 2, 3, 4, 5 or 6")
            sandbox.store.insert("scripts", kind=kind, data=given)
    return {"waiting": sandbox.store.value("select count(*) from scripts")}


@route("POST", "run")
def run_jobs(sandbox, force=False, deliver=False):
    """End due jobs now (force=true: all open ones); deliver=true also makes one try for each waiting callback."""
    ended = jobs.run_due(sandbox.account, bool(force))
    tried = callbacks.deliver(sandbox.account) if deliver else []
    sandbox.wake()
    return {"ended": ended, "callbacks": tried}


@route("GET", "callbacks")
def show_callbacks(sandbox):
    """All callbacks with their tries."""
    return {"callbacks": [_plain(row) for row in sandbox.store.rows("select * from callbacks order by id")]}


@route("POST", "messages")
def send_message(sandbox, openid, kind="text", content=""):
    """A follower writes a text, or kind subscribe, unsubscribe; answers the reply that the follower sees."""
    account, store = sandbox.account, sandbox.store
    if kind not in ("text", "subscribe", "unsubscribe"):
        raise ControlError("kind must be text, subscribe or unsubscribe")
    if kind == "text" and not str(content).strip():
        raise ControlError("a text needs its content")
    if kind != "subscribe" and followers.follower(store, openid) is None:
        raise ControlError("this openid does not follow")
    if not account.setting("callback"):
        raise ControlError("there is no callback address")
    if kind != "text":
        with store.transaction():
            followers.change(account, openid=openid, follows=kind == "subscribe")
    return callbacks.write(account, openid, kind, str(content))


@route("POST", "callbacks/deliver")
def deliver_callbacks(sandbox):
    """Make one try for each waiting callback, now."""
    return {"callbacks": callbacks.deliver(sandbox.account)}


@route("POST", "callbacks/repeat")
def repeat_callback(sandbox, id=None, times=1):
    """Send the last callback (or the one with this id) again."""
    sent = [callbacks.repeat(sandbox.account, id) for _ in range(int(times))]
    if None in sent:
        raise ControlError("there is no such callback")
    return {"callbacks": sent}


@route("POST", "callbacks/verify")
def verify_callback(sandbox):
    """Ask the callback address with an echostr, as WeChat does when the address is entered."""
    return callbacks.verify(sandbox.account)


@route("POST", "tokens")
def spoil_tokens(sandbox, action="invalidate"):
    """Make every token invalid (40001) or expired (42001): action invalidate or expire."""
    changes = {"invalidate": "dead = 1", "expire": "expires = 0"}
    if action not in changes:
        raise ControlError("action must be invalidate or expire")
    with sandbox.store.transaction():
        return {"tokens": sandbox.store.run(f"update tokens set {changes[action]}")}  # noqa: S608


@route("POST", "mass/confirm")
def confirm_mass(sandbox, answer, msg_id=None):
    """The administrator answers what waits under API mass-send protection: accept or refuse."""
    if answer not in ("accept", "refuse"):
        raise ControlError("answer must be accept or refuse")
    with sandbox.store.transaction():
        met = masses.confirm(sandbox.account, answer == "accept", msg_id)
    sandbox.wake()
    return {"answered": met}


@route("POST", "website/mass")
def website_mass(sandbox, title="在公众号后台群发的一篇", media_id=""):
    """A colleague mass-sends on WeChat's website, a draft (media_id) or something of their own; today's slot is gone."""
    with sandbox.store.transaction():
        if media_id:
            _standing(sandbox, media_id)
        if masses.slot_used(sandbox.account):
            raise ControlError("today's mass send is used up")
        msg_id, tokens = masses.send_from_website(sandbox.account, title, media_id)
    return {"msg_id": msg_id, "urls": [published.address(token) for token in tokens]}


@route("POST", "website/edit")
def website_edit(sandbox, media_id, index=0, **changes):
    """Somebody edits a draft on WeChat's website: title, author, digest, content or content_source_url."""
    if unknown := set(changes) - {"title", "author", "digest", "content", "content_source_url"}:
        raise ControlError(f"cannot edit {', '.join(sorted(unknown))}")
    with sandbox.store.transaction():
        found = drafts.items(sandbox.store, media_id)
        if drafts.load(sandbox.store, media_id) is None or not 0 <= index < len(found):
            raise ControlError("there is no such draft or article")
        data = {**found[index], **changes}
        sandbox.store.run(
            "update draft_items set data = ? where draft = ? and idx = ?", dump(data), media_id, index
        )
        sandbox.store.run("update drafts set updated = ? where id = ?", sandbox.clock.seconds(), media_id)
    return data


@route("POST", "website/autosave")
def website_autosave(sandbox, media_id):
    """WeChat's editor saves an opened draft by itself; it cannot be mass-sent by API (48021) until somebody saves it."""
    with sandbox.store.transaction():
        _standing(sandbox, media_id)
        sandbox.store.run("insert or ignore into autosaved values (?)", media_id)
    return {"autosaved": True}


@route("POST", "website/save")
def website_save(sandbox, media_id):
    """Somebody saves an opened draft on WeChat's website."""
    with sandbox.store.transaction():
        _standing(sandbox, media_id)
        sandbox.store.run("delete from autosaved where draft = ?", media_id)
    return {"autosaved": False}


def _standing(sandbox, media_id):
    if drafts.load(sandbox.store, media_id) is None:
        raise ControlError("there is no such draft")


@route("POST", "website/publish")
def website_publish(sandbox, media_id):
    """Somebody publishes a draft by hand on WeChat's website, without notice; answers the addresses."""
    with sandbox.store.transaction():
        _standing(sandbox, media_id)
        article_id, tokens = published.bring_out(sandbox.account, media_id, "publish")
    return {"article_id": article_id, "urls": [published.address(token) for token in tokens]}


@route("POST", "website/delete")
def website_delete(sandbox, article_id, index=0):
    """Somebody deletes published articles on WeChat's website (index from 1, 0: all)."""
    with sandbox.store.transaction():
        if not published.remove(sandbox.store, article_id, index):
            raise ControlError("there is no such article")
    return {"deleted": True}


@route("GET", "followers")
def show_followers(sandbox, tag=None, limit=100, openid=None):
    """Followers in the order in which they came, with tags and what reached them; tag, openid: only those."""
    store = sandbox.store
    rows = store.rows("select * from followers order by number")
    found = [
        {**dict(row), "tags": followers.tags_of(store, row["openid"])}
        for row in rows
        if openid in (None, row["openid"])
    ]
    found = [row for row in found if tag is None or int(tag) in row["tags"]]
    shown = found[: int(limit)]
    for row in shown:
        messages = store.rows("select msg_id from inbox where openid = ? order by msg_id", row["openid"])
        row["messages"] = [one["msg_id"] for one in messages]
    return {"followers": shown, "total": len(found)}


@route("POST", "followers")
def change_followers(sandbox, **how):
    """{"add": 10}, or one by {"openid", "name", "tags": [100], "follows": false}; an unknown openid begins to follow."""
    with sandbox.store.transaction():
        return {"openids": followers.change(sandbox.account, **how)}


@route("POST", "tags")
def make_tag(sandbox, name):
    """A new tag, made on WeChat's website."""
    with sandbox.store.transaction():
        return {"id": followers.make_tag(sandbox.account, name)}


@route("GET", "comments")
def show_comments(sandbox):
    """All comments, oldest first, deleted ones too."""
    return {"comments": [_plain(row) for row in sandbox.store.rows("select * from comments order by id")]}


@route("POST", "comments")
def write_comment(sandbox, msg_data_id, content, index=0, openid=""):
    """A reader writes under an article that is out: msg_data_id, index (from 0), content, openid (empty: another name)."""
    with sandbox.store.transaction():
        return {"user_comment_id": comments.write(sandbox.account, msg_data_id, index, content, openid)}


@route("DELETE", "comments")
def take_back_comment(sandbox, user_comment_id):
    """A reader deletes an own comment."""
    with sandbox.store.transaction():
        comments.take_back(sandbox.account, user_comment_id)
    return {"deleted": True}


@route("POST", "ban")
def ban(sandbox, article_id):
    """WeChat's staff ban a publication; freepublish/get then answers status 6."""
    with sandbox.store.transaction():
        return {
            "banned": sandbox.store.run("update articles set banned = 1 where article_id = ?", article_id)
        }


@route("POST", "reset")
def reset(sandbox):
    """Forget everything but the credentials; the clock runs on real time again."""
    sandbox.forget()
    return {"reset": True}
