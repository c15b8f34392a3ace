"""What each page of the panel shows: functions (sandbox, query) -> values of its template."""

import json
from urllib.parse import urlencode

from werkzeug.exceptions import NotFound

from . import callbacks as events
from . import drafts, options, panel_forms
from . import followers as people
from .calls import CALLS
from .errors import MESSAGES
from .masses import slot_used
from .phone import PROFILE_NAMES
from .store import dump


SHOWN = 100
LIVE_SECONDS = 2
FAULT_NAMES = {
    "delay": "迟到的回答",
    "drop_before": "断线，没有执行",
    "drop_after": "断线，已经执行",
    "error": "错误码",
    "malformed": "残缺的 JSON",
    "html": "HTML 页面（200）",
    "status": "HTTP 状态（如 502）",
}
IP_BLOCKS = {
    0: "放行",
    40164: "40164 不在白名单",
    61004: "61004 不在白名单",
    89503: "89503 等待管理员确认",
    89506: "89506 管理员已拒绝，24 小时",
    89507: "89507 管理员已拒绝，1 小时",
}
ACCOUNT_BLOCKS = {
    0: "正常",
    40243: "40243 AppSecret 已冻结",
    50002: "50002 账号受限",
    50004: "50004 禁止获取 access_token",
    50007: "50007 账号已冻结",
}
RESULTS = {
    "publish": {
        "publish:2": "发布：原创审核失败（2）",
        "publish:3": "发布：普通失败（3）",
        "publish:4": "发布：平台审核不通过（4）",
        "publish:5": "发布：成功后被删除（5）",
        "publish:6": "发布：成功后被封禁（6）",
        "publish:53503": "发布：提交即被拒，53503 未通过检查",
        "publish:53504": "发布：提交即被拒，53504 只能在后台发布",
        "publish:53505": "发布：提交即被拒，53505 须先手动保存",
    },
    "mass": {
        "mass:send fail": "群发：失败（send fail）",
        "mass:err(10001)": "群发：涉嫌广告 err(10001)",
        "mass:err(20013)": "群发：涉嫌侵权 err(20013)",
        "mass:err(30003)": "群发：原创校验不通过 err(30003)",
        "mass:45062": "群发：提交即被拒，45062",
        "mass:48022": "群发：提交即被拒，48022",
    },
}


def requests(sandbox, query):
    wanted, kind = query.get("path", "").strip(), query.get("kind", "all")
    if kind not in ("all", "refused", "faulty"):
        kind = "all"
    condition = {
        "all": "1",
        "refused": "(coalesce(errcode, 0) != 0 or coalesce(status, 0) != 200)",
        "faulty": "fault != ''",
    }[kind]
    rows = sandbox.store.rows(
        f"select id, at, method, path, status, errcode, rid, fault from requests "  # noqa: S608 - our own words
        f"where {condition} and instr(path, ?) order by id desc limit ?",
        wanted,
        SHOWN,
    )
    live = query.get("live") == "1"
    kept = {"path": wanted, "kind": kind if kind != "all" else ""}

    def link(**changes):
        chosen = urlencode({name: value for name, value in (kept | changes).items() if value})
        return f"/panel/?{chosen}" if chosen else "/panel/"

    return {
        "rows": [_line(sandbox, row) for row in rows],
        "total": sandbox.store.value("select count(*) from requests"),
        "shown": SHOWN,
        "path": wanted,
        "kind": kind,
        "kinds": (("all", "全部"), ("refused", "被拒或出错的"), ("faulty", "安排了故障的")),
        "live": live,
        "refresh": LIVE_SECONDS if live else 0,
        "live_url": link(live="" if live else "1"),
    }


def _line(sandbox, row):
    code = row["errcode"] or 0
    if row["status"] is None:
        result, kind = "断线", "bad"
    elif row["status"] != 200:
        result, kind = f"HTTP {row['status']}", "bad"
    elif code:
        result, kind = str(code), "bad"
    elif row["fault"]:
        result, kind = "回答有误" if row["fault"] in ("malformed", "html") else "成功", "odd"
    else:
        result, kind = "成功", "good"
    return {
        **dict(row),
        "when": f"{sandbox.clock.local(row['at']):%m-%d %H:%M:%S}",
        "result": result,
        "kind": kind,
        "meaning": MESSAGES.get(code, "").replace("{ip}", "…") if code else "",
        "fault_name": FAULT_NAMES.get(row["fault"], row["fault"]),
    }


