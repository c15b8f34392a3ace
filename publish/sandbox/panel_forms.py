"""What the forms of the panel mean: each turns its fields into one control call, the same as under /_sandbox/."""

from .control import handle
from .errors import ControlError


RIGHTS = {"freepublish": "发布", "mass": "群发", "comment": "留言", "user": "用户与标签"}
UNITS = {"seconds": ("秒", 1), "minutes": ("分钟", 60), "hours": ("小时", 3600), "days": ("天", 86400)}

FORMS = {}


def form(name, page):
    """Register a function (fields) -> (method, control call, data, what to say) as the form ``name`` of a page.

    What to say is a sentence, or a function that makes one of the control call's answer."""

    def register(function):
        FORMS[name] = (page, function)
        return function

    return register


def perform(sandbox, name, fields):
    """Do what a form asks; returns (page, sentence). Raises ControlError, ValueError, TypeError or KeyError."""
    page, function = FORMS[name]
    method, call, data, said = function(fields)
    answer = handle(sandbox, method, call, data)
    return page, said(answer) if callable(said) else said


def _number(fields, name, what, low=0, high=10**10):
    try:
        value = int(fields.get(name, "").strip())
    except ValueError:
        value = None
    if value is None or not low <= value <= high:
        raise ControlError(f"{what}要填 {low} 到 {high} 之间的整数。")
    return value


def _needed(fields, name, what):
    value = fields.get(name, "").strip()
    if not value:
        raise ControlError(f"请填写{what}。")
    return value


# 账号


@form("account", "account")
def account(fields):
    data = {
        "profile": fields["profile"],
        "comments": "comments" in fields,
        "revoked": [name.removeprefix("revoked-") for name in fields if name.startswith("revoked-")],
        "banned": [name.removeprefix("banned-") for name in fields if name.startswith("banned-")],
        "ip_block": int(fields["ip_block"]),
        "ip": fields.get("ip", "").strip(),
        "account_block": int(fields["account_block"]),
        "protection": fields["protection"],
        "draft_dies": fields["draft_dies"],
    }
    for name in ("publish_delay", "mass_delay", "admin_timeout", "mass_per_day"):
        data[name] = _number(fields, name, "每一项数字")
    return "POST", "settings", data, "账号设置已保存。"


@form("tokens", "account")
def tokens(fields):
    said = {
        "invalidate": "所有 access_token 已失效（40001）。",
        "expire": "所有 access_token 已过期（42001）。",
    }
    return "POST", "tokens", {"action": fields["action"]}, said.get(fields["action"], "")


@form("reset", "account")
def reset(fields):
    if "sure" not in fields:
        raise ControlError("清空不能撤销：请先勾选“我确定”。")
    return "POST", "reset", {}, "沙箱已清空。"


# 时钟与故障


@form("clock-freeze", "time")
def freeze(fields):
    return "POST", "clock", {"freeze": True}, "时钟已停住。"


@form("clock-run", "time")
def run_clock(fields):
    return "POST", "clock", {"freeze": False}, "时钟继续走。"


@form("clock-advance", "time")
def advance(fields):
    label, seconds = UNITS[fields["unit"]]
    number = _number(fields, "number", "数字", 1, 100_000)
    data = {"advance": number * seconds, "run": True}
    return "POST", "clock", data, f"时钟已拨快 {number} {label}，到期的任务已结束。"


@form("clock-set", "time")
def set_clock(fields):
    moment = _needed(fields, "moment", "日期和时间")
    return "POST", "clock", {"set": moment}, f"沙箱时间已设为 {moment.replace('T', ' ')}。"


@form("jobs", "time")
def jobs(fields):
    return "POST", "run", {"force": True}, "所有进行中的发布和群发已结束。"


@form("script", "time")
def script(fields):
    kind, result = fields["result"].split(":", 1)
    data = {"refuse": int(result)} if result.isdigit() and len(result) == 5 else {"status": result}
    if kind == "publish" and "status" in data:
        data["status"] = int(result)
    if "silent" in fields:
        data["callback"] = False
    return "POST", "script", {kind: data}, "已安排：只对下一次有效。"


@form("fault", "time")
def fault(fields):
    kind = fields["kind"]
    data = {"path": _needed(fields, "path", "调用（如 draft/add，或 * 表示全部）"), "kind": kind}
    data["times"] = _number(fields, "times", "次数")
    data["skip"] = _number(fields, "skip", "先放过的次数")
    if kind == "delay":
        data |= {"seconds": _number(fields, "seconds", "秒数", 0, 3600), "when": fields["when"]}
    elif kind == "error":
        data["errcode"] = _number(fields, "errcode", "错误码", -1, 10**8)
    elif kind == "status":
        data["status"] = _number(fields, "status", "HTTP 状态", 400, 599)
    if kind in ("error", "malformed", "html", "status") and fields["when"] == "after":
        data["effect"] = True
    return "POST", "faults", data, "故障已安排。"


@form("fault-remove", "time")
def remove_fault(fields):
    return "DELETE", "faults", {"id": fields["id"]}, "故障已移除。"


