"""留言: privilege, articles, pages, choosing, answering, deleting."""

import pytest

from .sandbox_driver import Driver, code


@pytest.fixture
def wechat():
    with Driver() as driver:
        yield driver


@pytest.fixture
def article(wechat):
    """{"msg_data_id", "index"} of a mass-sent article with comments open."""
    media_id = wechat.add(wechat.article(), wechat.article(need_open_comment=1))
    msg_data_id = wechat.sendall(media_id)["msg_data_id"]
    wechat.finish()
    return {"msg_data_id": msg_data_id, "index": 1}


def write(wechat, article, content="写得清楚", **more):
    return wechat.control("POST", "comments", {**article, "content": content, **more})["user_comment_id"]


def page(wechat, article, begin=0, count=49, kind=0):
    answer = wechat.post("comment/list", {**article, "begin": begin, "count": count, "type": kind})
    assert code(answer) == 0
    return answer


CALLS = [
    "open", "close", "list", "markelect", "unmarkelect", "delete", "reply/add", "reply/delete",
]  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_privilege_and_article(wechat, article, name):
    body = {**article, "begin": 0, "count": 10, "type": 0}
    unknown = [{**body, "msg_data_id": 1}, {**body, "index": 2}, {**body, "msg_data_id": "x"}, {}]
    assert {code(wechat.post(f"comment/{name}", given)) for given in unknown} == {88001}
    wechat.sandbox.set(comments=False)
    assert code(wechat.post(f"comment/{name}", body)) == 88000
    wechat.sandbox.set(profile="unverified")
    assert code(wechat.post(f"comment/{name}", body)) == 48001


def test_published_articles_have_comments_too(wechat):
    media_id = wechat.add(wechat.article(need_open_comment=1))
    answer = wechat.post("freepublish/submit", {"media_id": media_id})
    given = {"msg_data_id": answer["msg_data_id"], "index": 0}
    assert code(wechat.post("comment/open", given)) == 88001
    wechat.finish()
    write(wechat, given)
    assert page(wechat, given)["total"] == 1


def test_a_comment_as_it_is_listed(wechat, article):
    write(wechat, article, openid="oSandboxFollower0000000000003")
    write(wechat, article, "第二条")
    first, second = page(wechat, article)["comment"]
    assert first == {
        "user_comment_id": 1,
        "create_time": wechat.sandbox.clock.seconds(),
        "content": "写得清楚",
        "comment_type": 0,
        "openid": "oSandboxFollower0000000000003",
    }
    assert "openid" not in second


@pytest.mark.parametrize(
    ("begin", "count", "expected"),
    [(0, 49, 0), (0, 50, 88010), (0, 0, 88010), (-1, 10, 88010), (0, None, 88010), ("0", 10, 88010)],
)
def test_pages(wechat, article, begin, count, expected):
    answer = wechat.post("comment/list", {**article, "begin": begin, "count": count, "type": 0})
    assert code(answer) == expected


def test_opening_and_closing(wechat, article):
    assert wechat.post("comment/close", article) == {"errcode": 0, "errmsg": "ok"}
    refused = wechat.send("POST", "_sandbox/comments", json={**article, "content": "x"})
    assert refused.status_code == 400
    wechat.post("comment/open", article)
    write(wechat, article)
    closed = wechat.send("POST", "_sandbox/comments", json={**article, "index": 0, "content": "x"})
    assert closed.status_code == 400


def test_choosing(wechat, article):
    wechat.sandbox.set(limits={"elected_comments": 1})
    first, second = ({**article, "user_comment_id": write(wechat, article)} for _ in range(2))
    assert code(wechat.post("comment/markelect", first)) == 0
    assert code(wechat.post("comment/markelect", first)) == 0
    assert code(wechat.post("comment/markelect", second)) == 88003
    numbers = [
        [one["user_comment_id"] for one in page(wechat, article, kind=k)["comment"]] for k in (0, 1, 2)
    ]
    assert numbers == [[1, 2], [2], [1]]
    wechat.post("comment/unmarkelect", first)
    assert code(wechat.post("comment/markelect", second)) == 0


def test_answering_once(wechat, article):
    wechat.sandbox.set(sensitive_words=["包治"])
    given = {**article, "user_comment_id": write(wechat, article)}
    codes = [
        code(wechat.post("comment/reply/add", {**given, "content": text}))
        for text in ("", "字" * 601, "包治百病", "谢谢", "谢谢")
    ]
    assert codes == [88007, 88007, 88002, 0, 88005]
    assert page(wechat, article)["comment"][0]["reply"]["content"] == "谢谢"
    assert code(wechat.post("comment/reply/delete", given)) == 0
    assert code(wechat.post("comment/reply/delete", given)) == 88008
    assert code(wechat.post("comment/reply/add", {**given, "content": "再答"})) == 0


def test_comments_that_are_gone(wechat, article):
    mine, theirs = ({**article, "user_comment_id": write(wechat, article)} for _ in range(2))
    assert code(wechat.post("comment/delete", mine)) == 0
    wechat.control("DELETE", "comments", {"user_comment_id": 2})
    assert code(wechat.post("comment/markelect", mine)) == 88008
    assert code(wechat.post("comment/reply/add", {**theirs, "content": "x"})) == 88004
    assert code(wechat.post("comment/delete", {**article, "user_comment_id": 99})) == 88008
    assert code(wechat.post("comment/delete", {**theirs, "index": 0})) == 88008
    assert page(wechat, article)["total"] == 0
