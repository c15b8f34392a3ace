from django.db import models
from django.utils.translation import gettext_lazy as _

from wagtail.images.models import AbstractImage, AbstractRendition, Image
from wagtail.search import index

from articles import registry


class LibraryImage(AbstractImage):
    """A picture with its credit and licence. Held unchanged while a text under review or signed shows it."""

    credit = models.CharField(_("credit"), max_length=120, blank=True)
    licence = models.CharField(
        _("licence"),
        max_length=120,
        blank=True,
        help_text=_("Own work, or the licence and where it was granted."),
    )

    admin_form_fields = (*Image.admin_form_fields, "credit", "licence")
    search_fields = [*AbstractImage.search_fields, index.SearchField("credit")]

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        permissions = [("choose_image", "Can choose image")]

    @property
    def default_alt_text(self):
        return self.description

    def objection(self):
        """Return the sentence why this picture must not change or go, or an empty string."""
        return registry.first_objection(registry.image_guards, self) if self.pk else ""


class LibraryRendition(AbstractRendition):
    image = models.ForeignKey(LibraryImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)
