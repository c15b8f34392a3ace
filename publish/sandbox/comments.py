"""留言: opening and closing them, reading, choosing, answering and deleting.

Indexes count from 0 here (facts: the comment pages of the API as of October 2026)."""

from . import published
from .calls import OK, call, text_of
from .errors import ApiError, ControlError


KINDS = (0, 1, 2)  # all, ordinary ones, chosen ones


def thread(store, msg_data_id, index):
    """The row of the article that msg_data_id and index (from 0) name, or None."""
    for value in (msg_data_id, index):
        if isinstance(value, bool) or not isinstance(value, int):
            return None
    article_id = store.value(
        "select article_id from masses where msg_data_id = ? and article_id != '' "
        "union select publish_jobs.article_id from publish_jobs join publish_data on publish_data.job = publish_jobs.id "
        "where publish_data.msg_data_id = ? and publish_jobs.article_id != ''",
        msg_data_id,
        msg_data_id,
    )
    if article_id is None:
        return None
    return store.row(
        "select * from articles where article_id = ? and idx = ? and not deleted and not banned",
        article_id,
        index + 1,
    )


def is_open(store, article):
    """Whether followers may write under an article: as the draft said, until a call changed it."""
    changed = store.value("select open from threads where token = ?", article["token"])
    return bool(published.load(article).get("need_open_comment") if changed is None else changed)


def _thread(request):
    if not request.account.may_comment():
        raise ApiError(88000)
    found = thread(request.store, request.body.get("msg_data_id"), request.body.get("index", 0))
    if found is None:
        raise ApiError(88001)
    return found


def _comment(request):
    article = _thread(request)
    number = request.body.get("user_comment_id")
    if isinstance(number, bool) or not isinstance(number, int):
        raise ApiError(88008)
    found = request.store.row("select * from comments where id = ? and token = ?", number, article["token"])
    if found is None or found["deleted"] == "account":
        raise ApiError(88008)
    if found["deleted"]:
        raise ApiError(88004)
    return found


def _open(request, value):
    article = _thread(request)
    request.store.run("insert or replace into threads values (?, ?)", article["token"], value)
    return OK


@call("comment/open", right="comment")
def open_comments(request):
    """Let followers write under one article."""
    return _open(request, 1)


@call("comment/close", right="comment")
def close_comments(request):
    """Take no more comments under one article."""
    return _open(request, 0)


@call("comment/list", right="comment")
def list_comments(request):
    """A page of comments, oldest first; 50 and more at once are refused (88010)."""
    article, body = _thread(request), request.body
    begin, count, kind = body.get("begin", 0), body.get("count"), body.get("type", 0)
    for value in (begin, count):
        if isinstance(value, bool) or not isinstance(value, int):
            raise ApiError(88010)
    if begin < 0 or not 0 < count < request.account.limit("comments_a_page"):
        raise ApiError(88010)
    if isinstance(kind, bool) or kind not in KINDS:
        raise ApiError(40097)
    found = request.store.rows(
        "select * from comments where token = ? and deleted = '' order by id", article["token"]
    )
    if kind:
        found = [row for row in found if row["elected"] == kind - 1]
    return {**OK, "total": len(found), "comment": [_shown(row) for row in found[begin : begin + count]]}


def _shown(row):
    shown = {
        "user_comment_id": row["id"],
        "create_time": row["created"],
        "content": row["content"],
        "comment_type": row["elected"],
    }
    # a reader who writes under another name than WeChat's has no openid
    if row["openid"]:
        shown["openid"] = row["openid"]
    if row["reply"]:
        shown["reply"] = {"content": row["reply"], "create_time": row["replied"]}
    return shown


@call("comment/markelect", right="comment")
def mark(request):
    """Choose a comment: readers see it."""
    found = _comment(request)
    chosen = request.store.value(
        "select count(*) from comments where token = ? and elected and deleted = ''", found["token"]
    )
    if not found["elected"] and chosen >= request.account.limit("elected_comments"):
        raise ApiError(88003)
    request.store.run("update comments set elected = 1 where id = ?", found["id"])
    return OK


@call("comment/unmarkelect", right="comment")
def unmark(request):
    found = _comment(request)
    request.store.run("update comments set elected = 0 where id = ?", found["id"])
    return OK


@call("comment/delete", right="comment")
def delete(request):
    found = _comment(request)
    request.store.run("update comments set deleted = 'account' where id = ?", found["id"])
    return OK


@call("comment/reply/add", right="comment")
def reply(request):
    """Answer a comment, once."""
    found, content = _comment(request), text_of(request.body, "content", "")
    if not content.strip() or len(content) > request.account.limit("comment_reply"):
        raise ApiError(88007)
    if any(word in content for word in request.account.setting("sensitive_words")):
        raise ApiError(88002)
    if found["reply"]:
        raise ApiError(88005)
    request.store.run(
        "update comments set reply = ?, replied = ? where id = ?", content, request.now, found["id"]
    )
    return OK


@call("comment/reply/delete", right="comment")
def delete_reply(request):
    found = _comment(request)
    if not found["reply"]:
        raise ApiError(88008)
    request.store.run("update comments set reply = '', replied = null where id = ?", found["id"])
    return OK


def write(account, msg_data_id, index, content, openid=""):
    """A reader writes a comment; returns its number. Raises ControlError when nothing can be written there."""
    article = thread(account.store, msg_data_id, index)
    if article is None:
        raise ControlError("there is no such article")
    if not is_open(account.store, article):
        raise ControlError("comments are closed under this article")
    if not isinstance(content, str) or not content.strip():
        raise ControlError("a comment needs its content")
    number = account.store.number("comment")
    account.store.insert(
        "comments",
        id=number,
        token=article["token"],
        openid=openid,
        content=content,
        created=account.clock.seconds(),
    )
    return number


def take_back(account, number):
    """A reader deletes an own comment; raises ControlError when there is none."""
    if not account.store.run(
        "update comments set deleted = 'reader' where id = ? and deleted = ''", int(number)
    ):
        raise ControlError("there is no such comment")
