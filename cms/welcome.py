"""The welcome on the admin's home page: the way of an article, how many stand where, and what to do next."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import View

from wagtail.admin.ui.components import Component
from wagtail.users.models import UserProfile

from articles.draft_search import views as drafts
from publish import services
from publish.models import Push
from publish.states import State
from publish.views.access import may_look
from review.draft_filters import with_state


DISMISSED = "xl-welcome"  # in the user's own list of things put away (Wagtail's UserProfile.dismissibles)


@dataclass(frozen=True)
class Place:
    """One stretch of the way: how many articles (or pushes) are there, and where they are listed."""

    name: str
    label: str
    count: int
    url: str


def way(user):
    """Return the Places of the way as ``user`` sees it, from the draft to today's push."""
    articles, listed = drafts.visible(user), reverse("drafts:index")
    places = [
        Place(name, label, with_state(articles, name).count(), f"{listed}?state={name}")
        for name, label in (
            ("draft", _("Drafts")),
            ("review", _("Under review")),
            ("returned", _("Returned")),
        )
    ]
    if may_look(user):
        today = timezone.localdate()
        pushes = Push.objects.filter(Q(scheduled_for__date=today) | Q(send_day=today))
        places += [
            Place("board", _("On the board"), services.board().count(), reverse("publish_board:index")),
            Place(
                "push",
                _("Pushes today"),
                pushes.exclude(state=State.CANCELLED).count(),
                reverse("publish_calendar:index"),
            ),
        ]
    return places


def next_step(places):
    """Return (name of the Place, sentence, address) of what is best done now."""
    counts = {place.name: place.count for place in places}
    urls = {place.name: place.url for place in places}
    if counts["returned"]:
        return (
            "returned",
            _("A physician has returned a text: mend it and submit it again."),
            urls["returned"],
        )
    if counts["draft"]:
        return "draft", _("Finish a draft: mend its findings, then submit it for review."), urls["draft"]
    if counts.get("board") and not counts["push"]:
        return "board", _("Signed articles wait for a push: put today's together."), urls["board"]
    if counts["review"]:
        return "review", _("Nothing to do: the texts are with their reviewers."), urls["review"]
    return "", _("Begin: import a Word file, or write a new article."), reverse("articles_import")


class WelcomePanel(Component):
    name = "welcome"
    template_name = "cms/welcome_panel.html"
    order = 10

    def get_context_data(self, parent_context):
        places = way(parent_context["request"].user)
        name, sentence, url = next_step(places)
        return {
            "places": places,
            "next": name,
            "sentence": sentence,
            "url": url,
            "csrf_token": parent_context.get("csrf_token"),
        }


def is_for(user):
    """Return whether ``user`` writes articles and has not put the welcome away."""
    profile = getattr(user, "wagtail_userprofile", None)
    put_away = bool(profile and profile.dismissibles.get(DISMISSED))
    return not put_away and drafts.policy.user_has_any_permission(user, drafts.RIGHTS)


def add_panel(request, panels):
    """Show it first (hook ``construct_homepage_panels``)."""
    if is_for(request.user):
        panels.insert(0, WelcomePanel())


class WelcomeView(View):
    """Put the welcome away, or with ``show`` take it out again; by POST."""

    http_method_names = ["post"]

    def post(self, request):
        if not drafts.policy.user_has_any_permission(request.user, drafts.RIGHTS):
            raise PermissionDenied
        profile = UserProfile.get_for_user(request.user)
        profile.dismissibles[DISMISSED] = "show" not in request.POST
        profile.save(update_fields=["dismissibles"])
        return redirect("wagtailadmin_home")
