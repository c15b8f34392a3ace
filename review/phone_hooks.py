"""Registers links, PINs and known devices with Wagtail's admin. Imported by ``review.wagtail_hooks``."""

from django.utils.translation import gettext_lazy as _

from wagtail import hooks
from wagtail.permissions import register_permission_policy

from review.models import LinkOpening, ReviewLink
from review.views.links import LinkOpeningViewSet, ReviewLinkViewSet
from review.views.pins import ReviewPinViewSet
from review.viewsets import ReadOnlyPolicy


for looked_at in (ReviewLink, LinkOpening):
    register_permission_policy(looked_at, ReadOnlyPolicy(looked_at))


@hooks.register("register_admin_viewset")
def register_phone_viewsets():
    return [
        ReviewLinkViewSet("review_links", menu_hook="register_reports_menu_item"),
        LinkOpeningViewSet("review_openings", menu_hook="register_reports_menu_item"),
        ReviewPinViewSet("review_pins"),
    ]


@hooks.register("register_log_actions")
def log_pins(actions):
    actions.register_action("review.enrol_pin", _("Enrol a review PIN"), _("Review PIN enrolled"))
    actions.register_action("review.remove_pin", _("Remove a review PIN"), _("Review PIN removed"))
