"""Registers the publishing room with Wagtail's admin."""

from wagtail import hooks
from wagtail.permissions import register_permission_policy

from publish import audit
from publish.models import Push
from publish.viewsets import LedgerPolicy, WeChatGroup


register_permission_policy(Push, LedgerPolicy(Push))
hooks.register("register_log_actions", audit.register)


@hooks.register("register_admin_viewset")
def register_wechat_viewsets():
    return WeChatGroup()
