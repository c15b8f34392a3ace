"""Quiet dates: the list, a form for one, and files of many."""

from django.core.exceptions import PermissionDenied
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from wagtail.admin.ui.tables import BooleanColumn, Column, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import HeaderButton

from articles.exports import csv_file
from articles.views.csv_upload import CsvUploadView
from publish import quiet_dates
from publish.models import QuietDate


RIGHTS = ("publish.add_quietdate", "publish.change_quietdate")


class ListView(IndexView):
    """The list, with the doors for files beside it."""

    @cached_property
    def header_more_buttons(self):
        buttons = [
            *super().header_more_buttons,
            HeaderButton(_("Save as CSV"), reverse("quiet_dates:export"), icon_name="download", priority=90),
        ]
        if self.request.user.has_perms(RIGHTS):
            buttons.append(
                HeaderButton(
                    _("Take over from a file"), reverse("quiet_dates:import"), icon_name="upload", priority=80
                )
            )
        return buttons


class ImportView(CsvUploadView):
    table_class = quiet_dates.QuietDateTable
    rights = RIGHTS
    page_title = _("Quiet dates from a file")
    index = "quiet_dates:index"
    index_label = _("Quiet dates")
    intro = _("A table saved as CSV, or a calendar (.ics) with whole days.")
    hints = (
        _(
            "Days are written as 2026-12-13; yes and no as 1 and 0. What has the same name and first day is changed, not doubled."
        ),
    )
    accept = ".csv,.txt,.ics,text/csv,text/calendar"


class ExportView(View):
    """All quiet dates as a file that can be taken over elsewhere."""

    def get(self, request):
        if not any(request.user.has_perm(right) for right in (*RIGHTS, "publish.view_quietdate")):
            raise PermissionDenied
        return csv_file(quiet_dates.export(QuietDate.objects.order_by("first", "pk")), "quiet-dates")


class QuietDateViewSet(ModelViewSet):
    model = QuietDate
    icon = "date"
    menu_label = _("Quiet dates")
    menu_order = 70
    url_prefix = "quiet-dates"
    url_namespace = "quiet_dates"
    index_view_class = ListView
    form_fields = ["name", "first", "last", "no_push", "no_festive", "grey"]
    search_fields = ["name"]
    list_filter = ["no_push", "no_festive", "grey"]
    copy_view_enabled = False
    ordering = ["-first", "-pk"]
    list_display = [
        TitleColumn("name", label=_("Name"), url_name="quiet_dates:edit", sort_key="name"),
        # Not DateColumn, which says how long ago.
        Column("first", label=_("From"), sort_key="first", accessor=lambda one: one.first.isoformat()),
        Column("last", label=_("To"), sort_key="last", accessor=lambda one: one.last.isoformat()),
        BooleanColumn("no_push", label=_("No pushes")),
        BooleanColumn("no_festive", label=_("No festive look")),
        BooleanColumn("grey", label=_("Grey website")),
    ]

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("import/", ImportView.as_view(), name="import"),
            path("export/", ExportView.as_view(), name="export"),
        ]
