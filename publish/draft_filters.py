"""What publishing knows of the articles in the editors' list: live since when, withdrawn, sent to WeChat."""

from django.db.models import DateTimeField, Exists, OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.draft_search.filters import DraftFilter, Mark
from publish.models import Delivery, Publication
from publish.models.pushes import Channel
from publish.states import State


ENDED = (State.DONE, State.FAILED, State.CANCELLED, State.WITHDRAWN)


def _here(state):
    return Publication.objects.filter(article=OuterRef("pk"), state=state)


def _sent():
    """Deliveries by which the article of an outer query reached WeChat, whichever version it was."""
    return Delivery.objects.filter(
        publication__article=OuterRef("pk"), channel=Channel.WECHAT, state=State.DONE
    )


def _on_its_way():
    return Delivery.objects.filter(
        publication__article=OuterRef("pk"), publication__state=Publication.State.LIVE, channel=Channel.WECHAT
    ).exclude(state__in=ENDED)


def live_choices(request):
    return [
        ("live", gettext("On the website")),
        ("withdrawn", gettext("Withdrawn")),
        ("never", gettext("Not on the website yet")),
    ]


def with_live(articles, value):
    live, withdrawn = Exists(_here(Publication.State.LIVE)), Exists(_here(Publication.State.WITHDRAWN))
    if value == "live":
        return articles.filter(live)
    if value == "withdrawn":
        return articles.filter(~live, withdrawn)
    return articles.filter(~live, ~withdrawn)


def live_since():
    """Return the expression of the moment since which readers see an article, in whatever version."""
    return Subquery(
        _here(Publication.State.LIVE).values("first_published_at")[:1], output_field=DateTimeField()
    )


def live(pks):
    """Return {pk: [Mark]}: since which day readers see each article, or that it was taken back."""
    rows = Publication.objects.filter(
        article__in=pks, state__in=(Publication.State.LIVE, Publication.State.WITHDRAWN)
    ).values_list("article_id", "state", "first_published_at")
    found = {}
    for pk, state, since in rows:
        if state == Publication.State.LIVE:
            found[pk] = [Mark(timezone.localdate(since).isoformat())]
        else:
            found.setdefault(pk, [Mark(gettext("Withdrawn"), "person")])
    return found


def pushed_choices(request):
    return [
        ("yes", gettext("Reached WeChat")),
        ("waiting", gettext("On the board or on its way")),
        ("no", gettext("Not in WeChat")),
    ]


def with_pushed(articles, value):
    if value == "yes":
        return articles.filter(Exists(_sent()))
    if value == "waiting":
        return articles.filter(Exists(_on_its_way()))
    return articles.filter(~Exists(_sent()))


def pushed(pks):
    """Return {pk: [Mark]}: when each article reached WeChat last, and whether a version is on its way."""
    rows = (
        Delivery.objects.filter(publication__article__in=pks, channel=Channel.WECHAT)
        .order_by("state_since")
        .values_list("publication__article_id", "publication__state", "state", "state_since", "push_id")
    )
    reached, waiting = {}, {}
    for pk, publication, state, since, push in rows:
        if state == State.DONE:
            reached[pk] = Mark(timezone.localdate(since).isoformat())
        elif state not in ENDED and publication == Publication.State.LIVE:
            label = gettext("On its way") if push else gettext("On the board")
            waiting[pk] = Mark(label, "busy")
        elif state == State.FAILED and publication == Publication.State.LIVE:
            waiting[pk] = Mark(gettext("Failed"), "bad")
    return {pk: [mark for mark in (reached.get(pk), waiting.get(pk)) if mark] for pk in {*reached, *waiting}}


FILTERS = (
    DraftFilter("live", _("Live since"), live_choices, with_live, live, live_since, wide=True, place=40),
    DraftFilter("pushed", _("Pushed"), pushed_choices, with_pushed, pushed, wide=True, place=50),
)
