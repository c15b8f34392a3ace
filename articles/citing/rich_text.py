"""Citations in the rich text editor: ``<span data-cite="KEY KEY">[1]</span>`` in the database, an entity in Draftail.

The keys are those of References; what stands between the tags counts for nothing (articles.marks gives the numbers).
"""

import re

from django.utils.translation import gettext_lazy as _

import wagtail.admin.rich_text.editors.draftail.features as draftail_features
from wagtail.admin.rich_text.converters.html_to_contentstate import InlineEntityElementHandler

from draftjs_exporter.dom import DOM


FEATURE = "cite"
TYPE = "CITE"


def clean_keys(text):
    """Return the keys in ``text`` once each, in order, parted by blanks; anything else is left out."""
    return " ".join(dict.fromkeys(re.findall(r"(?<!\S)[A-Za-z0-9]{1,10}(?!\S)", text or "")))


class CiteElementHandler(InlineEntityElementHandler):
    mutability = "IMMUTABLE"

    def get_attribute_data(self, attrs):
        return {"keys": clean_keys(attrs.get("data-cite"))}


def cite_decorator(props):
    """Write the entity as it is stored; an entity without keys leaves nothing."""
    keys = clean_keys(props.get("keys"))
    return DOM.create_element("span", {"data-cite": keys}, props["children"]) if keys else None


def register(features):
    """Register the feature with Wagtail's rich text."""
    features.register_editor_plugin(
        "draftail",
        FEATURE,
        draftail_features.EntityFeature(
            {
                "type": TYPE,
                "label": "[1]",
                "description": _("Cite a reference"),
                "attributes": ["keys"],
            },
            js=["articles/citing_draftail.js"],
            css={"all": ["articles/citing.css"]},
        ),
    )
    features.register_converter_rule(
        "contentstate",
        FEATURE,
        {
            "from_database_format": {"span[data-cite]": CiteElementHandler(TYPE)},
            "to_database_format": {"entity_decorators": {TYPE: cite_decorator}},
        },
    )
