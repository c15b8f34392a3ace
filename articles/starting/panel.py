"""The guidance beside the editor: a checklist in a side panel, and the notes that starting.js puts into the blocks."""

from django.utils.translation import gettext_lazy as _

from wagtail.admin.ui.side_panels import BaseSidePanel

from articles.starting import points


class GuidancePanel(BaseSidePanel):
    """For drafts that were begun from a starting point."""

    class SidePanelToggle(BaseSidePanel.SidePanelToggle):
        aria_label = _("Toggle writing hints")
        icon_name = "list-ul"

    name = "guidance"
    title = _("Writing hints")
    template_name = "articles/admin/starting_panel.html"
    order = 140

    @property
    def point(self):
        """The starting point of the draft, or None."""
        return points.get(getattr(self.object, "starting_point", ""))

    def get_context_data(self, parent_context):
        point = self.point
        return super().get_context_data(parent_context) | {
            "point": point,
            "guidance": guidance_of(self.object, point) if point else {},
        }


def guidance_of(page, point):
    """Return what the script needs: guidance on fields and on the blocks the draft still has, in their order."""
    blocks = []
    for child in page.body:
        block = point.block(page.guide.get(child.id or "", ""))
        if block:
            blocks.append(_values(block.guidance) | {"id": child.id, "prefilled": block.prefilled})
    fields = [_values(one) | {"id": f"id_{one.key}"} for one in point.fields]
    return {"fields": fields, "blocks": blocks}


def _values(one):
    lines = one.example
    if isinstance(lines, dict):
        lines = [f"√ {line}" for line in lines["do"]] + [f"× {line}" for line in lines["dont"]]
    return {
        "key": one.key,
        "name": one.name,
        "write": one.write,
        "length": one.length,
        "example": lines if isinstance(lines, list) else [lines],
        "check": one.check,
    }
