"""Events to the callback address: their documented XML, signed, encrypted, tried three times."""

import base64
import json
import socket
import threading
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

import requests
import xmltodict
from wechatpy.crypto import PrpCrypto
from wechatpy.utils import WeChatSigner, to_binary, to_text

from . import published
from .store import dump


TRIES = 3
SENDER = "oSandboxPlatform000000000001"


def _node(name, value):
    """One XML element: numbers plain, text in CDATA, dicts nested, lists repeated."""
    if isinstance(value, list):
        return "".join(_node(name, entry) for entry in value)
    if isinstance(value, dict):
        return f"<{name}>{''.join(_node(*pair) for pair in value.items())}</{name}>"
    if isinstance(value, int):
        return f"<{name}>{value}</{name}>"
    return f"<{name}><![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]></{name}>"


def _event(account, name, fields):
    return _queue(account, name, SENDER, {"MsgType": "event", "Event": name, **fields})


def _queue(account, name, sender, fields):
    """Put a message to the account on its way, in the form chosen (XML or JSON); returns its number."""
    now = account.clock.seconds()
    fields = {
        "ToUserName": account.setting("original_id"),
        "FromUserName": sender,
        "CreateTime": now,
        **fields,
    }
    account.store.insert(
        "callbacks",
        event=name,
        body=dump(fields) if account.setting("callback_format") == "json" else _node("xml", fields),
        created=now,
        tries=0,
        next_try=float(now),
        state="pending" if account.setting("callback") else "no address",
    )
    return account.store.value("select max(id) from callbacks")


def publish_finished(account, job):
    """Queue PUBLISHJOBFINISH for a job as `publishing.describe` shows it."""
    info = {"publish_id": job["publish_id"], "publish_status": job["publish_status"]}
    if "article_id" in job:
        info["article_id"] = job["article_id"]
        info["article_detail"] = {
            "count": job["article_detail"]["count"],
            "item": [
                {"idx": item["idx"], "article_url": item["article_url"]}
                for item in job["article_detail"]["item"]
            ],
        }
    if job["fail_idx"]:
        info["fail_idx"] = job["fail_idx"]
    _event(account, "PUBLISHJOBFINISH", {"PublishEventInfo": info})


def mass_finished(account, msg_id, status, total, count, tokens, check_state=None):
    """Queue MASSSENDJOBFINISH. ``total`` followers aimed at, ``count`` articles, ``tokens`` of those that are out."""
    good = status == "send success"
    ready = total - total // 64 if good else 0
    failed = ready // 100
    state = check_state or (3 if status in ("err(30001)", "err(30002)", "err(30003)") else 1)
    checked = [
        {
            "ArticleIdx": idx,
            "UserDeclareState": 0,
            "AuditState": 0,
            "OriginalArticleUrl": "",
            "OriginalArticleType": 0,
            "CanReprint": int(state != 3),
            "NeedReplaceContent": 0,
            "NeedShowReprintSource": 0,
        }
        for idx in range(1, count + 1)
    ]
    links = [
        {"ArticleIdx": idx, "ArticleUrl": published.address(token)}
        for idx, token in enumerate(tokens, start=1)
    ]
    fields = {
        "MsgID": msg_id,
        "Status": status,
        "TotalCount": total,
        "FilterCount": ready,
        "SentCount": ready - failed,
        "ErrorCount": failed,
        "CopyrightCheckResult": {"Count": count, "ResultList": {"item": checked}, "CheckState": state},
        "ArticleUrlResult": {"Count": len(links), "ResultList": {"item": links}},
    }
    _event(account, "MASSSENDJOBFINISH", fields)


def _sign(*parts):
    signer = WeChatSigner()
    signer.add_data(*parts)
    return signer.signature


def pack(account, body, nonce, mode=None, sender=SENDER):
    """(query, body) of one push: plain, encrypted (AES, 安全模式) or both (兼容模式); XML or JSON as the body is."""
    mode = mode or account.setting("callback_mode")
    timestamp = str(account.clock.seconds())
    query = {"signature": _sign(account.token, timestamp, nonce), "timestamp": timestamp, "nonce": nonce}
    query["openid"] = sender
    if mode == "plain":
        return query, body.encode()
    secret = PrpCrypto(_key(account)).encrypt(body, account.appid).decode()
    query |= {"encrypt_type": "aes", "msg_signature": _sign(account.token, timestamp, nonce, secret)}
    owner = account.setting("original_id")
    if body.startswith("{"):
        shown = json.loads(body) if mode == "compatible" else {"ToUserName": owner}
        return query, dump({**shown, "Encrypt": secret}).encode()
    sealed = f"<Encrypt><![CDATA[{secret}]]></Encrypt>"
    if mode == "compatible":
        return query, body.removesuffix("</xml>").encode() + f"{sealed}</xml>".encode()
    return query, f"<xml><ToUserName><![CDATA[{escape(owner)}]]></ToUserName>{sealed}</xml>".encode()


def _key(account):
    return base64.b64decode(to_binary(account.aes_key + "="))


