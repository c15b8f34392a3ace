"""The mark of an explained term in the editor: an entity of Draftail, and ``<span data-term="ID">words</span>`` when stored."""

from django.utils.translation import gettext_lazy as _

from wagtail.admin.rich_text.converters.html_to_contentstate import InlineEntityElementHandler
from wagtail.admin.rich_text.editors.draftail.features import EntityFeature

from draftjs_exporter.dom import DOM


FEATURE, TYPE = "term", "TERM"


class TermHandler(InlineEntityElementHandler):
    """From the stored form to the editor's."""

    mutability = "MUTABLE"

    def get_attribute_data(self, attrs):
        return {"id": attrs.get("data-term", "")}


def stored(props):
    """Return the stored form of an entity; one without an id loses its mark and keeps its words."""
    number = str(props.get("id", ""))
    if not (number.isascii() and number.isdigit()):
        return props["children"]
    return DOM.create_element("span", {"data-term": number}, props["children"])


def register(features):
    """Make the feature known to Wagtail's editor."""
    features.register_editor_plugin(
        "draftail",
        FEATURE,
        EntityFeature(
            {
                "type": TYPE,
                "icon": "openquote",
                "description": _("Explain a term"),
                "attributes": ["id"],
                "allowlist": {"data-term": "^[0-9]+$"},
            },
            js=["articles/glossary.js"],
            css={"all": ["articles/glossary.css"]},
        ),
    )
    features.register_converter_rule(
        "contentstate",
        FEATURE,
        {
            "from_database_format": {"span[data-term]": TermHandler(TYPE)},
            "to_database_format": {"entity_decorators": {TYPE: stored}},
        },
    )
