"""``/a/<id>/feedback/``: what a reader found helpful, did not understand or thinks wrong, in a form of its own.

The page works without JavaScript, sets no cookie and is never kept by a cache. In place of the cookie of Django's check of
forms stands a signed token that names the article and its version and runs out after two hours; a browser that says it
comes from another site is refused. The sender's address only counts tries for an hour, as a keyed hash that changes every
day, in the memory of the process; what is stored says answer, passage, words and day (publish.feedback).
"""

import ipaddress
import secrets
import unicodedata
from functools import wraps
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import Http404, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from articles.checks import personal
from publish import feedback
from publish.models import Publication, ReaderFeedback
from publish.website import reader, views
from publish.website.responses import to_a_reader
from themes import website


SALT = "publish.website.feedback"
TOKEN_SECONDS = 2 * 60 * 60
# A ward or a mobile network shares one address, so this stops programs, not people; nginx slows down both.
MOST_AN_HOUR = 30
HOUR = 60 * 60
LARGEST = 16 * 1024  # bytes of a form; three hundred characters and the rest need a tenth of it
SHOWN_AGAIN = 2 * feedback.LONGEST  # characters of a refused text that come back in the form
FORM = "application/x-www-form-urlencoded"
HONEYPOT = "homepage"


def _uncached(view):
    """Decorate a page that takes answers: no cookie, no session, no cache, no search engine, our own 404."""

    @wraps(view)
    def served(request, pk):
        response = to_a_reader(view, request, int(pk))
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return csrf_exempt(served)


@_uncached
def page(request, pk):
    """The form, and what is posted from it."""
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    publication = _live(pk)
    if publication is None:
        return _gone(request, pk)
    if request.method == "POST":
        if status := _objection_to_form(request):
            problem = _("This could not be sent. Please fill in the form once more.")
            return _form(request, publication, problem=problem, status=status)
        return _answer(request, publication)
    return _form(request, publication)


@_uncached
def thanks(request, pk):
    """What a reader sees after an answer; it may be opened again and again."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    publication = _live(pk)
    if publication is None:
        return _gone(request, pk)
    return HttpResponse(_render(request, publication, thanks=True))


def _live(pk):
    return Publication.objects.live().filter(article_id=pk).select_related("approval").first()


def _gone(request, pk):
    """Answer for an article that readers do not see: withdrawn, or never there."""
    withdrawn = Publication.objects.filter(article_id=pk, state=Publication.State.WITHDRAWN)
    found = withdrawn.order_by("-number").first()
    if found is None:
        raise Http404
    return views.withdrawn(request, found)


def _objection_to_form(request):
    """Return the status for a post that cannot have come from our form, before anything of it is read; or None."""
    if not _from_here(request):
        return 403
    try:
        size = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        size = 0
    if size > LARGEST:
        return 413
    if request.content_type != FORM:
        return 415
    return None


def _from_here(request):
    """Say whether a post comes from a page of ours, as far as the browser tells; an old one may tell nothing."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    ours = {settings.SITE_URL, *settings.CSRF_TRUSTED_ORIGINS}
    return origin in ours or urlsplit(origin).netloc == request.get_host()


# --- the form -----------------------------------------------------------------------------------------


def _form(request, publication, *, problem="", kept=None, status=200):
    html = _render(
        request, publication, problem=problem, kept=kept or {}, token=_token(publication), thanks=False
    )
    return HttpResponse(html, status=status)


def _render(request, publication, **context):
    return website.render_page(
        "feedback",
        reader.institution(request).facts(),
        request,
        article=publication.title,
        article_url=publication.path,
        answers=ReaderFeedback.Answer,
        passages=feedback.passages(publication.snapshot),
        most=feedback.LONGEST,
        honeypot=HONEYPOT,
        **context,
    )


def _token(publication):
    return signing.dumps([publication.article_id, publication.pk, secrets.token_urlsafe(12)], salt=SALT)


def _read_token(text, publication):
    """Return (version, name) that a token of this article holds, or None when it is forged, another's or too old."""
    try:
        article, version, name = signing.loads(text[:300], salt=SALT, max_age=TOKEN_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return (version, name) if article == publication.article_id else None


# --- an answer ----------------------------------------------------------------------------------------


def _answer(request, publication):
    """Keep what was posted and go on to the thanks; or show the form again, with the words and a sentence."""
    given = request.POST
    words = clean(given.get("words", ""))
    numbers = {number for number, _label, _heading in feedback.passages(publication.snapshot)}
    passage = int(given["passage"]) if given.get("passage", "") in map(str, numbers) else 0
    answer = given.get("answer", "")
    kept = {"answer": answer, "passage": passage, "words": words[:SHOWN_AGAIN]}

    def again(problem, status=400):
        return _form(request, publication, problem=problem, kept=kept, status=status)

    if not _within_limit(request.META.get("REMOTE_ADDR", "")):
        return again(_("Too many answers come from your network just now. Please try again in an hour."), 429)
    token = _read_token(given.get("token", ""), publication)
    if token is None:
        return again(_("This page was open for too long. Your words are still here: please send them again."))
    version, name = token
    if version != publication.pk:
        return again(_("The article has a new version now. Please look whether your answer still fits."), 409)
    if answer not in ReaderFeedback.Answer.values:
        return again(_("Please choose one of the three answers."))
    if len(words) > feedback.LONGEST:
        return again(_("Please write %d characters at most.") % feedback.LONGEST)
    if personal.found(words):
        return again(
            _(
                "Please leave out names, telephone numbers, mail addresses and card numbers. "
                "We cannot call or write back."
            )
        )
    if given.get(HONEYPOT):  # nobody sees this field, so only programs fill it in
        return _to_thanks(request, publication)
    if feedback.full(publication.article_id):
        return again(_("This article has had many answers today. Please come back tomorrow."), 429)
    # The same form sent twice is one answer. Each process remembers its own; words are compared in the database too.
    if cache.add(f"{SALT}:{name}", True, TOKEN_SECONDS):
        feedback.keep(publication, answer, passage, words)
    return _to_thanks(request, publication)


def _to_thanks(request, publication):
    view = request.GET.get("v")
    query = f"?{urlencode({'v': view})}" if view in website.VIEWS else ""
    return HttpResponseRedirect(f"{publication.permanent_path}feedback/thanks/{query}", status=303)


def clean(text):
    """Return ``text`` on one line, without control characters and others that nobody sees."""
    seen = "".join(
        " " if char.isspace() else char
        for char in text
        if char.isspace() or unicodedata.category(char)[0] != "C"
    )
    return " ".join(seen.split())


def _within_limit(address):
    """Count a try of ``address`` and say whether it may go on."""
    day = timezone.localdate().isoformat()
    name = salted_hmac(f"{SALT}.{day}", _network(address), algorithm="sha256").hexdigest()[:32]
    key = f"{SALT}:from:{name}"
    cache.add(key, 0, HOUR)
    try:
        return cache.incr(key) <= MOST_AN_HOUR
    except ValueError:  # it ran out in between
        return True


def _network(address):
    """Return whom an address stands for: an IPv6 household has a whole network of them."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 6 and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
