"""The monthly spot check in the admin: drawing it, checking its items, and the report."""

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView, InspectView

from articles.errors import Refusal
from articles.exports import csv_file
from review import spot_checks
from review.models import ReviewSettings, SpotCheck, SpotCheckItem, Verdict
from review.viewsets import LookedAtViewSet


DRAW = "review.add_spotcheck"
LOOK = "review.view_spotcheck"
JUDGE = "review.change_spotcheckitem"
TONES = {Verdict.OPEN: "busy", Verdict.FINE: "good", Verdict.MEND: "person", Verdict.REMOVE: "bad"}


class SpotCheckIndexView(IndexView):
    page_title = _("Monthly spot checks")
    template_name = "publish/admin/spot_checks.html"

    def get_base_queryset(self):
        return (
            super()
            .get_base_queryset()
            .annotate(
                drawn=Count("items"),
                waiting=Count("items", filter=Q(items__verdict=Verdict.OPEN)),
                found=Count("items", filter=Q(items__verdict__in=[Verdict.MEND, Verdict.REMOVE])),
            )
        )

    def get_context_data(self, **kwargs):
        month = timezone.localdate().replace(day=1)
        return super().get_context_data(**kwargs) | {
            "may_draw": self.request.user.has_perm(DRAW),
            "drawn_already": SpotCheck.objects.filter(month=month).exists(),
            "month": month,
            "percent": ReviewSettings.load().spot_check_percent,
        }


class DrawView(View):
    """Draw this month's spot check now, by POST."""

    http_method_names = ["post"]

    def post(self, request):
        if not request.user.has_perm(DRAW):
            raise PermissionDenied
        try:
            check = spot_checks.draw()
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
            return redirect("spot_checks:index")
        messages.success(request, gettext("Drawn. Look at each article and say what you found."))
        return redirect("spot_checks:inspect", check.pk)


class SpotCheckView(InspectView):
    """One month: what was drawn and how, and for each article what was found."""

    template_name = "publish/admin/spot_check.html"
    page_title = _("Monthly spot check")

    def get_page_subtitle(self):
        return f"{self.object.month:%Y-%m}"

    def get_context_data(self, **kwargs):
        items = list(self.object.items.select_related("article", "older", "checked_by"))
        for item in items:
            item.tone = TONES[item.verdict]
            item.address = spot_checks.address_of(item)
            item.title = spot_checks.title_of(item)
        items.sort(key=lambda item: (item.verdict != Verdict.OPEN, item.pk))
        return super().get_context_data(**kwargs) | {
            "check": self.object,
            "items": items,
            "open": sum(item.verdict == Verdict.OPEN for item in items),
            "same": spot_checks.drawn_again(self.object),
            "may_judge": self.request.user.has_perm(JUDGE),
            "may_withdraw": self.request.user.has_perm("publish.withdraw_publication"),
            "verdicts": [choice for choice in Verdict.choices if choice[0] != Verdict.OPEN],
        }


class JudgeView(View):
    """Say what was found in one article, by POST."""

    http_method_names = ["post"]

    def post(self, request, pk):
        if not request.user.has_perm(JUDGE):
            raise PermissionDenied
        item = get_object_or_404(SpotCheckItem.objects.select_related("article", "older"), pk=pk)
        try:
            spot_checks.judge(
                item, request.POST.get("verdict", ""), request.POST.get("note", ""), user=request.user
            )
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(
                request,
                gettext("“%(title)s”: recorded with your name.") % {"title": spot_checks.title_of(item)},
            )
        return redirect("spot_checks:inspect", item.spot_check_id)


class ReportView(View):
    """One month as a CSV file."""

    def get(self, request, pk):
        if not request.user.has_perm(LOOK):
            raise PermissionDenied
        check = get_object_or_404(SpotCheck, pk=pk)
        return csv_file(spot_checks.report(check), f"spot-check-{check.month:%Y-%m}")


def _progress(check):
    if check.waiting:
        return gettext("%(count)d open") % {"count": check.waiting}
    return gettext("done")


class SpotCheckViewSet(LookedAtViewSet):
    model = SpotCheck
    icon = "tasks"
    menu_label = _("Spot checks")
    menu_order = 30
    url_prefix = "spot-checks"
    url_namespace = "spot_checks"
    index_view_class = SpotCheckIndexView
    inspect_view_class = SpotCheckView
    inspect_view_enabled = True
    ordering = ["-month"]
    list_display = [
        TitleColumn(
            "month",
            label=_("Month"),
            accessor=lambda check: f"{check.month:%Y-%m}",
            url_name="spot_checks:inspect",
            sort_key="month",
        ),
        Column("population", label=_("Drawn from"), accessor=lambda check: len(check.population)),
        Column("drawn", label=_("Articles")),
        Column("waiting", label=_("Standing"), accessor=_progress),
        Column("found", label=_("To be mended or taken down")),
    ]

    def actions(self):
        return [
            path("draw/", DrawView.as_view(), name="draw"),
            path("<int:pk>/report/", ReportView.as_view(), name="report"),
            path("item/<int:pk>/", JudgeView.as_view(), name="judge"),
        ]
