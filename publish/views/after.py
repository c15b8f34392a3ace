"""What comes after publication: one group of the admin's menu, and what it asks for on the home page."""

from django.utils.translation import gettext_lazy as _

from wagtail.admin.ui.components import Component
from wagtail.admin.viewsets.base import ViewSetGroup

from publish import overdue, recall, refresh
from publish.views.access import may_look
from publish.views.feedback import FeedbackViewSet
from publish.views.overdue import OverdueCopyViewSet
from publish.views.spot_checks import SpotCheckViewSet
from publish.views.visits import VisitsViewSet
from review import rereview
from review.models import ReReview, SpotCheckItem, Verdict
from review.views import registers
from review.views.registers import AccountViewSet, OlderArticleViewSet
from review.views.rereviews import ReReviewViewSet


class AfterGroup(ViewSetGroup):
    menu_label = _("After publication")
    menu_icon = "history"
    menu_order = 252
    items = (
        ReReviewViewSet("rereviews"),
        VisitsViewSet("visits"),
        FeedbackViewSet("reader_feedback"),
        OverdueCopyViewSet("overdue_copies"),
        SpotCheckViewSet("spot_checks"),
        OlderArticleViewSet("older_articles"),
        AccountViewSet("registered_accounts"),
    )


class AfterPanel(Component):
    """On the admin's home: how much is overdue, near, to be checked or to be renewed; nothing when there is nothing."""

    name = "after_publication"
    template_name = "publish/admin/after_panel.html"
    order = 140

    def get_context_data(self, parent_context):
        user = parent_context["request"].user
        context = {}
        if user.has_perm("review.view_rereview"):
            context["overdue"] = ReReview.objects.filter(rereview.within(None, -1)).count()
            context["near"] = ReReview.objects.filter(rereview.within(0, rereview.AHEAD)).count()
        if may_look(user):
            context["copies"] = overdue.open_copies().count()
        if user.has_perm("publish.withdraw_publication"):
            context["recalled"] = recall.standing().count()
        if user.has_perm("review.view_spotcheck"):
            waiting = SpotCheckItem.objects.filter(verdict=Verdict.OPEN).order_by("-spot_check__month")
            context["to_check"] = waiting.count()
            context["check"] = waiting.values_list("spot_check_id", flat=True).first()
        if user.has_perm("review.view_account"):
            context["ending"] = registers.ending().count()
        return context


class CachePanel(Component):
    """On the admin's home: a cache in front of the website that does not confirm; nothing while all do."""

    name = "caches"
    template_name = "publish/admin/cache_panel.html"
    order = 95

    def get_context_data(self, parent_context):
        if not may_look(parent_context["request"].user):
            return {}
        rows = refresh.in_trouble().order_by("created_at")
        return {"oldest": rows.first(), "number": rows.count()}


def add_panel(request, panels):
    """Add the panels (hook ``construct_homepage_panels``)."""
    panels += [AfterPanel(), CachePanel()]
