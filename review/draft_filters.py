"""What the review knows of the articles in the editors' list: their state, who reads them, until when."""

from collections import defaultdict
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, DateField, Exists, Min, OuterRef, Q, Subquery
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from wagtail.models import Page, Task, WorkflowState

from articles.draft_search.filters import DraftFilter, Mark
from articles.models import ArticlePage, DraftTask
from review.models import Approval, Assignment, ReReview
from review.models.assignments import OPEN_ANSWERS


REVIEW, RETURNED = WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES
STEP = "step:"
SOON = 7  # days


def _runs(*states):
    """The reviews of the article of an outer query that are in one of ``states``."""
    return WorkflowState.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        object_id=Cast(OuterRef("pk"), CharField()),
        status__in=states,
    )


def _signed():
    """The approval of the latest draft of the article of an outer query."""
    return Approval.objects.filter(article=OuterRef("pk"), revision_id=OuterRef("latest_revision_id"))


def _overdue(day):
    return ReReview.objects.filter(paused=False, due_on__lt=day)


# --- state ------------------------------------------------------------------------------------


def state_choices(request):
    """Return the states, and the steps that some review has reached."""
    steps = Task.objects.filter(active=True).order_by("name").values_list("pk", "name")
    return [
        ("draft", gettext("Draft")),
        ("review", gettext("Under review")),
        *((f"{STEP}{pk}", gettext("Under review: %(step)s") % {"step": name}) for pk, name in steps),
        ("returned", gettext("Returned")),
        ("signed", gettext("Signed")),
        ("overdue", gettext("Due for re-review")),
    ]


def with_state(articles, value):
    """Return those of ``articles`` that are in a state of ``state_choices``."""
    if value.startswith(STEP):
        return articles.filter(Exists(_runs(REVIEW).filter(current_task_state__task_id=value[len(STEP) :])))
    if value == "review":
        return articles.filter(Exists(_runs(REVIEW)))
    if value == "returned":
        return articles.filter(Exists(_runs(RETURNED)))
    if value == "signed":
        return articles.filter(Exists(_signed()), ~Exists(_runs(REVIEW, RETURNED)))
    if value == "overdue":
        return articles.filter(Exists(_overdue(timezone.localdate()).filter(article=OuterRef("pk"))))
    return articles.filter(~Exists(_signed()), ~Exists(_runs(REVIEW, RETURNED)))


def states(pks):
    """Return {pk: [Mark]}: each article's state, and whether it should have been reviewed again."""
    runs = WorkflowState.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        object_id__in=[str(pk) for pk in pks],
        status__in=(REVIEW, RETURNED),
    )
    open_runs = {
        int(pk): (status, step)
        for pk, status, step in runs.values_list("object_id", "status", "current_task_state__task__name")
    }
    articles = ArticlePage.objects.filter(pk__in=pks)
    signed = set(articles.filter(Exists(_signed())).values_list("pk", flat=True))
    overdue = set(_overdue(timezone.localdate()).filter(article__in=pks).values_list("article_id", flat=True))
    found = {}
    for pk in pks:
        status, step = open_runs.get(pk, ("", ""))
        if status == REVIEW:
            label = gettext("Under review: %(step)s") % {"step": step} if step else gettext("Under review")
            marks = [Mark(label, "busy")]
        elif status == RETURNED:
            marks = [Mark(gettext("Returned"), "person")]
        elif pk in signed:
            marks = [Mark(gettext("Signed"), "good")]
        else:
            marks = [Mark(gettext("Draft"), "quiet")]
        if pk in overdue:
            marks.append(Mark(gettext("Due for re-review"), "bad"))
        found[pk] = marks
    return found


# --- who reads it, until when -----------------------------------------------------------------


def _asked():
    """Open assignments, with the id of the article they are about."""
    return Assignment.objects.filter(
        answer__in=OPEN_ANSWERS,
        task_state__workflow_state__base_content_type=ContentType.objects.get_for_model(Page),
        task_state__workflow_state__status=REVIEW,
    )


def _asked_here():
    return _asked().filter(task_state__workflow_state__object_id=Cast(OuterRef("pk"), CharField()))


def reviewer_choices(request):
    """Return those who are asked to read a text now."""
    people = get_user_model().objects.filter(pk__in=_asked().values("person"))
    return sorted(((str(one.pk), one.get_full_name() or one.username) for one in people), key=lambda p: p[1])


def with_reviewer(articles, value):
    return articles.filter(Exists(_asked_here().filter(person=value)))


def reviewers(pks):
    """Return {pk: [Mark]}: who is asked to read each article now."""
    rows = _asked().filter(task_state__workflow_state__object_id__in=[str(pk) for pk in pks])
    found = defaultdict(list)
    for row in rows.select_related("person", "task_state__workflow_state").order_by("pk"):
        name = row.person.get_full_name() or row.person.username
        found[int(row.task_state.workflow_state.object_id)].append(Mark(name))
    return found


def due_choices(request):
    return [
        ("overdue", gettext("Overdue")),
        ("soon", gettext("Within 7 days")),
        ("later", gettext("Later")),
        ("none", gettext("Without a day")),
    ]


def due_on():
    """Return the expression of an article's day: of the open review, else of the draft somebody writes on."""
    asked = _asked_here().order_by().values("task_state__workflow_state__object_id")
    written = DraftTask.objects.filter(article=OuterRef("pk"), ended_at=None).values("due")
    return Coalesce(
        Subquery(asked.annotate(first=Min("due_on")).values("first")[:1]),
        Subquery(written[:1]),
        output_field=DateField(),
    )


def with_due(articles, value):
    today = timezone.localdate()
    soon = today + timedelta(days=SOON)
    wanted = {
        "overdue": Q(by_due_day__lt=today),
        "soon": Q(by_due_day__gte=today, by_due_day__lte=soon),
        "later": Q(by_due_day__gt=soon),
        "none": Q(by_due_day=None),
    }
    return articles.alias(by_due_day=due_on()).filter(wanted[value])


def due_days(pks):
    """Return {pk: [Mark]}: each article's day, with a tone when it is past."""
    today = timezone.localdate()
    rows = ArticlePage.objects.filter(pk__in=pks).annotate(day=due_on()).values_list("pk", "day")
    found = {}
    for pk, day in rows:
        if day:
            late = day < today
            words = pgettext("due day", "%(day)s, overdue") if late else "%(day)s"
            found[pk] = [Mark(words % {"day": day.isoformat()}, "bad" if late else "")]
    return found


FILTERS = (
    DraftFilter("state", _("State"), state_choices, with_state, states, place=10),
    DraftFilter("reviewer", _("Reviewer"), reviewer_choices, with_reviewer, reviewers, wide=True, place=20),
    DraftFilter("due", _("Due"), due_choices, with_due, due_days, due_on, wide=True, place=30),
)
