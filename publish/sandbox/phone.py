"""/phone/: the account as a follower sees it, and each article as WeChat would show it."""

import json
from pathlib import Path
from urllib.parse import urlencode

from django.template import Context, Engine
from django.utils.safestring import mark_safe

from werkzeug.exceptions import NotFound
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from themes import dark

from . import appearance, drafts, options
from .masses import slot_used


HERE = Path(__file__).resolve().parent
ENGINE = Engine(dirs=[HERE / "templates"], autoescape=True)
WEEKDAYS = "一二三四五六日"
PROFILE_NAMES = {
    "personal": "个人主体",
    "unverified": "企业主体，未认证",
    "verified": "企业主体，已认证",
    "protected": "已认证，开启群发保护",
}
STATES = {"WAITING_ADMIN": "等待管理员确认", "SENDING": "发送中", "SEND_FAIL": "群发失败"}
# Nothing may come from elsewhere, and what WeChat would run we do not run.
POLICY = "default-src 'none'; img-src 'self'; style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none'"
MIME = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "BMP": "image/bmp"}


def respond(account, request):
    """The response to a request outside the API; raises NotFound."""
    parts = [part for part in request.path.split("/") if part]
    if not parts:
        return redirect("/phone/")
    if parts == ["favicon.ico"]:
        return Response(status=204)
    if parts[0] != "phone":
        raise NotFound
    look = Look(request.args)
    match parts[1:]:
        case []:
            tab = request.args.get("tab", "pushes")
            return _account_page(account, look, tab if tab in ("pushes", "published", "drafts") else "pushes")
        case ["phone.css"]:
            return Response(
                (HERE / "templates" / "phone.css").read_text("utf-8"), content_type="text/css; charset=utf-8"
            )
        case ["mmbiz", *rest]:
            return _picture(account, "/".join(rest))
        case ["s"]:
            return _by_key(account, request.args.get("tempkey", ""))
        case ["s", token]:
            return _published_page(account, look, token)
        case ["draft", media_id, index] if index.isdigit():
            return _draft_page(account, look, media_id, int(index))
    raise NotFound


class Look:
    """Light or dark, the size of type, and whose phone it is, from the query; they travel along every link."""

    def __init__(self, query):
        self.dark = query.get("dark") == "1"
        self.size = query.get("size") if query.get("size") in appearance.SIZES else "standard"
        self.reader = query.get("as", "")

    def link(self, path, **changes):
        values = {
            "dark": "1" if self.dark else "",
            "size": self.size if self.size != "standard" else "",
            "as": self.reader,
            **changes,
        }
        query = urlencode({name: value for name, value in values.items() if value})
        return f"{path}?{query}" if query else path

    def switches(self, path, **kept):
        """The links that change the look of a page."""
        links = [
            {"label": "浅色", "url": self.link(path, dark="", **kept), "on": not self.dark},
            {"label": "深色", "url": self.link(path, dark="1", **kept), "on": self.dark},
        ]
        for size, label in (("standard", "标准字号"), ("large", "大字"), ("largest", "特大字")):
            url = self.link(path, size="" if size == "standard" else size, **kept)
            links.append({"label": label, "url": url, "on": self.size == size})
        return links


