"""A client of the Official Account API written from its documentation alone: no line of the product, no wechatpy.

It knows a base address, an AppID and a secret, as any other program would."""

import json

import requests


class DocumentedClient:
    """Calls as the pages of developers.weixin.qq.com describe them (October 2026)."""

    def __init__(self, base, appid, secret):
        self.base, self.appid, self.secret = base, appid, secret
        self.session = requests.Session()
        self.session.trust_env = False
        self._token = ""

    def close(self):
        self.session.close()

    def answer(self, response):
        """The JSON of an answer: HTTP 200 whatever happened, UTF-8 though no charset is named."""
        assert response.status_code == 200
        return json.loads(response.content.decode("utf-8"))

    def stable_token(self, **changes):
        """POST /cgi-bin/stable_token; a None leaves a field out."""
        body = {"grant_type": "client_credential", "appid": self.appid, "secret": self.secret, **changes}
        body = {name: value for name, value in body.items() if value is not None}
        url = f"{self.base}/cgi-bin/stable_token"
        return self.answer(self.session.post(url, data=self.encode(body), timeout=10))

    def plain_token(self, **changes):
        """GET /cgi-bin/token."""
        query = {"grant_type": "client_credential", "appid": self.appid, "secret": self.secret, **changes}
        query = {name: value for name, value in query.items() if value is not None}
        return self.answer(self.session.get(f"{self.base}/cgi-bin/token", params=query, timeout=10))

    @property
    def token(self):
        if not self._token:
            self._token = self.stable_token()["access_token"]
        return self._token

    def forget_token(self):
        self._token = ""

    @staticmethod
    def encode(body):
        """UTF-8 without \\uXXXX: the pages say so twice."""
        return json.dumps(body, ensure_ascii=False).encode()

    def call(self, method, path, **how):
        """One exchange with an access_token; returns the response."""
        params = {"access_token": self.token, **how.pop("params", {})}
        return self.session.request(method, f"{self.base}/{path}", params=params, timeout=10, **how)

    def post(self, path, body=None, data=None, **query):
        """POST JSON to /cgi-bin/<path>; ``data``: these bytes instead."""
        data = self.encode(body) if data is None else data
        return self.answer(self.call("POST", f"cgi-bin/{path}", params=query, data=data))

    def get(self, path, **query):
        return self.answer(self.call("GET", f"cgi-bin/{path}", params=query))

    def upload(self, path, data, name="a.jpg", form=None, **query):
        """A multipart upload in the field media."""
        files = {"media": (name, data)}
        return self.answer(self.call("POST", f"cgi-bin/{path}", params=query, files=files, data=form or {}))
