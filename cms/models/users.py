"""Who may log in: staff of the hospital, known by their staff number."""

import re

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]")


def full_name(family, given):
    """Return a person's name as it is written: 张三 for Han names, "Given Family" for others."""
    family, given = family.strip(), given.strip()
    if HAN.search(family) or HAN.search(given):
        return family + given
    return f"{given} {family}".strip()


class User(AbstractUser):
    """A member of staff. The login name is the staff number (工号)."""

    username = models.CharField(
        _("staff number"),
        max_length=150,
        unique=True,
        help_text=_("The number on the staff card. It is used to log in."),
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": _("A colleague with that staff number already exists.")},
    )
    first_name = models.CharField(_("given name"), max_length=150, blank=True)
    last_name = models.CharField(_("family name"), max_length=150, blank=True)

    class Meta(AbstractUser.Meta):
        verbose_name = _("colleague")
        verbose_name_plural = _("colleagues")
        swappable = "AUTH_USER_MODEL"

    def __str__(self):
        return self.get_full_name() or self.username

    def get_full_name(self):
        return full_name(self.last_name, self.first_name)

    def get_short_name(self):
        return self.get_full_name() or self.username
