"""Followers and their tags: who a message reaches.

Limits and codes: facts on the 用户管理 pages of the API as of October 2026."""

from .calls import OK, call, text_of
from .errors import ApiError, ControlError


SYSTEM_TAGS = {2: "星标组"}
FIRST_TAG = 100
# At the start: so many followers, the first of them under the starred and under one own tag.
SEED = 1280
SEED_TAGS = {2: 120, FIRST_TAG: 36}
SEED_NAME = "sandbox_reader"  # the WeChat name of the first
PAGE = 10_000
TOLD_AT_ONCE = 100


def seed(account):
    """The followers of a fresh sandbox, in the caller's transaction."""
    store, now = account.store, account.clock.seconds()
    store.run(
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < ?) "
        "insert into followers select i, printf('oSandboxFollower%013d', i), case i when 1 then ? else '' end, '', ?, 1 from n",
        SEED,
        SEED_NAME,
        now,
    )
    store.run("insert into tags values (2, ?), (?, '慢病随访')", SYSTEM_TAGS[2], FIRST_TAG)
    for tag, size in SEED_TAGS.items():
        store.run("insert into followers_tags select openid, ? from followers where number <= ?", tag, size)
    store.run("insert into counters values ('follower', ?), ('tag', ?)", SEED, FIRST_TAG)


def follower(store, openid):
    """The row of somebody who follows now, or None."""
    return store.row("select * from followers where openid = ? and follows", openid)


def by_name(store, name):
    """The row of the follower with a WeChat name, or None."""
    return store.row("select * from followers where name = ? and name != '' and follows", name)


def count(store, tag=None):
    """How many follow, or how many of them carry a tag."""
    if tag is None:
        return store.value("select count(*) from followers where follows")
    return store.value(
        "select count(*) from followers join followers_tags using (openid) where tag = ? and follows", tag
    )


def reach(store, msg_id, tag=None):
    """Remember whom a message reached: all, or those with a tag."""
    wanted = "" if tag is None else "and openid in (select openid from followers_tags where tag = ?)"
    store.run(
        f"insert into inbox select ?, openid from followers where follows {wanted}",  # noqa: S608 - our own words
        msg_id,
        *([] if tag is None else [tag]),
    )


def tags_of(store, openid):
    return [
        row["tag"]
        for row in store.rows("select tag from followers_tags where openid = ? order by tag", openid)
    ]


def listed(store):
    """All tags with their number of followers."""
    return [
        {"id": row["id"], "name": row["name"], "count": count(store, row["id"])}
        for row in store.rows("select * from tags order by id")
    ]


# tags


def _name(request):
    tag = request.body.get("tag")
    name = text_of(tag, "name", "") if isinstance(tag, dict) else ""
    if not name.strip():
        raise ApiError(45157)
    if len(name) > request.account.limit("tag_name"):
        raise ApiError(45158)
    if request.store.value("select 1 from tags where name = ?", name):
        raise ApiError(45157)
    return name


def _tag(request, value):
    found = None
    if isinstance(value, int) and not isinstance(value, bool):
        found = request.store.row("select * from tags where id = ?", value)
    if found is None:
        raise ApiError(45159)
    return found["id"]


def _own_tag(request):
    tag = request.body.get("tag")
    number = _tag(request, tag.get("id") if isinstance(tag, dict) else None)
    if number in SYSTEM_TAGS:
        raise ApiError(45058)
    return number


@call("tags/create", right="user")
def create(request):
    """A new tag; 100 at most."""
    name = _name(request)
    if request.store.value("select count(*) from tags") >= request.account.limit("tags"):
        raise ApiError(45056)
    return {"tag": {"id": _make_tag(request.store, name), "name": name}}


def _make_tag(store, name):
    number = store.number("tag")
    store.insert("tags", id=number, name=name)
    return number


@call("tags/get", body="", right="user")
def get_tags(request):
    return {"tags": listed(request.store)}


@call("tags/update", right="user")
def update(request):
    number, name = _own_tag(request), _name(request)
    request.store.run("update tags set name = ? where id = ?", name, number)
    return OK


@call("tags/delete", right="user")
def delete(request):
    """Delete a tag; one with very many followers is refused."""
    number = _own_tag(request)
    if count(request.store, number) > request.account.limit("tag_followers_to_delete"):
        raise ApiError(45057)
    request.store.run("delete from followers_tags where tag = ?", number)
    request.store.run("delete from tags where id = ?", number)
    return OK


def _openids(request):
    openids = request.body.get("openid_list")
    if not isinstance(openids, list) or not 1 <= len(openids) <= request.account.limit("openids_at_once"):
        raise ApiError(40032)
    for openid in openids:
        if not isinstance(openid, str) or follower(request.store, openid) is None:
            raise ApiError(40003)
    return openids


@call("tags/members/batchtagging", right="user")
def tag_followers(request):
    """Give up to 50 followers a tag; nobody carries more than 20."""
    number, openids, store = _tag(request, request.body.get("tagid")), _openids(request), request.store
    for openid in openids:
        held = tags_of(store, openid)
        if number not in held and len(held) >= request.account.limit("tags_of_one"):
            raise ApiError(45059)
        store.run("insert or ignore into followers_tags values (?, ?)", openid, number)
    return OK


