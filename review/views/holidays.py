"""Public holidays and weekend days worked instead (节假日): the list, a form for one, a file of a whole year."""

from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wagtail.admin import messages
from wagtail.admin.ui.tables import BooleanColumn, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet

from articles.views.csv_upload import CsvUploadView, UploadButtonMixin
from review.holidays import HolidayTable
from review.models import Holiday
from review.workdays import Calendar


class HolidayImportView(CsvUploadView):
    table_class = HolidayTable
    rights = ("review.add_holiday",)
    page_title = _("Holidays from a file")
    index = "review_holidays:index"
    index_label = _("Holidays")
    hints = (
        _(
            "Days are written as 2026-10-01. Worked: 1 for a weekend day worked instead, 0 for a day off. Ordinary weekends need no line. A day that is there already is changed."
        ),
    )


class HolidayIndexView(UploadButtonMixin, IndexView):
    """The list, with the door for files beside it, and a warning when a year is missing."""

    upload_view = HolidayImportView
    upload_url = "review_holidays:import"

    def get(self, request, *args, **kwargs):
        if years := Calendar().missing_years(timezone.localdate()):
            messages.warning(
                request,
                gettext(
                    "No holidays are entered for %(years)s, so due dates take public holidays for working days."
                )
                % {"years": "、".join(map(str, years))},
            )
        return super().get(request, *args, **kwargs)


class HolidayViewSet(ModelViewSet):
    model = Holiday
    icon = "date"
    menu_label = _("Holidays")
    url_prefix = "review-holidays"
    url_namespace = "review_holidays"
    index_view_class = HolidayIndexView
    form_fields = ["day", "name", "works"]
    search_fields = ["name"]
    search_backend_name = None
    list_filter = ["works"]
    copy_view_enabled = False
    ordering = ["-day"]
    list_display = [
        TitleColumn(
            "day",
            label=_("Day"),
            url_name="review_holidays:edit",
            sort_key="day",
            accessor=lambda one: one.day.isoformat(),
        ),
        "name",
        BooleanColumn("works", label=_("Worked")),
    ]

    def get_urlpatterns(self):
        return [*super().get_urlpatterns(), path("import/", HolidayImportView.as_view(), name="import")]
