"""Health days: the list, a form, a table of many."""

from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from wagtail.admin.ui.tables import BooleanColumn, Column, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet

from articles.exports import PlainExportMixin
from articles.models import HealthDay
from articles.planning import days
from articles.planning.day_table import HealthDayTable
from articles.views.csv_upload import CsvUploadView, UploadButtonMixin


def when(day):
    """Return in words on which days ``day`` falls: “5-17”, or “month 11: weekday 3, number 3”."""
    if day.day:
        return f"{day.month}-{day.day}"
    which = gettext("the last") if day.which == days.LAST else day.which
    return gettext("month %(month)d, weekday %(weekday)d, %(which)s") % {
        "month": day.month,
        "weekday": day.weekday or 0,
        "which": which,
    }


def following(day):
    """Return the next date of ``day`` as text."""
    start = days.following(day, timezone.localdate())
    return start.isoformat() if start else ""


class HealthDayImportView(CsvUploadView):
    table_class = HealthDayTable
    rights = ("articles.add_healthday", "articles.change_healthday")
    page_title = _("Health days from a file")
    index = "health_days:index"
    index_label = _("Health days")
    hints = (
        _(
            "Either month and day, or month, weekday (1 Monday to 7 Sunday) and which (1 to 5, -1 for the last). A day of the same name is changed."
        ),
    )


class HealthDayIndexView(UploadButtonMixin, PlainExportMixin, IndexView):
    upload_view = HealthDayImportView
    upload_url = "health_days:import"


class HealthDayViewSet(ModelViewSet):
    model = HealthDay
    icon = "date"
    menu_label = _("Health days")
    menu_order = 60
    url_prefix = "health-days"
    url_namespace = "health_days"
    index_view_class = HealthDayIndexView
    form_fields = ["name", "month", "day", "weekday", "which", "days", "note", "source", "active"]
    search_fields = ["name", "note", "source"]
    search_backend_name = None
    list_filter = ["month", "active"]
    list_per_page = 60
    copy_view_enabled = False
    list_export = form_fields
    export_filename = "health-days"
    ordering = ["month", "day", "name"]
    list_display = [
        TitleColumn("name", label=_("Name"), url_name="health_days:edit", sort_key="name"),
        Column("when", label=pgettext_lazy("of a health day", "When"), accessor=when),
        Column("following", label=_("Next"), accessor=following),
        Column("source", label=_("Source"), classname="pl-wide"),
        BooleanColumn("active", label=_("Shown")),
    ]

    def get_urlpatterns(self):
        return [*super().get_urlpatterns(), path("import/", HealthDayImportView.as_view(), name="import")]
