"""The side panel that shows which terms of the glossary a draft uses; its script asks and mends (glossary.js)."""

from django.utils.translation import gettext_lazy as _

from wagtail.admin.ui.side_panels import BaseSidePanel

from articles import frozen


class TermsPanel(BaseSidePanel):
    class SidePanelToggle(BaseSidePanel.SidePanelToggle):
        aria_label = _("Toggle terms")
        icon_name = "openquote"

    name = "terms"
    title = _("Glossary")
    template_name = "articles/admin/glossary_panel.html"
    order = 160

    def get_context_data(self, parent_context):
        why_frozen = frozen.sentence(self.object, self.request.user)
        return super().get_context_data(parent_context) | {"frozen": why_frozen}
