"""One-click fixes of findings: the proposal, and after a click a new revision of the draft that can be undone."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.permissions import policy_registry

from articles.models import ArticlePage, LibraryImage
from publish import fixes


class TextForm(forms.Form):
    """The shorter text, which may be edited before it is taken."""

    text = forms.CharField(label=_("Shorter"), widget=AdminAutoHeightTextInput)

    def __init__(self, *args, most, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].help_text = gettext("%d characters at most. You may change it here.") % most


class FixView(WagtailAdminTemplateMixin, TemplateView):
    """Show what a fix would change; make it on POST, unless the draft has changed since it was shown."""

    page_title = _("Mend a finding")
    header_icon = "clipboard-list"
    template_name = "publish/admin/fix.html"

    def dispatch(self, request, page_pk, code):
        self.article = get_object_or_404(ArticlePage, pk=page_pk)
        if not self.article.permissions_for_user(request.user).can_edit():
            raise PermissionDenied
        if code.partition(".")[0] not in fixes.KINDS:
            raise Http404
        try:
            return super().dispatch(request, page_pk=page_pk, code=code)
        except fixes.FixRefusedError as refusal:
            messages.error(request, refusal.sentence)
            return redirect(self.edit_url)

    @cached_property
    def draft(self):
        return fixes.latest(self.article.pk)

    @cached_property
    def proposal(self):
        return fixes.propose(self.draft, self.kwargs["code"])

    @property
    def edit_url(self):
        return reverse("wagtailadmin_pages:edit", args=[self.article.pk])

    def get_page_subtitle(self):
        return self.draft.article.title

    def get_breadcrumbs_items(self):
        return [
            *super().get_breadcrumbs_items(),
            {"url": self.edit_url, "label": self.draft.article.get_admin_display_title()},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs):
        form = None
        if self.proposal.most:
            data = self.request.POST if self.request.method == "POST" else None
            form = TextForm(data, initial={"text": self.proposal.text}, most=self.proposal.most)
        return super().get_context_data(
            draft=self.draft, proposal=self.proposal, form=form, edit_url=self.edit_url, **kwargs
        )

    def post(self, request, page_pk, code):
        seen = fixes.Draft(self.article, request.POST.get("draft", ""))
        if seen.mark != self.draft.mark:
            messages.warning(
                request,
                gettext(
                    "The text has changed in the meantime, so nothing was written. Look at the proposal again."
                ),
            )
            return redirect(request.path)
        try:
            before, _after = fixes.apply(
                self.draft, code, user=request.user, text=request.POST.get("text", "")
            )
        except fixes.FixRefusedError as refusal:
            if not self.proposal.most:
                raise
            messages.error(request, refusal.sentence)
            return self.get(request)
        undo = reverse("wagtailadmin_pages:revisions_revert", args=[page_pk, before.pk]) if before else ""
        buttons = [messages.button(undo, gettext("Undo"))] if undo else []
        messages.success(
            request,
            gettext(
                "Done, in a new version of the draft. “Undo” opens the version before; save it to go back."
            ),
            buttons=buttons,
        )
        return redirect(self.edit_url)


def focus(request, page_pk, image_pk):
    """Open the picture's form, where its focal point is set."""
    image = get_object_or_404(LibraryImage, pk=image_pk)
    if not policy_registry.get_by_type(LibraryImage).user_has_permission_for_instance(
        request.user, "change", image
    ):
        messages.error(request, gettext("You may not change this picture. Ask a librarian who may."))
        return redirect("wagtailadmin_pages:edit", page_pk)
    back = reverse("wagtailadmin_pages:edit", args=[page_pk])
    return redirect(f"{reverse('wagtailimages:edit', args=[image.pk])}?next={back}")


class FixesViewSet(ViewSet):
    """Has no entry in the menu: findings lead here."""

    url_namespace = "publish_fixes"
    url_prefix = "fixes"

    def get_urlpatterns(self):
        return [
            path("<int:page_pk>/focus.<int:image_pk>/", focus, name="focus"),
            path("<int:page_pk>/<str:code>/", FixView.as_view(), name="propose"),
        ]
