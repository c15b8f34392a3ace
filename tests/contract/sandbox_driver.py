"""A client for the sandbox's own tests: it speaks HTTP and knows only the documented API."""

import functools
import io
import json

import requests
from PIL import Image

from publish.sandbox.server import Sandbox


MORNING = "2026-11-23T08:00:00+08:00"  # a Monday


@functools.cache
def picture(width=940, height=400, kind="JPEG", colour=(40, 120, 110)):
    """The bytes of a plain picture."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, kind)
    return out.getvalue()


def raw_json(value):
    """UTF-8 without escapes, as the documentation asks for."""
    return json.dumps(value, ensure_ascii=False).encode()


class Driver:
    """A started sandbox (in ``sandbox``) and calls on it over a socket."""

    def __init__(self, **how):
        self.sandbox = Sandbox(**{"clock": MORNING, "auto": False, **how}).start()
        self.session = requests.Session()
        self.session.trust_env = False
        self._token = ""

    def stop(self):
        self.session.close()
        self.sandbox.stop()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.stop()

    def send(self, method, path, **how):
        """One HTTP exchange; returns the response."""
        return self.session.request(
            method, f"{self.sandbox.base_url}/{path}", timeout=how.pop("timeout", 10), **how
        )

    def stable(self, **changes):
        """stable_token with the right credentials unless changed (None leaves one out)."""
        account = self.sandbox.account
        body = {
            "grant_type": "client_credential",
            "appid": account.appid,
            "secret": account.secret,
            **changes,
        }
        body = {name: value for name, value in body.items() if value is not None}
        return json.loads(self.send("POST", "cgi-bin/stable_token", data=raw_json(body)).content)

    @property
    def token(self):
        if not self._token:
            self._token = self.stable()["access_token"]
        return self._token

    def renew(self):
        """Take the current token again, after the clock has moved far."""
        self._token = ""
        return self.token

    def post(self, path, body=None, data=None, **query):
        """An API call with a JSON body; returns the parsed answer."""
        raw = raw_json(body) if data is None else data
        answer = self.send("POST", f"cgi-bin/{path}", params={"access_token": self.token, **query}, data=raw)
        return json.loads(answer.content)

    def get(self, path, **query):
        answer = self.send("GET", f"cgi-bin/{path}", params={"access_token": self.token, **query})
        return json.loads(answer.content)

    def upload(self, path, name="a.jpg", data=None, field="media", form=None, **query):
        data = picture() if data is None else data
        answer = self.send(
            "POST",
            f"cgi-bin/{path}",
            params={"access_token": self.token, **query},
            files={field: (name, data)},
            data=form or {},
        )
        return json.loads(answer.content)

    def control(self, method, name, body=None, **query):
        """A control call over HTTP; fails the test when it is refused."""
        answer = self.send(method, f"_sandbox/{name}", json=body, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def body_picture(self):
        return self.upload("media/uploadimg")["url"]

    def cover(self, **how):
        return self.upload("material/add_material", data=picture(**how), type="image")["media_id"]

    def article(self, **changes):
        """A correct article; None leaves a field out."""
        given = {
            "title": "在家量血压",
            "author": "示例医院图书馆",
            "digest": "坐五分钟再量。",
            "content": "<p>坐五分钟再量。</p>",
            "content_source_url": "https://example.org/a/1/",
            "thumb_media_id": changes.get("thumb_media_id") or self.cover(),
            **changes,
        }
        return {name: value for name, value in given.items() if value is not None}

    def add(self, *articles):
        """draft/add of correct articles (default: one); returns the media_id."""
        answer = self.post("draft/add", {"articles": list(articles) or [self.article()]})
        return answer["media_id"]

    def draft(self, media_id):
        return self.post("draft/get", {"media_id": media_id})["news_item"]

    def finish(self, seconds=60):
        """Let the running jobs come to their end."""
        self.sandbox.advance(seconds)
        return self.sandbox.run()

    def publish(self, media_id=None):
        """Submit and finish; returns (publish_id, answer of freepublish/get)."""
        publish_id = self.post("freepublish/submit", {"media_id": media_id or self.add()})["publish_id"]
        self.finish()
        return publish_id, self.post("freepublish/get", {"publish_id": publish_id})

    def sendall(self, media_id=None, **changes):
        body = {
            "filter": {"is_to_all": True},
            "msgtype": "mpnews",
            "mpnews": {"media_id": media_id or self.add()},
            "send_ignore_reprint": 0,
            **changes,
        }
        return self.post("message/mass/sendall", body)


def code(answer):
    """The errcode of an answer; a refusal must end with its rid."""
    value = answer.get("errcode", 0)
    if value:
        assert " rid: " in answer["errmsg"], answer
    return value
