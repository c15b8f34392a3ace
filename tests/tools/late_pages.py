"""A plugin for pytest (``-p tests.tools.late_pages``): every page comes late and in two parts.

A test that asks a page before it is there passes on a quiet machine and fails on a busy one. Here it fails each time.
"""

import time

from django.core.handlers.wsgi import WSGIHandler


# Seconds before an answer begins, and between its first bytes and the rest.
BEFORE, BETWEEN = 0.25, 0.35
# The head of a page, so that Chromium has arrived at it and shows nothing yet.
FIRST = 600

_answer = WSGIHandler.__call__


def _late(self, environ, start_response):
    response = _answer(self, environ, start_response)
    if environ["PATH_INFO"].startswith(("/static/", "/media/")):
        return response
    time.sleep(BEFORE)
    page = response.get("Content-Type", "").startswith("text/html") and not response.streaming
    return _Parts(response) if page else response


class _Parts:
    def __init__(self, response):
        self.response = response

    def __iter__(self):
        yield self.response.content[:FIRST]
        time.sleep(BETWEEN)
        yield self.response.content[FIRST:]

    def close(self):
        self.response.close()


def pytest_configure():
    """Put the delay in front of all answers of the live server."""
    WSGIHandler.__call__ = _late
