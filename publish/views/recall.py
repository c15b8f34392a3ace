"""What I signed, and taking a signature back, for physicians and all others who sign."""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView, View

from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet
from wagtail.models import TaskState

from articles.errors import Refusal
from publish import deletions, recall
from publish.models import Publication, Withdrawal
from publish.states import State
from publish.views.access import PER_PAGE
from publish.views.withdrawals import ReasonForm
from review.models import ReviewTaskState


class SignedView(WagtailAdminTemplateMixin, TemplateView):
    """The live texts under which I stand, and what I have recalled."""

    page_title = _("Signed by me")
    header_icon = "check"
    template_name = "publish/admin/signed_by_me.html"

    def get_breadcrumbs_items(self):
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        query = self.request.GET.get("q", "").strip()[:100]
        rows = recall.signed_by(self.request.user)
        if query:
            rows = rows.filter(title__icontains=query)
        return super().get_context_data(**kwargs) | {
            "query": query,
            "page_obj": Paginator(rows, PER_PAGE).get_page(self.request.GET.get("p")),
            "recalled": recall.recalled_by(self.request.user)[:PER_PAGE],
        }


class RecallView(WagtailAdminTemplateMixin, FormView):
    """Ask for the reason, then take the page off the website."""

    page_title = _("Recall my signature")
    header_icon = "warning"
    template_name = "publish/admin/recall.html"
    form_class = ReasonForm

    def dispatch(self, request, pk):
        self.publication = get_object_or_404(Publication, pk=pk)
        if not recall.signed_by(request.user).filter(pk=pk).exists():
            messages.error(
                request,
                gettext(
                    "You have not signed the version that readers see now, so it is not yours to recall."
                ),
            )
            return redirect("my_signatures:index")
        return super().dispatch(request)

    def get_breadcrumbs_items(self):
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("my_signatures:index"), "label": _("Signed by me")},
            {"url": "", "label": self.page_title},
        ]

    def get_page_subtitle(self):
        return self.publication.title

    def get_context_data(self, **kwargs):
        copies = deletions.copies(self.publication.article_id).filter(push__state=State.DONE).count()
        return super().get_context_data(publication=self.publication, copies=copies, **kwargs)

    def form_valid(self, form):
        try:
            recall.recall(self.publication, user=self.request.user, reason=form.cleaned_data["reason"])
        except Refusal as refusal:
            messages.error(self.request, refusal.sentence)
        else:
            messages.success(
                self.request, gettext("Recalled. Readers no longer find it, and the chief librarian is told.")
            )
        return redirect("my_signatures:index")


class TakeBackView(View):
    """Let the signature stand again, by POST."""

    http_method_names = ["post"]

    def post(self, request, pk):
        try:
            recall.take_back(get_object_or_404(Withdrawal, pk=pk), user=request.user)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, gettext("Readers find it on the website again."))
        return redirect("my_signatures:index")


class SignersMenuItem(MenuItem):
    """Shown to those who sign."""

    def is_shown(self, request):
        return (
            hasattr(request.user, "physician")
            or ReviewTaskState.objects.filter(
                finished_by=request.user, status=TaskState.STATUS_APPROVED
            ).exists()
        )


class SignedByMeViewSet(ViewSet):
    icon = "check"
    menu_label = _("Signed by me")
    menu_order = 95
    menu_item_class = SignersMenuItem
    add_to_admin_menu = True
    url_prefix = "my-signatures"
    url_namespace = "my_signatures"

    def get_urlpatterns(self):
        return [
            path("", SignedView.as_view(), name="index"),
            path("<int:pk>/recall/", RecallView.as_view(), name="recall"),
            path("<int:pk>/take-back/", TakeBackView.as_view(), name="take_back"),
        ]