def reach(account):
    """(addresses of the callback's host, whether it answers the address check, milliseconds by the sandbox clock)."""
    try:
        parts = urlsplit(account.setting("callback"))
        found = socket.getaddrinfo(parts.hostname, parts.port or 80, type=socket.SOCK_STREAM)
    except (OSError, ValueError):
        return [], False, 0.0
    before = account.clock.now()
    met = verify(account)["ok"]
    return sorted({entry[4][0] for entry in found}), met, 1000 * (account.clock.now() - before)


def verify(account):
    """Ask the callback address as WeChat does when it is configured. Returns {"ok", "status", "answer"}."""
    timestamp, nonce = str(account.clock.seconds()), f"{account.store.number('nonce'):09d}"
    query = {
        "signature": _sign(account.token, timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
        "echostr": f"4{nonce}{timestamp}",
    }
    try:
        with _session() as session:
            answer = session.get(
                account.setting("callback"), params=query, timeout=account.setting("callback_timeout"),
                allow_redirects=False,
            )  # fmt: skip
    except (requests.RequestException, ValueError) as error:
        return {"ok": False, "status": None, "answer": type(error).__name__}
    return {"ok": answer.text == query["echostr"], "status": answer.status_code, "answer": answer.text[:200]}


def _session():
    session = requests.Session()
    session.trust_env = False  # the receiver is a neighbour, not behind the house's proxy
    return session


_delivering = threading.Lock()


def deliver(account, due_only=False):
    """Make one try for every waiting callback; returns a list of what came of each.

    ``due_only`` leaves those whose next try is not due by the sandbox clock. After three tries one is given up."""
    results = []
    with _delivering:
        for row in account.store.rows("select * from callbacks where state = 'pending' order by id"):
            if due_only and row["next_try"] > account.clock.now():
                continue
            results.append(_try(account, row))
    return results


def write(account, openid, kind, content=""):
    """A follower subscribes, leaves (kind subscribe, unsubscribe) or writes a text; it is pushed once, now.

    Returns what came of it, with the ``reply`` the follower sees: None when there is none or it cannot be read."""
    with _delivering:
        with account.store.transaction():
            if kind == "text":
                number = 23_000_000_000_000_000 + account.store.number("message")
                fields = {"MsgType": "text", "Content": content, "MsgId": number}
            else:
                fields = {"MsgType": "event", "Event": kind, "EventKey": ""}
            callback = _queue(account, kind, openid, fields)
            account.store.insert("messages", callback=callback, openid=openid, content=content)
            row = account.store.row("select * from callbacks where id = ?", callback)
        return _try(account, row)


def _reply(account, text):
    """The words of a passive reply, opened when it is encrypted; None when it is no text."""
    try:
        reply = _read(text)
        if "Encrypt" in reply:
            good = _sign(account.token, str(reply["TimeStamp"]), str(reply["Nonce"]), reply["Encrypt"])
            if good != reply["MsgSignature"]:
                return None
            reply = _read(PrpCrypto(_key(account)).decrypt(reply["Encrypt"], account.appid))
        return reply["Content"]
    except Exception:  # noqa: BLE001 - whatever a receiver may answer: the follower sees nothing
        return None


def _read(text):
    text = to_text(text).strip()
    return json.loads(text) if text.startswith("{") else xmltodict.parse(text)["xml"]


def repeat(account, callback_id=None):
    """Send a callback again, whatever became of it (default: the last one). Returns what came of it, or None."""
    with _delivering:
        if callback_id is None:
            row = account.store.row("select * from callbacks order by id desc limit 1")
        else:
            row = account.store.row("select * from callbacks where id = ?", callback_id)
        return None if row is None else _try(account, row)


def _try(account, row):
    nonce = f"{account.store.number('nonce'):09d}"
    sender = account.store.value("select openid from messages where callback = ?", row["id"]) or SENDER
    query, body = pack(account, row["body"], nonce, sender=sender)
    kind = "application/json" if row["body"].startswith("{") else "text/xml"
    outcome = {
        "id": row["id"],
        "event": row["event"],
        "at": account.clock.seconds(),
        "status": None,
        "answer": "",
    }
    try:
        with _session() as session:
            answer = session.post(
                account.setting("callback"), params=query, data=body, headers={"Content-Type": kind},
                timeout=account.setting("callback_timeout"), allow_redirects=False,
            )  # fmt: skip
        outcome |= {"status": answer.status_code, "answer": answer.text[:200]}
        if sender != SENDER:
            outcome["reply"] = _reply(account, answer.text)
        good = answer.status_code == 200 and (
            answer.text.strip() in ("", "success") or answer.text.lstrip().startswith(("<xml", "{"))
        )
    except (requests.RequestException, ValueError) as error:
        outcome["answer"] = type(error).__name__
        good = False
    tries = row["tries"] + 1
    state = "delivered" if good else "given up" if tries >= TRIES else "pending"
    if not good and row["state"] == "delivered":
        state = "delivered"
    outcome["state"] = state
    with account.store.transaction():
        account.store.run(
            "update callbacks set tries = ?, state = ?, next_try = ?, answers = ? where id = ?",
            tries,
            state,
            account.clock.now() + account.setting("callback_retry"),
            dump([*json.loads(row["answers"]), outcome]),
            row["id"],
        )
    return outcome
