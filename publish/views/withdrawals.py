"""Withdrawals (撤稿) in the admin: taking a publication back with a reason, and putting it back."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, View

from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import Button
from wagtail.permission_policies import ModelPermissionPolicy

from articles.errors import Refusal
from articles.models import ArticlePage
from publish import deletions, ledger, publishing
from publish.models import Publication, Withdrawal
from publish.states import State
from publish.views import deletions as deletion_views


RIGHT = "publish.withdraw_publication"


class WithdrawalPolicy(ModelPermissionPolicy):
    """The list is for those who withdraw; rows are made and closed by the views below only."""

    def user_has_permission(self, user, action):
        return action == "view" and user.has_perm(RIGHT)

    def user_has_any_permission(self, user, actions):
        return any(self.user_has_permission(user, action) for action in actions)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason, shown to readers"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Readers who open the article's address see this sentence; your name stays in the record. No names of patients."
        ),
    )


class WithdrawView(WagtailAdminTemplateMixin, FormView):
    """Ask for the reason, then take the article's live version off the website."""

    page_title = _("Withdraw")
    header_icon = "warning"
    template_name = "publish/admin/withdraw.html"
    form_class = ReasonForm

    def dispatch(self, request, article_pk):
        if not request.user.has_perm(RIGHT):
            raise PermissionDenied
        self.publication = get_object_or_404(Publication.objects.live(), article=article_pk)
        return super().dispatch(request)

    def get_context_data(self, **kwargs):
        copies = deletions.copies(self.publication.article_id).filter(push__state=State.DONE).count()
        return super().get_context_data(publication=self.publication, copies=copies, **kwargs)

    def form_valid(self, form):
        try:
            withdrawal = publishing.withdraw(
                self.publication, reason=form.cleaned_data["reason"], user=self.request.user
            )
        except Refusal as refusal:
            messages.error(self.request, refusal.sentence)
            return redirect("withdrawals:index")
        messages.success(self.request, gettext("Withdrawn. Readers no longer find it on the website."))
        return redirect("withdrawals:inspect", withdrawal.pk)


class WithdrawalView(generic.InspectView):
    """One withdrawal: what readers are told, and the copies that still lie in WeChat."""

    template_name = "publish/admin/withdrawal.html"
    page_title = _("Withdrawal")

    def get_object(self, queryset=None):
        rows = Withdrawal.objects.select_related("publication", "withdrawn_by", "undone_by")
        return get_object_or_404(rows, pk=self.pk)

    def get_page_subtitle(self):
        return self.object.publication.title

    def get_context_data(self, **kwargs):
        copies = list(deletions.copies(self.object.publication.article_id))
        for copy in copies:
            copy.road = deletions.ROADS[deletions.road(copy)]
            copy.deletion = deletions.current(copy)
            copy.tone = deletion_views.tone(copy.deletion) if copy.deletion else ledger.tone(copy.push.state)
        return super().get_context_data(**kwargs) | {
            "withdrawal": self.object,
            "copies": copies,
            "in_wechat": any(c.push.state == State.DONE for c in copies),
        }


class PutBackView(View):
    """Undo a withdrawal: the same signed version goes back to readers."""

    def post(self, request, pk):
        if not request.user.has_perm(RIGHT):
            raise PermissionDenied
        try:
            publishing.undo_withdrawal(get_object_or_404(Withdrawal, pk=pk), user=request.user)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, gettext("Readers find it on the website again."))
        return redirect("withdrawals:index")


class PutBackColumn(Column):
    """A button while the withdrawal stands."""

    cell_template_name = "publish/admin/put_back_cell.html"


class WithdrawalIndexView(generic.IndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().select_related("publication", "withdrawn_by")


class WithdrawalViewSet(ModelViewSet):
    model = Withdrawal
    icon = "warning"
    menu_label = _("Withdrawals")
    menu_order = 255
    add_to_admin_menu = True
    url_namespace = "withdrawals"
    url_prefix = "withdrawals"
    index_view_class = WithdrawalIndexView
    inspect_view_class = WithdrawalView
    inspect_view_enabled = True
    copy_view_enabled = False
    form_fields = []
    list_display = [
        TitleColumn(
            "publication",
            label=_("Article"),
            accessor="publication.title",
            url_name="withdrawals:inspect",
        ),
        Column("reason", label=_("Reason")),
        Column("withdrawn_by", label=_("Withdrawn by")),
        DateColumn("withdrawn_at", label=_("Withdrawn at"), sort_key="withdrawn_at"),
        PutBackColumn("undone_at", label=_("Now")),
    ]
    list_filter = {"withdrawn_at": ["date"]}
    search_fields = ["publication__title", "reason"]

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("article/<int:article_pk>/", WithdrawView.as_view(), name="withdraw"),
            path("put-back/<int:pk>/", PutBackView.as_view(), name="put_back"),
        ]


def header_buttons(page, user, view_name, next_url=None):
    """Offer “withdraw” on a live article to those who may (hook ``register_page_header_buttons``)."""
    if isinstance(page, ArticlePage) and page.live and user.has_perm(RIGHT):
        yield Button(
            _("Withdraw"), reverse("withdrawals:withdraw", args=[page.pk]), icon_name="warning", priority=60
        )
