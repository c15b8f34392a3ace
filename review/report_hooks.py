"""Registers the reports with Wagtail's admin."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wagtail import hooks

from review.views.reports import ReportViewSet, WorkMenuItem


@hooks.register("register_admin_viewset")
def register_report():
    return [ReportViewSet("review_report")]


@hooks.register("register_reports_menu_item")
def register_work_item():
    return WorkMenuItem(
        _("One person's year"), reverse("review_report:work"), name="work-record", icon_name="user", order=311
    )
