"""What must hold before the site may run. Each id stands for one rule and is never used again."""

import base64
import binascii
import re
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register

from cms.middleware import networks
from review import chain


LOCAL = {"localhost", "127.0.0.1", "::1"}


@register(Tags.security)
def keys(app_configs, **kwargs):
    """The approvals are sealed with a key of their own."""
    if not chain.keyring():
        return [
            Error(
                "APPROVAL_KEY is empty: approvals could be forged.",
                hint="Set it once and keep it with the backups; to change it, put the new key before the old one.",
                id="cms.E001",
            )
        ]
    if settings.SECRET_KEY in chain.keyring().values():
        return [
            Error(
                "APPROVAL_KEY equals SECRET_KEY: who may sign cookies could forge approvals.",
                hint="Make a second key. SECRET_KEY may be changed at any time, APPROVAL_KEY only gets further ones.",
                id="cms.E002",
            )
        ]
    return []


def _addresses():
    return ["SITE_URL", "ADMIN_URL", *(["REVIEW_URL"] if settings.REVIEW_URL else [])]


@register(Tags.urls)
def addresses(app_configs, **kwargs):
    """These are printed in mails, QR codes, review links and WeChat articles."""
    found = []
    for name in _addresses():
        value = getattr(settings, name)
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
            found.append(
                Error(
                    f"{name}={value!r} is not an address of the form https://host.",
                    hint="Scheme and host, with the port if it is unusual, and nothing after it.",
                    id="cms.E003",
                )
            )
    return found


@register(Tags.security, deploy=True)
def secure_addresses(app_configs, **kwargs):
    """Readers and colleagues come over HTTPS."""
    return [
        Error(f"{name} does not start with https://.", hint="Put a certificate in nginx.", id="cms.E004")
        for name in _addresses()
        if not getattr(settings, name).startswith("https://")
    ]


@register
def wechat(app_configs, **kwargs):
    """The WeChat channel is either off or complete."""
    found = []
    names = ("WECHAT_SECRET", "WECHAT_TOKEN", "WECHAT_AES_KEY")
    if not settings.WECHAT_APPID:
        found += [
            Warning(
                f"{name} is set but WECHAT_APPID is not: the WeChat channel stays off.",
                hint="Set WECHAT_APPID, or remove the rest.",
                id="cms.W001",
            )
            for name in names
            if getattr(settings, name)
        ][:1]
    else:
        found += [
            Error(
                f"WECHAT_APPID is set but {name} is not.",
                hint="The public platform shows it under the account's basic settings (基本配置).",
                id="cms.E005",
            )
            for name in names
            if not getattr(settings, name)
        ]
    for name in ("WECHAT_AES_KEY", "WECHAT_AES_KEY_PREVIOUS"):
        if (value := getattr(settings, name)) and not _is_aes_key(value):
            found.append(
                Error(
                    f"{name} is not an EncodingAESKey.",
                    hint="It has 43 letters and digits; copy it again from the public platform.",
                    id="cms.E006",
                )
            )
    parts = urlsplit(settings.WECHAT_API_BASE)
    outside = parts.scheme != "https" and parts.hostname not in LOCAL
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or outside:
        found.append(
            Error(
                f"WECHAT_API_BASE={settings.WECHAT_API_BASE!r} is not of the form https://host.",
                hint="Leave it out for the real WeChat; http is for the sandbox on this machine only.",
                id="cms.E007",
            )
        )
    return found


@register(Tags.security)
def demo(app_configs, **kwargs):
    """Accounts whose passwords are printed have no place beside patients."""
    if settings.DEMO and settings.SESSION_COOKIE_SECURE:
        return [
            Error(
                "The demo is switched on outside development.",
                hint="Use cms.settings.production, which knows no demo.",
                id="cms.E008",
            )
        ]
    return []


@register(Tags.security)
def proxies(app_configs, **kwargs):
    """TRUSTED_PROXIES can be read."""
    try:
        networks(tuple(settings.TRUSTED_PROXIES))
    except ValueError as error:
        return [
            Error(
                f"TRUSTED_PROXIES cannot be read: {error}.",
                hint="Addresses or networks, comma-separated, such as 127.0.0.1,10.0.0.0/8; unix for a socket.",
                id="cms.E009",
            )
        ]
    return []


@register(Tags.security)
def caches(app_configs, **kwargs):
    """The caches in front of us know the worker by a secret of its own."""
    found = []
    for address in settings.CACHE_REFRESH_URLS:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
            found.append(
                Error(
                    f"CACHE_REFRESH_URLS holds {address!r}, which is not of the form https://host.",
                    hint="Where each nginx answers, such as https://127.0.0.1; comma-separated.",
                    id="cms.E011",
                )
            )
    secret = settings.CACHE_REFRESH_SECRET
    shared = {settings.SECRET_KEY, *chain.keyring().values()}
    if settings.CACHE_REFRESH_URLS and (not re.fullmatch(r"[A-Za-z0-9_-]{32,}", secret) or secret in shared):
        found.append(
            Error(
                "CACHE_REFRESH_URLS is set, but CACHE_REFRESH_SECRET is no secret of its own.",
                hint="At least 32 letters and digits, the same in nginx (deploy/README.md), used for nothing else.",
                id="cms.E012",
            )
        )
    return found


@register(Tags.security, deploy=True)
def hosts(app_configs, **kwargs):
    """A site that answers to any name can be made to print any name."""
    if "*" in settings.ALLOWED_HOSTS:
        return [Error("ALLOWED_HOSTS holds *.", hint="Name the hosts.", id="cms.E010")]
    return []


def _is_aes_key(value):
    try:
        return len(base64.b64decode(value + "=", validate=True)) == 32 and len(value) == 43
    except binascii.Error:
        return False
