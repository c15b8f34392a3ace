"""Articles that are out, whichever way they went."""

import json

from . import drafts


def load(row):
    """The article of a row, as kept."""
    return json.loads(row["data"])


def address(token):
    """The permanent address WeChat names for an article."""
    return f"http://mp.weixin.qq.com/s/{token}"


def bring_out(account, draft, route, msg_id=None):
    """Turn the articles of a draft into published ones, in the caller's transaction; the draft's id dies.

    ``route`` is "publish" or "mass". Returns (article_id, [token, ...])."""
    store, now = account.store, account.clock.seconds()
    _, article_id = account.make_id("article", 64)
    tokens = []
    for idx, item in enumerate(drafts.items(store, draft), start=1):
        number, token = account.make_id("page", 22)
        tokens.append(token)
        store.insert(
            "articles",
            token=token,
            number=number,
            article_id=article_id,
            idx=idx,
            route=route,
            msg_id=msg_id,
            data=item,
            published=now,
        )
    store.run(
        "update drafts set state = ? where id = ?", "published" if route == "publish" else "sent", draft
    )
    return article_id, tokens


def items(store, article_id):
    """The rows of one publication, in order."""
    return store.rows("select * from articles where article_id = ? order by idx", article_id)


def shown(row, without_content=False):
    """One article as the API answers it."""
    data = load(row)
    if without_content:
        data["content"] = ""
    return {**data, "url": address(row["token"]), "is_deleted": bool(row["deleted"] or row["banned"])}


def remove(store, article_id, index=0):
    """Delete one article (index from 1) or all (0). Returns False when there is no such index."""
    if index:
        return bool(
            store.run("update articles set deleted = 1 where article_id = ? and idx = ?", article_id, index)
        )
    return bool(store.run("update articles set deleted = 1 where article_id = ?", article_id))
