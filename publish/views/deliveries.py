"""Every delivery (投递) in the ledger: the website's too, and what waits on the board."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic

import django_filters

from articles.exports import PlainExportMixin
from publish import ledger
from publish.models import Channel, Delivery
from publish.states import State
from publish.views.ledger import StateColumn
from publish.views.records import RecordViewSet
from publish.wechat import reasons


def label(delivery):
    """Return the state of a delivery in words: without a push it waits on the board."""
    if delivery.channel == Channel.WECHAT and delivery.push_id is None and delivery.state == State.READY:
        if delivery.publication.state == "live":
            return gettext("On the push board")
        return gettext("Never pushed")
    return ledger.label(delivery.push) if delivery.push_id else delivery.get_state_display()


class DeliveryStateColumn(StateColumn):
    def get_cell_context_data(self, instance, parent_context):
        return super().get_cell_context_data(instance, parent_context) | {"label": label(instance)}


class DeliveryFilters(WagtailFilterSet):
    channel = django_filters.ChoiceFilter(choices=Channel.choices, label=_("Channel"))
    state = django_filters.MultipleChoiceFilter(choices=State.choices, label=_("State"))
    created_at = django_filters.DateFromToRangeFilter(label=_("Signed"), widget=DateRangePickerWidget)

    class Meta:
        model = Delivery
        fields = ["channel", "state", "created_at"]


class DeliveryIndexView(PlainExportMixin, generic.IndexView):
    page_title = _("Deliveries")

    def get_base_queryset(self):
        return (
            super().get_base_queryset().select_related("publication", "push").prefetch_related("push__items")
        )


class DeliveryView(generic.InspectView):
    """One delivery: where it stands and its history."""

    template_name = "publish/admin/delivery.html"
    page_title = _("Delivery")

    def get_object(self, queryset=None):
        return get_object_or_404(Delivery.objects.select_related("publication", "push"), pk=self.pk)

    def get_page_subtitle(self):
        return self.object.publication.title

    def get_context_data(self, **kwargs):
        delivery = self.object
        return super().get_context_data(**kwargs) | {
            "delivery": delivery,
            "label": label(delivery),
            "tone": ledger.tone(delivery.state),
            "explanation": reasons.SENTENCES.get(delivery.reason, "") if not delivery.push_id else "",
            "moves": delivery.moves.order_by("-pk"),
            "withdrawals": delivery.publication.withdrawals.order_by("-pk"),
        }


class DeliveryViewSet(RecordViewSet):
    """Reached from the ledger; not in the menu."""

    model = Delivery
    icon = "list-ul"
    url_prefix = "deliveries"
    url_namespace = "deliveries"
    index_view_class = DeliveryIndexView
    inspect_view_class = DeliveryView
    filterset_class = DeliveryFilters
    search_fields = ["publication__title"]
    search_backend_name = None
    ordering = ["-created_at", "-pk"]
    list_export = [
        "publication.title",
        "publication.number",
        "get_channel_display",
        "get_state_display",
        "state_since",
        "address",
        "account",
        "push_id",
        "created_at",
    ]
    export_headings = {
        "publication.title": _("Title"),
        "publication.number": _("Version"),
        "get_channel_display": _("Channel"),
        "get_state_display": _("State"),
        "push_id": _("Push"),
    }
    export_filename = "deliveries"
    list_display = [
        TitleColumn("title", label=_("Article"), accessor="publication.title", url_name="deliveries:inspect"),
        Column("channel", label=_("Channel"), accessor="get_channel_display"),
        DeliveryStateColumn("state", label=_("State"), sort_key="state"),
        Column("push", label=_("Push"), accessor=lambda row: str(row.push or ""), classname="push-wide"),
        DateColumn("state_since", label=_("Since"), sort_key="state_since"),
    ]
