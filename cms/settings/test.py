"""Tests: as production where it matters, quick where it does not."""

from cms.settings.base import *  # noqa: F403
from cms.settings.base import BASE_DIR, VAR_DIR, env


VAR_DIR.mkdir(parents=True, exist_ok=True)
SECRET_KEY = "test-secret-key-that-is-long-enough-for-the-checks-0123456789"
APPROVAL_KEY = "test-approval-key"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WECHAT_APPID = "wx0000000000000000"
WECHAT_SECRET = "sandbox-secret"
WECHAT_TOKEN = "sandboxtoken"
WECHAT_AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
WECHAT_MODE = "publish"
