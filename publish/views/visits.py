"""Visits of readers in the admin: a chart by day and source, the articles that were opened most, and both as files."""

from django import forms
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.widgets import Button

from articles.exports import csv_file
from articles.models import ArticlePage, Department, TopicPage
from articles.views.access import EntitledPage, menu_item_for
from publish import visit_report
from publish.models import Publication, VisitCount


LOOK = "publish.view_visitcount"


class PeriodForm(forms.Form):
    """For which days, and of which articles. What is not understood counts as not asked."""

    days = forms.TypedChoiceField(
        label=_("Period"),
        choices=[
            (7, _("Last 7 days")),
            (30, _("Last 30 days")),
            (90, _("Last 90 days")),
            (365, _("Last 365 days")),
        ],
        coerce=int,
        required=False,
        empty_value=visit_report.USUAL,
    )
    topic = forms.ModelChoiceField(
        label=_("Topic"), queryset=TopicPage.objects.order_by("path"), required=False, empty_label=_("All")
    )
    department = forms.ModelChoiceField(
        label=_("Department"), queryset=Department.objects.all(), required=False, empty_label=_("All")
    )
    q = forms.CharField(label=_("Words of the title"), max_length=100, required=False)
    article = forms.ModelChoiceField(
        queryset=ArticlePage.objects.all(), required=False, widget=forms.HiddenInput
    )


class VisitsView(EntitledPage):
    """The page, or with ``as=days`` and ``as=articles`` its tables as CSV."""

    right = LOOK
    page_title = _("Visits")
    header_icon = "view"
    template_name = "publish/admin/visits.html"

    def get(self, request):
        form = PeriodForm(request.GET if request.GET else {"days": visit_report.USUAL})
        form.is_valid()
        chosen = form.cleaned_data
        report = visit_report.Report(
            chosen.get("days") or visit_report.USUAL,
            topic=chosen.get("topic"),
            department=chosen.get("department"),
            words=chosen.get("q") or "",
            article=chosen.get("article"),
        )
        name = f"{report.first.isoformat()}-{report.last.isoformat()}"
        if request.GET.get("as") == "days":
            return csv_file(visit_report.days_csv(report), f"visits-{name}")
        if request.GET.get("as") == "articles":
            return csv_file(visit_report.articles_csv(report), f"visits-by-article-{name}")
        return self.render_to_response(
            self.get_context_data(form=form, report=report, one=self._title(chosen.get("article")))
        )

    def _title(self, article):
        """Return what readers call the one article that was asked for, or ""."""
        if article is None:
            return ""
        signed = (
            Publication.objects.filter(article=article).order_by("-number").values_list("title", flat=True)
        )
        return signed.first() or article.title

    def get_context_data(self, report, **kwargs):
        found = bool(report.total.now or report.total.before)
        return super().get_context_data(**kwargs) | {
            "report": report,
            "sources": list(zip(VisitCount.Source.values, report.sources, strict=True)),
            "chart": visit_report.chart(report.bars) if found else None,
            "articles": report.articles(visit_report.MOST_ARTICLES) if found else [],
            "most": visit_report.MOST_ARTICLES,
            "ever": found or VisitCount.objects.exists(),
        }


class VisitsViewSet(ViewSet):
    icon = "view"
    menu_label = _("Visits")
    menu_order = 12
    url_prefix = "visits"
    url_namespace = "visits"

    def get_urlpatterns(self):
        return [path("", VisitsView.as_view(), name="index")]

    @cached_property
    def menu_item_class(self):
        return menu_item_for(super().menu_item_class, LOOK)


def header_buttons(page, user, view_name, next_url=None):
    """Say on an article how often it was opened of late (hook ``register_page_header_buttons``)."""
    if not isinstance(page, ArticlePage) or not page.live or not user.has_perm(LOOK):
        return
    number = visit_report.of_article(page.pk)
    if number:
        yield Button(
            ngettext("%d visit in 30 days", "%d visits in 30 days", number) % number,
            f"{reverse('visits:index')}?article={page.pk}",
            icon_name="view",
            priority=59,
        )
