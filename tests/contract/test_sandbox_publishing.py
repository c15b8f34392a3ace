"""发布: accepted is not done, results by poll, quotas, deletion, profiles."""

import pytest

from .sandbox_driver import Driver, code


@pytest.fixture
def wechat():
    with Driver() as driver:
        yield driver


def test_a_job_runs_ends_and_kills_the_draft(wechat):
    media_id = wechat.add(wechat.article(title="一"), wechat.article(title="二"))
    accepted = wechat.post("freepublish/submit", {"media_id": media_id})
    assert (accepted["errcode"], accepted["errmsg"]) == (0, "ok")
    publish_id = accepted["publish_id"]
    assert wechat.post("freepublish/get", {"publish_id": publish_id}) == {
        "publish_id": publish_id,
        "publish_status": 1,
        "fail_idx": [],
    }
    assert wechat.sandbox.run() == 0
    wechat.sandbox.advance(2)
    assert wechat.sandbox.run() == 1
    done = wechat.post("freepublish/get", {"publish_id": publish_id})
    assert done["publish_status"] == 0
    assert done["article_detail"]["count"] == 2
    assert [item["idx"] for item in done["article_detail"]["item"]] == [1, 2]
    assert all(
        item["article_url"].startswith("http://mp.weixin.qq.com/s/")
        for item in done["article_detail"]["item"]
    )
    for call, extra in (("draft/get", {}), ("draft/delete", {}), ("freepublish/submit", {})):
        assert code(wechat.post(call, {"media_id": media_id, **extra})) == 40007
    assert code(wechat.sendall(media_id)) == 40007
    assert wechat.get("draft/count") == {"total_count": 0}


def test_the_published_list_and_article(wechat):
    first = wechat.publish(wechat.add(wechat.article(title="先")))[1]["article_id"]
    second = wechat.publish(wechat.add(wechat.article(title="后")))[1]["article_id"]
    page = wechat.post("freepublish/batchget", {"offset": 0, "count": 20, "no_content": 1})
    assert [item["article_id"] for item in page["item"]] == [second, first]
    assert (page["total_count"], page["item_count"]) == (2, 2)
    assert page["item"][0]["content"]["news_item"][0]["content"] == ""
    (item,) = wechat.post("freepublish/getarticle", {"article_id": first})["news_item"]
    assert (item["title"], item["is_deleted"], item["content"]) == ("先", False, "<p>坐五分钟再量。</p>")
    assert item["content_source_url"] == "https://example.org/a/1/"
    assert code(wechat.post("freepublish/getarticle", {"article_id": "x"})) == 53600
    assert code(wechat.post("freepublish/batchget", {"offset": 0, "count": 21})) == 40097


@pytest.mark.parametrize(("status", "failed"), [(2, [1, 2]), (3, []), (4, [1])])
def test_failures_leave_the_draft(wechat, status, failed):
    wechat.sandbox.script(publish={"status": status, "fail_idx": failed})
    media_id = wechat.add()
    _, answer = wechat.publish(media_id)
    assert (answer["publish_status"], answer["fail_idx"]) == (status, failed)
    assert "article_id" not in answer
    assert wechat.draft(media_id)[0]["title"] == "在家量血压"
    assert wechat.publish(media_id)[1]["publish_status"] == 0


@pytest.mark.parametrize("status", [5, 6])
def test_published_and_then_gone(wechat, status):
    wechat.sandbox.script(publish={"status": status})
    _, answer = wechat.publish()
    assert answer["publish_status"] == status
    assert wechat.post("freepublish/batchget", {"offset": 0, "count": 1})["total_count"] == 0


def test_banned_later(wechat):
    publish_id, answer = wechat.publish()
    wechat.control("POST", "ban", {"article_id": answer["article_id"]})
    assert wechat.post("freepublish/get", {"publish_id": publish_id})["publish_status"] == 6


