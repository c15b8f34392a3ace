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
from themes import site_style, website


# A browser may show a page again for a minute without asking: longer a withdrawal must not wait. Caches on the way ask
# after two seconds, five at the most while one of them is being answered; only when we fail they keep on for a week. Two
# seconds carry any crowd. How a withdrawal ends that week: publish.refresh.
CACHED = "public, max-age=60, s-maxage=2, stale-while-revalidate=3, stale-if-error=604800"


def public(view):
    """Decorate a view for readers: GET and HEAD only, our own 404, and the headers every cache may rely on."""

    @wraps(view)
    @require_safe
    def served(request, *args, **kwargs):
        response = to_a_reader(view, request, *args, **kwargs)
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = CACHED
        if response.status_code == 200 and not response.streaming:
            set_response_etag(response)
            return get_conditional_response(
                request, etag=quote_etag(response.headers["ETag"].strip('"')), response=response
            )
        return response

    return served


def to_a_reader(view, request, *args, **kwargs):
    """Return the answer of ``view`` as every reader gets it: no session, the day's look, our language, 404 and policy."""
    # Whatever looked at it would make the answer one reader's own. Nor is a stale cookie anything to talk about.
    if hasattr(request, "session"):
        del request.session
    flags = planning.quiet_flags(planning.shanghai_day(timezone.now()))
    request.grey, request.restraint = "grey" in flags, bool(flags & {"grey", "no_festive"})
    with translation.override(website.LANGUAGE):
        try:
            response = view(request, *args, **kwargs)
            if hasattr(response, "render"):
                response.render()
        except Http404:
            response = not_found(request)
    response.headers["Content-Security-Policy"] = policy(request)
    return response


def not_found(request):
    """Return the 404 page, which helps on: search, topics, home."""
    html = website.render_page(
        "404", reader.institution(request).facts(), request, topic_cards=reader.topics_with_articles()
    )
    return HttpResponse(html, status=404)


def policy(request, light=site_style.ASKED, theme=None):
    """Return the Content-Security-Policy of public pages: pictures, recordings, one style sheet, one script of ours."""
    institution = reader.institution(request).facts()
    style = website.style_source(institution, request, light, theme)
    ours = " ".join(["'self'", *elsewhere(settings.STATIC_URL)])
    more = f"script-src {ours}; connect-src 'self'; media-src {_stored()}; form-action 'self'"
    return _policy(style, more)


def frame_policy():
    """Return the policy of a WeChat body on a page of ours: pictures and style attributes, no form, no script."""
    return _policy("'unsafe-inline'", "form-action 'none'")


def _policy(style, more):
    styles = " ".join(["'self'", *elsewhere(settings.STATIC_URL), style])
    return (
        f"default-src 'none'; img-src {_stored()}; style-src {styles}; {more}; base-uri 'none'; "
        "frame-ancestors 'self'"
    )


def _stored():
    """Return the sources of what is kept: here, in the storage, beside the style sheet."""
    origins = ["'self'", *elsewhere(default_storage.url("signed/x")), *elsewhere(settings.STATIC_URL)]
    return " ".join(dict.fromkeys(origins))


def elsewhere(address):
    """Return the origin of ``address`` as a list for a policy; empty for addresses of this site."""
    parts = urlsplit(address)
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []
