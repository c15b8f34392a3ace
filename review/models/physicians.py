from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PhysicianQuerySet(models.QuerySet):
    def in_post(self):
        return self.filter(in_post=True, user__is_active=True)


class Physician(models.Model):
    """A reviewing physician (审核医师): the public part of the person, and which departments' texts they may sign."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="physician",
        verbose_name=_("account"),
    )
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=60)
    title = models.CharField(pgettext_lazy("of a person", "title"), max_length=60)
    department = models.ForeignKey(
        "articles.Department",
        on_delete=models.PROTECT,
        related_name="physicians",
        verbose_name=_("department"),
    )
    reviews_for = models.ManyToManyField(
        "articles.Department",
        related_name="+",
        verbose_name=_("signs for"),
        help_text=_("Departments whose texts lie within this physician's specialty."),
    )
    in_post = models.BooleanField(_("in post"), default=True)

    objects = PhysicianQuerySet.as_manager()

    class Meta:
        verbose_name = _("physician")
        verbose_name_plural = _("physicians")
        ordering = ["department", "name"]

    def __str__(self):
        return f"{self.name} {self.title}"

    def credentials(self):
        """Return the public part as plain values, as it enters a signature."""
        return {"name": self.name, "title": self.title, "department": self.department.name}
