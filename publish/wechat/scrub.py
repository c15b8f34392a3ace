"""Keep secrets out of everything that is written down: logs, exceptions, records of calls."""

import logging
import re

from django.conf import settings


HIDDEN = "***"
_IN_QUERY = re.compile(
    r"((?:access_token|appsecret|secret|ticket|tempkey|echostr)=)[^&\s\"'<>]+", re.IGNORECASE
)
_IN_JSON = re.compile(r"(\"(?:access_token|appsecret|secret)\"\s*:\s*\")[^\"]*", re.IGNORECASE)
_SECRET_KEYS = {"access_token", "appsecret", "secret", "token"}


def text(value):
    """Return ``value`` as text without tokens, secrets and keys."""
    found = _IN_JSON.sub(rf"\1{HIDDEN}", _IN_QUERY.sub(rf"\1{HIDDEN}", str(value)))
    for name in ("WECHAT_SECRET", "WECHAT_TOKEN", "WECHAT_AES_KEY", "WECHAT_AES_KEY_PREVIOUS"):
        secret = getattr(settings, name, "")
        if len(secret) >= 6:
            found = found.replace(secret, HIDDEN)
    return found


def data(value, longest=2000):
    """Return JSON-like ``value`` without secrets, long texts cut at ``longest`` characters."""
    if isinstance(value, dict):
        return {
            key: HIDDEN if str(key).lower() in _SECRET_KEYS else data(item, longest)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [data(item, longest) for item in value]
    if isinstance(value, str):
        clean = text(value)
        return clean if len(clean) <= longest else f"{clean[:longest]}… ({len(clean)})"
    return value


class ScrubFilter(logging.Filter):
    """A log filter that rewrites a record's message; for loggers that print addresses."""

    def filter(self, record):
        record.msg, record.args = text(record.getMessage()), ()
        return True


def guard_loggers():
    """Put the filter on the libraries that log request addresses at debug level. Safe to repeat."""
    for name in ("urllib3.connectionpool", "urllib3.util.retry", "requests", "wechatpy.client.base"):
        logger = logging.getLogger(name)
        if not any(isinstance(known, ScrubFilter) for known in logger.filters):
            logger.addFilter(ScrubFilter())
