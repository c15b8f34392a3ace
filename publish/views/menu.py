"""The WeChat group of the admin's menu."""

from django.utils.translation import gettext_lazy as _

from wagtail.admin.viewsets.base import ViewSetGroup

from publish.views.board import BoardViewSet
from publish.views.calendar import CalendarViewSet
from publish.views.ledger import LedgerViewSet


class WeChatGroup(ViewSetGroup):
    menu_label = _("WeChat")
    menu_icon = "mail"
    menu_order = 250
    items = (
        CalendarViewSet("publish_calendar"),
        BoardViewSet("publish_board"),
        LedgerViewSet("publish_ledger"),
    )
