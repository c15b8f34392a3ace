from datetime import time

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from wagtail.contrib.settings.models import BaseGenericSetting, register_setting


@register_setting(icon="clipboard-list", order=15)
class ReviewSettings(BaseGenericSetting):
    """How this hospital reviews: which chain for which text, who is told and when. Edited by the chief librarian."""

    chain = models.ForeignKey(
        "wagtailcore.Workflow",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("chain for most texts"),
    )
    careful_chain = models.ForeignKey(
        "wagtailcore.Workflow",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("chain for texts that need more care"),
        help_text=_("For medicines, vaccines, pregnancy, children and emergencies."),
    )
    by_mail = models.BooleanField(_("notices by mail"), default=True)
    by_wecom_robot = models.BooleanField(_("notices by the WeCom robot"), default=False)
    by_wecom_app = models.BooleanField(_("notices by the WeCom app"), default=False)
    by_sms = models.BooleanField(_("notices by SMS"), default=False)
    quiet_from = models.TimeField(_("no notices from"), default=time(21, 0))
    quiet_until = models.TimeField(_("no notices until"), default=time(8, 0))
    escalate_after = models.PositiveSmallIntegerField(
        _("tell the chief librarian after (working days late)"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
    )
    link_days = models.PositiveSmallIntegerField(
        _("links are valid for (days)"), default=14, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    spot_check_percent = models.PositiveSmallIntegerField(
        _("monthly spot check (%)"), default=5, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )

    class Meta:
        verbose_name = _("review settings")

    def clean(self):
        """Refuse a chain no article may go through, with the reason."""
        from review.presets import fault_of  # reads this model

        super().clean()
        faults = {
            name: fault
            for name in ("chain", "careful_chain")
            if (chain := getattr(self, name)) and (fault := fault_of(chain))
        }
        if faults:
            raise ValidationError(faults)
