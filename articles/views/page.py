"""What pages of our own in the admin have in common."""

from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin


class AdminPageMixin(WagtailAdminTemplateMixin):
    """Breadcrumbs through the pages above this one."""

    def way_here(self):
        """Return [(address, label)] of the pages above this one."""
        return []

    def get_breadcrumbs_items(self):
        above = [{"url": address, "label": label} for address, label in self.way_here()]
        return [*super().get_breadcrumbs_items(), *above, {"url": "", "label": self.get_page_title()}]
