"""One JSON call to a notifier: only through OUTBOUND_PROXY, no redirects, time limits, no address in any error."""

import logging

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

import requests
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from review.senders.errors import Reached, SendError


CONNECT_TIMEOUT = 5
READ_TIMEOUT = 20
LONGEST_ANSWER = 100_000


class _Hide(logging.Filter):
    """At debug level urllib3 writes addresses, and WeCom's hold keys."""

    def filter(self, record):
        if any(mark in record.getMessage() for mark in ("key=", "access_token=", "corpsecret=")):
            record.msg, record.args = "a call to a notifier", ()
        return True


def call(method, url, *, params=None, json=None, headers=None):
    """Return (status, decoded JSON or None). Raises SendError when nothing, or perhaps something, arrived."""
    if connection.in_atomic_block:
        raise RuntimeError("A notifier would be called inside a database transaction.")
    _guard_log()
    session = requests.Session()
    session.trust_env = False
    if settings.OUTBOUND_PROXY:
        session.proxies = {"http": settings.OUTBOUND_PROXY, "https": settings.OUTBOUND_PROXY}
    with session:
        try:
            answer = session.request(
                method,
                url,
                params=params,
                json=json,
                headers=headers,
                timeout=(CONNECT_TIMEOUT, READ_TIMEOUT),
                allow_redirects=False,
                stream=True,
            )
            body = answer.raw.read(LONGEST_ANSWER, decode_content=True)
        except (requests.exceptions.ConnectTimeout, requests.exceptions.ProxyError):
            raise _unreachable() from None
        except (requests.exceptions.RequestException, OSError) as error:
            raise (_unreachable() if _never_left(error) else _cut_off()) from None
        except Exception:  # noqa: BLE001 - urllib3's own errors while reading the body
            raise _cut_off() from None
    return answer.status_code, _decoded(body)


def _never_left(error):
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.MissingSchema):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)


def _unreachable():
    return SendError(
        Reached.NO, _("The sender's server cannot be reached. Check the network and OUTBOUND_PROXY.")
    )


def _cut_off():
    return SendError(Reached.MAYBE, _("The connection broke off before the answer came."))


def _decoded(body):
    try:
        return requests.compat.json.loads(body)
    except ValueError:
        return None


def _guard_log():
    logger = logging.getLogger("urllib3.connectionpool")
    if not any(isinstance(known, _Hide) for known in logger.filters):
        logger.addFilter(_Hide())
