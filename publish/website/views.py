"""Pages for readers. Articles come from Publications by their address; the page tree gives home and topics only."""

from urllib.parse import urlencode

from django.db.models import Case, When
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from wagtail.models import Page

from articles import copies
from publish import corrections
from publish.models import Publication
from publish.website import cards, counting, jsonld, reader, series
from publish.website.reader import absolute
from publish.website.responses import public
from themes import leaflet, website


_LIVE_FIRST = Case(
    When(state=Publication.State.LIVE, then=0), When(state=Publication.State.WITHDRAWN, then=1), default=2
)
MORE = 4  # further articles of the topic below an article


@public
def by_address(request, path):
    """Answer ``/<path>``: a signed article, its withdrawal, its newer address, or else the home page or a topic.

    Registered as ``wagtail_serve``, so that Wagtail knows the addresses of its pages.
    """
    if path.count("/") < 2:  # articles stand below a topic
        return _page(request, path)
    publication = (
        Publication.objects.filter(path=f"/{path}")
        .select_related("approval")
        .order_by(_LIVE_FIRST, "-number", "-pk")
        .first()
    )
    if publication is None:
        return _page(request, path)
    if publication.state == Publication.State.LIVE:
        return HttpResponse(_view(request, publication))
    if publication.state == Publication.State.WITHDRAWN:
        return withdrawn(request, publication)
    return _to_current(request, publication.article_id)


def _page(request, path):
    """Serve the home page or a topic; one that somebody made private is not there, for readers have no login."""
    route = Page.route_for_request(request, path)
    if route is None:
        raise Http404
    page, args, kwargs = route
    if page.get_view_restrictions():
        raise Http404
    return page.serve(request, *args, **kwargs)


@public
def permanent(request, pk):
    """Answer ``/a/<id>/`` for ever: to where the article is now; the answer itself may change and is kept briefly."""
    return _to_current(request, int(pk))


def _to_current(request, article_id):
    publication = (
        Publication.objects.filter(article_id=article_id)
        .exclude(state=Publication.State.SUPERSEDED)
        .only("path", "state", "topic")
        .order_by(_LIVE_FIRST, "-number")
        .first()
    )
    if publication is None:
        raise Http404
    if publication.state == Publication.State.WITHDRAWN:
        return withdrawn(request, publication)
    view = request.GET.get("v")
    kept = {"v": view if view in website.VIEWS else "", "from": counting.carried(request.GET)}
    query = urlencode({name: value for name, value in kept.items() if value})
    return HttpResponseRedirect(f"{publication.path}?{query}" if query else publication.path)


def withdrawn(request, publication):
    """Return the page that says an article was taken back; nothing of its text is repeated.

    It leads on to the topic when there is something else to read.
    """
    others = Publication.objects.live().filter(topic_id=publication.topic_id)
    withdrawal = publication.withdrawals.filter(undone_at=None).order_by("-pk").first()
    html = website.render_page(
        "withdrawn",
        reader.institution(request).facts(),
        request,
        withdrawn_on=timezone.localdate(withdrawal.withdrawn_at) if withdrawal else None,
        reason=withdrawal.reason if withdrawal else "",
        topic_url=f"/{publication.path.split('/')[1]}/" if others.exists() else "",
    )
    return HttpResponse(html, status=410)


def _view(request, publication):
    """Return the page of a live publication that ``?v=`` asks for: the leaflet, the card, else the article."""
    view = request.GET.get("v")
    institution = reader.institution(request)
    if view in website.LEAFLETS:
        facts, overdue = publication.facts(institution), publication.is_overdue()
        address = absolute(publication.path)
        return leaflet.render(publication.snapshot, facts, request, canonical=address, overdue=overdue)
    if view == website.CARD and (shown := cards.of(publication, institution)):
        return cards.page(request, publication, shown)
    return article_html(request, publication)


def article_html(request, publication):
    """Return the page of a live publication."""
    snapshot = publication.snapshot
    institution = reader.institution(request)
    facts = publication.facts(institution)
    canonical = absolute(publication.path)
    topic_url = f"/{publication.path.split('/')[1]}/"
    image = share_image(snapshot)
    published = (publication.first_published_at, publication.published_at)
    corrected = corrections.public(publication.article_id)
    more = reader.ReaderCopy().live_in_topic(publication.topic_id).exclude(pk=publication.pk)[:MORE]
    about = {
        "address": canonical,
        "first_published_at": published[0],
        "published_at": published[1],
        "image": image["url"] if image else "",
    }
    page = jsonld.medical_web_page(snapshot, facts, corrections=corrected, **about)
    page["breadcrumb"] = jsonld.breadcrumbs(
        reader.trail((snapshot["topic"]["title"], topic_url), (snapshot["title"], publication.path)),
        inside=True,
    )
    return website.render_article(
        snapshot,
        facts,
        request,
        canonical=canonical,
        topic_url=topic_url,
        share_image=image,
        published=published,
        more=more,
        series=series.of(publication),
        corrections=corrected,
        overdue=publication.is_overdue(),
        feedback=f"{publication.permanent_path}feedback/",
        version=publication.number,
        card=cards.of(publication, institution) is not None,
        count=f"/count/{publication.article_id}.gif",
        json_ld=[jsonld.script_text(one) for one in (page, jsonld.baidu(snapshot, **about))],
    )


def share_image(snapshot):
    """Return the cover as a square, {"url" (absolute), "alt"}, or None: the page then shows the site's own picture."""
    if not snapshot["cover"]:
        return None
    return {
        "url": jsonld.absolute(copies.url(snapshot["cover"], "square")),
        "alt": snapshot["cover"]["alt"],
    }


# What search engines need not ask for: it belongs to colleagues, to one reader, or counts.
KEPT_FROM_ROBOTS = (
    "/admin/", "/review/", "/preview/", "/wechat/", "/documents/", "/search/", "/count/", "/a/*/feedback/",
)  # fmt: skip


@public
def robots(request):
    """Answer ``/robots.txt``."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in KEPT_FROM_ROBOTS),
        "",
    ]
    lines.append(f"Sitemap: {absolute('/sitemap.xml')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
