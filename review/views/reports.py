"""Two reports in the admin: how reviews went, and what one person wrote and reviewed in a year."""

from datetime import timedelta

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from articles.exports import csv_file
from articles.models import Institution
from articles.views.access import EntitledPage, menu_item_for, number
from review import reports
from review.models import ReviewTaskState
from review.people import name_of


LOOK = "review.view_approval"


class PeriodForm(forms.Form):
    """From which day to which; three years at most, the last three months unless asked."""

    first = forms.DateField(
        label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean(self):
        found = super().clean()
        first, last = found.get("first"), found.get("last")
        if first and last and not 0 <= (last - first).days <= reports.MOST_DAYS:
            raise forms.ValidationError(
                _("Choose a period of at most three years that ends after it begins.")
            )
        return found


class ThroughputView(EntitledPage):
    """Times, returns and load of a period, as a page with charts or as CSV."""

    right = LOOK
    page_title = _("How reviews went")
    header_icon = "time"
    template_name = "review/admin/throughput.html"

    def get(self, request):
        today = timezone.localdate()
        usual = {"first": today - timedelta(days=reports.USUAL_DAYS), "last": today}
        form = PeriodForm(request.GET if {"first", "last"} & set(request.GET) else usual)
        period = form.cleaned_data if form.is_valid() else usual
        report = reports.throughput(**period)
        if request.GET.get("as") == "csv":
            name = f"reviews-{period['first'].isoformat()}-{period['last'].isoformat()}"
            return csv_file(reports.throughput_csv(report, **period), name)
        charts = [
            (_("Passes a month"), reports.bars([(line.label, line.passes) for line in report["months"]])),
            (_("Points of returns"), reports.bars(report["categories"])),
            (_("Passes by person"), reports.bars([(line.label, line.passes) for line in report["people"]])),
            (
                _("Waiting now, by person"),
                reports.bars([(line.label, line.waiting) for line in report["people"] if line.waiting]),
            ),
        ]
        return self.render_to_response(
            self.get_context_data(form=form, report=report, charts=charts, **period)
        )


class WorkView(TemplateView):
    """One person's year, as a page to print and stamp or as CSV: one's own, or anybody's for those who may look."""

    template_name = "review/work_record.html"

    def get(self, request):
        if not request.user.has_perm("wagtailadmin.access_admin"):
            raise PermissionDenied
        may_look = request.user.has_perm(LOOK)
        people = reports.people_with_work() if may_look else []
        person = self._person(request, may_look)
        year = self._year(request)
        work = reports.work_of(person, year)
        name = name_of(person)
        if request.GET.get("as") == "csv":
            return csv_file(reports.work_csv(name, year, work), f"work-{person.pk}-{year}")
        today = timezone.localdate()
        return self.render_to_response(
            self.get_context_data(
                people=[(one.pk, name_of(one)) for one in people],
                person=person,
                name=name,
                entry=getattr(person, "physician", None),
                year=year,
                years=range(today.year, today.year - 6, -1),
                work=work,
                today=today,
                institution=Institution.load(request_or_site=request),
            )
        )

    def _person(self, request, may_look):
        asked = request.GET.get("person", "")
        if not asked or asked == str(request.user.pk):
            return request.user
        if not may_look:
            raise PermissionDenied
        return get_object_or_404(get_user_model(), pk=number(asked))

    def _year(self, request):
        asked = number(request.GET.get("year"))
        return asked if 2000 <= asked < 9999 else timezone.localdate().year


class ReportViewSet(ViewSet):
    icon = "time"
    menu_label = _("How reviews went")
    menu_order = 310
    menu_hook = "register_reports_menu_item"
    menu_item_class = menu_item_for(MenuItem, LOOK)
    url_prefix = "review-report"
    url_namespace = "review_report"

    def get_urlpatterns(self):
        return [
            path("", ThroughputView.as_view(), name="index"),
            path("work/", WorkView.as_view(), name="work"),
        ]


class WorkMenuItem(MenuItem):
    """One's own year, for those who have signed something; those who may look find everybody's there."""

    def is_shown(self, request):
        return (
            request.user.has_perm(LOOK) or ReviewTaskState.objects.filter(finished_by=request.user).exists()
        )
