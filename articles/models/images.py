import os.path

from django.db import models
from django.utils.translation import gettext_lazy as _

from wagtail.images.models import AbstractImage, AbstractRendition, Image, WagtailImageFieldFile
from wagtail.search import index
from wagtail.utils.file import hash_filelike

from articles import intake, registry


class LibraryImage(AbstractImage):
    """A picture with its credit and licence. Held unchanged while a text under review or signed shows it."""

    credit = models.CharField(_("credit"), max_length=120, blank=True)
    licence = models.CharField(
        _("licence"),
        max_length=120,
        blank=True,
        help_text=_("Own work, or the licence and where it was granted."),
    )

    source = models.CharField(
        _("source"),
        max_length=200,
        blank=True,
        help_text=_("Who made it, or where it was taken from (an address)."),
    )
    # What articles.figures drew it from: {"kind": …, "data": …}; null for any other picture.
    drawing = models.JSONField(_("drawn from"), null=True, blank=True, editable=False)
    shows_patient = models.BooleanField(
        _("shows a patient"), default=False, help_text=_("Also where only a part of the body can be seen.")
    )
    consent = models.ForeignKey(
        "articles.ConsentRecord",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="images",
        verbose_name=_("consent"),
    )

    admin_form_fields = (*Image.admin_form_fields, "credit", "licence", "source", "shows_patient", "consent")
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


class PictureFile(WagtailImageFieldFile):
    """The last door before storage: whoever saves a picture's file, it goes through intake."""

    def save(self, name, content, save=True):
        """Store ``content`` as articles.intake takes it. Raises IntakeError; then nothing is stored."""
        taken = intake.take_file(content)
        stem, extension = os.path.splitext(name)[0], os.path.splitext(taken.name)[1]
        super().save(stem + extension, taken, save=False)
        self.instance.file_size, self.instance.file_hash = taken.size, hash_filelike(taken)
        if save:
            self.instance.save()

    save.alters_data = True


# The field itself comes from Wagtail's abstract model; defined again it would stand behind width, height and size.
LibraryImage._meta.get_field("file").attr_class = PictureFile


class LibraryRendition(AbstractRendition):
    image = models.ForeignKey(LibraryImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)