def _render(template, look, status=200, **values):
    values |= {"dark": look.dark, "size": look.size}
    text = ENGINE.get_template(template).render(Context(values))
    response = Response(text, status, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "no-store"
    return response


def _picture(account, path):
    found = account.store.row("select * from pictures where path = ?", path)
    if found is None:
        raise NotFound
    response = Response(account.store.read_file(found["sha"]), content_type=MIME[found["format"]])
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _when(account, moment):
    """A moment as WeChat's list of messages says it."""
    then, today = account.clock.local(moment), account.clock.local()
    days = (today.date() - then.date()).days
    clock = f"{then:%H:%M}"
    if days == 0:
        return clock
    if days == 1:
        return f"昨天 {clock}"
    if 0 < days < 7:
        return f"星期{WEEKDAYS[then.weekday()]} {clock}"
    return f"{then.year}年{then.month}月{then.day}日 {clock}"


def _date(account, moment):
    then = account.clock.local(moment)
    return f"{then.year}年{then.month}月{then.day}日 {then:%H:%M}"


def _cover(account, data, ratio="2.35_1"):
    """What the card needs to draw a cover: address and the crop as percentages for CSS."""
    address = appearance.local_pictures(data.get("thumb_url") or "").partition("?")[0]
    if not address:
        # a thumb has no address of its own; look for nothing, the card stays plain
        return {"url": "", "style": ""}
    for crop in data.get("cover_info", {}).get("crop_percent_list", []):
        if crop["ratio"] == ratio:
            x1, y1, x2, y2 = (float(crop[side]) for side in ("x1", "y1", "x2", "y2"))
            width, height = x2 - x1, y2 - y1
            style = (
                f"width:{100 / width:.4f}%;height:{100 / height:.4f}%;"
                f"left:{-100 * x1 / width:.4f}%;top:{-100 * y1 / height:.4f}%"
            )
            return {"url": address, "style": mark_safe(style)}  # noqa: S308 - numbers of our own
    return {"url": address, "style": ""}


def _card(account, look, data, url, first):
    return {
        "title": data["title"],
        "digest": data.get("digest", ""),
        "url": url,
        "cover": _cover(account, data, "2.35_1" if first else "1_1"),
        "gone": "",
    }


def _cards(account, look, rows):
    cards = []
    for position, row in enumerate(rows):
        card = _card(
            account, look, json.loads(row["data"]), look.link(f"/phone/s/{row['token']}"), position == 0
        )
        card["gone"] = "已删除" if row["deleted"] else "已被封禁" if row["banned"] else ""
        cards.append(card)
    return cards


def _pushes(account, look):
    store, pushes = account.store, []
    condition, values = "", []
    if look.reader:
        condition, values = "where msg_id in (select msg_id from inbox where openid = ?)", [look.reader]
    for row in store.rows(f"select * from masses {condition} order by submitted desc, msg_id desc", *values):  # noqa: S608
        push = {
            "when": _when(account, row["finished"] or row["submitted"]),
            "note": "",
            "text": "",
            "cards": _cards(
                account,
                look,
                store.rows("select * from articles where msg_id = ? order by idx", row["msg_id"]),
            ),
            "audience": "" if row["to_all"] else f"仅发给标签“{_tag(store, row['tag'])}”",
        }
        branch = json.loads(row["branch"])
        if row["state"] in STATES:
            reason = f"（{row['status']}）" if row["state"] == "SEND_FAIL" else ""
            push["note"] = f"{STATES[row['state']]}{reason}"
        elif row["origin"] == "website":
            push["text"] = branch["title"]
            push["note"] = "在公众号后台群发"
        elif row["msgtype"] == "text":
            push["text"] = branch["content"]
        elif row["msgtype"] != "mpnews":
            push["text"] = f"［{row['msgtype']}］"
        pushes.append(push)
    return pushes


def _talk(account, look):
    """What a follower wrote and what came back, oldest first."""
    rows = account.store.rows(
        "select * from messages join callbacks on callbacks.id = messages.callback where openid = ? order by id",
        look.reader,
    )
    names = {"subscribe": "关注了公众号", "unsubscribe": "取消了关注"}
    return [
        {
            "when": _when(account, row["created"]),
            "said": row["content"] or names.get(row["event"], ""),
            "reply": next((one["reply"] for one in json.loads(row["answers"]) if one.get("reply")), ""),
        }
        for row in rows
    ]


def _tag(store, number):
    """The name of a tag; its number when it was deleted since."""
    return store.value("select name from tags where id = ?", number) or str(number)


def _published(account, look):
    store = account.store
    groups = store.rows(
        "select article_id, min(published) as at from articles where route = 'publish' "
        "group by article_id order by max(number) desc"
    )
    return [
        {
            "when": _when(account, group["at"]),
            "cards": _cards(
                account,
                look,
                store.rows("select * from articles where article_id = ? order by idx", group["article_id"]),
            ),
        }
        for group in groups
    ]


def _drafts(account, look):
    store, listed = account.store, []
    for row in store.rows(
        "select * from drafts where state in ('box', 'taken') order by updated desc, number desc"
    ):
        cards = [
            _card(account, look, data, look.link(f"/phone/draft/{row['id']}/{index}"), index == 0)
            for index, data in enumerate(drafts.items(store, row["id"]))
        ]
        busy = store.value("select 1 from publish_jobs where draft = ? and status = 1", row["id"])
        listed.append(
            {"when": _when(account, row["updated"]), "cards": cards, "note": "正在发布" if busy else ""}
        )
    return listed


def _account_page(account, look, tab):
    settings = account.settings()
    store = account.store
    with store.transaction():
        day = account.clock.day()
        submit = "/cgi-bin/freepublish/submit"
        pushes = _pushes(account, look)
        published = _published(account, look)
        waiting = _drafts(account, look)
        facts = [
            ("账号类型", PROFILE_NAMES[settings["profile"]]),
            ("沙箱时间", _date(account, account.clock.now())),
            ("今日群发", "已用" if slot_used(account) else "未用"),
            ("今日发布", f"{account.used(submit, day)} / {account.daily_limit(submit)}"),
            ("草稿", str(len(waiting))),
            ("AppID", account.appid),
            *([("谁的手机", look.reader)] if look.reader else []),
        ]
    tabs = [
        {
            "key": key,
            "label": label,
            "count": str(count) if count else "",
            "url": look.link("/phone/", tab=key),
            "on": key == tab,
        }
        for key, label, count in (
            ("pushes", "推送", len(pushes)),
            ("published", "已发布", len(published)),
            ("drafts", "草稿预览", len(waiting)),
        )
    ]
    return _render(
        "account.html",
        look,
        account_name=settings["name"],
        initial=settings["name"][:1],
        intro=settings["intro"],
        verified=bool(options.RIGHTS[settings["profile"]]),
        tabs=tabs,
        tab=tab,
        groups={"pushes": pushes, "published": published, "drafts": waiting}[tab],
        facts=facts,
        talk=_talk(account, look) if look.reader and tab == "pushes" else [],
        switches=look.switches("/phone/", tab=tab),
        clock=f"{account.clock.local():%H:%M}",
    )


def _by_key(account, key):
    """A temporary preview address leads to the draft as long as it lives."""
    found = account.store.row("select * from drafts where tempkey = ? and state in ('box', 'taken')", key)
    if found is None:
        raise NotFound
    return redirect(f"/phone/draft/{found['id']}/0")


def _published_page(account, look, token):
    row = account.store.row("select * from articles where token = ?", token)
    if row is None:
        raise NotFound
    path = f"/phone/s/{token}"
    if row["deleted"] or row["banned"]:
        return _render(
            "gone.html",
            look,
            account_name=account.setting("name"),
            reason="该内容已被发布者删除" if row["deleted"] else "此内容因违规无法查看",
            back=look.link("/phone/"),
        )
    return _article_page(account, look, json.loads(row["data"]), row["published"], path)


def _draft_page(account, look, media_id, index):
    row = account.store.row("select * from drafts where id = ? and state in ('box', 'taken')", media_id)
    found = drafts.items(account.store, media_id) if row is not None else []
    if index >= len(found):
        raise NotFound
    return _article_page(
        account, look, found[index], row["updated"], f"/phone/draft/{media_id}/{index}", draft=True
    )


def _article_page(account, look, data, moment, path, draft=False):
    pictures = []
    if data["article_type"] == "newspic":
        # plain text, and the pictures above it
        body = data["content"]
        for image in data["image_info"]["image_list"]:
            found = account.store.row("select url from media where id = ?", image["image_media_id"])
            if found is not None:
                pictures.append(appearance.local_pictures(found["url"]).partition("?")[0])
    else:
        body = appearance.scaled(appearance.local_pictures(data["content"]), appearance.SIZES[look.size])
        if look.dark:
            body = dark.night(body)
        # filtered on the way in, and the policy of the page runs no script and loads nothing from elsewhere
        body = mark_safe(body)  # noqa: S308
    return _render(
        "article.html",
        look,
        title=data["title"],
        author=data.get("author", ""),
        account_name=account.setting("name"),
        initial=account.setting("name")[:1],
        intro=account.setting("intro"),
        when=_date(account, moment),
        body=body,
        pictures=pictures,
        source=data.get("content_source_url", ""),
        draft=draft,
        comments=bool(data.get("need_open_comment")),
        back=look.link("/phone/", tab="drafts" if draft else ""),
        switches=look.switches(path),
    )
