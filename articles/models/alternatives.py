from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel
from wagtail.models import Orderable


class PushAlternative(Orderable):
    """Another title, digest and cover for WeChat, signed with the text, so that the day's choice needs no new signature.

    An empty part stands for the article's own.
    """

    article = ParentalKey("articles.ArticlePage", on_delete=models.CASCADE, related_name="push_alternatives")
    title = models.CharField(_("title in WeChat"), max_length=32, blank=True)
    digest = models.CharField(_("digest in WeChat"), max_length=120, blank=True)
    cover = models.ForeignKey(
        settings.WAGTAILIMAGES_IMAGE_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cover"),
    )

    panels = [FieldPanel("title"), FieldPanel("digest"), FieldPanel("cover")]

    class Meta(Orderable.Meta):
        verbose_name = _("alternative for WeChat")
        verbose_name_plural = _("alternatives for WeChat")

    def __str__(self):
        return self.title or self.digest

    def clean(self):
        """Raises ValidationError when nothing is filled in."""
        if not (self.title.strip() or self.digest.strip() or self.cover_id):
            raise ValidationError(_("Fill in a title, a digest or a cover, or remove this alternative."))
