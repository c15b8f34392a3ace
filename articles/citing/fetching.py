"""One call to a service that an administrator allowed: through OUTBOUND_PROXY alone, with limits on time and size.

Never inside a database transaction. Redirects are followed to the service itself and, over HTTPS, to the hosts named in
LOOKUP_REDIRECT_HOSTS (China's DOI agency sends to a bare address without encryption: that is refused).
"""

import fcntl
import json
import time
from contextlib import contextmanager
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

import requests

from articles.citing.deadline import Deadline


TOOL = "xinglin"
CONNECT_TIMEOUT = 4  # seconds
READ_TIMEOUT = 8  # between two pieces of the answer
WHOLE_TIMEOUT = 15  # for the whole answer, with all redirects
LARGEST_ANSWER = 1_000_000  # bytes
MOST_REDIRECTS = 4
PAUSE = 0.34  # seconds between two calls: NCBI allows three a second without a key


class LookupFailedError(Exception):
    """Nothing came back that could be used; the text says so to an editor."""


class NotThereError(Exception):
    """The service answered that it does not know the identifier."""


def get_json(url, *, accept="application/json"):
    """Return the decoded JSON of ``url``. Raises NotThereError (404, 410) and LookupFailedError (everything else)."""
    if connection.in_atomic_block:
        raise RuntimeError("A look-up would be made inside a database transaction.")
    base = urlsplit(url)
    deadline = Deadline(WHOLE_TIMEOUT)
    with _session(deadline) as session, deadline.kept():
        for _turn in range(MOST_REDIRECTS + 1):
            answer = _ask(session, url, accept, deadline)
            with answer:
                if not answer.is_redirect:
                    return _decoded(answer, deadline)
                url = _next(url, answer.headers.get("location") or "", base)
    raise LookupFailedError(_("The service sent us in circles."))


def _session(deadline):
    session = requests.Session()
    session.mount("http://", deadline.adapter())
    session.mount("https://", deadline.adapter())
    session.trust_env = (
        False  # neither a proxy nor a .netrc of the machine: everything outgoing is one setting (P8)
    )
    if settings.OUTBOUND_PROXY:
        session.proxies = {"http": settings.OUTBOUND_PROXY, "https": settings.OUTBOUND_PROXY}
    return session


def _ask(session, url, accept, deadline):
    with _polite():
        try:
            if deadline.passed:
                raise requests.exceptions.Timeout
            return session.get(
                url,
                headers={"Accept": accept, "User-Agent": TOOL},
                timeout=(CONNECT_TIMEOUT, READ_TIMEOUT),
                allow_redirects=False,
                stream=True,
            )
        except requests.exceptions.Timeout:
            raise LookupFailedError(_("The service did not answer in time.")) from None
        except (requests.exceptions.RequestException, OSError, ValueError):
            if deadline.passed:
                raise LookupFailedError(_("The service did not answer in time.")) from None
            raise LookupFailedError(_("The service cannot be reached from here.")) from None


def _next(url, location, base):
    try:
        target = urljoin(url, location)
        parts = urlsplit(target)
        own = (parts.scheme, parts.netloc) == (base.scheme, base.netloc)
        listed = parts.scheme == "https" and parts.netloc in settings.LOOKUP_REDIRECT_HOSTS
    except ValueError:
        own = listed = False
    if not location or not (own or listed):
        raise LookupFailedError(_("The service pointed to an address that is not on our list."))
    return target


def _decoded(answer, deadline):
    if answer.status_code in (404, 410):
        raise NotThereError
    if answer.status_code == 429:
        raise LookupFailedError(_("The service asks us to slow down. Try again in a minute."))
    if answer.status_code != 200:
        raise LookupFailedError(_("The service answered with an error (%d).") % answer.status_code)
    body = bytearray()
    try:
        for piece in answer.iter_content(16_384):
            body += piece
            if len(body) > LARGEST_ANSWER:
                raise LookupFailedError(_("The service's answer was too large."))
            if deadline.passed:
                break
    except (requests.exceptions.RequestException, OSError):
        if not deadline.passed:
            raise LookupFailedError(_("The connection broke off before the answer came.")) from None
    if deadline.passed:
        raise LookupFailedError(_("The service did not answer in time."))
    try:
        found = json.loads(bytes(body))
    except (ValueError, RecursionError):
        raise LookupFailedError(_("The service's answer could not be understood.")) from None
    if not isinstance(found, dict):
        raise LookupFailedError(_("The service's answer could not be understood."))
    return found


@contextmanager
def _polite():
    """Let at most three calls a second begin on this machine, whichever process makes them."""
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.VAR_DIR / "lookups.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        try:
            last = float(lock.read() or 0)
        except ValueError:
            last = 0.0
        wait = last + PAUSE - time.time()
        if 0 < wait <= PAUSE:
            time.sleep(wait)
        lock.seek(0)
        lock.truncate()
        lock.write(str(time.time()))
    yield
