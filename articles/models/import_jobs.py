from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportJob(models.Model):
    """One uploaded file on its way to a draft: what came in, how far it is, what became of it.

    The file lies in private storage (articles.private) until somebody removes the job, so that “what came in” can be
    shown beside “what became of it”.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Being read")
        DONE = "done", _("Taken in")
        BROKEN = "broken", _("Interrupted")

    file_name = models.CharField(_("file"), max_length=200)
    stored = models.CharField(max_length=200, blank=True)  # name in private storage
    size = models.PositiveIntegerField(_("size"), default=0)
    pasted = models.BooleanField(_("pasted"), default=False)
    topic = models.ForeignKey(
        "articles.TopicPage", on_delete=models.CASCADE, related_name="+", verbose_name=_("topic")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("by")
    )
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    step = models.CharField(_("step"), max_length=20, blank=True)
    percent = models.PositiveSmallIntegerField(_("progress"), default=0)
    article = models.ForeignKey(
        "articles.ArticlePage",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="imports",
        verbose_name=_("health article"),
    )
    report = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(_("at"), auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at", "-pk"]
        default_permissions = ("view", "delete")
        indexes = [models.Index(fields=["by", "-created_at"])]

    def __str__(self):
        return self.file_name
