"""The side panel that shows which terms of the glossary a draft uses; its script asks and mends (glossary.js)."""

from django.utils.translation import gettext_lazy as _

from wagtail.admin.ui.side_panels import BaseSidePanel


class TermsPanel(BaseSidePanel):
    class SidePanelToggle(BaseSidePanel.SidePanelToggle):
        aria_label = _("Toggle terms")
        icon_name = "openquote"

    name = "terms"
    title = _("Glossary")
    template_name = "articles/admin/glossary_panel.html"
    order = 160
