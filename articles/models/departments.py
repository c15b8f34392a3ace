from django.db import models
from django.utils.translation import gettext_lazy as _


class Department(models.Model):
    """A clinical department (科室): who answers for a subject."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["order", "name"]

    def __str__(self):
        return self.name
