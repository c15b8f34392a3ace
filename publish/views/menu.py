"""The WeChat group of the admin's menu."""

from django.utils.translation import gettext_lazy as _

from wagtail.admin.viewsets.base import ViewSetGroup

from publish.views.board import BoardViewSet
from publish.views.calendar import CalendarViewSet
from publish.views.gallery import GalleryViewSet
from publish.views.ledger import LedgerViewSet
from publish.views.quiet_dates import QuietDateViewSet


class WeChatGroup(ViewSetGroup):
    menu_label = _("WeChat")
    menu_icon = "mail"
    menu_order = 250
    items = (
        CalendarViewSet("publish_calendar"),
        BoardViewSet("publish_board"),
        LedgerViewSet("publish_ledger"),
        GalleryViewSet("publish_gallery"),
        QuietDateViewSet("quiet_dates"),
    )
