"""On the home page: consents that end soon or have ended while something still shows the patient."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from wagtail.admin.ui.components import Component

from articles.consent import ENDS_SOON
from articles.models import ConsentRecord


VIEW = "articles.view_consentrecord"
MOST = 10


def ending():
    """Return the consents in use that end within ENDS_SOON days or have ended, those that ended first."""
    soon = timezone.localdate() + timedelta(days=ENDS_SOON)
    used = Q(articles__live=True) | Q(images__isnull=False)
    records = ConsentRecord.objects.filter(used, withdrawn_on=None, valid_until__lte=soon)
    return records.distinct().order_by("valid_until", "pk")


class EndingConsentsPanel(Component):
    name = "ending_consents"
    template_name = "articles/admin/ending_consents_panel.html"
    order = 120

    def get_context_data(self, parent_context):
        return {"consents": list(ending()[:MOST])}


def add_panel(request, panels):
    """Show it to those who keep consents (hook ``construct_homepage_panels``)."""
    if request.user.has_perm(VIEW):
        panels.append(EndingConsentsPanel())
