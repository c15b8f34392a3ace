"""The phone: what a follower sees."""

import re

import pytest

from .sandbox_driver import Driver


@pytest.fixture
def wechat():
    with Driver() as driver:
        yield driver


def page(wechat, path="", status=200):
    answer = wechat.send("GET", f"phone/{path}")
    assert answer.status_code == status
    return answer.text


def links(text, start):
    return re.findall(rf'href="(/phone/{start}[^"]*)"', text)


def test_empty_account(wechat):
    assert "还没有推送" in page(wechat)
    assert "还没有发布的内容" in page(wechat, "?tab=published")
    assert "草稿箱是空的" in page(wechat, "?tab=drafts")


def test_each_thing_stands_under_its_tab(wechat):
    wechat.publish(wechat.add(wechat.article(title="发布的一篇")))
    wechat.sendall(wechat.add(wechat.article(title="群发的一篇"), wechat.article(title="第二条")))
    wechat.finish()
    wechat.add(wechat.article(title="草稿的一篇"))
    pushes, published, drafts = page(wechat), page(wechat, "?tab=published"), page(wechat, "?tab=drafts")
    titles = ("发布的一篇", "群发的一篇", "第二条", "草稿的一篇")
    assert [title in pushes for title in titles] == [False, True, True, False]
    assert [title in published for title in titles] == [True, False, False, False]
    assert [title in drafts for title in titles] == [False, False, False, True]
    assert len(links(pushes, "s/")) == 2
    for path in links(pushes, "s/") + links(published, "s/") + links(drafts, "draft/"):
        assert "坐五分钟再量" in page(wechat, path.removeprefix("/phone/"))


def test_an_article_with_its_pictures(wechat):
    url = wechat.body_picture()
    content = (
        f'<section style="background:url({url})"><p>正文<img src="{url}" style="width:100%"></p></section>'
    )
    _, answer = wechat.publish(wechat.add(wechat.article(content=content)))
    token = answer["article_detail"]["item"][0]["article_url"].removeprefix("http://mp.weixin.qq.com/s/")
    text = page(wechat, f"s/{token}")
    for shown in (
        "在家量血压",
        "示例医院图书馆",
        "示例医院健康科普",
        "2026年11月23日",
        "正文",
        "阅读原文",
        "https://example.org/a/1/",
    ):
        assert shown in text
    assert "mmbiz.qpic.cn" not in text
    (source,) = re.findall(r'<img src="(/phone/mmbiz/[^"]+)" style', text)
    assert wechat.send("GET", source.lstrip("/")).headers["Content-Type"] == "image/jpeg"


def test_text_is_escaped(wechat):
    media_id = wechat.add(wechat.article(title="<b>甲</b>", author="<i>乙", content="<p>丙</p>"))
    text = page(wechat, f"draft/{media_id}/0")
    assert "&lt;b&gt;甲&lt;/b&gt;" in text
    assert "<i>乙" not in text


def test_nothing_comes_from_elsewhere(wechat):
    wechat.publish()
    for path in ("", "?tab=published", "?dark=1"):
        text = page(wechat, path)
        assert not re.findall(r'(?:src|href)="(?:https?:)?//', text)
        assert "<script" not in text
    policy = wechat.send("GET", "phone/").headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "url(" not in page(wechat, "phone.css")


def test_deleted_and_banned_articles_say_so(wechat):
    _, answer = wechat.publish(wechat.add(wechat.article(), wechat.article()))
    tokens = [item["article_url"].rsplit("/", 1)[1] for item in answer["article_detail"]["item"]]
    wechat.post("freepublish/delete", {"article_id": answer["article_id"], "index": 1})
    assert "该内容已被发布者删除" in page(wechat, f"s/{tokens[0]}")
    assert "坐五分钟再量" in page(wechat, f"s/{tokens[1]}")
    wechat.control("POST", "ban", {"article_id": answer["article_id"]})
    assert "此内容因违规无法查看" in page(wechat, f"s/{tokens[1]}")
    assert "坐五分钟再量" not in page(wechat, f"s/{tokens[1]}")


def test_the_temporary_address_lives_as_long_as_the_draft(wechat):
    media_id = wechat.add()
    address = wechat.draft(media_id)[0]["url"].removeprefix("http://mp.weixin.qq.com/")
    assert "草稿预览" in page(wechat, address)
    wechat.publish(media_id)
    page(wechat, address, status=404)
    page(wechat, f"draft/{media_id}/0", status=404)


def test_night_colours_and_larger_type(wechat):
    content = (
        '<section style="background-color:#ffffff"><p style="color:#000000;font-size:16px">正文</p></section>'
    )
    media_id = wechat.add(wechat.article(content=content))
    light, dark = page(wechat, f"draft/{media_id}/0"), page(wechat, f"draft/{media_id}/0?dark=1&size=large")
    assert content in light
    assert "background-color:#191919" in dark
    assert "color:#000000" not in dark
    assert "font-size:20px" in dark


def test_states_of_a_push(wechat):
    wechat.sandbox.set(profile="protected")
    wechat.sendall()
    assert "等待管理员确认" in page(wechat)
    wechat.control("POST", "mass/confirm", {"answer": "refuse"})
    assert "群发失败（err(40001)）" in page(wechat)
    wechat.control("POST", "website/mass", {"title": "同事群发的"})
    assert "同事群发的" in page(wechat)


def test_the_phone_of_one_follower(wechat):
    wechat.sandbox.set(mass_per_day=2)
    wechat.sendall(wechat.add(wechat.article(title="发给标签")), filter={"is_to_all": False, "tag_id": 100})
    wechat.finish()
    wechat.sendall(wechat.add(wechat.article(title="发给全部")))
    wechat.finish()
    assert "仅发给标签“慢病随访”" in page(wechat)
    shown = {number: page(wechat, f"?as=oSandboxFollower{number:013d}") for number in (36, 37)}
    assert ["发给标签" in shown[number] for number in (36, 37)] == [True, False]
    assert "发给全部" in shown[37]
    assert all("as=oSandboxFollower" in path for path in links(shown[37], "s/"))
    assert "还没有推送" in page(wechat, "?as=oStranger")


def test_cropped_covers(wechat):
    crop = {"ratio": "2.35_1", "x1": "0", "y1": "0", "x2": "1", "y2": "1"}
    wechat.add(wechat.article(cover_info={"crop_percent_list": [crop]}))
    assert "width:100.0000%;height:100.0000%;left:" in page(wechat, "?tab=drafts")


@pytest.mark.parametrize("path", ["s/none", "draft/none/0", "mmbiz/../lock", "mmbiz/none", "else"])
def test_unknown_pages(wechat, path):
    page(wechat, path, status=404)


def test_the_root_leads_to_the_phone(wechat):
    assert wechat.send("GET", "").url.endswith("/phone/")
