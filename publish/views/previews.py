"""The preview list (预览名单), and the buttons that show a push to it."""

from django.db.models import ProtectedError
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from wagtail.admin import messages
from wagtail.admin.ui.tables import BooleanColumn, Column, TitleColumn
from wagtail.admin.views.generic import DeleteView
from wagtail.admin.viewsets.model import ModelViewSet

from articles.errors import Refusal
from publish import previews
from publish.models import Push
from publish.models.planning import Preview, PreviewReader
from publish.views.access import PER_PAGE, only_for_changers


class SendView(View):
    """Send the preview of a push to everybody on the list, by POST."""

    def post(self, request, pk):
        only_for_changers(request)
        push = get_object_or_404(Push, pk=pk)
        try:
            made = previews.send(push, request.user)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, _sentence(made))
        return redirect(_place_of(push))


class AgainView(View):
    """Try one failed preview once more, by POST."""

    def post(self, request, pk):
        only_for_changers(request)
        preview = get_object_or_404(Preview.objects.select_related("push", "reader"), pk=pk)
        try:
            previews.send_again(preview)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, gettext("It is sent again within a second."))
        return redirect(_place_of(preview.push))


def _sentence(made):
    if not made:
        return gettext("Everybody on the list has got this version already; nothing was sent twice.")
    return ngettext(
        "The preview goes to %(count)d colleague. Who has read it and what they say is shown below.",
        "The preview goes to %(count)d colleagues. Who has read it and what they say is shown below.",
        made,
    ) % {"count": made}


def _place_of(push):
    """Return the page that shows the previews of ``push``: where it is composed, else the ledger's."""
    page = reverse("publish_calendar:compose", args=[push.pk]) if push.composing else push.get_absolute_url()
    return f"{page}#previews"


class DeleteReaderView(DeleteView):
    """Somebody who got a preview stays in its record; they can be taken off the list."""

    def post(self, request, *args, **kwargs):
        try:
            return super().post(request, *args, **kwargs)
        except ProtectedError:
            messages.error(
                request,
                gettext(
                    "%(name)s has got previews, which stay in the record. Switch “on the list” off instead."
                )
                % {"name": self.object},
            )
            return redirect("preview_readers:edit", self.object.pk)


def _reached(reader):
    """Return how a preview reaches ``reader``."""
    if reader.follows:
        return gettext("WeChat preview")
    return gettext("phone page, link by mail") if reader.email else gettext("phone page, link by hand")


class PreviewReaderViewSet(ModelViewSet):
    """The preview list: colleagues who see a push before followers do."""

    model = PreviewReader
    icon = "group"
    menu_label = _("Preview list")
    menu_order = 60
    url_prefix = "preview-list"
    url_namespace = "preview_readers"
    delete_view_class = DeleteReaderView
    copy_view_enabled = False
    form_fields = ["name", "wxname", "openid", "email", "active"]
    search_fields = ["name", "wxname", "email"]
    list_filter = ["active"]
    list_per_page = PER_PAGE
    ordering = ["name", "pk"]
    list_display = [
        TitleColumn("name", label=_("Name"), url_name="preview_readers:edit", sort_key="name"),
        Column("reached", label=_("Reached by"), accessor=_reached),
        BooleanColumn("active", label=_("On the list")),
    ]

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("send/<int:pk>/", SendView.as_view(), name="send"),
            path("again/<int:pk>/", AgainView.as_view(), name="again"),
        ]
