"""Production. Refuses to start without its secrets; see deploy/ for the parts around it."""

from cms.settings import env
from cms.settings.base import *  # noqa: F403
from cms.settings.base import CONTENT_SECURITY_POLICY, STORAGES, TRUSTED_PROXIES, WECHAT_APPID


SECRET_KEY = env.required(
    "SECRET_KEY", "Make one: python -c 'import secrets; print(secrets.token_urlsafe(50))'."
)
APPROVAL_KEY = env.required(
    "APPROVAL_KEY", "It seals the approvals; make one like SECRET_KEY and keep it for ever."
)
ALLOWED_HOSTS = [
    host for host in env.required("ALLOWED_HOSTS", "Name the hosts, comma-separated.").split(",") if host
]
SITE_URL = env.required("SITE_URL", "The public address, such as https://kepu.example.cn.").rstrip("/")
ADMIN_URL = env.text("ADMIN_URL", SITE_URL).rstrip("/")
WAGTAILADMIN_BASE_URL = ADMIN_URL
env.required(
    "DATABASE_URL", "Such as postgres://user:password@host/name or sqlite:////srv/xinglin/xinglin.sqlite3."
)
if WECHAT_APPID:
    for name in ("WECHAT_SECRET", "WECHAT_TOKEN", "WECHAT_AES_KEY"):
        env.required(name, "WECHAT_APPID is set, so the WeChat channel is on and needs it.")

SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 31_536_000
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

if media := env.text("MEDIA_STORAGE_URL"):
    from cms.settings.media import origin_of, storage_from_url

    STORAGES = STORAGES | {"default": storage_from_url(media)}
    # Colleagues see and hear signed copies too; readers' pages have policies of their own.
    for kind in ("img-src", "media-src"):
        CONTENT_SECURITY_POLICY["DIRECTIVES"][kind].append(origin_of(STORAGES["default"]))

# W005, W021: HSTS for subdomains and preloading are promises for the whole hospital's domain,
# which this site cannot make on its own.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
