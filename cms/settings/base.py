"""Settings shared by every environment. Safe by default: what loosens them stands in dev.py.

Everything a hospital sets comes from environment variables; docs/settings.md lists them.
"""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

import dj_database_url
import dj_email_url
from csp.constants import NONE, SELF, UNSAFE_INLINE

from cms.settings import env


BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var")))

DEBUG = False
DEMO = False
SECRET_KEY = env.text("SECRET_KEY")
APPROVAL_KEY = env.text("APPROVAL_KEY")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
SITE_URL = env.text("SITE_URL", "http://localhost:8000").rstrip("/")
# Where colleagues reach the editors' side, when that is another host on the intranet.
ADMIN_URL = env.text("ADMIN_URL", SITE_URL).rstrip("/")
# Where phones reach /review/, when physicians sign from outside; empty: ADMIN_URL.
REVIEW_URL = env.text("REVIEW_URL").rstrip("/")
# Which faces this process serves, so that the editors' side can stay on the intranet.
FACES = env.words("FACES", ("site", "admin", "review", "callback"))
if unknown_faces := set(FACES) - {"site", "admin", "review", "callback"}:
    raise ImproperlyConfigured(f"FACES holds an unknown face: {', '.join(sorted(unknown_faces))}.")

INSTALLED_APPS = [
    "cms",
    "publish",
    "review",
    "themes",
    "articles",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "cms.apps.XinglinUsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "axes",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "cms.middleware.ClientAddressMiddleware",
    "cms.middleware.FacesMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "cms.middleware.CallbackMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "cms.refusals.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "cms.urls"
WSGI_APPLICATION = "cms.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # The hospital's own form (review/approval_form.html) goes before ours.
        "DIRS": [folder] if (folder := env.text("TEMPLATES_DIR")) else [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Database -----------------------------------------------------------------------------
DATABASES = {
    "default": dj_database_url.parse(
        env.text("DATABASE_URL", f"sqlite:///{VAR_DIR / 'xinglin.sqlite3'}"),
        conn_max_age=60,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Measured: with IMMEDIATE, 0 of 600 writes of four writers fail; with the default, 169.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }

# --- Accounts -----------------------------------------------------------------------------
AUTH_USER_MODEL = "cms.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "cms.backends.StaffBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "wagtailadmin_login"
LOGIN_REDIRECT_URL = "wagtailadmin_home"
PASSWORD_RESET_TIMEOUT = 60 * 60 * 24 * 3

# --- Language, time -----------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
WAGTAIL_I18N_ENABLED = False
# Named a second time, because Wagtail's catalogue for the browser looks at no other place of ours.
LOCALE_PATHS = [BASE_DIR / "cms" / "locale"]
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]

# --- Files --------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# --- Mail ---------------------------------------------------------------------------------
vars().update(dj_email_url.parse(env.text("EMAIL_URL", "console:")))
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "xinglin@localhost")
EMAIL_TIMEOUT = 10

# --- Wagtail ------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "杏林"
WAGTAILADMIN_BASE_URL = ADMIN_URL
WAGTAILADMIN_USER_LOGIN_FORM = "cms.accounts.LoginForm"
WAGTAILADMIN_USER_PASSWORD_RESET_FORM = "cms.accounts.PasswordResetForm"  # noqa: S105
WAGTAIL_WORKFLOW_ENABLED = True
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAIL_WORKFLOW_CANCEL_ON_PUBLISH = True
# Administrators keep accounts; they neither read nor sign every text.
WAGTAILADMIN_NOTIFICATION_INCLUDE_SUPERUSERS = False
# Imported while wagtail.models loads: review/finish.py must import nothing at its top.
WAGTAIL_FINISH_WORKFLOW_ACTION = "review.finish.publish_approved"
WAGTAIL_AUTOSAVE_INTERVAL = 2000
WAGTAILADMIN_RICH_TEXT_EDITORS = {"default": {"WIDGET": "articles.rich_text.RichTextArea"}}
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAILIMAGES_IMAGE_MODEL = "articles.LibraryImage"
WAGTAILIMAGES_IMAGE_FORM_BASE = "articles.forms.LibraryImageForm"
# What may be chosen; articles.intake turns it into what browsers show and believes no extension.
WAGTAILIMAGES_EXTENSIONS = [
    "jpg", "jpeg", "png", "gif", "webp", "heic", "heif", "avif", "bmp", "tif", "tiff",
]  # fmt: skip
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 50_000_000
WAGTAILIMAGES_FEATURE_DETECTION_ENABLED = False
WAGTAILDOCS_EXTENSIONS = ["docx", "md", "html", "pdf"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILREDIRECTS_AUTO_CREATE = True
WAGTAILEMBEDS_FINDERS = []
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "modelsearch.backends.database"}}
TAGGIT_CASE_INSENSITIVE = True

