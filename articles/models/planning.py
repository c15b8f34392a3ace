"""What is to be written: health days, ideas, drafts given to people, series."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from articles.planning import days


class Series(models.Model):
    """A series (系列): articles that are read one after another."""

    title = models.CharField(_("title"), max_length=60, unique=True)
    note = models.CharField(_("what it is about"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("several series")
        ordering = ["title"]

    def __str__(self):
        return self.title


class HealthDay(models.Model):
    """A health day (健康主题日) such as 世界高血压日, on a date each year or on a weekday of a month."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    month = models.PositiveSmallIntegerField(
        _("month"), validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    day = models.PositiveSmallIntegerField(
        _("day"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    weekday = models.PositiveSmallIntegerField(
        _("weekday"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(7)],
        help_text=_("1 for Monday to 7 for Sunday; then “which” says the how manieth of the month."),
    )
    which = models.SmallIntegerField(
        _("which"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-1), MaxValueValidator(5)],
        help_text=_("1 for the first to 5; -1 for the last."),
    )
    days = models.PositiveSmallIntegerField(
        _("lasts (days)"), default=1, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    active = models.BooleanField(_("shown"), default=True)

    class Meta:
        verbose_name = _("health day")
        verbose_name_plural = _("health days")
        ordering = ["month", "day", "name"]

    def __str__(self):
        return self.name

    def clean(self):
        super().clean()
        days.check(self.month, self.day, self.weekday, self.which)


class Idea(models.Model):
    """Something that should be written: from the board (选题) to a draft."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("idea", "Open")
        TAKEN = "taken", pgettext_lazy("idea", "Being written")
        DONE = "done", pgettext_lazy("idea", "Written")
        DROPPED = "dropped", pgettext_lazy("idea", "Dropped")

    title = models.CharField(_("title"), max_length=120)
    note = models.TextField(_("note"), max_length=1000, blank=True)
    topic = models.ForeignKey(
        "articles.TopicPage",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("topic"),
    )
    department = models.ForeignKey(
        "articles.Department",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department"),
    )
    health_day = models.ForeignKey(
        HealthDay,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("health day"),
    )
    wanted_for = models.DateField(_("wanted for"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    dropped_because = models.CharField(_("why it was dropped"), max_length=200, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("at"), auto_now_add=True)
    article = models.ForeignKey(
        "articles.ArticlePage",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="ideas",
        verbose_name=_("health article"),
    )

    class Meta:
        verbose_name = _("idea")
        verbose_name_plural = _("ideas")
        ordering = ["wanted_for", "-created_at"]
        indexes = [models.Index(fields=["state", "wanted_for"])]

    def __str__(self):
        return self.title


class DraftTask(models.Model):
    """Who writes on a draft, and until when. One open task an article."""

    article = models.ForeignKey("articles.ArticlePage", on_delete=models.CASCADE, related_name="tasks")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="draft_tasks",
        verbose_name=_("person"),
    )
    due = models.DateField(_("due"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("given by"),
    )
    given_at = models.DateTimeField(_("given at"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("draft to write")
        verbose_name_plural = _("drafts to write")
        ordering = ["due", "given_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["article"], condition=models.Q(ended_at=None), name="one_open_task_an_article"
            )
        ]

    def __str__(self):
        return f"{self.article_id}: {self.person_id}"