@form("faults-clear", "time")
def clear_faults(fields):
    return "DELETE", "faults", {}, "所有故障已移除。"


# 额度


@form("quota", "quotas")
def quota(fields):
    path, daily = _needed(fields, "path", "调用"), _number(fields, "daily", "每日额度")
    return "POST", "quotas", {"daily": {path: daily}}, f"{path} 今后每天 {daily} 次。"


@form("quotas-clear", "quotas")
def clear_quotas(fields):
    return "POST", "quotas", {"clear": True}, "今天的用量已归零。"


# 关注者


@form("followers-add", "followers")
def add_followers(fields):
    number = _number(fields, "number", "人数", 1, 10_000)
    return "POST", "followers", {"add": number}, f"新增 {number} 位关注者。"


@form("follower", "followers")
def follower(fields):
    openid = _needed(fields, "openid", "OpenID")
    tags = [int(name.removeprefix("tag-")) for name in fields if name.startswith("tag-")]
    data = {"openid": openid, "name": fields.get("name", "").strip(), "tags": tags}
    data["follows"] = "follows" in fields
    return "POST", "followers", data, f"{openid} 已保存。"


@form("tag", "followers")
def tag(fields):
    name = _needed(fields, "name", "标签名称")
    return "POST", "tags", {"name": name}, f"标签“{name}”已建。"


# 公众号后台


@form("confirm", "website")
def confirm(fields):
    said = {"accept": "管理员已确认群发。", "refuse": "管理员已拒绝群发。"}
    return "POST", "mass/confirm", {"answer": fields["answer"]}, said.get(fields["answer"], "")


@form("edit", "website")
def edit(fields):
    data = {"media_id": fields["media_id"], "index": int(fields["index"])}
    data["title"] = _needed(fields, "title", "标题")
    data["content"] = _needed(fields, "content", "正文")
    return "POST", "website/edit", data, "草稿已在后台改过。"


@form("publish", "website")
def publish(fields):
    return "POST", "website/publish", {"media_id": fields["media_id"]}, "草稿已在后台发布。"


@form("mass", "website")
def mass(fields):
    data = {"media_id": fields.get("media_id", "")}
    if not data["media_id"]:
        data["title"] = _needed(fields, "title", "标题")
    return "POST", "website/mass", data, "已在后台群发，今天的群发机会用掉了。"


@form("autosave", "website")
def autosave(fields):
    return (
        "POST",
        "website/autosave",
        {"media_id": fields["media_id"]},
        "草稿成了自动保存的草稿，接口不能群发它。",
    )


@form("save", "website")
def save(fields):
    return "POST", "website/save", {"media_id": fields["media_id"]}, "草稿已手动保存。"


@form("delete", "website")
def delete(fields):
    data = {"article_id": fields["article_id"], "index": int(fields["index"])}
    return "POST", "website/delete", data, "文章已在后台删除。"


@form("ban", "website")
def ban(fields):
    return "POST", "ban", {"article_id": fields["article_id"]}, "微信已封禁这次发布的文章。"


@form("comment", "website")
def comment(fields):
    data = {
        "msg_data_id": _number(fields, "msg_data_id", "msg_data_id"),
        "index": _number(fields, "index", "序号"),
    }
    data["content"] = _needed(fields, "content", "留言")
    return "POST", "comments", data, "读者的留言已写上。"


# 回调


@form("callback", "callbacks")
def callback(fields):
    data = {"callback": fields.get("callback", "").strip()}
    data |= {name: fields[name] for name in ("callback_mode", "callback_format")}
    if data["callback"] and not data["callback"].startswith(("http://", "https://")):
        raise ControlError("回调地址要以 http:// 或 https:// 开头；留空表示不推送。")
    return "POST", "settings", data, "回调设置已保存。"


@form("verify", "callbacks")
def verify(fields):
    def said(answer):
        told = f"状态 {answer['status']}，回答：{answer['answer']}" if answer["status"] else answer["answer"]
        return "地址验证通过。" if answer["ok"] else f"地址验证没有通过（{told}）。"

    return "POST", "callbacks/verify", {}, said


@form("message", "callbacks")
def message(fields):
    data = {"openid": _needed(fields, "openid", "OpenID"), "kind": fields["kind"]}
    if data["kind"] == "text":
        data["content"] = _needed(fields, "content", "文字")

    def said(answer):
        if answer.get("reply"):
            return f"关注者看到的回复：{answer['reply']}"
        return (
            "已推送，没有看得懂的文字回复。"
            if answer["status"] == 200
            else f"没有收到（{answer['answer']}）。"
        )

    return "POST", "messages", data, said


@form("deliver", "callbacks")
def deliver(fields):
    return "POST", "callbacks/deliver", {}, "等待中的回调各推送了一次。"


@form("repeat", "callbacks")
def repeat(fields):
    number = _number(fields, "id", "编号", 1)
    return (
        "POST",
        "callbacks/repeat",
        {"id": number, "times": _number(fields, "times", "次数", 1, 20)},
        "已重复推送。",
    )
