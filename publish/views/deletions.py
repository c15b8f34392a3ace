"""Deletions in WeChat (P6) in the admin: asked for by one person, confirmed by another, listed until they are done."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, View

from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

import django_filters

from articles.errors import Refusal
from articles.views.access import number
from publish import corrections, deletions
from publish.models import Correction, Deletion, PushItem
from publish.views.records import RecordViewSet
from publish.wechat import hand_over


TONES = {"wanted": "person", "by_hand": "person", "ready": "busy", "begun": "busy", "done": "good"}


def tone(deletion):
    """Return how the state of a deletion is shown (classes of ledger.css)."""
    return TONES.get(deletion.state, "quiet")


class DeletionStateColumn(Column):
    """The state in words, with a tone beside them."""

    cell_template_name = "publish/admin/state_cell.html"

    class Media:
        css = {"all": ["publish/admin/ledger.css"]}

    def get_cell_context_data(self, instance, parent_context):
        context = super().get_cell_context_data(instance, parent_context)
        return context | {"label": instance.get_state_display(), "tone": tone(instance)}


class DeletionFilters(WagtailFilterSet):
    state = django_filters.MultipleChoiceFilter(choices=Deletion.State.choices, label=_("State"))
    danger = django_filters.BooleanFilter(label=_("Without a second person"))

    class Meta:
        model = Deletion
        fields = ["state", "danger"]


class DeletionIndexView(generic.IndexView):
    page_title = _("Deletions in WeChat")

    def get_base_queryset(self):
        return (
            super()
            .get_base_queryset()
            .select_related("item__publication", "item__push", "asked_by", "confirmed_by")
        )


class DeletionView(generic.InspectView):
    """One deletion: who asked, who confirmed, where it stands, and the buttons of this person."""

    template_name = "publish/admin/deletion.html"
    page_title = _("Deletion in WeChat")

    def get_object(self, queryset=None):
        rows = Deletion.objects.select_related("item__push", "item__publication", "asked_by", "confirmed_by")
        return get_object_or_404(rows, pk=self.pk)

    def get_page_subtitle(self):
        return self.object.item.title or self.object.item.publication.title

    def get_context_data(self, **kwargs):
        deletion, user = self.object, self.request.user
        return super().get_context_data(**kwargs) | {
            "deletion": deletion,
            "tone": tone(deletion),
            "explanation": deletions.explain(deletion),
            "actions": deletions.actions(deletion, user),
            "objection": deletions.objection_to_confirm(user, deletion)
            if deletion.state == Deletion.State.WANTED
            else "",
            "road": deletions.ROADS[deletions.road(deletion.item)],
            "website": hand_over.website(),
        }


class AskForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it is deleted"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept in the record with your name. No names of patients."),
    )
    danger = forms.BooleanField(
        label=_("Readers are in danger: delete at once, without a second person"),
        required=False,
        help_text=_("It is logged and shown to the others on their home page."),
    )

    def __init__(self, *args, alone, **kwargs):
        super().__init__(*args, **kwargs)
        if not alone:
            del self.fields["danger"]


class AskView(WagtailAdminTemplateMixin, FormView):
    """Ask for the deletion of one copy in WeChat."""

    page_title = _("Delete in WeChat")
    header_icon = "bin"
    template_name = "publish/admin/ask_deletion.html"
    form_class = AskForm

    def dispatch(self, request, item_pk):
        if not deletions.may_ask(request.user):
            raise PermissionDenied
        items = PushItem.objects.select_related("push", "publication").prefetch_related("deletions")
        self.item = get_object_or_404(items, pk=item_pk)
        if found := deletions.current(self.item):
            return redirect("wechat_deletions:inspect", found.pk)
        return super().dispatch(request)

    @cached_property
    def correction(self):
        """The correction that this deletion is a step of, or None."""
        pk, article = number(self.request.GET.get("correction")), self.item.publication.article_id
        return Correction.objects.filter(pk=pk, publication__article=article).first() if pk else None

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"alone": self.request.user.has_perm(deletions.WITHDRAW)}

    def get_initial(self):
        return {
            "reason": self.correction.note if self.correction else self.request.GET.get("reason", "")[:300]
        }

    def get_context_data(self, **kwargs):
        road = deletions.road(self.item)
        return super().get_context_data(**kwargs) | {
            "item": self.item,
            "road": deletions.ROADS[road],
            "mass": road == deletions.SENT,
        }

    def form_valid(self, form):
        try:
            deletion = deletions.ask(
                self.item,
                user=self.request.user,
                reason=form.cleaned_data["reason"],
                danger=form.cleaned_data.get("danger", False),
            )
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
            return self.form_invalid(form)
        if self.correction:
            corrections.deletion_asked(self.correction, self.item, deletion, user=self.request.user)
        if deletion.danger:
            messages.success(self.request, gettext("It is being deleted."))
        else:
            messages.success(
                self.request, gettext("Asked for. It is deleted once a second person confirms it.")
            )
        return redirect("wechat_deletions:inspect", deletion.pk)


class ActView(View):
    """One button of a deletion, by POST."""

    acts = {
        "confirm": (deletions.confirm, _("Confirmed. It cannot be undone any more once a worker has begun.")),
        "tick": (deletions.tick, _("Recorded as deleted, with your name.")),
        "try_again": (deletions.try_again, _("It will be tried again within a second.")),
        "call_off": (deletions.call_off, _("Called off: it is not deleted.")),
    }

    def post(self, request, pk):
        if not deletions.may_ask(request.user):
            raise PermissionDenied
        rows = Deletion.objects.select_related("item__push", "item__publication", "asked_by")
        deletion = get_object_or_404(rows, pk=pk)
        act, sentence = self.acts.get(request.POST.get("action"), (None, ""))
        try:
            if act is None:
                raise deletions.DeletionRefusedError(gettext("There is no such action."))
            act(deletion, user=request.user)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, sentence)
        return redirect("wechat_deletions:inspect", deletion.pk)


class DeletionViewSet(RecordViewSet):
    """All deletions, the newest first."""

    model = Deletion
    icon = "bin"
    menu_label = _("Deletions")
    menu_order = 30
    url_prefix = "wechat-deletions"
    url_namespace = "wechat_deletions"
    index_view_class = DeletionIndexView
    inspect_view_class = DeletionView
    filterset_class = DeletionFilters
    search_fields = ["item__publication__title", "reason"]
    search_backend_name = None
    ordering = ["-pk"]
    list_display = [
        TitleColumn(
            "title",
            label=_("Article"),
            accessor=lambda deletion: deletion.item.title or deletion.item.publication.title,
            url_name="wechat_deletions:inspect",
        ),
        DeletionStateColumn("state", label=_("State"), sort_key="state"),
        Column("reason", label=_("Reason"), classname="push-wide"),
        Column("asked_by", label=_("Asked by"), accessor=lambda d: deletions.name_of(d.asked_by)),
        Column(
            "confirmed_by",
            label=_("Confirmed by"),
            accessor=lambda d: deletions.name_of(d.confirmed_by),
            classname="push-wide",
        ),
        DateColumn("asked_at", label=_("Asked"), sort_key="asked_at"),
    ]

    def actions(self):
        return [
            path("ask/<int:item_pk>/", AskView.as_view(), name="ask"),
            path("act/<int:pk>/", ActView.as_view(), name="act"),
        ]


class TakenBackPanel(Component):
    """On the admin's home, when something waits: deletions to confirm, to do by hand, and steps of corrections."""

    name = "taken_back"
    template_name = "publish/admin/taken_back_panel.html"
    order = 60

    def get_context_data(self, parent_context):
        user = parent_context["request"].user
        wanted, by_hand, reported = deletions.waiting_for(user)
        steps = list(corrections.open_steps()[:10]) if deletions.may_ask(user) else []
        return {
            "wanted": wanted,
            "by_hand": by_hand,
            "reported": reported,
            "steps": [step for step in steps if step.kind != step.Kind.DELETE],
            "corrections_url": reverse("corrections:index"),
        }


def add_panel(request, panels):
    """Hook ``construct_homepage_panels``."""
    panels.append(TakenBackPanel())
