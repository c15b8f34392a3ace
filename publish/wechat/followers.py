"""What a follower gets who subscribes or writes: one fixed, polite answer, and nothing of theirs is kept (P7).

Passive reply: facts on 被动回复用户消息 and on 消息加解密 (subscription/guide/dev/push). It goes out in the form the message
came in: XML or JSON, sealed with MsgSignature, TimeStamp and Nonce where the message was sealed.
"""

import base64
import functools
import hashlib
import json
import secrets
import time

from django.template.loader import render_to_string

from wechatpy.crypto import PrpCrypto


MESSAGES = frozenset(("text", "image", "voice", "video", "shortvideo", "location", "link"))


@functools.cache
def words():
    """Return the answer: content for readers, so it stands in a file and not among the translations."""
    return render_to_string("publish/wechat/follower_reply.txt").strip()


def expects_answer(body):
    """Return whether ``body`` (a parsed event) is a follower's message or the beginning of following."""
    kind = str(body.get("MsgType", "")).lower()
    return kind in MESSAGES or (kind == "event" and str(body.get("Event", "")).lower() == "subscribe")


def answer(body, *, as_json):
    """Return the passive reply to ``body`` as text. The same message always gets the same reply."""
    created = str(body.get("CreateTime") or "")
    fields = {
        "ToUserName": str(body.get("FromUserName") or ""),
        "FromUserName": str(body.get("ToUserName") or ""),
        "CreateTime": int(created) if created.isascii() and created.isdigit() else int(time.time()),
        "MsgType": "text",
        "Content": words(),
    }
    return _written(fields, as_json)


def sealed(text, *, as_json, token, aes_key, appid):
    """Return ``text`` encrypted and signed, as safe mode wants it. ``aes_key``: the key the message came under."""
    secret = PrpCrypto(base64.b64decode(aes_key + "=")).encrypt(text, appid).decode()
    stamp, nonce = int(time.time()), secrets.token_hex(8)
    parts = "".join(sorted([token, str(stamp), nonce, secret]))
    signature = hashlib.sha1(parts.encode(), usedforsecurity=False).hexdigest()
    return _written(
        {"Encrypt": secret, "MsgSignature": signature, "TimeStamp": stamp, "Nonce": nonce}, as_json
    )


def _written(fields, as_json):
    if as_json:
        return json.dumps(fields, ensure_ascii=False)
    return f"<xml>{''.join(_node(name, value) for name, value in fields.items())}</xml>"


def _node(name, value):
    if isinstance(value, int):
        return f"<{name}>{value}</{name}>"
    # ]]> would end the section in the middle of somebody's text.
    return f"<{name}><![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]></{name}>"
