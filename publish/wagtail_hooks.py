"""Registers the publishing room with Wagtail's admin."""

from wagtail import hooks
from wagtail.permissions import register_permission_policy

from publish import audit
from publish.models import Correction, Deletion, Delivery, Push, PushItem, ReaderFeedback, Withdrawal
from publish.views import after, corrections, deletions, feedback, hand_over, visits, withdrawals
from publish.views.deliveries import DeliveryViewSet
from publish.views.fixes import FixesViewSet
from publish.views.ledger import LedgerPolicy
from publish.views.menu import WeChatGroup
from publish.views.recall import SignedByMeViewSet
from publish.views.style_guide import StyleGuideViewSet
from review.models import ReReview, SpotCheck
from review.viewsets import ReadOnlyPolicy


for looked_at in (Push, PushItem, Delivery, Deletion, Correction):
    register_permission_policy(looked_at, LedgerPolicy(looked_at))
for record in (ReReview, SpotCheck):
    register_permission_policy(record, ReadOnlyPolicy(record))
register_permission_policy(Withdrawal, withdrawals.WithdrawalPolicy(Withdrawal))
register_permission_policy(ReaderFeedback, feedback.FeedbackPolicy(ReaderFeedback))
hooks.register("register_log_actions", audit.register)
hooks.register("register_page_header_buttons", withdrawals.header_buttons)
hooks.register("register_page_header_buttons", corrections.header_buttons)
hooks.register("register_page_header_buttons", feedback.header_buttons)
hooks.register("register_page_header_buttons", visits.header_buttons)
hooks.register("construct_homepage_panels", deletions.add_panel)
hooks.register("construct_homepage_panels", hand_over.add_drift_panel)
hooks.register("construct_homepage_panels", after.add_panel)
hooks.register("construct_homepage_panels", feedback.add_panel)


@hooks.register("register_admin_viewset")
def register_wechat_viewsets():
    return [
        WeChatGroup(),
        after.AfterGroup(),
        SignedByMeViewSet("my_signatures"),
        DeliveryViewSet("deliveries"),
        withdrawals.WithdrawalViewSet("withdrawals"),
        FixesViewSet("publish_fixes"),
        StyleGuideViewSet("publish_style_guide"),
    ]
