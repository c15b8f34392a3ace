"""A mail server on this machine (RFC 5321, as much as smtplib asks) that keeps what it was given."""

import socketserver
import threading
from contextlib import suppress
from email import message_from_bytes, policy


class Mailbox:
    """``messages``: all that has arrived. While ``hold`` is called nobody who sends hears whether it has."""

    def __init__(self):
        self.messages = []
        self.waiting = 0
        self._open = threading.Event()
        self._open.set()
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Session)
        self._server.mailbox = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_exception):
        self.release()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=10)

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self._server.server_address[1]}"

    def hold(self):
        """Keep the answer to every message back until `release`."""
        self._open.clear()

    def release(self):
        self._open.set()

    def taken(self, data):
        """Keep a message; returns when it may be said that it has arrived."""
        message = message_from_bytes(data, policy=policy.default)
        with self._lock:
            self.messages.append(message)
            self.waiting += 1
        self._open.wait()
        with self._lock:
            self.waiting -= 1


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


class _Session(socketserver.StreamRequestHandler):
    def handle(self):
        # Who sends may die at any point.
        with suppress(OSError):
            self._talk()

    def _talk(self):
        self._say("220 mailbox")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self._say("354 go on")
                self.server.mailbox.taken(self._message())
            self._say("221 bye" if word == b"QUIT" else "250 ok")

    def _message(self):
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, words):
        self.wfile.write(f"{words}\r\n".encode())
