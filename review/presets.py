"""Chains as hospitals have them (三审三校), laid once as Wagtail workflows, and which of them reviews an article.

Names are the hospital's own data: it may rename, change and add chains under Settings.
"""

from django.utils.translation import gettext as _

from wagtail.models import Workflow, WorkflowTask

from articles.choices import Subject
from review.models import ReviewSettings, ReviewTask, StepKind


CHAIN_NAME, STEP_NAME = "医师审核", "医师审核签发"
CAREFUL_CHAIN_NAME, SECOND_STEP_NAME = "双医师审核", "第二位医师复核签发"
FULL_CHAIN_NAME = "三审三校"
FULL_STEPS = {
    StepKind.AUTHOR: "作者确认",
    StepKind.EDITOR: "编辑初审",
    StepKind.OFFICE: "宣传科或医务科审核",
    StepKind.LEADER: "分管领导终审",
}
"""Steps of the full chain beside the physician's; facts on 三审三校, October 2026."""

CAREFUL_SUBJECTS = frozenset(
    {Subject.MEDICINES, Subject.VACCINES, Subject.PREGNANCY, Subject.CHILDREN, Subject.EMERGENCY}
)
"""What two physicians should read (docs/review.md)."""


def lay(groups):
    """Create what is missing of the three chains; ``groups`` maps each StepKind to its groups. Returns the smallest.

    What the hospital has renamed or changed stays as it is: a chain counts as laid when a step that only it has exists.
    """
    physician = ReviewTask.objects.filter(kind=StepKind.PHYSICIAN).order_by("pk").first()
    physician = physician or _step(STEP_NAME, StepKind.PHYSICIAN, groups)
    smallest = Workflow.objects.filter(workflow_tasks__task=physician).order_by("pk").first()
    smallest = smallest or _chain(CHAIN_NAME, [physician])
    if ReviewTask.objects.filter(kind=StepKind.PHYSICIAN).count() < 2:
        _chain(CAREFUL_CHAIN_NAME, [physician, _step(SECOND_STEP_NAME, StepKind.PHYSICIAN, groups)])
    if not ReviewTask.objects.filter(kind=StepKind.LEADER).exists():
        steps = {kind: _step(name, kind, groups) for kind, name in FULL_STEPS.items()}
        _chain(
            FULL_CHAIN_NAME,
            [
                steps[StepKind.AUTHOR],
                steps[StepKind.EDITOR],
                physician,
                steps[StepKind.OFFICE],
                steps[StepKind.LEADER],
            ],
        )
    return smallest


def _step(name, kind, groups):
    step = ReviewTask.objects.create(name=name, kind=kind)
    step.groups.add(*groups[kind])
    return step


def _chain(name, steps):
    chain = Workflow.objects.create(name=name)
    for order, step in enumerate(steps):
        WorkflowTask.objects.create(workflow=chain, task=step, sort_order=order)
    return chain


def chain_of(article):
    """Return the Workflow chosen in the review settings for the newest draft of ``article``, or None."""
    settings = ReviewSettings.load()
    revision = article.latest_revision
    subjects = (revision.content.get("subjects") if revision else article.subjects) or []
    if settings.careful_chain and settings.careful_chain.active and CAREFUL_SUBJECTS & set(subjects):
        return settings.careful_chain
    return settings.chain if settings.chain and settings.chain.active else None


def fault_of(workflow):
    """Return the sentence why no article may go through ``workflow``, or an empty string."""
    tasks = list(workflow.tasks.filter(active=True).values_list("reviewtask__kind", flat=True))
    if not tasks:
        return _("The chain “%(name)s” has no steps.") % {"name": workflow.name}
    if None in tasks:
        return _("The chain “%(name)s” has a step that carries no signature. Use review steps only.") % {
            "name": workflow.name
        }
    if StepKind.PHYSICIAN not in tasks:
        return _("The chain “%(name)s” has no reviewing physician.") % {"name": workflow.name}
    return ""
