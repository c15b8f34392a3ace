"""Public holidays and weekend days worked instead (节假日): the list, a form for one, a file of a whole year."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from wagtail.admin import messages
from wagtail.admin.ui.tables import BooleanColumn, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import HeaderButton

from articles.errors import Refusal
from review import holidays
from review.models import Holiday
from review.workdays import Calendar


RIGHT = "review.add_holiday"


class HolidayIndexView(IndexView):
    """The list, with the door for files beside it, and a warning when a year is missing."""

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

    @cached_property
    def header_buttons(self):
        buttons = list(super().header_buttons)
        if self.request.user.has_perm(RIGHT):
            buttons.append(
                HeaderButton(
                    _("Take over from a file"), reverse("review_holidays:import"), icon_name="upload"
                )
            )
        return buttons


class HolidayImportView(WagtailAdminTemplateMixin, TemplateView):
    """Two steps: a file is read and shown, then all of it is taken over or nothing."""

    template_name = "review/admin/holidays_import.html"
    page_title = _("Holidays from a file")
    header_icon = "upload"

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm(RIGHT):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("review_holidays:index"), "label": _("Holidays")},
            {"url": "", "label": self.page_title},
        ]

    def post(self, request):
        try:
            if "text" in request.POST:
                count = holidays.store(holidays.read(holidays.decode(request.POST["text"].encode())))
                messages.success(
                    request,
                    ngettext("%(count)d day taken over.", "%(count)d days taken over.", count)
                    % {"count": count},
                )
                return redirect("review_holidays:index")
            if "file" not in request.FILES:
                raise holidays.UnreadableFileError(gettext("Choose a file first."))
            text = holidays.decode(request.FILES["file"].read(holidays.MOST_BYTES + 1))
            rows = holidays.read(text)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
            return redirect("review_holidays:import")
        bad = [row for row in rows if row.problem]
        return self.render_to_response(self.get_context_data(rows=rows, bad=bad, text=text))

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"columns": ",".join(holidays.COLUMNS)}


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
