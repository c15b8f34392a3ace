"""WSGI entry point for gunicorn. Production settings unless told otherwise."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.production")
application = get_wsgi_application()
# Imports every view now, once for all workers, and not in the first request of each.
_ = get_resolver().url_patterns

# Here, because every web process passes here once before its first request.
if "callback" in settings.FACES:
    from publish.wechat import followers

    followers.words()

if {"site", "admin"} & set(settings.FACES):
    from articles.textsearch import query
    from publish import words

    query.warm()
    words.warm()
