"""The WeChat group of the admin's menu."""

from django.utils.translation import gettext_lazy as _

from wagtail.admin.viewsets.base import ViewSetGroup

from publish.views.board import BoardViewSet
from publish.views.calendar import CalendarViewSet
from publish.views.connection import ConnectionViewSet
from publish.views.corrections import CorrectionViewSet
from publish.views.deletions import DeletionViewSet
from publish.views.gallery import GalleryViewSet
from publish.views.hand_over import HandOverViewSet
from publish.views.ledger import LedgerViewSet
from publish.views.previews import PreviewReaderViewSet
from publish.views.quiet_dates import QuietDateViewSet


class WeChatGroup(ViewSetGroup):
    menu_label = _("WeChat")
    menu_icon = "mail"
    menu_order = 250
    items = (
        CalendarViewSet("publish_calendar"),
        BoardViewSet("publish_board"),
        LedgerViewSet("publish_ledger"),
        HandOverViewSet("publish_hand_over"),
        CorrectionViewSet("corrections"),
        DeletionViewSet("wechat_deletions"),
        ConnectionViewSet("publish_connection"),
        GalleryViewSet("publish_gallery"),
        PreviewReaderViewSet("preview_readers"),
        QuietDateViewSet("quiet_dates"),
    )
