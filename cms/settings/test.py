"""Tests: as production where it matters, quick where it does not.

Each run has a folder of its own, so that several may run in one tree. A child process that a test
starts shares the parent's by getting VAR_DIR and DATABASE_URL (the fixture ``command_env``).
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path


if not os.environ.get("VAR_DIR"):
    os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="xinglin-test-")
    # pytest-xdist's workers inherit the environment: each removes only what it made.
    atexit.register(shutil.rmtree, os.environ["VAR_DIR"], ignore_errors=True)

if os.environ.get("FOLLOW_CLOCK"):
    # A process of its own that a test moves through the calendar; before anything reads the time.
    from tests.tools.child_clock import follow

    follow()

from cms.settings.base import *  # noqa: F403
from cms.settings.base import DATABASES, STATIC_ROOT, VAR_DIR, env


STATIC_ROOT.mkdir(parents=True, exist_ok=True)
SECRET_KEY = "test-secret-key-that-is-long-enough-for-the-checks-0123456789"
APPROVAL_KEY = "test-approval-key-that-is-long-enough-for-the-checks-0123456789"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if not env.text("EMAIL_URL", "").startswith("smtp://127.0.0.1:"):
    EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as on the server: in memory SQLite locks otherwise and knows no second process.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(VAR_DIR) / "test.sqlite3")}
    # Nothing here outlives the run, so nothing has to reach the disk.
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"
# Nothing writes behind a test's back; the tests of visits write themselves.
VISITS_WRITTEN_EVERY = 0
# Port 9 (discard): a test that forgets to start the sandbox reaches nobody.
WECHAT_API_BASE = env.text("WECHAT_API_BASE", "http://127.0.0.1:9").rstrip("/")
LOOKUP_ADDRESSES = dict.fromkeys(("pubmed", "crossref", "doi", "open_library"), "http://127.0.0.1:9")
# Set and empty: a hospital without the channel.
WECHAT_APPID = os.environ.get("WECHAT_APPID", "wx0000000000000000")
WECHAT_SECRET = "sandbox-secret"
WECHAT_TOKEN = "sandboxtoken"
WECHAT_AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
WECHAT_MODE = env.choice("WECHAT_MODE", ("draft", "publish", "mass"), "publish")
