"""Review links in the admin: who has got one, how often it was opened, by whom, and closing it."""

from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Max
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView, InspectView

import django_filters

from review import links
from review.models import LinkOpening, ReviewLink
from review.printed import DEVICES
from review.viewsets import LookedAtViewSet


CHANGE = "review.change_reviewlink"
STATES = {
    "": _("Open"),
    links.EXPIRED: links.OUTCOMES[links.EXPIRED],
    links.REVOKED: links.OUTCOMES[links.REVOKED],
    links.ENDED: links.OUTCOMES[links.ENDED],
}
TONES = {"": "good", links.EXPIRED: "quiet", links.REVOKED: "bad", links.ENDED: "quiet"}
# What came of an opening, where somebody should look twice.
TROUBLE = {links.FORGED, links.OTHER_PERSON, links.WRONG_PIN, links.WRONG_CODE, links.REVOKED}


def moment(value):
    """Return a time as the lists print it."""
    return date_format(timezone.localtime(value), "Y-m-d H:i") if value else ""


def device_name(kind):
    """Return the name of a kind of device (review.devices)."""
    return str(DEVICES.get(kind, kind))


class LinkStateColumn(Column):
    cell_template_name = "review/admin/tone_cell.html"

    class Media:
        css = {"all": ["review/asking.css"]}

    def get_cell_context_data(self, instance, parent_context):
        state = links.state_of(instance)
        return super().get_cell_context_data(instance, parent_context) | {
            "label": STATES[state],
            "tone": TONES[state],
        }


class LinkIndexView(IndexView):
    page_title = _("Review links")

    def get_base_queryset(self):
        return (
            super()
            .get_base_queryset()
            .select_related("assignment__person", "assignment__task_state__revision", "made_by")
            .annotate(opened=Count("openings"), last_opening=Max("openings__at"))
        )


class LinkView(InspectView):
    """One link with its openings, and the button that closes it."""

    template_name = "review/admin/link.html"
    page_title = _("Review link")

    def get_object(self, queryset=None):
        rows = ReviewLink.objects.select_related(
            "assignment__person", "assignment__task_state__revision", "made_by", "revoked_by"
        )
        return get_object_or_404(rows, pk=self.pk)

    def get_page_subtitle(self):
        return self.object.assignment.task_state.revision.object_str

    def get_context_data(self, **kwargs):
        state = links.state_of(self.object)
        return super().get_context_data(**kwargs) | {
            "link": self.object,
            "state": STATES[state],
            "tone": TONES[state],
            "openings": [
                {
                    "at": opening.at,
                    "outcome": links.OUTCOMES.get(opening.outcome, opening.outcome),
                    "trouble": opening.outcome in TROUBLE,
                    "user": opening.user or "",
                    "device": device_name(opening.device),
                    "address": opening.address or "",
                }
                for opening in self.object.openings.select_related("user")[:100]
            ],
            "may_revoke": not state and self.request.user.has_perm(CHANGE),
        }


class RevokeView(View):
    """Close a link for good, by POST. The person stays asked and can be given another."""

    http_method_names = ["post"]

    def post(self, request, pk):
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        link = get_object_or_404(ReviewLink, pk=pk)
        links.revoke(link, request.user)
        messages.success(
            request, gettext("The link is closed. The person stays asked and can be given another.")
        )
        return redirect("review_links:inspect", pk)


class ReviewLinkViewSet(LookedAtViewSet):
    """Looked at and closed here; made with an invitation or a notice."""

    model = ReviewLink
    icon = "link"
    menu_label = _("Review links")
    menu_name = "review-links"
    menu_order = 310
    url_prefix = "review-links"
    url_namespace = "review_links"
    index_view_class = LinkIndexView
    inspect_view_class = LinkView
    inspect_view_enabled = True
    list_filter = {"made_at": ["date"]}
    search_fields = [
        "assignment__task_state__revision__object_str",
        "assignment__person__last_name",
        "assignment__person__first_name",
        "assignment__person__username",
    ]
    search_backend_name = None
    ordering = ["-made_at", "-pk"]
    list_display = [
        TitleColumn(
            "title",
            label=_("Article"),
            accessor="assignment.task_state.revision.object_str",
            url_name="review_links:inspect",
        ),
        Column("person", label=_("Person asked"), accessor="assignment.person"),
        Column("made", label=_("Made at"), sort_key="made_at", accessor=lambda one: moment(one.made_at)),
        Column(
            "until",
            label=_("Valid until"),
            sort_key="expires_at",
            accessor=lambda one: moment(one.expires_at),
        ),
        Column("opened", label=_("Openings"), sort_key="opened"),
        Column("last", label=_("Last opened"), accessor=lambda one: moment(one.last_opening)),
        LinkStateColumn("state", label=_("State")),
    ]

    def actions(self):
        return [
            path("revoke/<int:pk>/", RevokeView.as_view(), name="revoke"),
        ]


class OpeningFilters(WagtailFilterSet):
    outcome = django_filters.MultipleChoiceFilter(
        choices=list(links.OUTCOMES.items()), label=_("What came of it")
    )
    at = django_filters.DateFromToRangeFilter(label=_("Day"))

    class Meta:
        model = LinkOpening
        fields = []


class OutcomeColumn(Column):
    cell_template_name = "review/admin/tone_cell.html"

    class Media:
        css = {"all": ["review/asking.css"]}

    def get_cell_context_data(self, instance, parent_context):
        return super().get_cell_context_data(instance, parent_context) | {
            "label": links.OUTCOMES.get(instance.outcome, instance.outcome),
            "tone": "bad" if instance.outcome in TROUBLE else "quiet",
        }


class OpeningIndexView(IndexView):
    page_title = _("Openings of review links")

    def get_base_queryset(self):
        title = F("link__assignment__task_state__revision__object_str")
        return super().get_base_queryset().select_related("user").annotate(title=title)


class LinkOpeningViewSet(LookedAtViewSet):
    """Every opening, those of links that do not exist as well. Looked at only."""

    model = LinkOpening
    icon = "view"
    menu_label = _("Openings of review links")
    menu_name = "review-openings"
    menu_order = 311
    url_prefix = "review-openings"
    url_namespace = "review_openings"
    index_view_class = OpeningIndexView
    filterset_class = OpeningFilters
    search_fields = ["user__last_name", "user__first_name", "user__username", "address"]
    search_backend_name = None
    ordering = ["-at", "-pk"]
    list_display = [
        Column("at", label=_("When"), sort_key="at", accessor=lambda one: moment(one.at)),
        TitleColumn(
            "title",
            label=_("Article"),
            accessor=lambda one: one.title or gettext("No link of ours"),
            get_url=lambda one: reverse("review_links:inspect", args=[one.link_id]) if one.link_id else None,
        ),
        OutcomeColumn("outcome", label=_("What came of it"), sort_key="outcome"),
        Column("person", label=_("Person"), accessor=lambda one: one.user or ""),
        Column("device", label=_("Device"), accessor=lambda one: device_name(one.device)),
        Column("address", label=_("Address"), accessor=lambda one: one.address or ""),
    ]
