"""Physicians and approvals in the admin."""

from django.utils.translation import gettext_lazy as _

from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import InspectView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy

from review.models import Approval, Physician


class ReadOnlyPolicy(ModelPermissionPolicy):
    """Nobody adds, changes or deletes a record, whatever rights they hold."""

    def user_has_permission(self, user, action):
        return action in ("view", "choose") and super().user_has_permission(user, "view")

    def user_has_any_permission(self, user, actions):
        return any(self.user_has_permission(user, action) for action in actions)


class PhysicianInspectView(InspectView):
    def get_field_display_value(self, field_name, field):
        value = super().get_field_display_value(field_name, field)
        return (_("Yes") if value else _("No")) if isinstance(value, bool) else value


class PhysicianViewSet(ModelViewSet):
    model = Physician
    inspect_view_class = PhysicianInspectView
    inspect_view_fields_exclude = ["id"]
    icon = "user"
    menu_label = _("Physicians")
    menu_order = 310
    add_to_settings_menu = True
    inspect_view_enabled = True
    list_display = ["name", "title", "department", "post"]
    list_filter = ["department", "post"]
    search_fields = ["name", "title"]
    panels = [
        FieldPanel("user"),
        FieldPanel("name"),
        FieldPanel("title"),
        FieldPanel("department"),
        FieldPanel("reviews_for"),
        FieldPanel("post"),
    ]


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
        Column("article", label=_("Article")),
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
