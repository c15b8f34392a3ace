"""Records in the admin, which nobody fills in by a form; approvals among them."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy

from review.models import Approval


class ReadOnlyPolicy(ModelPermissionPolicy):
    """Nobody adds, changes or deletes a record, whatever rights they hold."""

    def user_has_permission(self, user, action):
        return action in ("view", "choose") and super().user_has_permission(user, "view")

    def user_has_any_permission(self, user, actions):
        return any(self.user_has_permission(user, action) for action in actions)


class LookedAtViewSet(ModelViewSet):
    """A list, and where ``inspect_view_enabled`` says so a page for each row, of what no form fills in.

    ``actions()``: the paths of its buttons.
    """

    copy_view_enabled = False
    form_fields = []
    list_per_page = 25

    def actions(self):
        """Return further URL patterns."""
        return []

    def get_urlpatterns(self):
        looked_at = ("index", "index_results", "inspect")
        return [*(found for found in super().get_urlpatterns() if found.name in looked_at), *self.actions()]


class ApprovalViewSet(ModelViewSet):
    model = Approval
    icon = "check"
    menu_label = _("Approvals")
    menu_order = 260
    add_to_admin_menu = True
    inspect_view_enabled = True
    copy_view_enabled = False
    list_display = [
        Column("sequence", label=_("Number"), sort_key="sequence"),
        TitleColumn(
            "title",
            label=_("Article"),
            accessor=lambda approval: approval.snapshot.get("title", ""),
            get_url=lambda approval: reverse("review:dossier", args=[approval.article_id]),
        ),
        Column(
            "signers",
            label=_("Signed by"),
            accessor=lambda approval: "、".join(s["name"] for s in approval.signatures),
        ),
        DateColumn("signed_at", label=_("Signed at"), sort_key="signed_at"),
        Column("digest", label=_("Digest"), accessor=lambda approval: approval.digest[:12]),
    ]
    list_filter = {"signed_at": ["date"]}
    search_fields = ["digest", "article__title"]
    inspect_view_fields = [
        "sequence",
        "article",
        "signed_at",
        "scheme",
        "digest",
        "signatures",
        "previous_mac",
        "mac",
    ]
    form_fields = []
    ordering = ["-sequence"]
