"""Copies in WeChat that cannot learn that their article is due to be reviewed again."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OverdueCopy(models.Model):
    """What a person settled about one copy in WeChat of an article overdue since ``due_on``.

    What is to be settled is looked up, not stored (see publish.overdue), so no row can be missing.
    """

    class Settlement(models.TextChoices):
        EDITED = "edited", _("a line was added by hand in WeChat")
        LEFT = "left", _("left as it is, with a reason")

    item = models.ForeignKey("publish.PushItem", on_delete=models.CASCADE, related_name="overdue")
    due_on = models.DateField(_("due on"))
    settlement = models.CharField(max_length=10, choices=Settlement.choices)
    note = models.CharField(_("note"), max_length=300)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]
        default_permissions = ()
        verbose_name = _("overdue copy in WeChat")
        verbose_name_plural = _("overdue copies in WeChat")
        constraints = [models.UniqueConstraint(fields=["item", "due_on"], name="overdue_copy_settled_once")]

    def __str__(self):
        return f"{self.item_id} {self.due_on}"
