"""The demo (`make demo`): fictitious people whose passwords are printed, a page that switches roles. Never for patients."""

from cms.settings.dev import *  # noqa: F403


DEBUG = False
DEMO = True
ROOT_URLCONF = "cms.demo.urls"
LOGGING = {"version": 1, "disable_existing_loggers": False, "root": {"handlers": [], "level": "WARNING"}}
