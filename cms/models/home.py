from django.utils.translation import gettext_lazy as _

from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

from articles import registry
from articles.errors import AliasRefusedError
from articles.models import TopicPage
from articles.permissions import TopicPermissionTester


class HomePage(Page):
    """The front door: a welcome by the institution, the topics, and the newest signed articles."""

    intro = RichTextField(_("welcome"), features=["bold", "italic"], blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro")]
    settings_panels = []
    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["articles.TopicPage"]
    template = "themes/calm/web/home.html"

    class Meta:
        verbose_name = _("home page")

    def permissions_for_user(self, user):
        return TopicPermissionTester(user, self)

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        context["topics"] = TopicPage.objects.child_of(self).live()
        return context | registry.reader_copy.listing(request)

    def create_alias(self, *args, **kwargs):
        """Refused: an alias of the home page would carry aliases of articles."""
        raise AliasRefusedError(_("The home page cannot be mirrored."))
