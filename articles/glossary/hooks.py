"""The glossary's places in Wagtail's admin. ``articles.wagtail_hooks`` imports this module, which registers them."""

from wagtail import hooks

from articles.glossary import rich_text
from articles.glossary.views import GlossaryViewSet


@hooks.register("register_admin_viewset")
def register_glossary():
    return GlossaryViewSet("glossary")


hooks.register("register_rich_text_features")(rich_text.register)
