"""The list of notices (通知记录) in the admin: what went out, what did not, and what to do about it."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView, InspectView

import django_filters

from articles.errors import Refusal
from review import notices, senders, sending
from review.models import Notice, NoticeState, ReviewSettings
from review.viewsets import LookedAtViewSet


CHANGE = "review.change_notice"
TONES = {
    NoticeState.READY: "busy",
    NoticeState.SENDING: "busy",
    NoticeState.SENT: "good",
    NoticeState.UNSURE: "person",
    NoticeState.FAILED: "bad",
    NoticeState.CANCELLED: "quiet",
}
SENDERS = [*((name, one.LABEL) for name, one in senders.ALL.items()), (notices.NOBODY, _("None"))]


class NoticeFilters(WagtailFilterSet):
    state = django_filters.MultipleChoiceFilter(choices=NoticeState.choices, label=_("State"))
    sender = django_filters.MultipleChoiceFilter(choices=SENDERS, label=_("Sent by"))
    kind = django_filters.MultipleChoiceFilter(choices=list(notices.KINDS.items()), label=_("Kind"))

    class Meta:
        model = Notice
        fields = []


class StateColumn(Column):
    cell_template_name = "review/admin/tone_cell.html"

    class Media:
        css = {"all": ["review/asking.css"]}

    def get_cell_context_data(self, instance, parent_context):
        context = super().get_cell_context_data(instance, parent_context)
        return context | {"label": instance.get_state_display(), "tone": TONES[instance.state]}


class NoticeIndexView(IndexView):
    """The list, with a warning when a switched-on sender is not set up."""

    page_title = _("Notices")

    def get(self, request, *args, **kwargs):
        for name in senders.switched_on(ReviewSettings.load()):
            if missing := senders.by_name(name).missing():
                messages.warning(request, f"{senders.by_name(name).LABEL}：{missing}")
        return super().get(request, *args, **kwargs)

    def get_base_queryset(self):
        return super().get_base_queryset().select_related("recipient")


def what_to_do(notice):
    """Return a sentence on where the notice stands and what to do."""
    if notice.state == NoticeState.READY and notice.tries:
        return gettext("It could not be sent yet and is tried again by itself.")
    if notice.state == NoticeState.READY and notice.not_before > timezone.now():
        return gettext("It waits for the end of the quiet hours or the next working day.")
    if notice.kind in notices.FLEETING and notice.state in (NoticeState.UNSURE, NoticeState.FAILED):
        return gettext("Ask the person to request a new code.")
    return {
        NoticeState.READY: gettext("It goes out within seconds while the delivery worker runs."),
        NoticeState.SENDING: gettext("It is being sent."),
        NoticeState.SENT: gettext("Nothing has to be done."),
        NoticeState.UNSURE: gettext(
            "It may have arrived. Ask the person: when it did not arrive, send it once more; when it did, say so here."
        ),
        NoticeState.FAILED: gettext("It did not arrive. Mend what is named below, then send it once more."),
        NoticeState.CANCELLED: gettext("It was not needed any more and did not go out."),
    }[notice.state]


class NoticeView(InspectView):
    """One notice and the buttons of this person."""

    template_name = "review/admin/notice.html"
    page_title = _("Notice")

    def get_object(self, queryset=None):
        return get_object_or_404(Notice.objects.select_related("recipient", "assignment"), pk=self.pk)

    def get_page_subtitle(self):
        return self.object.subject

    def get_context_data(self, **kwargs):
        notice = self.object
        waits = notice.state in (NoticeState.UNSURE, NoticeState.FAILED)
        fleeting = notice.kind in notices.FLEETING
        return super().get_context_data(**kwargs) | {
            "notice": notice,
            "tone": TONES[notice.state],
            "kind": notices.KINDS.get(notice.kind, notice.kind),
            "sender": dict(SENDERS).get(notice.sender, notice.sender),
            "what_to_do": what_to_do(notice),
            "may_again": waits and not fleeting and self.request.user.has_perm(CHANGE),
            "may_settle": notice.state == NoticeState.UNSURE and self.request.user.has_perm(CHANGE),
            "text": "" if fleeting else notice.text,
        }


class DecideView(View):
    """Once more, or received; by POST."""

    http_method_names = ["post"]
    act = None
    done = ""

    def post(self, request, pk):
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        notice = get_object_or_404(Notice, pk=pk)
        try:
            type(self).act(notice)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, self.done)
        return redirect("review_notices:inspect", pk)


class AgainView(DecideView):
    act = sending.again
    done = _("It is sent once more.")


class SettleView(DecideView):
    act = sending.settle
    done = _("Noted as received.")


class NoticeViewSet(LookedAtViewSet):
    """Looked at and decided on; written by the program alone."""

    model = Notice
    icon = "mail"
    menu_label = _("Notices")
    url_prefix = "review-notices"
    url_namespace = "review_notices"
    index_view_class = NoticeIndexView
    inspect_view_class = NoticeView
    inspect_view_enabled = True
    filterset_class = NoticeFilters
    search_fields = ["subject", "recipient__last_name", "recipient__first_name", "recipient__username"]
    search_backend_name = None
    ordering = ["-not_before", "-pk"]
    list_display = [
        TitleColumn("subject", label=_("Subject"), url_name="review_notices:inspect"),
        Column("recipient", label=_("To"), sort_key="recipient__last_name"),
        Column(
            "kind",
            label=_("Kind"),
            accessor=lambda one: notices.KINDS.get(one.kind, one.kind),
            classname="ask-wide",
        ),
        Column(
            "sender",
            label=_("Sent by"),
            accessor=lambda one: dict(SENDERS).get(one.sender, one.sender),
            classname="ask-wide",
        ),
        Column(
            "at",
            label=_("When"),
            sort_key="not_before",
            accessor=lambda one: timezone.localtime(one.sent_at or one.not_before).strftime("%Y-%m-%d %H:%M"),
        ),
        StateColumn("state", label=_("State"), sort_key="state"),
    ]

    def actions(self):
        return [
            path("again/<int:pk>/", AgainView.as_view(), name="again"),
            path("settle/<int:pk>/", SettleView.as_view(), name="settle"),
        ]
