"""The panel: what it shows, what its forms do, and who may post to it."""

import html
import re

import pytest

from publish.sandbox import panel, panel_forms

from .sandbox_driver import Driver, code


FIRST = "oSandboxFollower0000000000001"
TEMPLATES = {path.name: path.read_text("utf-8") for path in panel.HERE.glob("*.html")}


@pytest.fixture
def wechat():
    with Driver() as driver:
        yield driver


def page(wechat, address="", status=200, **query):
    answer = wechat.send("GET", f"panel/{address}", params=query)
    assert answer.status_code == status
    return answer.text


def submit(wechat, form, refused=200, headers=None, token=None, **fields):
    """Post a form as a browser on the panel does; returns the page it leads to."""
    fields["token"] = wechat.sandbox.app.panel.token if token is None else token
    answer = wechat.send("POST", f"panel/do/{form}", data=fields, headers=headers or {})
    assert answer.status_code == refused, re.findall(r'class="message.*', answer.text)
    return answer.text


def text(shown):
    """What a person reads."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", shown)))


def test_each_page_without_script_and_without_a_source_outside(wechat):
    wechat.publish()
    for name, title in panel.PAGES.items():
        answer = wechat.send("GET", f"panel/{name}/" if name else "panel/")
        assert answer.status_code == 200
        assert f"<h1>{title}</h1>" in answer.text
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert not re.findall(r"<script|style=|\bon\w+=", answer.text)
        assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', answer.text)
    assert "url(" not in page(wechat, "panel.css")


@pytest.mark.parametrize("path", ["none/", "request/99", "request/x", "do/reset", "../phone.css"])
def test_unknown_pages(wechat, path):
    page(wechat, path, status=404)


def test_each_form_has_its_place_and_each_place_its_form():
    named = {name for shown in TEMPLATES.values() for name in re.findall(r"/panel/do/([a-z-]+)\"", shown)}
    chosen = {"clock-run", "clock-freeze", "save", "autosave"}  # behind an if in the address
    assert named | chosen == set(panel_forms.FORMS)
    for shown in TEMPLATES.values():
        posts = re.findall(r'<form[^>]*method="post".*?</form>', shown, re.DOTALL)
        assert all('include "token.html"' in post for post in posts)


FOREIGN = [
    {"headers": {"Sec-Fetch-Site": "cross-site"}},
    {"headers": {"Sec-Fetch-Site": "same-site"}},
    {"headers": {"Origin": "https://evil.example"}},
    {"headers": {"Origin": "null"}},
    {"token": ""},
    {"token": "x" * 32},
    {"token": "令牌"},
]


@pytest.mark.parametrize("how", FOREIGN)
def test_nobody_else_posts_here(wechat, how):
    media_id = wechat.add()
    submit(wechat, "reset", refused=403, sure="on", **how)
    assert wechat.draft(media_id)


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
def test_nor_to_the_control_calls(wechat, headers):
    media_id = wechat.add()
    for method, name in (("POST", "reset"), ("DELETE", "faults")):
        assert wechat.send(method, f"_sandbox/{name}", headers=headers).status_code == 403
    assert wechat.draft(media_id)


def test_the_panel_itself_may(wechat):
    headers = {"Origin": wechat.sandbox.base_url, "Sec-Fetch-Site": "same-origin"}
    submit(wechat, "clock-run", headers=headers)
    assert not wechat.sandbox.clock.frozen


def test_the_list_of_requests(wechat):
    wechat.sandbox.fault("draft/count", "drop_before")
    with pytest.raises(Exception, match="Connection"):
        wechat.get("draft/count")
    wechat.post("draft/get", {"media_id": "x"})
    wechat.get("draft/count")
    shown = text(page(wechat))
    assert "共 4 个请求" in shown
    assert re.search(r"/cgi-bin/draft/get 40007 invalid media_id [0-9a-f-]+", shown)
    assert "断线，没有执行" in shown
    assert "draft/count" not in page(wechat, path="draft/get")
    refused = text(page(wechat, kind="refused"))
    assert "stable_token" not in refused and "40007" in refused
    assert "40007" not in text(page(wechat, kind="faulty"))
    assert "没有符合条件的请求" in page(wechat, path="' or 1=1")
    assert '<meta http-equiv="refresh" content="2">' in page(wechat, live="1", path="draft")
    assert "refresh" not in page(wechat)


def test_one_request_with_its_answer(wechat):
    wechat.post("draft/get", {"media_id": "<script>alert(1)</script>"})
    found = wechat.sandbox.requests("draft/get")[-1]
    shown = page(wechat, f"request/{found['id']}")
    assert "&lt;script&gt;alert(1)" in shown and "<script" not in shown
    assert found["rid"] in shown and "40007" in shown
    for one in wechat.sandbox.requests():
        shown = page(wechat, f"request/{one['id']}")
        assert wechat.token not in shown and wechat.sandbox.account.secret not in shown


def test_no_requests_yet(wechat):
    assert "还没有请求" in page(wechat)


def test_account(wechat):
    fields = {
        "profile": "protected", "ip_block": "40164", "ip": "203.0.113.9", "account_block": "0", "protection": "code",
        "draft_dies": "accepted", "publish_delay": "7", "mass_delay": "8", "admin_timeout": "9", "mass_per_day": "2",
        "revoked-mass": "on", "banned-comment": "on", "revoked-/cgi-bin/user/get": "on",
    }  # fmt: skip
    assert "账号设置已保存。" in submit(wechat, "account", **fields)
    settings = wechat.sandbox.account.settings()
    assert settings["revoked"] == ["mass", "/cgi-bin/user/get"]
    assert settings["banned"] == ["comment"]
    assert (settings["profile"], settings["comments"], settings["publish_delay"]) == ("protected", False, 7)
    assert code(wechat.stable()) == 40164
    assert 'name="revoked-/cgi-bin/user/get" checked' in page(wechat, "account/")
    assert "没有做成" in submit(wechat, "account", refused=400, **{**fields, "publish_delay": "soon"})
    assert "没有做成" in submit(wechat, "account", refused=400, **{**fields, "profile": "king"})


@pytest.mark.parametrize(("action", "expected"), [("invalidate", 40001), ("expire", 42001)])
def test_tokens(wechat, action, expected):
    wechat.get("draft/count")
    submit(wechat, "tokens", action=action)
    assert code(wechat.get("draft/count")) == expected


def test_emptying_needs_a_yes(wechat):
    media_id = wechat.add()
    assert "我确定" in submit(wechat, "reset", refused=400)
    assert wechat.draft(media_id)
    assert "沙箱已清空。" in submit(wechat, "reset", sure="on")
    assert wechat.sandbox.state()["drafts"] == []


def test_clock(wechat):
    submit(wechat, "clock-run")
    assert not wechat.sandbox.clock.frozen
    submit(wechat, "clock-freeze")
    assert wechat.sandbox.clock.frozen
    submit(wechat, "clock-set", moment="2026-12-01T09:30")
    assert "2026-12-01 09:30" in submit(wechat, "clock-advance", number="2", unit="hours").replace(
        "11:30", "09:30"
    )
    assert f"{wechat.sandbox.clock.local():%m-%d %H:%M}" == "12-01 11:30"
    assert "没有做成" in submit(wechat, "clock-set", refused=400, moment="yesterday")
    assert "没有做成" in submit(wechat, "clock-advance", refused=400, number="-1", unit="hours")


def test_jobs_and_their_results(wechat):
    submit(wechat, "script", result="publish:4")
    publish_id = wechat.post("freepublish/submit", {"media_id": wechat.add()})["publish_id"]
    assert f"发布 {publish_id}" in page(wechat, "time/")
    submit(wechat, "jobs")
    assert wechat.post("freepublish/get", {"publish_id": publish_id})["publish_status"] == 4
    submit(wechat, "script", result="mass:48022", silent="on")
    assert code(wechat.sendall()) == 48022
    submit(wechat, "script", result="mass:err(20013)", silent="on")
    wechat.sendall()
    submit(wechat, "jobs")
    assert wechat.sandbox.state()["mass_sends"][0]["status"] == "err(20013)"
    assert len(wechat.sandbox.state()["callbacks"]) == 1


NUMBERS = {"seconds": "30", "errcode": "-1", "status": "502", "times": "1", "skip": "0", "when": "before"}
FAULTS = [
    ({"kind": "delay", "when": "after"}, {"kind": "delay", "seconds": 30, "when": "after"}),
    ({"kind": "drop_after"}, {"kind": "drop_after"}),
    ({"kind": "error", "errcode": "45009"}, {"kind": "error", "errcode": 45009}),
    ({"kind": "malformed", "when": "after"}, {"kind": "malformed", "effect": True}),
    ({"kind": "html"}, {"kind": "html"}),
    ({"kind": "status", "status": "503"}, {"kind": "status", "status": 503}),
]


@pytest.mark.parametrize(("fields", "kept"), FAULTS)
def test_faults(wechat, fields, kept):
    submit(wechat, "fault", **{**NUMBERS, "path": "draft/add", **fields})
    (found,) = wechat.sandbox.state()["faults"]
    assert (found["path"], found["data"], found["times"]) == ("draft/add", kept, 1)
    submit(wechat, "fault-remove", id=found["id"])
    assert wechat.sandbox.state()["faults"] == []


def test_a_refused_fault_loses_nothing_that_was_typed(wechat):
    fields = {**NUMBERS, "path": "draft/add", "kind": "error", "errcode": "many"}
    shown = submit(wechat, "fault", refused=400, **fields)
    assert "错误码要填" in shown
    assert 'value="draft/add"' in shown
    assert '<option value="error" selected>' in shown
    submit(wechat, "fault", **NUMBERS, path="*", kind="html")
    submit(wechat, "faults-clear")
    assert wechat.sandbox.state()["faults"] == []


def test_quotas(wechat):
    submit(wechat, "quota", path="/cgi-bin/draft/count", daily="1")
    assert [code(wechat.get("draft/count")) for _ in range(2)] == [0, 45009]
    assert "/cgi-bin/draft/count 1 1 用完" in text(page(wechat, "quotas/"))
    submit(wechat, "quotas-clear")
    assert code(wechat.get("draft/count")) == 0
    assert "没有做成" in submit(wechat, "quota", refused=400, path="/none", daily="1")


def test_followers(wechat):
    submit(wechat, "tag", name="糖尿病")
    submit(wechat, "follower", openid="oNew", name="wang", follows="on", **{"tag-101": "on"})
    assert "wang 糖尿病 0 看手机 oNew 关注中" in text(page(wechat, "followers/", find="wang"))
    assert 'name="tag-101" checked' in page(wechat, "followers/", edit="oNew")
    submit(wechat, "follower", openid=FIRST)
    assert wechat.get("user/info", openid=FIRST) == {"subscribe": 0, "openid": FIRST}
    submit(wechat, "followers-add", number="5")
    assert wechat.get("user/get")["total"] == 1280 + 1 + 5 - 1
    assert "已有同名标签" in submit(wechat, "tag", refused=400, name="糖尿病")
    assert "没有做成" in submit(wechat, "followers-add", refused=400, number="0")
    assert "没有符合条件的关注者" in page(wechat, "followers/", tag="999")
    assert page(wechat, "followers/", tag="100").count("<tr>") == 36  # a head, and one who left lost the tag


def test_what_a_colleague_does(wechat):
    first, second = wechat.add(wechat.article(need_open_comment=1)), wechat.add()
    submit(wechat, "edit", media_id=first, index="0", title="改过", content="<p>新</p>")
    assert wechat.draft(first)[0]["title"] == "改过"
    submit(wechat, "autosave", media_id=second)
    assert code(wechat.sendall(second)) == 48021
    submit(wechat, "save", media_id=second)
    submit(wechat, "mass", media_id=first)
    assert code(wechat.sendall(second)) == 45028
    assert "今天的群发机会已经用掉" in submit(wechat, "mass", refused=400, title="又一篇")
    article = wechat.sandbox.state()["mass_sends"][0]["articles"][0]
    number = wechat.sandbox.state()["mass_sends"][0]["msg_data_id"]
    submit(wechat, "comment", msg_data_id=number, index="0", content="谢谢")
    listed = wechat.post(
        "comment/list", {"msg_data_id": number, "index": 0, "begin": 0, "count": 9, "type": 0}
    )
    assert listed["comment"][0]["content"] == "谢谢"
    submit(wechat, "publish", media_id=second)
    assert "没有这篇草稿" in submit(wechat, "publish", refused=400, media_id=second)
    submit(wechat, "ban", article_id=wechat.sandbox.state()["published"][0]["article_id"])
    submit(wechat, "delete", article_id=article["article_id"], index="1")
    assert [one["deleted"] for one in wechat.sandbox.state()["mass_sends"][0]["articles"]] == [1]
    assert "已封禁" in page(wechat, "website/")


def test_a_refused_edit_keeps_the_draft(wechat):
    media_id = wechat.add()
    assert "请填写标题" in submit(
        wechat, "edit", refused=400, media_id=media_id, index="0", title=" ", content="x"
    )
    assert wechat.draft(media_id)[0]["title"] == "在家量血压"


@pytest.mark.parametrize(("answer", "state"), [("accept", "SENDING"), ("refuse", "SEND_FAIL")])
def test_the_administrator(wechat, answer, state):
    wechat.sandbox.set(profile="protected")
    wechat.sendall()
    assert "1 条群发等待管理员确认" in page(wechat, "website/")
    submit(wechat, "confirm", answer=answer)
    assert wechat.sandbox.state()["mass_sends"][0]["state"] == state
    assert "等待管理员确认" not in page(wechat, "website/")


def test_callbacks(wechat):
    assert "没有做成" in submit(
        wechat, "callback", refused=400, callback="ftp://x", callback_mode="aes", callback_format="xml"
    )
    submit(
        wechat, "callback", callback="http://127.0.0.1:1/cb", callback_mode="plain", callback_format="json"
    )
    assert "地址验证没有通过（ConnectionError）" in submit(wechat, "verify")
    assert "没有收到（ConnectionError）" in submit(
        wechat, "message", openid=FIRST, kind="text", content="在吗"
    )
    shown = submit(wechat, "message", refused=400, openid="oStranger", kind="text", content="在吗")
    assert "没有关注" in shown and 'value="oStranger"' in shown
    assert "在吗" in page(wechat, "../phone/", **{"as": FIRST})
    wechat.publish()
    submit(wechat, "deliver")
    assert "PUBLISHJOBFINISH 等待推送" in text(page(wechat, "callbacks/"))
    submit(wechat, "repeat", id="2", times="2")
    assert "三次都没收到" in page(wechat, "callbacks/")
    assert "没有这个编号的回调" in submit(wechat, "repeat", refused=400, id="9", times="1")


def test_what_was_done_is_said_once(wechat):
    assert "时钟继续走。" in submit(wechat, "clock-run")
    assert "时钟继续走。" not in page(wechat, "time/")