# --- Login throttling (django-axes) ---------------------------------------------------------
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours: fifteen minutes
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
# A try during the lock-out does not prolong it, so that the time we name stays true.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_CALLABLE = "cms.accounts.locked_out"
AXES_ENABLE_ADMIN = False

# --- Security -----------------------------------------------------------------------------
CSRF_FAILURE_VIEW = "cms.errors.csrf_failure"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Previews say SAMEORIGIN for themselves.
X_FRAME_OPTIONS = "DENY"
TRUSTED_PROXIES = env.words("TRUSTED_PROXIES")
# Wagtail's admin writes inline scripts and styles; public pages replace this with a policy of
# their own that allows no script at all (publish.website).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, UNSAFE_INLINE],
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF],
        "font-src": [SELF, "data:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    }
}

# --- Readers ------------------------------------------------------------------------------
# Seconds for which visits are summed up in memory before they are written (publish.visits); 0: nobody writes them.
VISITS_WRITTEN_EVERY = 3

# --- WeChat -------------------------------------------------------------------------------
OUTBOUND_PROXY = env.text("OUTBOUND_PROXY")
# The caches in front of us, and the secret by which they know the worker (publish.refresh).
CACHE_REFRESH_URLS = [address.rstrip("/") for address in env.words("CACHE_REFRESH_URLS")]
CACHE_REFRESH_SECRET = env.text("CACHE_REFRESH_SECRET")
WECHAT_API_BASE = env.text("WECHAT_API_BASE", "https://api.weixin.qq.com").rstrip("/")
WECHAT_APPID = env.text("WECHAT_APPID")
WECHAT_SECRET = env.text("WECHAT_SECRET")
WECHAT_TOKEN = env.text("WECHAT_TOKEN")
WECHAT_AES_KEY = env.text("WECHAT_AES_KEY")
WECHAT_AES_KEY_PREVIOUS = env.text("WECHAT_AES_KEY_PREVIOUS")
WECHAT_MODE = env.choice("WECHAT_MODE", ("draft", "publish", "mass"), "draft")

# --- Look-ups of references (articles/citing); each off until an administrator switches it on ------
LOOKUP_ADDRESSES = {
    "pubmed": env.text("PUBMED_URL", "https://eutils.ncbi.nlm.nih.gov").rstrip("/"),
    "crossref": env.text("CROSSREF_URL", "https://api.crossref.org").rstrip("/"),
    "doi": env.text("DOI_URL", "https://doi.org").rstrip("/"),
    "open_library": env.text("OPEN_LIBRARY_URL", "https://openlibrary.org").rstrip("/"),
}
# Where doi.org may send a look-up, over HTTPS.
LOOKUP_REDIRECT_HOSTS = (
    "api.crossref.org", "data.crosscite.org", "data.crossref.org", "data.datacite.org", "api.datacite.org",
    "citation.doi.org", "crosscite.org", "doi.org", "www.doi.org", "data.medra.org", "www.chndoi.org",
)  # fmt: skip
# Hosts (with port) that the check of references' addresses may ask though they are not public. Empty but in tests.
LOOKUP_PRIVATE_HOSTS = ()

# --- Notices to colleagues (review/senders) ---------------------------------------------------
WECOM_ROBOT_URL = env.text("WECOM_ROBOT_URL")
WECOM_API_BASE = env.text("WECOM_API_BASE", "https://qyapi.weixin.qq.com").rstrip("/")
WECOM_CORP_ID = env.text("WECOM_CORP_ID")
WECOM_AGENT_ID = env.text("WECOM_AGENT_ID")
WECOM_SECRET = env.text("WECOM_SECRET")
SMS_GATEWAY_URL = env.text("SMS_GATEWAY_URL")
SMS_GATEWAY_TOKEN = env.text("SMS_GATEWAY_TOKEN")
SMS_GATEWAY_BODY = env.text("SMS_GATEWAY_BODY")
SMS_GATEWAY_OK = env.text("SMS_GATEWAY_OK")

# --- Log ----------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
    # Each of these tells of every single step at INFO.
    "loggers": {name: {"level": "WARNING"} for name in ("axes", "django_tasks", "jieba")}
    # Addresses that are not there are told by nginx, and withdrawals asked for by every cache are no news.
    | {"django.request": {"level": "ERROR"}},
}
SILENCED_SYSTEM_CHECKS = []