@call("tags/members/batchuntagging", right="user")
def untag_followers(request):
    number, openids = _tag(request, request.body.get("tagid")), _openids(request)
    for openid in openids:
        request.store.run("delete from followers_tags where openid = ? and tag = ?", openid, number)
    return OK


@call("tags/getidlist", right="user")
def tags_of_follower(request):
    return {"tagid_list": tags_of(request.store, _one(request, request.body)["openid"])}


def _page(request, rows, next_openid):
    """A page of openids behind ``next_openid``, as user/get answers it."""
    openids = [row["openid"] for row in rows]
    start = 0
    if next_openid:
        if next_openid not in openids:
            raise ApiError(40003)
        start = openids.index(next_openid) + 1
    part = openids[start : start + PAGE]
    answer = {"count": len(part)}
    if part:
        answer["data"] = {"openid": part}
    return {**answer, "next_openid": part[-1] if part else ""}, len(openids)


@call("user/tag/get", right="user")
def followers_of_tag(request):
    """A page of the followers with a tag."""
    number = _tag(request, request.body.get("tagid"))
    rows = request.store.rows(
        "select openid from followers join followers_tags using (openid) where tag = ? and follows order by number",
        number,
    )
    return _page(request, rows, text_of(request.body, "next_openid", ""))[0]


# followers


@call("user/get", body="", right="user")
def get_followers(request):
    """A page of up to 10,000 openids, in the order in which they began to follow."""
    rows = request.store.rows("select openid from followers where follows order by number")
    answer, total = _page(request, rows, request.query.get("next_openid", ""))
    return {"total": total, **answer}


def _one(request, given):
    openid = given.get("openid") if isinstance(given, dict) else None
    found = request.store.row(
        "select * from followers where openid = ?", openid if isinstance(openid, str) else ""
    )
    if found is None:
        raise ApiError(40003)
    return found


def _told(store, found):
    """What user/info says: no name and no picture since December 2021, nothing about those who left."""
    if not found["follows"]:
        return {"subscribe": 0, "openid": found["openid"]}
    tags = tags_of(store, found["openid"])
    return {
        "subscribe": 1,
        "openid": found["openid"],
        "language": "zh_CN",
        "subscribe_time": found["since"],
        "remark": found["remark"],
        "groupid": tags[0] if tags else 0,
        "tagid_list": tags,
        "subscribe_scene": "ADD_SCENE_SEARCH",
        "qr_scene": 0,
        "qr_scene_str": "",
    }


@call("user/info", body="", right="user")
def get_follower(request):
    return _told(request.store, _one(request, request.query))


@call("user/info/batchget", right="user")
def get_several(request):
    """What is known about up to 100 followers."""
    asked = request.body.get("user_list")
    if not isinstance(asked, list) or not 1 <= len(asked) <= TOLD_AT_ONCE:
        raise ApiError(40032)
    return {"user_info_list": [_told(request.store, _one(request, one)) for one in asked]}


# control


def change(account, openid=None, name=None, tags=None, follows=None, add=0):
    """Add ``add`` new followers, or change one (found by ``openid``, made when absent); returns the openids met.

    ``name``: WeChat name; ``tags``: list of tag ids; ``follows`` False: leaves. Raises ControlError."""
    store = account.store
    if openid is None:
        if not isinstance(add, int) or not 1 <= add <= PAGE:
            raise ControlError("add must be a number from 1 to 10000, or give an openid")
        return [_join(account, name or "" if add == 1 else "") for _ in range(add)]
    if not isinstance(openid, str) or not openid:
        raise ControlError("openid must be a text")
    if store.row("select 1 from followers where openid = ?", openid) is None:
        _join(account, name or "", openid)
    if name is not None:
        store.run("update followers set name = ? where openid = ?", str(name), openid)
    if follows is not None:
        store.run("update followers set follows = ? where openid = ?", int(bool(follows)), openid)
    if tags is not None:
        known = {tag["id"] for tag in listed(store)}
        if not isinstance(tags, list) or not set(tags) <= known:
            raise ControlError(f"tags must be a list of {sorted(known)}")
        store.run("delete from followers_tags where openid = ?", openid)
        for tag in set(tags):
            store.insert("followers_tags", openid=openid, tag=tag)
    return [openid]


def make_tag(account, name):
    """A tag made on WeChat's website; returns its id. Raises ControlError for a name that is empty or taken."""
    if not isinstance(name, str) or not name.strip() or len(name) > account.limit("tag_name"):
        raise ControlError("a tag needs a name of at most 30 characters")
    if account.store.value("select 1 from tags where name = ?", name):
        raise ControlError("there is a tag of this name")
    return _make_tag(account.store, name)


def _join(account, name, openid=None):
    number = account.store.number("follower")
    openid = openid or f"oSandboxFollower{number:013d}"
    now = account.clock.seconds()
    account.store.insert(
        "followers", number=number, openid=openid, name=name, remark="", since=now, follows=1
    )
    return openid
