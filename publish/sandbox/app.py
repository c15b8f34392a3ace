"""The HTTP face: API calls with their log and faults, the control endpoints, the phone."""

import contextlib
import io
import json
import re
import socket
from urllib.parse import quote

from werkzeug.exceptions import HTTPException
from werkzeug.formparser import parse_form_data
from werkzeug.wrappers import Request as HttpRequest
from werkzeug.wrappers import Response

from . import api, control, faults, panel, phone, tokens  # noqa: F401 - importing api fills the table of calls
from .calls import CALLS, Raw, Request, parse
from .errors import MESSAGES, ApiError, ControlError
from .store import dump


MAX_BODY = 32 * 1024 * 1024
LOGGED_BODY = 64 * 1024
HTML_FAULT = "<!doctype html><html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


class DroppedError(ConnectionError):
    """The connection is cut without an answer; the server closes it quietly."""


class App:
    """The WSGI application of one sandbox."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self.account = sandbox.account
        self.store = sandbox.store
        self.panel = panel.Panel(sandbox)

    def __call__(self, environ, start_response):
        request = HttpRequest(environ)
        path = request.path
        try:
            if path.startswith(("/cgi-bin/", "/datacube/")):
                response = self._api(request, environ)
            elif path.startswith("/_sandbox"):
                response = self._control(request)
            elif path == "/panel" or path.startswith("/panel/"):
                response = self.panel.respond(request)
            else:
                response = phone.respond(self.account, request)
        except HTTPException as error:
            response = error.get_response(environ)
        return response(environ, start_response)

    # control

    def _control(self, request):
        name = request.path.removeprefix("/_sandbox").strip("/")
        if request.method != "GET" and panel.foreign(request):
            return Response(dump({"error": "not from another site"}), 403, content_type="application/json")
        try:
            data = request.args.to_dict()
            if request.method != "GET" and (raw := request.get_data()):
                data |= json.loads(raw)
            answer = control.handle(self.sandbox, request.method, name, data)
            status = 200
        except (ControlError, ValueError, TypeError, KeyError, OverflowError) as error:
            answer, status = {"error": str(error) or type(error).__name__}, 400
        return Response(dump(answer), status, content_type="application/json; charset=utf-8")

    # the API

    def _api(self, http, environ):
        raw = self._read(http)
        fault = faults.take(self.store, http.path)
        kind = fault.get("kind", "")
        if kind == "delay" and fault.get("when", "before") == "before":
            self.account.clock.pause(fault.get("seconds", 0))
        if kind == "drop_before":
            self._log(http, raw, None, "", "", kind)
            self._drop(environ)
        fake = kind in ("error", "malformed", "html", "status")
        if fake and not fault.get("effect"):
            return self._fake(http, raw, fault, b'{"errcode":0,"errmsg":"ok","access_token":"')
        response = self._perform(http, raw, kind)
        if kind == "delay" and fault.get("when") == "after":
            self.account.clock.pause(fault.get("seconds", 0))
        if kind == "drop_after":
            self._drop(environ)
        if fake:
            return self._fake(http, raw, fault, response.get_data(), logged=True)
        return response

    @staticmethod
    def _read(http):
        """The raw body; None when it is larger than anything WeChat takes."""
        if (http.content_length or 0) > MAX_BODY:
            return None
        return http.get_data(cache=False)

    @staticmethod
    def _drop(environ):
        connection = environ.get("werkzeug.socket")
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        raise DroppedError("cut as scripted")

    def _fake(self, http, raw, fault, answer, logged=False):
        kind = fault["kind"]
        rid = self._rid()
        if kind == "error":
            code = fault["errcode"]
            message = fault.get("errmsg") or MESSAGES.get(code, "error")
            message = message.replace("{ip}", http.remote_addr or "127.0.0.1")
            text = dump({"errcode": code, "errmsg": f"{message} rid: {rid}"})
            response = _answer(text.encode())
        elif kind == "malformed":
            text = answer[: max(1, len(answer) * 2 // 3)].decode("utf-8", "ignore")
            response = _answer(text.encode())
        else:
            text = HTML_FAULT
            status = fault.get("status", 502) if kind == "status" else 200
            response = Response(text, status, content_type="text/html; charset=utf-8")
        if not logged:
            self._log(http, raw, response.status_code, text, rid, kind, fault.get("errcode"))
        return response

    def _perform(self, http, raw, fault):
        """Do the call: quota, effect and log are one transaction; a refused call leaves only quota and log."""
        seen = self._look(http)
        with self.store.transaction():
            rid = self._rid()
            refusal = answer = None
            try:
                request, spec = self._prepare(http, raw)
                request.seen = seen
                with self.store.savepoint():
                    try:
                        answer = spec.function(request)
                    except ApiError as error:
                        if not error.keep:
                            raise
                        refusal = error
            except ApiError as error:
                refusal = error
            except (OverflowError, UnicodeError):
                # numbers and half characters that no store can hold
                refusal = ApiError(47001)
            if refusal is not None:
                answer = {"errcode": refusal.code, "errmsg": f"{refusal.message} rid: {rid}", **refusal.extra}
            if isinstance(answer, Raw):
                response = Response(answer.data, content_type=answer.content_type)
                response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(answer.name)}"
                text = f"({len(answer.data)} bytes)"
            else:
                text = dump(answer)
                response = _answer(text.encode())
            self._log(http, raw, 200, _scrub(text), rid, fault, refusal.code if refusal else 0)
        self.sandbox.wake()
        return response

    def _look(self, http):
        """What a call wants to see outside before it holds the store; only for callers with a good token."""
        spec = CALLS.get(http.path)
        if spec is None or spec.before is None:
            return None
        try:
            tokens.check(self.account, http.args.get("access_token", ""))
        except ApiError:
            return None
        return spec.before(self.account)

    def _prepare(self, http, raw):
        """The checks every call goes through before its own; returns (request, spec)."""
        spec = CALLS.get(http.path)
        if spec is None:
            raise ApiError(40066)
        if spec.body and http.method != "POST":
            raise ApiError(43002)
        account = self.account
        account.stands(spec.token)
        if spec.token:
            tokens.check(account, http.args.get("access_token", ""))
        account.may(spec.right, spec.path)
        account.spend(spec.path)
        if raw is None:
            raise ApiError(45001)
        request = Request(account, spec.path, http.remote_addr or "127.0.0.1", http.args.to_dict())
        if spec.body == "json":
            request.body = parse(raw, spec.literal)
        elif spec.body == "file":
            _, form, files = parse_form_data(
                {**http.environ, "wsgi.input": io.BytesIO(raw), "CONTENT_LENGTH": str(len(raw))}, silent=True
            )
            request.form = form.to_dict()
            upload = files.get("media")
            if upload is not None:
                request.upload = (upload.filename or "", upload.read())
        return request, spec

    def _rid(self):
        number = self.store.number("rid")
        return f"{self.account.clock.seconds():08x}-{number:08x}-{(number * 2654435761) % 2**32:08x}"

    def _log(self, http, raw, status, text, rid, fault, errcode=None):
        if raw is None:
            body = "(too large)"
        elif "multipart/" in (http.content_type or ""):
            body = f"(multipart, {len(raw)} bytes)"
        else:
            body = _scrub(raw[:LOGGED_BODY].decode("utf-8", "replace"))
        query = {
            name: "***" if name in ("access_token", "secret") else value for name, value in http.args.items()
        }
        with self.store.transaction():
            self.store.insert(
                "requests",
                at=self.account.clock.seconds(),
                method=http.method,
                path=http.path,
                query=query,
                body=body,
                status=status,
                errcode=errcode,
                answer=text[:LOGGED_BODY],
                rid=rid,
                fault=fault,
                ip=http.remote_addr or "",
            )


def _answer(data):
    # WeChat says text/plain without a charset; clients have to know that it is UTF-8
    response = Response(data)
    response.headers["Content-Type"] = "text/plain"
    return response


def _scrub(text):
    return re.sub(r'("(?:access_token|secret|appsecret)"\s*:\s*")[^"]*', r"\1***", text)
