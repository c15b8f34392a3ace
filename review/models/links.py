from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ReviewLink(models.Model):
    """A link to one assignment that can be pasted into a chat. Only its hash is kept; it opens a door, never a text."""

    assignment = models.ForeignKey(
        "review.Assignment", on_delete=models.CASCADE, related_name="links", verbose_name=_("assignment")
    )
    token_hash = models.CharField(_("hash of the link"), max_length=64, unique=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("made by"),
    )
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    expires_at = models.DateTimeField(_("valid until"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("revoked by"),
    )

    wagtail_reference_index_ignore = True  # it shows no page and no picture to anybody

    class Meta:
        verbose_name = _("review link")
        verbose_name_plural = _("review links")
        ordering = ["-made_at"]

    def __str__(self):
        return f"{self.assignment_id} {self.made_at:%Y-%m-%d %H:%M}"


class LinkOpening(models.Model):
    """One opening of a link, or of something that looked like one, and what came of it."""

    link = models.ForeignKey(
        ReviewLink,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="openings",
        verbose_name=_("review link"),
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    outcome = models.CharField(_("outcome"), max_length=20)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    device = models.CharField(_("device"), max_length=40, blank=True)
    address = models.GenericIPAddressField(_("address"), null=True, blank=True)

    wagtail_reference_index_ignore = True  # it shows no page and no picture to anybody

    class Meta:
        verbose_name = _("opening of a link")
        verbose_name_plural = _("openings of links")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["address", "at"])]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.outcome}"


class ReviewPin(models.Model):
    """A PIN for the phone page, enrolled face to face by a colleague; kept as a password hash."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="review_pin",
        verbose_name=_("person"),
    )
    pin_hash = models.CharField(_("hash of the PIN"), max_length=160)
    enrolled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("enrolled by")
    )
    enrolled_at = models.DateTimeField(_("enrolled at"), default=timezone.now)
    failures = models.PositiveSmallIntegerField(_("wrong tries"), default=0)
    locked_until = models.DateTimeField(_("locked until"), null=True, blank=True)

    class Meta:
        verbose_name = _("review PIN")
        verbose_name_plural = _("review PINs")

    def __str__(self):
        return str(self.user)


class OneTimeCode(models.Model):
    """A six-digit code sent to the person asked, good once and for ten minutes."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("person")
    )
    link = models.ForeignKey(
        ReviewLink, on_delete=models.CASCADE, related_name="codes", verbose_name=_("review link")
    )
    code_hash = models.CharField(_("hash of the code"), max_length=160)
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    expires_at = models.DateTimeField(_("valid until"))
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    failures = models.PositiveSmallIntegerField(_("wrong tries"), default=0)

    class Meta:
        verbose_name = _("one-time code")
        verbose_name_plural = _("one-time codes")
        indexes = [models.Index(fields=["user", "made_at"])]

    def __str__(self):
        return f"{self.user} {self.made_at:%Y-%m-%d %H:%M}"


class TrustedDevice(models.Model):
    """A phone that stays known for 30 days after its person has shown who they are."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="trusted_devices",
        verbose_name=_("person"),
    )
    token_hash = models.CharField(_("hash of the mark"), max_length=64, unique=True)
    device = models.CharField(_("device"), max_length=40)
    made_at = models.DateTimeField(_("known since"), default=timezone.now)
    expires_at = models.DateTimeField(_("known until"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("known device")
        verbose_name_plural = _("known devices")
        ordering = ["-made_at"]

    def __str__(self):
        return f"{self.user} {self.device}"


class LastReading(models.Model):
    """The text of an article as one person last saw it under review, to show what has changed since."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("person")
    )
    article = models.ForeignKey(
        "articles.ArticlePage", on_delete=models.CASCADE, related_name="+", verbose_name=_("article")
    )
    digest = models.CharField(_("content digest"), max_length=64)
    snapshot = models.JSONField(_("snapshot"))
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("last reading")
        verbose_name_plural = _("last readings")
        constraints = [models.UniqueConstraint(fields=["user", "article"], name="review_one_last_reading")]

    def __str__(self):
        return f"{self.user} {self.article_id}"
