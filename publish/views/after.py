"""What comes after publication, as one group of the admin's menu."""

from django.utils.translation import gettext_lazy as _

from wagtail.admin.viewsets.base import ViewSetGroup

from publish.views.overdue import OverdueCopyViewSet
from review.views.rereviews import ReReviewViewSet


class AfterGroup(ViewSetGroup):
    menu_label = _("After publication")
    menu_icon = "history"
    menu_order = 252
    items = (ReReviewViewSet("rereviews"), OverdueCopyViewSet("overdue_copies"))
