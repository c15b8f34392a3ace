"""Does the address of a reference still answer? Only public hosts are asked, and only when the switch is on.

The name is resolved here and the connection goes to that very address, so that a name cannot be public when it is checked and
private when it is asked. With OUTBOUND_PROXY the proxy resolves: what we can resolve ourselves must be public, too.
"""

import ipaddress
import socket
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.db import connection

import urllib3

from articles.citing.deadline import Deadline
from articles.citing.fetching import CONNECT_TIMEOUT, MOST_REDIRECTS, READ_TIMEOUT, WHOLE_TIMEOUT


GONE = (404, 410)
_AGENT = {"User-Agent": "Mozilla/5.0 (compatible; xinglin)", "Accept": "*/*"}
_TIMEOUT = urllib3.Timeout(connect=CONNECT_TIMEOUT, read=READ_TIMEOUT)


class PrivateAddressError(ValueError):
    """The address leads into the hospital's own network, or is none at all; it is not asked."""


def answers(url):
    """True when ``url`` answers, False when it is gone or nobody is there; None when that cannot be told.

    A refusal (401, 403, 405, 429 …) is an answer: many sites refuse programs. An error of the server (5xx) tells nothing.
    Raises PrivateAddressError.
    """
    if connection.in_atomic_block:
        raise RuntimeError("An address would be asked inside a database transaction.")
    deadline = Deadline(WHOLE_TIMEOUT)
    for _turn in range(MOST_REDIRECTS + 1):
        try:
            with deadline.kept():
                status, location = _ask(url, deadline.pools)
        except (urllib3.exceptions.HTTPError, OSError):
            return None if deadline.passed else False
        if status in (301, 302, 303, 307, 308) and location:
            try:
                url = urljoin(url, location)
            except ValueError:
                return None
            continue
        if status >= 500:
            return None
        return status not in GONE
    return None


def _ask(url, pools):
    parts, port = _parts(url)
    host = parts.hostname
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        found = _public(host, port)
    except socket.gaierror:
        if not settings.OUTBOUND_PROXY:
            raise
        found = ""
    if settings.OUTBOUND_PROXY:
        pool = urllib3.ProxyManager(settings.OUTBOUND_PROXY, timeout=_TIMEOUT, retries=False)
        pool.pool_classes_by_scheme = pools
        return _status(pool.request("GET", f"{parts.scheme}://{parts.netloc}{path}", **_CALL))
    if parts.scheme == "https":
        pool = pools["https"](
            found, port, server_hostname=host, assert_hostname=host, timeout=_TIMEOUT, retries=False
        )
    else:
        pool = pools["http"](found, port, timeout=_TIMEOUT, retries=False)
    with pool:
        return _status(pool.urlopen("GET", path, **_CALL | {"headers": _AGENT | {"Host": parts.netloc}}))


_CALL = {"headers": _AGENT, "redirect": False, "preload_content": False, "retries": False}


def _status(answer):
    try:
        return answer.status, answer.headers.get("location") or ""
    finally:
        answer.close()  # nothing of the page is read


def _parts(url):
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise PrivateAddressError(url) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
        raise PrivateAddressError(url)
    if not parts.netloc.isascii() or any(char in parts.netloc for char in "\r\n\t "):
        raise PrivateAddressError(url)
    return parts, port


def _public(host, port):
    """Return one address of ``host``; raises PrivateAddressError unless all of them are public."""
    allowed = f"{host}:{port}" in settings.LOOKUP_PRIVATE_HOSTS
    found = [entry[4][0] for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not allowed and (not found or not all(_is_public(address) for address in found)):
        raise PrivateAddressError(host)
    return found[0]


def _is_public(address):
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    if inner is not None:
        ip = inner
    return ip.is_global and not ip.is_multicast and not ip.is_reserved
