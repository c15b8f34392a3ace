"""What every public response has in common: no cookies, no script, a short life in caches."""

from functools import wraps
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import Http404, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response, set_response_etag
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from publish import planning
from publish.website import reader
from themes import website


LIFETIME = 60  # seconds; a withdrawal must not wait longer than this in a cache we cannot reach


def public(view):
    """Decorate a view for readers: GET and HEAD only, our own 404, and the headers every cache may rely on."""

    @wraps(view)
    @require_safe
    def served(request, *args, **kwargs):
        # Whatever looked at it would make the answer one reader's own. Nor is a stale cookie anything to talk about.
        if hasattr(request, "session"):
            del request.session
        request.grey = planning.quiet(planning.shanghai_day(timezone.now()), "grey") is not None
        with translation.override(website.LANGUAGE):
            try:
                response = view(request, *args, **kwargs)
                if hasattr(response, "render"):
                    response.render()
            except Http404:
                response = not_found(request)
        response.headers["Content-Security-Policy"] = policy(request)
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = f"public, max-age={LIFETIME}"
        if response.status_code == 200 and not response.streaming:
            set_response_etag(response)
            return get_conditional_response(
                request, etag=quote_etag(response.headers["ETag"].strip('"')), response=response
            )
        return response

    return served


def not_found(request):
    """Return the 404 page, which helps on: search, topics, home."""
    html = website.render_page(
        "404", reader.institution(request).facts(), request, topic_cards=reader.topics_with_articles()
    )
    return HttpResponse(html, status=404)


def policy(request):
    """Return the Content-Security-Policy of public pages: pictures and one style sheet, nothing that runs."""
    return _policy(website.style_hash(reader.institution(request).facts()), "form-action 'self'")


def frame_policy():
    """Return the policy of a WeChat body on a page of ours: as public pages, with style attributes and no form."""
    return _policy("'unsafe-inline'", "form-action 'none'")


def _policy(style, more):
    pictures = " ".join(
        dict.fromkeys(
            ["'self'", *elsewhere(default_storage.url("signed/x")), *elsewhere(settings.STATIC_URL)]
        )
    )
    styles = " ".join(["'self'", *elsewhere(settings.STATIC_URL), style])
    return (
        f"default-src 'none'; img-src {pictures}; style-src {styles}; {more}; base-uri 'none'; "
        "frame-ancestors 'self'"
    )


def elsewhere(address):
    """Return the origin of ``address`` as a list for a policy; empty for addresses of this site."""
    parts = urlsplit(address)
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []
