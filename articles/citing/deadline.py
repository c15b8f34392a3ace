"""A time after which a connection is cut, however slowly the other side still drips.

Time-outs of a socket begin anew with every byte: an answer of one byte every seven seconds would hold a process for hours.
"""

import socket
import threading
import time
from contextlib import contextmanager, suppress

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class Deadline:
    """The moment ``seconds`` from now, and the connections that end with it."""

    def __init__(self, seconds):
        self.at = time.monotonic() + seconds
        self._sockets = []
        self.pools = {
            "http": self._watched(HTTPConnectionPool, HTTPConnection),
            "https": self._watched(HTTPSConnectionPool, HTTPSConnection),
        }
        """Pool classes by scheme, for a urllib3 PoolManager; all that they connect ends in time."""

    @property
    def passed(self):
        return time.monotonic() >= self.at

    @contextmanager
    def kept(self):
        """Cut what is connected inside the block as soon as the moment has come."""
        timer = threading.Timer(self.at - time.monotonic(), self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield self
        finally:
            timer.cancel()
            self._sockets.clear()

    def adapter(self):
        """Return a transport for a requests.Session."""
        deadline = self

        class Adapter(HTTPAdapter):
            def init_poolmanager(self, *args, **kwargs):
                super().init_poolmanager(*args, **kwargs)
                self.poolmanager.pool_classes_by_scheme = deadline.pools

            def proxy_manager_for(self, *args, **kwargs):
                manager = super().proxy_manager_for(*args, **kwargs)
                manager.pool_classes_by_scheme = deadline.pools
                return manager

        return Adapter()

    def _watched(self, pool, connection):
        sockets = self._sockets

        class Connection(connection):
            def connect(self):
                super().connect()
                sockets.append(self.sock)

        return type(pool.__name__, (pool,), {"ConnectionCls": Connection})

    def _cut(self):
        for one in list(self._sockets):
            with suppress(OSError):
                # Not that of an SSLSocket, which would change what the reading thread holds.
                socket.socket.shutdown(one, socket.SHUT_RDWR)
