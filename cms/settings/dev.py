"""Development: one machine, SQLite, console mail. Never for patients."""

from cms.settings.base import *  # noqa: F403
from cms.settings.base import VAR_DIR, env


DEBUG = env.flag("DEBUG", True)
VAR_DIR.mkdir(parents=True, exist_ok=True)
SECRET_KEY = env.text("SECRET_KEY", "insecure-development-key")
APPROVAL_KEY = env.text("APPROVAL_KEY", "insecure-development-approval-key")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["*"])
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
