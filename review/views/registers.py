"""Two registers in the admin: older WeChat articles, and the accounts reported to the hospital (账号备案台账)."""

from datetime import timedelta

from django.db.models import Q
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import HeaderButton

import django_filters

from articles.exports import PlainExportMixin
from articles.views.csv_upload import CsvUploadView
from review.models import Account, OlderArticle
from review.older import OlderArticleTable


IMPORT_RIGHTS = ("review.add_olderarticle", "review.change_olderarticle")
# How long before a platform's verification ends the register warns.
WARN_DAYS = 30


def iso(name):
    """Return an accessor for a day, written so that it sorts and copies well."""

    def shown(row):
        day = getattr(row, name)
        return day.isoformat() if day else ""

    return shown


# --- older articles -------------------------------------------------------------------------------------


class OlderArticleIndexView(PlainExportMixin, IndexView):
    @cached_property
    def header_more_buttons(self):
        buttons = list(super().header_more_buttons)
        if self.request.user.has_perms(IMPORT_RIGHTS):
            buttons.append(
                HeaderButton(
                    _("Take over from a file"),
                    reverse("older_articles:import"),
                    icon_name="upload",
                    priority=80,
                )
            )
        return buttons

    def get_base_queryset(self):
        return super().get_base_queryset().select_related("department")


class ImportView(CsvUploadView):
    table_class = OlderArticleTable
    rights = IMPORT_RIGHTS
    page_title = _("Older WeChat articles from a file")
    index = "older_articles:index"
    index_label = _("Older WeChat articles")
    intro = _("A table of what was published in WeChat before this system, saved as CSV.")
    hints = (
        _(
            "Title and address are needed; days are written as 2026-12-13. Articles with an address that is registered already are changed, not doubled."
        ),
    )


class TakenDownColumn(Column):
    """When it was taken down; brings the style sheet that keeps the list narrow on a phone."""

    class Media:
        css = {"all": ["review/after.css"]}


class OlderArticleViewSet(ModelViewSet):
    model = OlderArticle
    icon = "doc-full"
    menu_label = _("Older WeChat articles")
    menu_order = 40
    url_prefix = "older-articles"
    url_namespace = "older_articles"
    index_view_class = OlderArticleIndexView
    copy_view_enabled = False
    form_fields = ["title", "url", "published_on", "department", "note", "taken_down_on"]
    search_fields = ["title", "url"]
    search_backend_name = None
    list_filter = ["department", "published_on", "taken_down_on"]
    list_per_page = 25
    list_export = ["title", "url", "published_on", "department", "note", "taken_down_on"]
    export_filename = "older-articles"
    ordering = ["-published_on", "title"]
    list_display = [
        TitleColumn("title", label=_("Title"), url_name="older_articles:edit", sort_key="title"),
        Column(
            "published_on", label=_("Published on"), sort_key="published_on", accessor=iso("published_on")
        ),
        Column("department", label=_("Department"), classname="xl-wide"),
        TakenDownColumn("taken_down_on", label=_("Taken down on"), accessor=iso("taken_down_on")),
    ]

    def get_urlpatterns(self):
        return [*super().get_urlpatterns(), path("import/", ImportView.as_view(), name="import")]


# --- accounts ---------------------------------------------------------------------------------------------


def ending(day=None):
    """Return the open accounts whose verification ends within WARN_DAYS, or has ended."""
    limit = (day or timezone.localdate()) + timedelta(days=WARN_DAYS)
    return Account.objects.filter(closed_on=None, verified_until__lte=limit).order_by("verified_until")


class VerificationColumn(Column):
    """Until when the platform's verification holds, with a warning before it ends."""

    cell_template_name = "review/admin/standing_cell.html"

    class Media:
        css = {"all": ["review/after.css"]}

    def get_cell_context_data(self, instance, parent_context):
        context = super().get_cell_context_data(instance, parent_context)
        label, tone = verification(instance)
        return context | {"label": label, "tone": tone}


def verification(account, day=None):
    """Return (words, tone) of an account's verification."""
    today = day or timezone.localdate()
    until = account.verified_until
    if account.closed_on:
        return gettext("closed"), "quiet"
    if until is None:
        return gettext("not watched"), "quiet"
    if until < today:
        return gettext("ended %(day)s") % {"day": until.isoformat()}, "bad"
    if until <= today + timedelta(days=WARN_DAYS):
        return gettext("ends %(day)s") % {"day": until.isoformat()}, "person"
    return gettext("until %(day)s") % {"day": until.isoformat()}, "good"


class AccountFilters(WagtailFilterSet):
    verification = django_filters.ChoiceFilter(
        label=_("Verification"),
        method="filter_verification",
        choices=[("ending", _("ended, or ends within 30 days"))],
    )
    closed = django_filters.ChoiceFilter(
        label=_("Account"),
        method="filter_closed",
        choices=[("open", _("in use")), ("closed", _("closed"))],
    )

    class Meta:
        model = Account
        fields = ["kind", "verification", "closed"]

    def filter_verification(self, queryset, name, value):
        return queryset.filter(pk__in=ending().values("pk"))

    def filter_closed(self, queryset, name, value):
        return queryset.filter(Q(closed_on=None) if value == "open" else ~Q(closed_on=None))


class AccountIndexView(PlainExportMixin, IndexView):
    """The register; above it, what its verification needs soon."""

    def get(self, request, *args, **kwargs):
        count = ending().count()
        if count and not self.results_only:
            messages.warning(
                request,
                ngettext(
                    "The verification of %(count)d account has ended or ends within 30 days. Renew it on its platform, then enter the new date.",
                    "The verification of %(count)d accounts has ended or ends within 30 days. Renew it on their platforms, then enter the new dates.",
                    count,
                )
                % {"count": count},
            )
        return super().get(request, *args, **kwargs)


class AccountViewSet(ModelViewSet):
    model = Account
    icon = "group"
    menu_label = _("Register of accounts")
    menu_order = 50
    url_prefix = "accounts-register"
    url_namespace = "registered_accounts"
    index_view_class = AccountIndexView
    copy_view_enabled = False
    form_fields = [
        "platform",
        "name",
        "kind",
        "operator",
        "department",
        "filed_on",
        "verified_until",
        "closed_on",
        "note",
    ]
    filterset_class = AccountFilters
    search_fields = ["name", "platform", "operator", "department"]
    search_backend_name = None
    list_per_page = 25
    list_export = form_fields
    export_filename = "accounts"
    ordering = ["platform", "name"]
    list_display = [
        TitleColumn("name", label=_("Account name"), url_name="registered_accounts:edit", sort_key="name"),
        Column("platform", label=_("Platform"), sort_key="platform"),
        Column("kind", label=_("Kind"), accessor="get_kind_display", classname="xl-wide"),
        Column("operator", label=_("Run by"), classname="xl-wide"),
        Column(
            "filed_on",
            label=_("Reported on"),
            sort_key="filed_on",
            accessor=iso("filed_on"),
            classname="xl-wide",
        ),
        VerificationColumn("verified_until", label=_("Verification"), sort_key="verified_until"),
    ]
