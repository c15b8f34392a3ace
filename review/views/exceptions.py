"""Making an exception for a signature, and the report of all that were made."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import IntegerField, OuterRef, Subquery
from django.db.models.functions import Cast
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.cache import never_cache

from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.reports import ReportView
from wagtail.models import Page

import django_filters

from articles.errors import Refusal
from articles.exports import PlainExportMixin
from review import exceptions, rights
from review.models import Physician, SigningException
from review.views.desk import TextViewMixin


class ExceptionForm(forms.Form):
    """Who, why, and a tick by which the chief librarian answers for it."""

    who = forms.CharField(max_length=80, error_messages={"required": gettext_lazy("Choose a person.")})
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Why this person, and why nobody else can sign. Readers never see it."),
        max_length=SigningException._meta.get_field("reason").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    sure = forms.BooleanField(
        label=gettext_lazy("I make this exception and answer for it by name."),
        error_messages={"required": gettext_lazy("Tick this box, so that the exception is yours.")},
    )


@method_decorator([login_required, never_cache], name="dispatch")
class ExceptionView(TextViewMixin, View):
    """Who is kept from signing this text, and the form that lets one of them."""

    def dispatch(self, request, *args, **kwargs):
        if not rights.may_except(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, pk):
        return self._page(request, ExceptionForm())

    def post(self, request, pk):
        form = ExceptionForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, status=422)
        try:
            granted = exceptions.grant(
                self.state, request.user, form.cleaned_data["who"], form.cleaned_data["reason"]
            )
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
            return self._page(request, form, status=409)
        messages.success(request, _("%(name)s may sign this text now.") % {"name": granted[0].physician.name})
        return redirect("review:text", pk=pk)

    def _page(self, request, form, status=200):
        context = {
            "state": self.state,
            "form": form,
            "refused": exceptions.refused(self.state) if self.state.status == "in_progress" else [],
            "granted": SigningException.objects.filter(
                workflow_state_id=self.state.workflow_state_id
            ).select_related("physician", "granted_by"),
        }
        return render(request, "review/exceptions.html", context, status=status)


def may_read_report(user):
    return user.has_perm("review.view_signingexception")


def local_minute(moment):
    """Return a moment in the hospital's time, to the minute."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


class ExceptionFilters(WagtailFilterSet):
    physician = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Physician"),
        queryset=lambda request: Physician.objects.filter(exceptions__isnull=False).distinct(),
    )
    granted_at = django_filters.DateFromToRangeFilter(
        label=gettext_lazy("Granted"), widget=DateRangePickerWidget
    )

    class Meta:
        model = SigningException
        fields = ["objection", "physician", "granted_at"]


class ExceptionReport(PlainExportMixin, ReportView):
    """Every exception ever made; nothing takes one off the list."""

    model = SigningException
    page_title = gettext_lazy("Exceptions for signatures")
    header_icon = "warning"
    index_url_name = "review_exceptions:index"
    index_results_url_name = "review_exceptions:results"
    filterset_class = ExceptionFilters
    is_searchable = True
    search_fields = ["reason", "physician__name"]
    search_backend_name = None
    default_ordering = "-granted_at"
    columns = [
        Column("title", label=gettext_lazy("Article"), accessor="title"),
        Column("physician", label=gettext_lazy("Physician"), accessor="physician"),
        Column(
            "objection",
            label=gettext_lazy("Excepted"),
            accessor="get_objection_display",
            sort_key="objection",
        ),
        Column("reason", label=gettext_lazy("Reason")),
        Column("granted_by", label=gettext_lazy("Granted by")),
        Column(
            "granted_at",
            label=gettext_lazy("Granted"),
            sort_key="granted_at",
            accessor=lambda one: local_minute(one.granted_at),
        ),
        Column("outcome", label=gettext_lazy("Review"), accessor="workflow_state.get_status_display"),
    ]
    list_export = [
        "title",
        "physician",
        "get_objection_display",
        "reason",
        "granted_by",
        "granted_at",
        "workflow_state.get_status_display",
    ]
    export_headings = {
        "title": gettext_lazy("Article"),
        "get_objection_display": gettext_lazy("Excepted"),
        "workflow_state.get_status_display": gettext_lazy("Review"),
    }

    custom_field_preprocess = {"granted_at": {"csv": local_minute, "xlsx": local_minute}}

    def dispatch(self, request, *args, **kwargs):
        if not may_read_report(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_filename(self):
        return f"signing-exceptions-{timezone.localdate():%Y-%m-%d}"

    def get_base_queryset(self):
        article = Page.objects.filter(pk=Cast(OuterRef("workflow_state__object_id"), IntegerField()))
        return SigningException.objects.select_related("physician", "granted_by", "workflow_state").annotate(
            title=Subquery(article.values("draft_title")[:1])
        )


class ExceptionReportItem(MenuItem):
    def is_shown(self, request):
        return may_read_report(request.user)
