"""What came in by an import and what became of it, side by side."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET
from django.views.generic import TemplateView

from csp.decorators import csp_replace

from articles.importing import jobs
from articles.importing.report import account_rows
from articles.importing.service import report_of
from articles.models import ArticlePage
from articles.views.import_view import seen_job, shown
from articles.views.page import AdminPageMixin


_KINDS = {
    "heading": gettext_lazy("Heading"),
    "paragraph": gettext_lazy("Paragraph"),
    "image": gettext_lazy("Picture"),
    "key_points": gettext_lazy("Key points"),
    "steps": gettext_lazy("Steps"),
    "do_dont": gettext_lazy("Do and do not"),
    "care_card": gettext_lazy("When to seek care"),
    "question_answer": gettext_lazy("Question and answer"),
    "table": gettext_lazy("Table"),
    "quote": gettext_lazy("Quotation"),
}


class JobView(AdminPageMixin, TemplateView):
    """Side by side: what came in, what needs a look, what became of it."""

    template_name = "articles/admin/import_job.html"
    header_icon = "upload"
    page_title = gettext_lazy("What came in, what became of it")

    def way_here(self):
        return [(reverse("articles_imports"), _("Imports"))]

    def get_page_subtitle(self):
        return self.job.file_name

    def dispatch(self, request, *args, **kwargs):
        self.job = seen_job(request, kwargs["job_id"])
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        job, user = self.job, self.request.user
        report, entries = jobs.report_of(job)
        draft = job.article.get_latest_revision_as_object() if job.article else None
        may_edit = bool(job.article and job.article.permissions_for_user(user).can_edit())
        return super().get_context_data(
            **shown(job, user),
            original=reverse("articles_import_original", args=[job.pk]),
            edit_url=reverse("wagtailadmin_pages:edit", args=[job.article_id]) if may_edit else "",
            sections=with_spots(report, entries),
            account=account_of(report),
            draft=draft,
            blocks=[
                {
                    "id": block.id,
                    "kind": block.block_type,
                    "label": _KINDS[block.block_type],
                    "value": block.value,
                }
                for block in draft.body
            ]
            if draft
            else [],
            **kwargs,
        )


def with_spots(report, entries):
    """Return [(kind, heading, entries)] in the order in which they need a look, each with places and their links."""
    spots = {(entry["kind"], entry["code"], entry["what"]): entry.get("spots", []) for entry in entries}
    sections = []
    for kind, heading, found in reversed(report.sections()):
        rows = []
        for entry in found:
            links = spots.get((entry.kind, entry.code, entry.what), [])
            links = links + [{}] * (len(entry.places) - len(links))
            rows.append({"entry": entry, "places": list(zip(entry.places, links, strict=False))})
        sections.append((kind, heading, rows))
    return sections


def account_of(report):
    """Return (rows of figures, missing lines, how many more) of a report."""
    if not report.account:
        return {"rows": [], "missing": [], "unlisted": 0}
    return {
        "rows": account_rows(report.account),
        "missing": report.account["missing"],
        "unlisted": report.account["unlisted"],
    }


_ORIGINAL = """<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width"><style>
body{{margin:0;padding:1rem;font:16px/1.7 "PingFang SC","Noto Sans CJK SC","Microsoft YaHei",sans-serif;color:#1d1d1f;overflow-wrap:anywhere}}
img{{max-width:100%;height:auto}}table{{border-collapse:collapse}}td,th{{border:1px solid #999;padding:.25rem .5rem;vertical-align:top}}
h1{{font-size:1.5rem}}h2{{font-size:1.25rem}}h3,h4,h5,h6{{font-size:1.1rem}}:target{{background:#ffe9a8;scroll-margin-top:2rem}}
blockquote{{border-inline-start:4px solid #ccc;margin-inline:0;padding-inline-start:1rem}}
</style></head><body>{body}</body></html>"""


@require_GET
@xframe_options_sameorigin
@csp_replace(
    {
        "default-src": ["'none'"],
        "img-src": ["data:"],
        "style-src": ["'unsafe-inline'"],
        "frame-ancestors": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "script-src": None,
        "font-src": None,
        "connect-src": None,
        "object-src": None,
        "sandbox": [""],
    }
)
def original(request, job_id):
    """Show what came in: plain elements and pictures inside the page, nothing that runs or is fetched."""
    job = seen_job(request, job_id)
    body = jobs.came_in(job) or f"<p>{escape(_('The file is no longer here.'))}</p>"
    page = _ORIGINAL.format(language=escape(get_language() or "zh"), title=escape(job.file_name), body=body)
    answer = HttpResponse(page)
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


class ImportReportView(AdminPageMixin, TemplateView):
    """The report of an import, by the page it made: that of its job when there is one, else what its history says."""

    template_name = "articles/admin/import_report.html"
    header_icon = "upload"
    page_title = gettext_lazy("Import report")

    def get(self, request, *args, **kwargs):
        self.page = get_object_or_404(ArticlePage, pk=self.kwargs["page_id"])
        if not self.page.permissions_for_user(request.user).can_edit():
            raise PermissionDenied
        job = self.page.imports.order_by("-pk").first()
        if job is not None:
            return redirect("articles_import_job", job.pk)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        file_name, report = report_of(self.page)
        return super().get_context_data(
            page=self.page,
            file_name=file_name,
            sections=with_spots(report, []) if report else [],
            account=account_of(report) if report else None,
            edit_url=reverse("wagtailadmin_pages:edit", args=[self.page.pk]),
            **kwargs,
        )
