"""A server on this machine that takes notices as WeCom and an SMS gateway do, and keeps what it was asked."""

import json
import socket
import threading
from contextlib import suppress

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response


CUT = "cut"
"""An answer that never comes: the connection is closed once the request has been read."""


class _Quiet(WSGIRequestHandler):
    def log(self, *_arguments):
        pass


class Notifier:
    """``answers``: what the next calls to a path get: (status, JSON) or CUT; without one ``{"errcode": 0}``."""

    def __init__(self):
        self.calls = []
        self.answers = {}
        self._server = make_server("127.0.0.1", 0, self._app, threaded=True, request_handler=_Quiet)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.004,), daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_exception):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=10)

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.port}"

    def bodies(self, path):
        """Return the JSON of the calls to ``path``, oldest first."""
        return [call["json"] for call in self.calls if call["path"] == path]

    def _app(self, environ, start_response):
        request = Request(environ)
        body = request.get_data()
        self.calls.append(
            {
                "path": request.path,
                "query": dict(request.args),
                "headers": dict(request.headers),
                "json": json.loads(body) if body else None,
            }
        )
        waiting = self.answers.get(request.path, [])
        answer = waiting.pop(0) if waiting else (200, {"errcode": 0})
        if answer == CUT:
            with suppress(OSError):
                environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            return []
        status, data = answer
        response = Response(json.dumps(data), status=status, content_type="application/json")
        return response(environ, start_response)