def test_delete_counts_from_one_and_zero_takes_all(wechat):
    publish_id, answer = wechat.publish(wechat.add(*[wechat.article(title=name) for name in "甲乙丙"]))
    article_id = answer["article_id"]

    def gone():
        items = wechat.post("freepublish/getarticle", {"article_id": article_id})["news_item"]
        return [item["is_deleted"] for item in items]

    assert code(wechat.post("freepublish/delete", {"article_id": article_id, "index": 4})) == 40114
    assert code(wechat.post("freepublish/delete", {"article_id": "x", "index": 1})) == 53600
    assert wechat.post("freepublish/delete", {"article_id": article_id, "index": 1}) == {
        "errcode": 0,
        "errmsg": "ok",
    }
    assert gone() == [True, False, False]
    wechat.post("freepublish/delete", {"article_id": article_id})
    assert gone() == [True, True, True]
    assert wechat.post("freepublish/get", {"publish_id": publish_id})["publish_status"] == 5


def test_unknown_job(wechat):
    assert code(wechat.post("freepublish/get", {"publish_id": "1"})) == 40097


def test_a_second_job_on_the_same_draft_fails(wechat):
    media_id = wechat.add()
    jobs = [wechat.post("freepublish/submit", {"media_id": media_id})["publish_id"] for _ in range(2)]
    wechat.finish()
    assert [wechat.post("freepublish/get", {"publish_id": job})["publish_status"] for job in jobs] == [0, 3]
    assert len(wechat.sandbox.state()["published"]) == 1


def test_drafts_can_die_when_the_job_is_accepted(wechat):
    wechat.sandbox.set(draft_dies="accepted")
    wechat.sandbox.script(publish={"status": 3})
    media_id = wechat.add()
    wechat.post("freepublish/submit", {"media_id": media_id})
    assert code(wechat.post("draft/get", {"media_id": media_id})) == 40007
    wechat.finish()
    assert code(wechat.post("draft/get", {"media_id": media_id})) == 0


CALLS = [
    ("freepublish/submit", {}),
    ("freepublish/get", {}),
    ("freepublish/delete", {}),
    ("freepublish/getarticle", {}),
    ("freepublish/batchget", {}),
    ("message/mass/sendall", {}),
    ("message/mass/preview", {}),
    ("message/mass/get", {}),
    ("message/mass/delete", {}),
    ("message/mass/speed/get", {}),
    ("message/mass/speed/set", {}),
]


@pytest.mark.parametrize("profile", ["personal", "unverified"])
@pytest.mark.parametrize(("call", "body"), CALLS)
def test_accounts_without_the_right(wechat, profile, call, body):
    wechat.control("POST", "profile", {"profile": profile})
    assert code(wechat.post(call, body)) == 48001


def test_drafts_stay_allowed_without_the_right(wechat):
    wechat.sandbox.set(profile="personal")
    assert wechat.draft(wechat.add())


def test_rights_lost_later(wechat):
    media_id = wechat.add()
    wechat.sandbox.set(revoked=["freepublish"])
    assert code(wechat.post("freepublish/submit", {"media_id": media_id})) == 48001
    assert code(wechat.sendall(media_id)) == 0
    wechat.sandbox.set(revoked=[], banned=["/cgi-bin/freepublish/submit"])
    assert code(wechat.post("freepublish/submit", {"media_id": media_id})) == 48004


def test_what_a_colleague_does_on_the_website(wechat):
    media_id = wechat.add()
    wechat.control("POST", "website/edit", {"media_id": media_id, "title": "改过"})
    assert wechat.draft(media_id)[0]["title"] == "改过"
    done = wechat.control("POST", "website/publish", {"media_id": media_id})
    assert code(wechat.post("draft/get", {"media_id": media_id})) == 40007
    page = wechat.post("freepublish/batchget", {"offset": 0, "count": 1})
    assert page["item"][0]["content"]["news_item"][0]["url"] == done["urls"][0]
    wechat.control("POST", "website/delete", {"article_id": done["article_id"]})
    assert wechat.post("freepublish/batchget", {"offset": 0, "count": 1})["total_count"] == 0
