"""Lists of what happened: looked at and searched, never filled in by a form."""

from django.utils.functional import cached_property

from publish.views.access import menu_item_for_lookers
from review.viewsets import LookedAtViewSet


class RecordViewSet(LookedAtViewSet):
    """A list and a page for each row, for those who may look."""

    inspect_view_enabled = True

    @cached_property
    def menu_item_class(self):
        return menu_item_for_lookers(super().menu_item_class)
