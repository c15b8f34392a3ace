import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.private import PrivateStorage


def _scan_name(instance, filename):
    # The name a person gave the scan may hold a patient's name.
    suffix = filename.rsplit(".", 1)[-1].lower()[:5] if "." in filename else "bin"
    return f"consent/{uuid.uuid4().hex}.{suffix}"


class ConsentRecord(models.Model):
    """A patient's separate written consent to a case story or pictures (Personal Information Protection Law,
    art. 14, 15, 23, 25, 28 to 31, 55). Holds a code, never a name.
    """

    patient_code = models.CharField(
        _("patient code"),
        max_length=40,
        unique=True,
        help_text=_(
            "The hospital's own code for this consent. Never a name, record number or identity number."
        ),
    )
    shows_text = models.BooleanField(_("case story"), default=False)
    shows_photo = models.BooleanField(_("photographs"), default=False)
    shows_video = models.BooleanField(_("video or sound"), default=False)
    purpose = models.CharField(_("purpose"), max_length=120, default="健康科普")
    on_website = models.BooleanField(_("for the website"), default=True)
    in_wechat = models.BooleanField(_("for WeChat"), default=True)
    in_print = models.BooleanField(_("for print"), default=False)
    separate = models.BooleanField(
        _("separate consent given"),
        default=False,
        help_text=_("Asked for on its own, not inside another form; necessity and effects were explained."),
    )
    scan = models.FileField(
        _("scan of the signed form"), upload_to=_scan_name, storage=PrivateStorage(), blank=True
    )
    given_on = models.DateField(_("given on"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    explained_by = models.CharField(_("explained by"), max_length=60)
    minor = models.BooleanField(_("under 18"), default=False)
    guardian = models.CharField(
        _("guardian's relation"),
        max_length=40,
        blank=True,
        help_text=_("Required under 14 by law, asked for under 18 here: for example “mother”. No name."),
    )
    assessment = models.CharField(
        _("impact assessment"),
        max_length=120,
        blank=True,
        help_text=_("Number or date of the assessment (art. 55)."),
    )
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    withdrawal_note = models.CharField(_("what was done then"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-given_on"]

    def __str__(self):
        return self.patient_code

    def has_ended(self):
        """Say whether its time has run out; withdrawn is something else."""
        return self.valid_until is not None and self.valid_until < timezone.localdate()


class ReprintPermission(models.Model):
    """Leave to reprint somebody else's text (转载授权)."""

    title = models.CharField(_("title of the original"), max_length=120)
    url = models.URLField(_("address of the original"), max_length=500, blank=True)
    granted_by = models.CharField(_("granted by"), max_length=120)
    granted_on = models.DateField(_("granted on"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    on_website = models.BooleanField(_("for the website"), default=True)
    in_wechat = models.BooleanField(_("for WeChat"), default=True)
    terms = models.CharField(_("terms"), max_length=300, blank=True)
    document = models.FileField(_("document"), upload_to="reprint/%Y/", storage=PrivateStorage(), blank=True)

    class Meta:
        verbose_name = _("permission to reprint")
        verbose_name_plural = _("permissions to reprint")
        ordering = ["-granted_on"]

    def __str__(self):
        return f"{self.title} ({self.granted_by})"

    def has_ended(self):
        """Say whether its time has run out."""
        return self.valid_until is not None and self.valid_until < timezone.localdate()
