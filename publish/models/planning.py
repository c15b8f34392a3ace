"""What a hospital decides about its pushes: settings, slots, days taken or quiet, and who sees a preview first."""

import datetime
import secrets

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting
from wagtail.models import Orderable

from publish.forms import ChannelSettingsForm
from themes.registry import DEFAULT


def new_token():
    """Return the unguessable name of one preview: 32 URL-safe characters."""
    return secrets.token_urlsafe(24)


@register_setting(icon="mail", order=20)
class ChannelSettings(ClusterableModel, BaseGenericSetting):
    """How this hospital uses its WeChat account; edited by the chief librarian and the administrator."""

    theme = models.CharField(_("look in WeChat"), max_length=40, default=DEFAULT)
    watermark = models.CharField(
        _("watermark"),
        max_length=30,
        blank=True,
        help_text=_("Small text in the corner of each picture sent to WeChat; empty for none."),
    )
    late_minutes = models.PositiveSmallIntegerField(
        _("ask a person when a push is late by (minutes)"),
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(24 * 60)],
    )
    protected = models.BooleanField(
        _("API mass-send protection is on"),
        default=False,
        help_text=_(
            "As set on WeChat's website (API 群发保护): the account's administrator confirms each mass send within 30 minutes."
        ),
    )
    duty_person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("duty person"),
        help_text=_("Who confirms mass sends on the account administrator's phone; told by mail."),
    )
    edit_times = models.PositiveSmallIntegerField(
        _("small edits WeChat allows for one article"),
        default=3,
        help_text=_("WeChat changes this now and then; look on its website."),
    )
    edit_characters = models.PositiveSmallIntegerField(_("characters one small edit may change"), default=20)

    base_form_class = ChannelSettingsForm
    panels = [
        FieldRowPanel([FieldPanel("theme"), FieldPanel("watermark")]),
        MultiFieldPanel(
            [FieldPanel("late_minutes"), InlinePanel("slots", label=_("Slot"))], _("Times of pushes")
        ),
        MultiFieldPanel([FieldPanel("protected"), FieldPanel("duty_person")], _("Mass-send protection")),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("edit_times"), FieldPanel("edit_characters")])],
            _("Small edits on WeChat's website"),
        ),
    ]

    class Meta:
        verbose_name = _("WeChat channel")

    def clean(self):
        """Raises ValidationError when the watermark has characters that could not be drawn."""
        from publish.wechat.images.watermark import missing

        super().clean()
        if lacks := missing(self.watermark):
            raise ValidationError(
                {"watermark": _("These characters cannot be drawn on pictures: %(lacks)s") % {"lacks": lacks}}
            )


class PushSlot(Orderable):
    """A time at which pushes go out, on one weekday or on all."""

    WEEKDAYS = [
        (0, _("Monday")),
        (1, _("Tuesday")),
        (2, _("Wednesday")),
        (3, _("Thursday")),
        (4, _("Friday")),
        (5, _("Saturday")),
        (6, _("Sunday")),
    ]

    channel = ParentalKey(ChannelSettings, on_delete=models.CASCADE, related_name="slots")
    weekday = models.PositiveSmallIntegerField(
        _("day"), choices=WEEKDAYS, null=True, blank=True, help_text=_("Empty: every day.")
    )
    time = models.TimeField(_("time"), default=datetime.time(20, 30))

    panels = [FieldRowPanel([FieldPanel("weekday"), FieldPanel("time")])]

    class Meta(Orderable.Meta):
        verbose_name = _("slot")
        verbose_name_plural = _("slots")

    def __str__(self):
        day = self.get_weekday_display() if self.weekday is not None else str(_("every day"))
        return f"{day} {self.time:%H:%M}"


class ExternalPush(models.Model):
    """An external push (外部推送): a day whose mass send was used on WeChat's own website."""

    class Source(models.TextChoices):
        PERSON = "person", _("entered by a colleague")
        WECHAT = "wechat", _("WeChat said so (45028)")

    account = models.CharField(max_length=64)
    day = models.DateField(_("day"))
    note = models.CharField(_("what was sent"), max_length=120, blank=True)
    source = models.CharField(_("known from"), max_length=8, choices=Source.choices, default=Source.PERSON)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-day"]
        verbose_name = _("external push")
        verbose_name_plural = _("external pushes")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["account", "day"], name="externalpush_one_a_day")]

    def __str__(self):
        return f"{self.day:%Y-%m-%d} {self.note}".strip()


class QuietDate(models.Model):
    """Days of mourning or restraint: no pushes, no festive look, or a grey website."""

    name = models.CharField(_("name"), max_length=60)
    first = models.DateField(_("from"))
    last = models.DateField(_("to"))
    no_push = models.BooleanField(_("no pushes"), default=True)
    no_festive = models.BooleanField(_("no festive look"), default=True)
    grey = models.BooleanField(_("grey website"), default=False)

    panels = [
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("first"), FieldPanel("last")]),
        FieldPanel("no_push"),
        FieldPanel("no_festive"),
        FieldPanel("grey"),
    ]

    class Meta:
        ordering = ["-first"]
        verbose_name = _("quiet date")
        verbose_name_plural = _("quiet dates")
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="quietdate_ends_after_it_begins"),
            models.UniqueConstraint(fields=["name", "first"], name="quietdate_once"),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        """Raises ValidationError when the last day lies before the first."""
        if self.first and self.last and self.last < self.first:
            raise ValidationError({"last": _("The last day lies before the first.")})


class PreviewReader(models.Model):
    """A colleague on the preview list (预览名单): sees a push before followers do."""

    name = models.CharField(_("name"), max_length=60)
    openid = models.CharField(
        "openid", max_length=64, blank=True, help_text=_("When the colleague follows the account.")
    )
    wxname = models.CharField(_("WeChat id"), max_length=64, blank=True)
    email = models.EmailField(_("mail"), blank=True)
    active = models.BooleanField(_("on the list"), default=True)

    panels = [
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("wxname"), FieldPanel("openid")]),
        FieldPanel("email"),
        FieldPanel("active"),
    ]

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("preview reader")
        verbose_name_plural = _("preview list")

    def __str__(self):
        return self.name

    @property
    def follows(self):
        """Whether WeChat's own preview can reach this colleague."""
        return bool(self.openid or self.wxname)


class Preview(models.Model):
    """One push shown to one colleague beforehand: sent, read, and what was said."""

    class Via(models.TextChoices):
        WECHAT = "wechat", _("WeChat preview")
        PAGE = "page", _("signed phone page")

    class State(models.TextChoices):
        WANTED = "wanted", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("not sent")

    push = models.ForeignKey("publish.Push", on_delete=models.CASCADE, related_name="previews")
    reader = models.ForeignKey(PreviewReader, on_delete=models.PROTECT, related_name="previews")
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    # What was shown: {"theme", "items": [[publication, choice], …]}, and its short name.
    shown = models.JSONField(default=dict)
    digest = models.CharField(max_length=16, blank=True)
    via = models.CharField(_("by"), max_length=8, choices=Via.choices)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WANTED)
    reason = models.TextField(_("reason"), blank=True)
    wanted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    wanted_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    commented_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["reader__name", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["wanted", "sent", "failed"]), name="preview_state_known"
            ),
            models.UniqueConstraint(
                fields=["push", "reader", "digest"], name="preview_once_a_reader_and_version"
            ),
        ]

    def __str__(self):
        return f"{self.push_id} → {self.reader_id}"
