from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ChecklistVersion(models.Model):
    """The hospital's questions for one kind of step, in one version; the newest counts, old ones stay for the record.

    ``questions`` is a list of {"code", "text", "stop", "subject"}: ``subject`` names a kind of article the question is
    for, empty for all.
    """

    kind = models.CharField(_("kind of step"), max_length=12)
    number = models.PositiveIntegerField(_("version"))
    questions = models.JSONField(_("questions"))
    made_at = models.DateTimeField(_("made at"), default=timezone.now)

    class Meta:
        verbose_name = _("checklist")
        verbose_name_plural = _("checklists")
        ordering = ["kind", "-number"]
        constraints = [models.UniqueConstraint(fields=["kind", "number"], name="review_one_checklist_number")]

    def __str__(self):
        return f"{self.kind}/{self.number}"