def request(sandbox, number):
    row = sandbox.store.row("select * from requests where id = ?", number)
    if row is None:
        raise NotFound
    return {
        "row": _line(sandbox, row),
        "query": urlencode(json.loads(row["query"]), safe="*"),
        "body": _pretty(row["body"]),
        "answer": _pretty(row["answer"]),
        "ip": row["ip"],
    }


def time(sandbox, query):
    clock, store = sandbox.clock, sandbox.store
    jobs = [
        {
            "name": f"发布 {row['id']}",
            "state": "进行中",
            "due": f"{clock.local(row['due']):%m-%d %H:%M:%S}",
        }
        for row in store.rows("select * from publish_jobs where status = 1 order by number")
    ]
    jobs += [
        {
            "name": f"群发 {row['msg_id']}",
            "state": "等待管理员确认" if row["state"] == "WAITING_ADMIN" else "进行中",
            "due": f"{clock.local(row['due']):%m-%d %H:%M:%S}",
        }
        for row in store.rows(
            "select * from masses where state in ('SENDING', 'WAITING_ADMIN') order by msg_id"
        )
    ]
    return {
        "frozen": clock.frozen,
        "moment": f"{clock.local():%Y-%m-%dT%H:%M}",
        "units": [(name, label) for name, (label, _) in panel_forms.UNITS.items()],
        "jobs": jobs,
        "kinds": FAULT_NAMES.items(),
        "paths": sorted(CALLS),
        "faults": [_fault(row) for row in store.rows("select * from faults order by id")],
        "results": [
            (label, options_.items())
            for label, options_ in (("发布", RESULTS["publish"]), ("群发", RESULTS["mass"]))
        ],
        "scripts": [
            {"kind": "发布" if row["kind"] == "publish" else "群发", "data": row["data"]}
            for row in store.rows("select * from scripts order by id")
        ],
    }


def _fault(row):
    data = json.loads(row["data"])
    details = [f"{name}={value}" for name, value in data.items() if name != "kind"]
    times = f"{row['times']} 次" if row["times"] else "一直"
    return {
        "id": row["id"],
        "path": row["path"],
        "name": FAULT_NAMES[data["kind"]],
        "details": "，".join([times, *([f"先放过 {row['skip']} 次"] if row["skip"] else []), *details]),
    }


def account(sandbox, query):
    settings = sandbox.account.settings()
    return {
        "settings": settings,
        "profiles": [(name, PROFILE_NAMES[name]) for name in options.PROFILES],
        "rights": [
            {
                "name": name,
                "label": label,
                "revoked": name in settings["revoked"],
                "banned": name in settings["banned"],
            }
            for name, label in panel_forms.RIGHTS.items()
        ],
        # single calls named over HTTP have no box of their own; they travel along
        "others": [
            f"{kind}-{name}"
            for kind in ("revoked", "banned")
            for name in settings[kind]
            if name not in panel_forms.RIGHTS
        ],
        "ip_blocks": IP_BLOCKS.items(),
        "account_blocks": ACCOUNT_BLOCKS.items(),
        "protections": (("job", "先受理，再等管理员确认"), ("code", "先拒绝（89504），确认后重发")),
        "deaths": (("finished", "任务成功以后"), ("accepted", "任务受理之时")),
        "numbers": [
            {"name": name, "label": label, "value": settings[name]}
            for name, label in (
                ("publish_delay", "发布用时（秒）"),
                ("mass_delay", "群发用时（秒）"),
                ("admin_timeout", "等管理员多久（秒）"),
                ("mass_per_day", "每天可群发几次"),
            )
        ],
    }


