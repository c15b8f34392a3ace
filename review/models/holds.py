from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wagtail.models import WorkflowState


class ImageHoldQuerySet(models.QuerySet):
    def in_force(self):
        """Holds of runs that are open or signed; a returned or recalled run lets its pictures go."""
        return self.filter(
            workflow_state__status__in=(WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_APPROVED)
        )


class ImageHold(models.Model):
    """A library picture shown by a text that went to review; while in force it must not change."""

    image = models.ForeignKey(
        settings.WAGTAILIMAGES_IMAGE_MODEL,
        on_delete=models.CASCADE,
        related_name="holds",
        verbose_name=_("picture"),
    )
    workflow_state = models.ForeignKey(
        WorkflowState, on_delete=models.CASCADE, related_name="image_holds", verbose_name=_("review")
    )

    objects = ImageHoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("held picture")
        verbose_name_plural = _("held pictures")
        constraints = [
            models.UniqueConstraint(fields=["image", "workflow_state"], name="review_one_hold_per_run")
        ]

    def __str__(self):
        return f"{self.image_id} @ {self.workflow_state_id}"
