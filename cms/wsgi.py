"""WSGI entry point for gunicorn. Production settings unless told otherwise."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.production")
application = get_wsgi_application()

if "site" in settings.FACES:
    # Here, because every web process passes here once before its first request.
    from publish import search

    search.warm()
