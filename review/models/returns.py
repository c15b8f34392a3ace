from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Category(models.TextChoices):
    """What a return is about."""

    ACCURACY = "accuracy", _("Accuracy and evidence")
    NUMBERS = "numbers", _("Numbers, units, doses")
    SAFETY = "safety", _("Safety")
    WORDING = "wording", _("Wording")
    COMPLIANCE = "compliance", _("Advertising and rules")
    PRIVACY = "privacy", _("Privacy and rights")
    OTHER = "other", _("Something else")


class ReturnNote(models.Model):
    """One thing to change, at a passage, written with a return; the author answers it there.

    ``passage`` is the text meant, as it stood. With ``suggestion`` the librarian can take the reviewer's wording with
    one click, and the next round shows that change.
    """

    task_state = models.ForeignKey(
        "review.ReviewTaskState",
        on_delete=models.CASCADE,
        related_name="return_notes",
        verbose_name=_("review pass"),
    )
    category = models.CharField(_("about"), max_length=12, choices=Category.choices)
    passage = models.CharField(_("passage"), max_length=300, blank=True)
    text = models.TextField(_("what should change"), max_length=1000)
    suggestion = models.CharField(_("better wording"), max_length=300, blank=True)
    answer = models.TextField(_("answer"), max_length=1000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    taken_over = models.BooleanField(_("wording taken over"), default=False)

    class Meta:
        verbose_name = _("point of a return")
        verbose_name_plural = _("points of returns")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.get_category_display()}: {self.text[:40]}"


class ProofReading(models.Model):
    """One proof-reading (一校, 二校, 三校) of the text under review, by name."""

    workflow_state = models.ForeignKey(
        "wagtailcore.WorkflowState",
        on_delete=models.CASCADE,
        related_name="proof_readings",
        verbose_name=_("review"),
    )
    number = models.PositiveSmallIntegerField(
        _("proof-reading"), choices=[(1, _("First proof")), (2, _("Second proof")), (3, _("Third proof"))]
    )
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("read by")
    )
    digest = models.CharField(_("content digest"), max_length=64)
    note = models.CharField(_("note"), max_length=300, blank=True)
    read_at = models.DateTimeField(_("read at"), auto_now_add=True)

    class Meta:
        verbose_name = _("proof-reading")
        verbose_name_plural = _("proof-readings")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["workflow_state", "number"], name="review_one_proof_each")
        ]

    def __str__(self):
        return f"{self.get_number_display()} {self.reader}"
