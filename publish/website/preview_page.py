"""/preview/<token>/: what a colleague on the preview list sees before followers do.

The address itself is the right to look: unguessable, good for seven days, kept from search engines, caches and
referrers. Looking does not count as having read, because programs open links too (chat apps, mail scanners): a person
shows it by touching the page (the script posts that) or by the form.
"""

from functools import wraps
from urllib.parse import urlencode

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import mark_safe
from django.views.decorators.csrf import csrf_exempt

from articles import copies
from articles.errors import Refusal
from articles.models import Institution
from articles.snapshot import push_choices
from publish import previews
from publish.models.planning import Preview
from publish.models.publications import Publication
from publish.website.responses import elsewhere
from themes import preview as look
from themes import rich, website
from themes.dark import night
from themes.registry import DEFAULT, UnknownThemeError
from themes.wechat import render_for_screen


def _private(view):
    """Decorate a view under a token: no cookie, no cache, no search engine, no referrer, no script but ours.

    Exempt from the check of forms: there is no login that another site's page could misuse, and who knows the token
    may post anyway.
    """

    @wraps(view)
    def served(request, token):
        with translation.override(website.LANGUAGE):
            preview = Preview.objects.select_related("reader", "push").filter(token=token).first()
            if preview is None or preview.expires_at is None or preview.expires_at <= timezone.now():
                response = _gone(known=preview is not None)
            else:
                response = view(request, preview)
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Content-Security-Policy"] = _policy()
        return response

    return csrf_exempt(served)


@_private
def page(request, preview):
    """The articles as WeChat will show them, and a form for the answer."""
    if request.method == "POST":
        return _answer(request, preview)
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    return _page(request, preview)


@_private
def read(request, preview):
    """A person has touched the page: it counts as read."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    previews.mark_read(preview)
    return HttpResponse(status=204)


def _answer(request, preview):
    text = request.POST.get("comment", "").replace("\r\n", "\n")
    try:
        previews.comment(preview, text)
    except Refusal as refusal:
        return _page(request, preview, problem=refusal.sentence, text=text, status=400)
    query = {name: request.GET[name] for name in ("dark", "size") if name in request.GET}
    return HttpResponseRedirect(f"{request.path}?{urlencode({**query, 'thanks': 1})}#answer")


def _page(request, preview, *, problem="", text=None, status=200):
    size = request.GET.get("size")
    size = size if size in look.SIZES else "standard"
    dark = request.GET.get("dark") == "1"
    context = {
        "preview": preview,
        "account": _account(),
        "pieces": _pieces(preview, dark, size),
        "dark": dark,
        "size": size,
        "sizes": [
            (name, f"?{urlencode({'size': name} | ({'dark': 1} if dark else {}))}", name == size)
            for name in look.SIZES
        ],
        "other_light": f"?{urlencode({'size': size} | ({} if dark else {'dark': 1}))}",
        "changed": previews.version_of(previews.shown_by(preview.push)) != preview.digest,
        "comment": preview.comment if text is None else text,
        "problem": problem,
        "thanks": "thanks" in request.GET and not problem,
        "most": previews.LONGEST_COMMENT,
    }
    return HttpResponse(render_to_string("publish/preview_page.html", context), status=status)


def _account():
    facts = Institution.load().facts()
    return facts.get("short_name") or facts.get("name") or ""


def _pieces(preview, dark, size):
    """Return what the page prints of each article: from its signed snapshot, in the order of the push."""
    pieces = preview.shown["items"]
    found = Publication.objects.select_related("approval").in_bulk([pk for pk, _number in pieces])
    institution = Institution.load()
    return [
        _piece(found.get(pk), number, preview.shown["theme"], institution, dark, size)
        for pk, number in pieces
    ]


def _piece(publication, number, theme, institution, dark, size):
    if publication is None or publication.state != Publication.State.LIVE:
        return {"title": publication.title if publication else "", "gone": True}
    snapshot, facts = publication.snapshot, publication.facts(institution)
    chosen = push_choices(snapshot)[number]
    try:
        body = render_for_screen(snapshot, facts, _address, theme)
    except UnknownThemeError:
        body = render_for_screen(snapshot, facts, _address, DEFAULT)
    body = look.scaled(body, size)
    return {
        "title": rich.plain(chosen["title"]),
        "digest": rich.plain(chosen["digest"]),
        "author": rich.plain(snapshot["author"]["name"]),
        "day": facts["published_on"],
        "head": copies.url(chosen["cover"], "cover") if chosen["cover"] else "",
        "square": copies.url(chosen["cover"], "square") if chosen["cover"] else "",
        "body": mark_safe(night(body) if dark else body),  # noqa: S308  it came through themes.sanitize
    }


def _address(image):
    return copies.url(image, "full")


def _gone(*, known):
    html = render_to_string("publish/preview_gone.html", {"known": known})
    return HttpResponse(html, status=410 if known else 404)


def _policy():
    """Our script and style sheets; style attributes because WeChat's bodies carry theirs; pictures of the storage."""
    pictures = " ".join(["'self'", *elsewhere(default_storage.url("signed/x"))])
    ours = " ".join(["'self'", *elsewhere(settings.STATIC_URL)])
    return (
        f"default-src 'none'; img-src {pictures}; style-src {ours} 'unsafe-inline'; script-src {ours}; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
