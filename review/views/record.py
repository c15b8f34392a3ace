"""The record of one article: its dossier as a page to print and as JSON, the stamped form and its scans."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from wagtail.admin.widgets import Button

from articles.models import ArticlePage, Institution
from articles.scans import hand_out
from review import dossier, printed, stamped_forms
from review.models import Approval, ApprovalScan


@method_decorator([login_required, never_cache], name="dispatch")
class ArticleRecordView(View):
    """A page of one article's record, for those who may see its dossier."""

    def setup(self, request, pk, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.article = get_object_or_404(ArticlePage.objects.select_related("department"), pk=pk)

    def dispatch(self, request, *args, **kwargs):
        if not dossier.may_see(request.user, self.article):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def approval(self, number):
        """Return this article's Approval with ``number``, or answer 404."""
        return get_object_or_404(Approval, article=self.article, sequence=number)


class DossierView(ArticleRecordView):
    """The dossier, ready to be printed or saved as PDF by the browser."""

    def get(self, request, pk):
        return self.page(request, stamped_forms.ScanForm())

    def page(self, request, form, number=None, status=200):
        context = {
            "article": self.article,
            "dossier": dossier.of(self.article),
            "institution": Institution.load(),
            "may_add_scan": stamped_forms.may_add(request.user, self.article),
            "form": form,
            "form_number": number,
        }
        return render(request, "review/dossier/dossier.html", context, status=status)


class DossierJsonView(ArticleRecordView):
    """The dossier as JSON, with the whole snapshots, so that digests can be computed elsewhere."""

    def get(self, request, pk):
        response = JsonResponse(
            dossier.as_json(dossier.of(self.article)), json_dumps_params={"ensure_ascii": False, "indent": 2}
        )
        response["Content-Disposition"] = f'attachment; filename="dossier-{self.article.pk}.json"'
        return response


class ApprovalFormView(ArticleRecordView):
    """The hospital's own form (审批表) of one approval, to be printed, signed in ink and stamped."""

    def get(self, request, pk, number):
        approval = self.approval(number)
        context = {
            "article": self.article,
            "approval": approval,
            "snapshot": approval.snapshot,
            "signatures": [printed.signature(one) for one in approval.signatures],
            "institution": Institution.load(),
        }
        return render(request, "review/approval_form.html", context)


class AddScanView(DossierView):
    """Attaching a scan of the stamped form to an approval."""

    def get(self, request, pk, number):
        return redirect("review:dossier", self.article.pk)

    def post(self, request, pk, number):
        if not stamped_forms.may_add(request.user, self.article):
            raise PermissionDenied
        approval = self.approval(number)
        form = stamped_forms.ScanForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.page(request, form, number, status=422)
        form.keep(approval, request.user)
        messages.success(request, _("The scan is kept beside approval %(number)d.") % {"number": number})
        return redirect("review:dossier", self.article.pk)


class ScanView(ArticleRecordView):
    """Downloading a scan; private files have no other address."""

    def get(self, request, pk, scan):
        found = get_object_or_404(ApprovalScan, pk=scan, approval__article=self.article)
        return hand_out(found.scan, f"approval-{found.approval.sequence}")


def header_buttons(page, user, view_name, next_url=None):
    """Offer the dossier in the editor's header (hook ``register_page_header_buttons``)."""
    if isinstance(page, ArticlePage) and page.pk and dossier.may_see(user, page):
        yield Button(
            _("Dossier and history"),
            reverse("review:dossier", args=[page.pk]),
            icon_name="history",
            priority=60,
        )