def quotas(sandbox, query):
    account, rows = sandbox.account, []
    day = account.clock.day()
    for path in sorted({**options.DAILY, **account.setting("daily")}):
        limit, used = account.daily_limit(path), account.used(path, day)
        rows.append(
            {
                "path": path,
                "limit": limit,
                "used": used,
                "left": max(0, limit - used),
                "out": used >= limit,
            }
        )
    return {"rows": rows, "paths": sorted(CALLS), "day": day}


def followers(sandbox, query):
    store = sandbox.store
    wanted, tag = query.get("find", "").strip(), query.get("tag", "")
    tags = people.listed(store)
    names = {one["id"]: one["name"] for one in tags}
    condition, values = "(instr(openid, ?) or instr(name, ?))", [wanted, wanted]
    if tag.isdigit():
        condition += " and openid in (select openid from followers_tags where tag = ?)"
        values.append(int(tag))
    rows = store.rows(
        f"select *, (select group_concat(tag) from followers_tags where followers_tags.openid = followers.openid) as tags, "  # noqa: S608
        f"(select count(*) from inbox where inbox.openid = followers.openid) as messages "
        f"from followers where {condition} order by number limit ?",
        *values,
        SHOWN,
    )
    edited = store.row("select * from followers where openid = ?", query.get("edit", ""))
    held = people.tags_of(store, edited["openid"]) if edited is not None else []
    return {
        "count": people.count(store),
        "tags": [{**one, "held": one["id"] in held} for one in tags],
        "rows": [
            {**dict(row), "tags": [names[int(one)] for one in (row["tags"] or "").split(",") if one]}
            for row in rows
        ],
        "shown": SHOWN,
        "find": wanted,
        "tag": tag,
        "edited": dict(edited) if edited is not None else None,
    }


def website(sandbox, query):
    store = sandbox.store
    box = [
        {
            "media_id": row["id"],
            "autosaved": store.value("select 1 from autosaved where draft = ?", row["id"]),
            "articles": [
                {**item, "index": index} for index, item in enumerate(drafts.items(store, row["id"]))
            ],
        }
        for row in store.rows(
            "select * from drafts where state = 'box' order by updated desc, number desc limit 20"
        )
    ]
    out = [
        _out(sandbox, row)
        for row in store.rows("select * from articles where not deleted order by number desc limit 50")
    ]
    waiting = store.rows("select msg_id from masses where state = 'WAITING_ADMIN'")
    asked = store.value("select count(*) from confirmations where state = 'waiting'")
    return {
        "box": box,
        "out": out,
        "waiting": len(waiting) + asked,
        "slot": slot_used(sandbox.account),
    }


def _out(sandbox, row):
    store = sandbox.store
    if row["route"] == "mass":
        number = store.value("select msg_data_id from masses where msg_id = ?", row["msg_id"])
    else:
        number = store.value(
            "select msg_data_id from publish_data join publish_jobs on publish_jobs.id = publish_data.job "
            "where article_id = ?",
            row["article_id"],
        )
    return {
        **dict(row),
        "title": json.loads(row["data"])["title"],
        "route": "群发" if row["route"] == "mass" else "发布",
        "msg_data_id": number,
        "index": row["idx"] - 1,
    }


def callbacks(sandbox, query):
    settings, store = sandbox.account.settings(), sandbox.store
    states = {
        "pending": "等待推送",
        "delivered": "已收到",
        "given up": "三次都没收到",
        "no address": "没有地址",
    }
    rows = store.rows("select * from callbacks order by id desc limit ?", SHOWN)
    return {
        "settings": settings,
        "formats": (("xml", "XML"), ("json", "JSON")),
        "message_kinds": (("text", "发来文字"), ("subscribe", "关注"), ("unsubscribe", "取消关注")),
        "modes": (("plain", "明文"), ("compatible", "兼容"), ("aes", "安全")),
        "tries": events.TRIES,
        "rows": [
            {
                **dict(row),
                "state_name": states[row["state"]],
                "when": f"{sandbox.clock.local(row['created']):%m-%d %H:%M:%S}",
                "answers": json.loads(row["answers"]),
            }
            for row in rows
        ],
    }


def _pretty(text):
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return (
        dump(value) if not isinstance(value, dict | list) else json.dumps(value, ensure_ascii=False, indent=2)
    )
