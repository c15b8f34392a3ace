"""Lists of what happened: looked at and searched, never filled in by a form."""

from django.utils.functional import cached_property

from wagtail.admin.viewsets.model import ModelViewSet

from publish.views.access import PER_PAGE, menu_item_for_lookers


class RecordViewSet(ModelViewSet):
    """A list and a page for each row, for those who may look. ``actions()``: the paths of its buttons."""

    inspect_view_enabled = True
    copy_view_enabled = False
    form_fields = []
    list_per_page = PER_PAGE

    def actions(self):
        """Return further URL patterns."""
        return []

    def get_urlpatterns(self):
        looked_at = ("index", "index_results", "inspect")
        return [*(found for found in super().get_urlpatterns() if found.name in looked_at), *self.actions()]

    @cached_property
    def menu_item_class(self):
        return menu_item_for_lookers(super().menu_item_class)
