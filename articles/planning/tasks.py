"""Drafts given to people (写稿任务), with a due date: given, followed by reminders, ended by submitting."""

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from wagtail.models import Page

from articles import colleagues
from articles.errors import Refusal
from articles.models import DraftTask


SOON = timedelta(days=1)


class TaskRefusedError(Refusal):
    """A draft that cannot be given like this."""


def open_tasks():
    """Return the open tasks with their articles and people, what is due first at the top, undated last."""
    rows = DraftTask.objects.filter(ended_at=None).select_related("article", "person", "given_by")
    return rows.order_by(F("due").asc(nulls_last=True), "given_at", "pk")


def of(article):
    """Return the open task of ``article``, or None."""
    return open_tasks().filter(article=article.pk).first()


def give(article, person, *, due=None, note="", by):
    """Give the draft ``article`` to ``person`` until ``due``; one who had it before has it no longer. Return the task.

    Raises TaskRefusedError when the text is under review, the person may not write, or the day is past.
    """
    if article.current_workflow_task:
        raise TaskRefusedError(_("The text is under review; call it back first, or wait for the answer."))
    if not article.permissions_for_user(person).can_edit():
        raise TaskRefusedError(_("%(person)s may not edit this article.") % {"person": person})
    if due and due < timezone.localdate():
        raise TaskRefusedError(_("The due date is past. Choose today or a later day."))
    try:
        with transaction.atomic():
            before = DraftTask.objects.select_for_update().filter(article=article.pk, ended_at=None).first()
            if before and (before.person_id, before.due, before.note) == (person.pk, due, note):
                return before  # the button was pressed twice
            if before:
                _end(DraftTask.objects.filter(pk=before.pk))
            task = DraftTask.objects.create(article=article, person=person, due=due, note=note, given_by=by)
    except IntegrityError as error:
        raise TaskRefusedError(_("Somebody gave this draft away at the same moment. Look again.")) from error
    if person.pk != by.pk:
        _tell(task, "given")
    return task


def end(task):
    """End a task; nothing happens to one that has ended."""
    return _end(DraftTask.objects.filter(pk=task.pk))


def _end(tasks):
    return tasks.filter(ended_at=None).update(ended_at=timezone.now())


def end_when_submitted(sender, instance, **kwargs):
    """Receiver of workflow_submitted (``instance``: WorkflowState): who wrote it is done."""
    if isinstance(instance.content_object, Page):
        _end(DraftTask.objects.filter(article=instance.content_object.pk))


# --- reminders ----------------------------------------------------------------------------------


def stage(due, given_on, today):
    """Return the reminder that is due on ``today``: "soon" (the day before), "late" (past the day), or "".

    Who was given the draft only today needs no reminder yet.
    """
    if due is None:
        return ""
    if today > due:
        return "late"
    return "soon" if today >= due - SOON and given_on < today else ""


def remind(now):
    """Tell those whose drafts are due tomorrow or late; safe to repeat, each is told once for each due date."""
    today = timezone.localdate(now)
    for task in open_tasks().filter(due__lte=today + SOON, person__is_active=True):
        if kind := stage(task.due, timezone.localdate(task.given_at), today):
            _tell(task, kind)


@override(settings.LANGUAGE_CODE)
def _tell(task, kind):
    title = task.article.get_admin_display_title()
    facts = {"title": title, "who": task.given_by or "", "due": task.due.isoformat() if task.due else ""}
    subject, text = {
        "given": (_("A draft for you: %(title)s"), _("%(who)s has given you “%(title)s” to write.")),
        "soon": (_("Your draft is due: %(title)s"), _("“%(title)s” is to be submitted by %(due)s.")),
        "late": (
            _("Your draft is late: %(title)s"),
            _("“%(title)s” was to be submitted by %(due)s. Submit it, or ask for another day."),
        ),
    }[kind]
    lines = [text % facts]
    if kind == "given" and task.due:
        lines.append(_("It is to be submitted by %(due)s.") % facts)
    if kind == "given" and task.note:
        lines.append(task.note)
    address = settings.ADMIN_URL + reverse("wagtailadmin_pages:edit", args=[task.article_id])
    colleagues.tell(
        task.person, f"task:{kind}:{task.pk}:{task.due or ''}", subject % facts, "\n".join(lines), address
    )
