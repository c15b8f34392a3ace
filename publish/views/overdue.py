"""Overdue copies in WeChat in the admin: a list, and for each copy what can be done about it."""

from django import forms
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from articles.errors import Refusal
from publish import overdue
from publish.models import OverdueCopy, PushItem
from publish.views.access import CHANGE, only_for_changers, only_for_lookers
from publish.views.records import RecordViewSet
from publish.wechat import hand_over
from review import rereview


class OverdueIndexView(IndexView):
    page_title = _("Overdue copies in WeChat")
    template_name = "publish/admin/overdue_list.html"

    def get_base_queryset(self):
        return overdue.open_copies()


class SettleForm(forms.Form):
    settlement = forms.ChoiceField(
        label=_("What was done"), choices=OverdueCopy.Settlement.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("In a few words"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Which line was added, or why the copy may stay. Kept in the record with your name."),
    )


class OverdueCopyView(WagtailAdminTemplateMixin, FormView):
    """One copy: the ways to go, and settling it by hand."""

    page_title = _("Overdue copy in WeChat")
    header_icon = "history"
    template_name = "publish/admin/overdue_copy.html"
    form_class = SettleForm

    def dispatch(self, request, pk):
        (only_for_changers if request.method == "POST" else only_for_lookers)(request)
        self.item = overdue.open_copies().filter(pk=pk).first()
        if self.item is None:
            get_object_or_404(PushItem, pk=pk)
            messages.warning(
                request, gettext("This copy is settled already, or its article is not overdue any more.")
            )
            return redirect("overdue_copies:index")
        return super().dispatch(request)

    def get_breadcrumbs_items(self):
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("overdue_copies:index"), "label": _("Overdue copies in WeChat")},
            {"url": "", "label": self.page_title},
        ]

    def get_page_subtitle(self):
        return self.item.title or self.item.live_title

    def get_context_data(self, **kwargs):
        row = rereview.due_of(self.item.publication.article_id)
        return super().get_context_data(**kwargs) | {
            "item": self.item,
            "row": row,
            "may_change": self.request.user.has_perm(CHANGE),
            "website": hand_over.website(),
        }

    def form_valid(self, form):
        try:
            overdue.settle(self.item, **form.cleaned_data, user=self.request.user)
        except Refusal as refusal:
            messages.error(self.request, refusal.sentence)
        else:
            messages.success(self.request, gettext("Recorded with your name."))
        return redirect("overdue_copies:index")


class OverdueCopyViewSet(RecordViewSet):
    model = PushItem
    inspect_view_enabled = False
    icon = "history"
    menu_label = _("Overdue copies in WeChat")
    menu_order = 20
    url_prefix = "overdue-copies"
    url_namespace = "overdue_copies"
    index_view_class = OverdueIndexView
    search_fields = ["title", "publication__title"]
    search_backend_name = None
    ordering = ["due_on", "pk"]
    list_display = [
        TitleColumn(
            "title",
            label=_("Copy in WeChat"),
            accessor=lambda item: item.title or item.live_title,
            url_name="overdue_copies:copy",
        ),
        Column("due_on", label=_("Overdue since"), accessor=lambda item: item.due_on.isoformat()),
        Column("version", label=_("Version"), accessor="publication.number"),
        Column("push", label=_("Push"), accessor="push"),
    ]

    def actions(self):
        return [path("<int:pk>/", OverdueCopyView.as_view(), name="copy")]
