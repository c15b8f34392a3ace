"""The checks' places in Wagtail's admin. ``articles.wagtail_hooks`` imports this module, which registers them."""

from django.templatetags.static import static
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from wagtail import hooks
from wagtail.permissions import register_permission_policy

from articles.models import FindingWaiver, WordingRule
from articles.views import checking, findings
from articles.views.consents import KeptPolicy


# Rules are put out of force and not deleted: their codes stand in kept findings.
register_permission_policy(WordingRule, KeptPolicy(WordingRule))
register_permission_policy(FindingWaiver, checking.WaiverPolicy(FindingWaiver))


@hooks.register("register_admin_urls")
def register_waiver_addresses():
    return [
        path(
            "findings/<int:page_pk>/pass/<slug:name>/",
            findings.WaiveView.as_view(),
            name="article_finding_waive",
        ),
        path(
            "findings/waivers/<int:pk>/take-back/",
            findings.TakeBackView.as_view(),
            name="article_finding_take_back",
        ),
    ]


@hooks.register("register_admin_viewset")
def register_checks():
    return checking.ChecksGroup()


@hooks.register("register_log_actions")
def register_waiver_log_actions(actions):
    actions.register_action(findings.LOG_WAIVE, _("Let a finding pass"), _("A finding was let pass"))
    actions.register_action(
        findings.LOG_TAKE_BACK, _("Take a waiver back"), _("A finding let pass counts again")
    )


@hooks.register("insert_global_admin_css")
def add_findings_css():
    return format_html('<link rel="stylesheet" href="{}">', static("articles/findings.css"))
