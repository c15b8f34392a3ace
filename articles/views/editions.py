"""“A new edition” of a signed article: what will happen, what is new and why, from which text, and who writes it."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from wagtail.admin import messages
from wagtail.admin.widgets import Button

from articles import colleagues, editions
from articles.errors import Refusal
from articles.models import ArticlePage
from articles.planning import tasks
from articles.views.page import AdminPageMixin


KEEP, SIGNED = "draft", "signed"


class Colleague(forms.ModelChoiceField):
    default_error_messages = {
        "invalid_choice": _(
            "This colleague has left, or may not write articles any more. Choose somebody else."
        )
    }

    def label_from_instance(self, user):
        return colleagues.label(user)


class EditionForm(forms.Form):
    reason = forms.ChoiceField(label=_("Why"), choices=editions.Reason.choices, widget=forms.RadioSelect)
    changes = forms.CharField(
        label=_("What is new"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Readers see it in the next version. It may stay empty in a routine re-review."),
    )
    begin_with = forms.ChoiceField(
        label=_("Begin with"),
        choices=[
            (SIGNED, _("the signed text; the present draft stays in the history")),
            (KEEP, _("the present draft")),
        ],
        widget=forms.RadioSelect,
        initial=KEEP,
        required=False,
    )
    person = Colleague(
        label=_("Give it to"), queryset=None, required=False, empty_label=_("nobody in particular")
    )
    due = forms.DateField(
        label=_("Due on"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, drifted=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = colleagues.may_edit_articles()
        if not drifted:
            del self.fields["begin_with"]


class EditionView(AdminPageMixin, FormView):
    template_name = "articles/admin/planning/edition.html"
    page_title = _("A new edition")
    header_icon = "doc-full-inverse"
    form_class = EditionForm

    def dispatch(self, request, pk):
        self.article = get_object_or_404(ArticlePage, pk=pk)
        if not self.article.permissions_for_user(request.user).can_edit():
            raise PermissionDenied
        if sentence := editions.objection(self.article, request.user):
            messages.warning(request, sentence)
            return redirect("wagtailadmin_pages:edit", self.article.pk)
        return super().dispatch(request)

    def get_page_subtitle(self):
        return self.article.get_admin_display_title()

    def way_here(self):
        editor = reverse("wagtailadmin_pages:edit", args=[self.article.pk])
        return [(editor, self.article.get_admin_display_title())]

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"drifted": editions.has_drifted(self.article)}

    def get_initial(self):
        return {"seen": self.article.latest_revision_id}

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "article": self.article,
            "signed": editions.signed_base(self.article),
            "drifted": editions.has_drifted(self.article),
        }

    def form_valid(self, form):
        values = form.cleaned_data
        if values["reason"] == editions.Reason.CORRECTION:
            if self.article.live:
                return redirect("corrections:begin", self.article.pk)
            form.add_error(
                "reason", gettext("Readers see no version that could be corrected: it was withdrawn.")
            )
            return self.form_invalid(form)
        try:
            editions.begin(
                self.article,
                self.request.user,
                reason=values["reason"],
                changes=values["changes"],
                from_signed=values.get("begin_with") == SIGNED,
                seen=values["seen"],
            )
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
            return self.form_invalid(form)
        self._give(values)
        messages.success(
            self.request,
            gettext("The new edition is begun. Readers keep the signed text until this one is signed."),
        )
        return redirect("wagtailadmin_pages:edit", self.article.pk)

    def _give(self, values):
        if not values["person"]:
            return
        try:
            tasks.give(
                ArticlePage.objects.get(pk=self.article.pk),
                values["person"],
                due=values["due"],
                note=values["changes"],
                by=self.request.user,
            )
        except Refusal as refusal:
            # The edition stands; only the giving has to be done again.
            messages.warning(self.request, refusal.sentence)


def header_buttons(page, user, view_name, next_url=None):
    """Offer a new edition of what was signed (hook ``register_page_header_buttons``)."""
    if (
        isinstance(page, ArticlePage)
        and page.pk
        and (page.live or page.first_published_at)
        and not page.current_workflow_task
        and page.permissions_for_user(user).can_edit()
    ):
        yield Button(
            _("A new edition"),
            reverse("article_edition", args=[page.pk]),
            icon_name="doc-full-inverse",
            priority=54,
        )
